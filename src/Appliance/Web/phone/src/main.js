// Starts the page: state, telephone, view and keyboard.
import * as devices from './devices.js';
import { listen } from './keys.js';
import { Phone } from './phone.js';
import { start } from './state.js';
import { device } from './store.js';
import * as tones from './tones.js';
import * as view from './view.js';

const $ = (id) => document.getElementById(id);
const on = (id, action) => $(id).addEventListener('click', action);

const state = start();
const phone = new Phone(state, $('voice'));
const dialled = $('number');

theme(device.get('theme'));
on('theme', () => theme(isDark() ? 'light' : 'dark'));

view.fillPad($('dial-pad'), (digit) => {
  tones.key(digit);
  dialled.value += digit;
});
view.fillPad($('talk-pad'), (digit) => phone.press(digit));
state.addEventListener('change', () => view.draw(state));
phone.onLevels = view.drawLevels;
setInterval(() => view.drawTimer(state.call), 500);

$('user').value = state.user;
$('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  phone.signIn($('user').value.trim(), $('password').value);
});
on('sign-out', () => {
  $('password').value = '';
  phone.signOut();
});
on('erase', () => { dialled.value = dialled.value.slice(0, -1); });
on('call', () => phone.dial(dialled.value));
on('answer', () => phone.answer());
on('decline', () => phone.hangUp());
on('hang-up', () => phone.hangUp());
on('mute', () => phone.mute());
on('hold', () => phone.hold());
on('keys', () => {
  $('talk-keys').hidden = !$('talk-keys').hidden;
  $('keys').setAttribute('aria-expanded', !$('talk-keys').hidden);
});
listen(state, phone, dialled);

on('sound', () => openDevices(!state.devicesOpen));
on('devices-done', () => openDevices(false));
on('try-ring', () => tones.sample());
for (const what of ['microphone', 'speaker', 'ringer']) {
  $(what).addEventListener('change', ({ target }) => phone.useDevice(what, target.value));
}
devices.onChange(showDevices);

window.addEventListener('beforeunload', (event) => {
  if (state.call) event.preventDefault();
});
window.addEventListener('pagehide', () => phone.leave());
// Pages that come back from the browser's memory have a line that was closed.
window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
view.draw(state);

function openDevices(open) {
  state.set({ devicesOpen: open });
  if (open) showDevices();
}

async function showDevices() {
  if (state.devicesOpen) view.drawDevices(await devices.list(), devices.chosen, devices.canChooseSpeaker);
}

function isDark() {
  const set = document.documentElement.dataset.theme;
  return set ? set === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

/** A choice that is what the system says is no choice: then the page goes on following the system. */
function theme(wanted) {
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  const set = wanted && wanted !== system ? wanted : '';
  if (set) document.documentElement.dataset.theme = set;
  else delete document.documentElement.dataset.theme;
  device.set('theme', set);
}
