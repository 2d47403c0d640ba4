// The line to the server: SIP over WebSocket, and the registration that keeps us reachable.
import JsSIP from 'jssip';
import { serverAway, signInRefused } from './words.js';

const wrongAccount = new Set([401, 403, 404, 407]);

export class Line extends EventTarget {
  #ua = null;
  #retry = 0;
  #attempts = 0;

  /** Events: state { line, notice? }, refused { words }, call { session, request }. */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  get host() {
    return location.hostname;
  }

  open(user, password) {
    this.close();
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(`${scheme}://${location.host}/ws`)],
      uri: new JsSIP.URI('sip', user, this.host).toString(),
      authorization_user: user,
      password,
      register_expires: 300,
      session_timers: true,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 15,
      user_agent: 'Tandem phone',
    });
    // Late events of a line that was closed are nobody's.
    const on = (name, action) => ua.on(name, (event) => ua === this.#ua && action(event));
    on('connecting', () => this.#tell('state', { line: this.#attempts ? 'away' : 'joining' }));
    on('disconnected', ({ error }) => {
      this.#attempts++;
      if (error !== false || this.#attempts > 1) this.#tell('state', { line: 'away', notice: serverAway() });
      else this.#tell('state', { line: 'away' });
    });
    on('registered', () => {
      this.#attempts = 0;
      this.#tell('state', { line: 'ready', notice: '' });
    });
    on('unregistered', () => this.#tell('state', { line: 'joining' }));
    on('registrationFailed', ({ response }) => this.#failed(response?.status_code));
    on('newRTCSession', ({ originator, session, request }) => originator === 'remote' && this.#tell('call', { session, request }));
    this.#ua = ua;
    this.#attempts = 0;
    this.#tell('state', { line: 'joining', notice: '' });
    ua.start();
  }

  #failed(status) {
    if (!this.#ua.isConnected()) return;
    if (wrongAccount.has(status)) {
      this.close();
      this.#tell('refused', { words: signInRefused(status) });
      return;
    }
    this.#tell('state', { line: 'away', notice: signInRefused(status) });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#ua?.isConnected() && this.#ua.register(), Math.min(30, 2 ** ++this.#attempts) * 1000);
  }

  /** Starts a call; the handlers are in place before anything can happen. */
  call(target, eventHandlers, options) {
    return this.#ua.call(new JsSIP.URI('sip', target, this.host), { ...options, eventHandlers });
  }

  /** The network came back: says where we are now. */
  refresh() {
    if (this.#ua?.isConnected()) this.#ua.register();
  }

  close() {
    clearTimeout(this.#retry);
    const ua = this.#ua;
    this.#ua = null;
    ua?.stop();
  }
}
