// Draws the state. Nothing here decides anything.
const $ = (id) => document.getElementById(id);

const lineWords = { out: 'Not signed in', joining: 'Signing in…', ready: 'Ready', away: 'Connecting again…' };
const stageWords = { dialling: 'Calling…', ringing: 'Ringing…', connecting: 'Connecting…', unsteady: 'The connection is unsteady…' };
const letters = { 2: 'ABC', 3: 'DEF', 4: 'GHI', 5: 'JKL', 6: 'MNO', 7: 'PQRS', 8: 'TUV', 9: 'WXYZ', 0: '+' };

/** The twelve keys, as buttons that call press(digit). */
export function fillPad(pad, press) {
  for (const digit of '123456789*0#') {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.digit = digit;
    button.setAttribute('aria-label', { '*': 'star', '#': 'hash' }[digit] ?? digit);
    const small = document.createElement('small');
    small.textContent = letters[digit] ?? '';
    button.append(digit, small);
    button.addEventListener('click', () => press(digit));
    pad.append(button);
  }
}

/** A key that was typed lights up as if it had been clicked. */
export function flash(digit) {
  for (const button of document.querySelectorAll(`[data-digit="${CSS.escape(digit)}"]`)) {
    button.classList.add('hit');
    setTimeout(() => button.classList.remove('hit'), 120);
  }
}

export function screenOf(state) {
  if (state.call) return state.call.stage === 'incoming' ? 'incoming' : 'talk';
  return state.signedIn ? 'dial' : 'sign-in';
}

export function draw(state) {
  const screen = screenOf(state), changed = $('phone').dataset.screen !== screen;
  $('phone').dataset.screen = screen;
  $('line-state').dataset.state = state.line;
  text('line-words', state.line === 'ready' ? `${state.user} · ${lineWords.ready}` : lineWords[state.line]);
  text('notice', state.notice);
  $('notice').hidden = !state.notice;
  $('sign-out').hidden = state.line === 'out';
  const joining = state.line !== 'out' && !state.signedIn;
  $('sign-in-go').disabled = $('user').disabled = $('password').disabled = joining;
  text('sign-in-go', joining ? 'Signing in…' : 'Sign in');
  $('call').disabled = state.line !== 'ready';
  $('devices').hidden = !state.devicesOpen;
  $('sound').setAttribute('aria-expanded', state.devicesOpen);
  if (state.call) drawCall(state.call);
  document.title = title(state);
  if (changed) focusOn(screen);
}

function drawCall(call) {
  for (const id of ['name', 'incoming-name']) text(id, call.party);
  for (const id of ['face', 'incoming-face']) text(id, initials(call.party));
  $('face').classList.toggle('ringing', call.stage === 'ringing' || call.stage === 'dialling');
  text('call-state', call.held ? 'On hold' : call.heldByThem ? 'They have put you on hold' : stageWords[call.stage] ?? '');
  drawTimer(call);
  pressed('mute', call.muted, call.muted ? 'Muted' : 'Mute');
  $('mute-icon').setAttribute('href', call.muted ? '#i-mic-off' : '#i-mic');
  pressed('hold', call.held, call.held ? 'On hold' : 'Hold');
  $('hold').disabled = $('keys').disabled = !call.since;
  text('sent', call.sent);
  $('quality').hidden = !call.since;
  $('quality').dataset.grade = call.quality.grade;
  text('quality-words', call.quality.words);
  drawDetails(call.quality.details);
}

export function drawTimer(call) {
  const seconds = call?.since ? Math.max(0, Math.floor((Date.now() - call.since) / 1000)) : -1;
  const two = (n) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  text('timer', seconds < 0 ? '' : `${hours ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`);
}

export function drawLevels({ out, in: heard }) {
  $('meter-out').style.setProperty('--level', out.toFixed(3));
  $('meter-in').style.setProperty('--level', heard.toFixed(3));
}

export function drawDevices(found, chosen, canChooseSpeaker) {
  for (const what of ['microphone', 'speaker', 'ringer']) {
    const select = $(what);
    select.replaceChildren(new Option('As the system has it', ''), ...found[what].map(({ id, name }) => new Option(name, id)));
    select.value = found[what].some(({ id }) => id === chosen(what)) ? chosen(what) : '';
    select.parentElement.hidden = what !== 'microphone' && !canChooseSpeaker;
  }
  text('devices-words', found.microphone.length === 0 ? 'No microphone was found.'
    : canChooseSpeaker ? '' : 'This browser plays on the system\'s speaker; it offers no choice.');
}

function drawDetails(details) {
  const wanted = details.map((pair) => pair.join('\t')).join('\n'), list = $('quality-details');
  if (list.dataset.shown === wanted) return;
  list.dataset.shown = wanted;
  list.replaceChildren(...details.flatMap(([name, value]) => [element('dt', name), element('dd', value)]));
}

function focusOn(screen) {
  const first = { 'sign-in': $('user').value ? 'password' : 'user', dial: 'number', incoming: 'answer', talk: 'hang-up' }[screen];
  // On a touch screen a focused field opens the keyboard over the keypad.
  if (screen !== 'dial' || matchMedia('(hover: hover)').matches) $(first).focus({ preventScroll: true });
}

function title({ call }) {
  if (!call) return 'Tandem phone';
  return call.stage === 'incoming' ? `${call.party} is calling` : `${call.party} · Tandem phone`;
}

function initials(party) {
  const words = party.split(/[\s._-]+/).filter((word) => /^\p{L}/u.test(word));
  return words.length ? words.slice(0, 2).map((word) => word[0].toUpperCase()).join('') : party.slice(-2);
}

function pressed(id, on, words) {
  $(id).setAttribute('aria-pressed', on);
  $(id).lastElementChild.textContent = words;
}

/** Sets a text only where it changed: a screen reader speaks every change of a live region. */
function text(id, words) {
  if ($(id).textContent !== words) $(id).textContent = words;
}

function element(name, words) {
  const made = document.createElement(name);
  made.textContent = words;
  return made;
}
