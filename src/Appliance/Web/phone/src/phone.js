// The telephone: line, call, sounds and devices put together. It changes the state; the view draws it and calls these methods.
import * as devices from './devices.js';
import { Call } from './call.js';
import { Line } from './line.js';
import { tab } from './store.js';
import * as tones from './tones.js';
import { microphone } from './words.js';

export class Phone {
  #line = new Line();
  #call = null;
  #opening = false;

  constructor(state, voice) {
    this.state = state;
    this.voice = voice;
    this.#line.addEventListener('state', ({ detail }) => this.#onLine(detail));
    this.#line.addEventListener('refused', ({ detail }) => {
      state.set({ line: 'out', signedIn: false, notice: detail.words });
    });
    this.#line.addEventListener('call', ({ detail }) => this.#onIncoming(detail.session));
    window.addEventListener('online', () => this.#line.refresh());
    state.set({ user: tab.get('user') });
  }

  signIn(user, password) {
    this.state.set({ user, notice: '' });
    this.#line.open(user, password);
  }

  signOut() {
    this.#call?.hangUp();
    this.#line.close();
    tab.drop('user');
    this.state.set({ line: 'out', signedIn: false, notice: '' });
  }

  async dial(target) {
    const number = target.trim().replace(/^sips?:/i, '').replace(/^(\+?[\d\s().-]+)$/, (digits) => digits.replace(/[\s().-]/g, ''));
    if (!number || this.#call || this.#opening) return;
    this.state.set({ notice: '' });
    const stream = await this.#microphone();
    if (!stream) return;
    try {
      this.#take(Call.dial(this.#line, number.split('@')[0], stream, this.voice));
    } catch {
      stream.getTracks().forEach((track) => track.stop());
      this.state.set({ notice: `"${number}" is no number that can be called.` });
    }
  }

  async answer() {
    const call = this.#call;
    if (!call?.isIncoming) return;
    tones.stop();
    const stream = await this.#microphone();
    if (call !== this.#call) stream?.getTracks().forEach((track) => track.stop());
    else if (stream) call.answer(stream);
    else tones.repeat('ring');
  }

  hangUp() {
    this.#call?.hangUp();
  }

  mute() {
    this.#call?.mute();
  }

  hold() {
    this.#call?.hold();
  }

  press(digit) {
    tones.key(digit);
    this.#call?.press(digit);
  }

  async useDevice(what, id) {
    devices.choose(what, id);
    if (what === 'speaker') await devices.route(this.voice, 'speaker');
    if (what === 'microphone' && this.#call && !this.#call.isIncoming) {
      const stream = await this.#microphone();
      if (stream) await this.#call?.replaceMicrophone(stream);
    }
  }

  /** The page is being left: the other side must not talk to nobody. */
  leave() {
    this.#call?.hangUp();
    this.#line.close();
  }

  async #microphone() {
    this.#opening = true;
    try {
      return await devices.openMicrophone();
    } catch (error) {
      this.state.set({ notice: microphone(error) });
      return null;
    } finally {
      this.#opening = false;
    }
  }

  #onLine(detail) {
    if (detail.line === 'ready' && !this.state.signedIn) {
      tab.set('user', this.state.user);
      this.state.set({ signedIn: true });
    }
    this.state.set(detail);
  }

  #onIncoming(session) {
    if (this.#call || this.#opening) {
      session.terminate({ status_code: 486, reason_phrase: 'Busy Here' });
      this.state.set({ notice: `${session.remote_identity.display_name || session.remote_identity.uri.user} called meanwhile.` });
      return;
    }
    this.#take(Call.incoming(session, this.voice));
  }

  #take(call) {
    this.#call = call;
    devices.route(this.voice, 'speaker');
    call.addEventListener('change', () => this.#show(call));
    call.addEventListener('end', ({ detail }) => {
      this.#call = null;
      tones.stop();
      this.state.set({ call: null, notice: detail });
    });
    call.onLevels = (levels) => this.onLevels?.(levels);
    this.state.set({ notice: '' });
    this.#show(call);
  }

  #show(call) {
    if (call !== this.#call) return;
    const before = this.state.call?.stage;
    if (call.stage !== before) {
      if (call.stage === 'incoming') tones.repeat('ring');
      else if (call.stage === 'ringing') tones.repeat('ringback');
      else tones.stop();
    }
    const { party, stage, since, muted, held, heldByThem, sent, quality } = call;
    this.state.set({ call: { party, stage, since, muted, held, heldByThem, sent, quality } });
  }
}
