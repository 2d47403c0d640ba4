// One call: its session, its peer connection, its sound.
import { Meter } from './meter.js';
import { Quality } from './quality.js';
import { endOfCall, noSound, soundLost } from './words.js';

/** What JsSIP gets for every call. The server is one hop away, so no STUN server is asked; sound and its reports share one port. */
const media = (stream) => ({
  mediaStream: stream,
  pcConfig: { iceServers: [], bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' },
});

const restartAfterMs = 2000;

export class Call extends EventTarget {
  stage = 'dialling';   // dialling, ringing, incoming, connecting, talking, unsteady
  since = 0;
  sent = '';
  quality = { grade: 'unknown', words: 'Connecting', details: [] };
  levels = { out: 0, in: 0 };
  #session;
  #stream;
  #meters = [];
  #clock = 0;
  #restart = 0;
  #iceFailed = false;
  #hadSound = false;

  static dial(line, target, stream, voice) {
    const call = new Call(target, voice);
    call.#stream = stream;
    call.#session = line.call(target, call.#handlers(), media(stream));
    return call;
  }

  static incoming(session, voice) {
    const from = session.remote_identity;
    const call = new Call(from.display_name || from.uri.user || from.uri.host, voice);
    call.stage = 'incoming';
    call.#session = session;
    for (const [name, handler] of Object.entries(call.#handlers())) session.on(name, handler);
    return call;
  }

  constructor(party, voice) {
    super();
    this.party = party;
    this.voice = voice;
  }

  get muted() { return !!this.#session?.isMuted().audio; }
  get held() { return !!this.#session?.isOnHold().local; }
  get heldByThem() { return !!this.#session?.isOnHold().remote; }
  get isIncoming() { return this.stage === 'incoming'; }

  answer(stream) {
    this.#stream = stream;
    this.#session.answer(media(stream));
    this.#enter('connecting');
  }

  hangUp() {
    if (!this.#session || this.#session.isEnded()) return;
    this.#session.terminate(this.isIncoming ? { status_code: 603, reason_phrase: 'Decline' } : {});
  }

  mute() {
    if (this.muted) this.#session.unmute({ audio: true });
    else this.#session.mute({ audio: true });
    this.#tell();
  }

  hold() {
    if (!this.#session.isEstablished()) return;
    if (this.held) this.#session.unhold();
    else this.#session.hold();
    this.#tell();
  }

  /** A key: as an RFC 4733 event where the call has them, else by SIP INFO. */
  press(digit) {
    const keys = this.#session.connection?.getSenders().find((sender) => sender.dtmf)?.dtmf;
    if (keys?.canInsertDTMF) keys.insertDTMF(keys.toneBuffer + digit, 120, 70);
    else if (this.#session.isEstablished()) this.#session.sendDTMF(digit, { transportType: 'INFO', duration: 160 });
    else return;
    this.sent += digit;
    this.#tell();
  }

  /** Another microphone, in the middle of the call. */
  async replaceMicrophone(stream) {
    const [track] = stream.getAudioTracks();
    track.enabled = !this.muted && !this.held;
    const sender = this.#session.connection?.getSenders().find((one) => one.track?.kind === 'audio');
    await sender?.replaceTrack(track);
    this.#stream?.getTracks().forEach((old) => old.stop());
    this.#stream = stream;
    this.#measure('out', stream);
  }

  #handlers() {
    return {
      peerconnection: ({ peerconnection }) => this.#watch(peerconnection),
      // The server finds us by our checks, so the first candidate is enough and the call is out at once.
      icecandidate: ({ ready }) => ready(),
      progress: ({ response }) => this.stage === 'dialling' && this.#enter(response?.body ? 'dialling' : 'ringing'),
      accepted: () => this.#answered(),
      confirmed: () => this.#answered(),
      hold: () => this.#tell(),
      unhold: () => this.#tell(),
      ended: ({ cause, message }) => this.#end(this.#lostSound(message) ?? endOfCall(cause, message)),
      failed: ({ originator, cause, message }) => this.#end(originator === 'local' && cause === 'Canceled' ? '' : this.#explain(cause, message)),
    };
  }

  /** The server hung up because no sound reached it (Q.850: recovery on timer expiry). */
  #lostSound(message) {
    if (!/Q\.850\s*;\s*cause\s*=\s*102\b/.test(message?.getHeader?.('Reason') ?? '')) return null;
    return this.#hadSound ? soundLost() : noSound();
  }

  #explain(cause, message) {
    if (!this.isIncoming) return endOfCall(cause, message);
    const elsewhere = /cause\s*=\s*200/.test(message?.getHeader?.('Reason') ?? '');
    return cause === 'Canceled' && !elsewhere ? `Missed call from ${this.party}.` : '';
  }

  #watch(connection) {
    connection.addEventListener('track', ({ track }) => {
      const stream = new MediaStream([track]);
      this.voice.srcObject = stream;
      this.#measure('in', stream);
    });
    connection.addEventListener('iceconnectionstatechange', () => this.#onIce(connection.iceConnectionState));
    if (this.#stream) this.#measure('out', this.#stream);
    const quality = new Quality(connection);
    this.#clock = setInterval(async () => {
      if (!this.since) return;
      this.quality = await quality.read();
      this.#tell();
    }, 1000);
  }

  #onIce(state) {
    clearTimeout(this.#restart);
    if (state === 'connected' || state === 'completed') {
      this.#hadSound = true;
      if (this.since) this.#enter('talking');
    } else if (state === 'disconnected') {
      this.#enter('unsteady');
      // The network changed under us, as it does between Wi-Fi and mobile: asks for a new way.
      this.#restart = setTimeout(() => this.#session.renegotiate({ rtcOfferConstraints: { iceRestart: true } }), restartAfterMs);
    } else if (state === 'failed') {
      this.#iceFailed = true;
    }
  }

  #answered() {
    this.since ||= Date.now();
    const ice = this.#session.connection?.iceConnectionState;
    this.#enter(ice === 'connected' || ice === 'completed' ? 'talking' : 'connecting');
  }

  #measure(way, stream) {
    this.#meters.find((one) => one.way === way)?.meter.close();
    this.#meters = this.#meters.filter((one) => one.way !== way);
    this.#meters.push({ way, meter: new Meter(stream, (level) => { this.levels[way] = level; this.onLevels?.(this.levels); }) });
  }

  #enter(stage) {
    this.stage = stage;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event('change'));
  }

  #end(words) {
    clearTimeout(this.#restart);
    clearInterval(this.#clock);
    for (const { meter } of this.#meters) meter.close();
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.voice.srcObject = null;
    this.dispatchEvent(new CustomEvent('end', { detail: this.#iceFailed ? noSound() : words }));
  }
}
