import JsSIP from 'jssip';
import { microphone, note, offer, until } from './hearing.js';

let ua, session, ended = '', status = 0, confirmed = false;
const state = { registered: false, registrations: 0, refused: '', incoming: 0 };

const options = () => ({
  mediaConstraints: { audio: microphone, video: false },
  pcConfig: { iceServers: [] },
});

function take(one) {
  session = one;
  ended = '';
  status = 0;
  confirmed = false;
  one.on('confirmed', () => { confirmed = true; });
  one.on('icecandidate', ({ ready }) => ready());
  const over = ({ originator, cause, message }) => {
    ended = `${originator}: ${cause}`;
    status = message?.status_code ?? 0;
    note(`ended ${ended} ${status}`);
  };
  one.on('ended', over);
  one.on('failed', over);
  one.on('getusermediafailed', (error) => note(`no microphone: ${error}`));
  for (const name of ['progress', 'accepted', 'confirmed', 'hold', 'unhold', 'reinvite']) one.on(name, () => note(name));
}

offer({
  library: 'JsSIP',
  state,
  async register({ server, host, user, password, extra = {} }) {
    ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(server)],
      uri: new JsSIP.URI('sip', user, host).toString(),
      authorization_user: user,
      password,
      register_expires: 60,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 2,
      ...extra,
    });
    ua.on('registered', () => {
      state.registered = true;
      state.registrations++;
    });
    ua.on('unregistered', () => { state.registered = false; });
    ua.on('registrationFailed', ({ response, cause }) => { state.refused = `${response?.status_code ?? ''} ${cause}`; });
    ua.on('newRTCSession', ({ originator, session: one }) => {
      if (originator !== 'remote') return;
      state.incoming++;
      take(one);
    });
    ua.start();
    await until(() => state.registered || state.refused, 'registration');
    if (state.refused) throw new Error(state.refused);
  },
  async call(target) {
    take(ua.call(target, options()));
    // Established it is from the 200 on; the ACK goes when the answer is in place.
    await until(() => ended || confirmed, 'an answer', 20000);
    if (ended) throw new Error(`${ended} ${status}`);
  },
  async answer() {
    await until(() => session?.direction === 'incoming' && !session.isEnded(), 'a call');
    session.answer(options());
    await until(() => confirmed || ended, 'the ACK');
    if (ended) throw new Error(ended);
  },
  isTalking: () => !!session?.isEstablished(),
  isHeldByThem: () => !!session?.isOnHold().remote,
  ended: () => ended,
  hangUp: () => session.terminate(),
  hold: () => new Promise((resolve, reject) => session.hold({}, resolve) || reject(new Error('not ready for hold'))),
  resume: () => new Promise((resolve, reject) => session.unhold({}, resolve) || reject(new Error('not ready to resume'))),
  mute: () => session.mute({ audio: true }),
  unmute: () => session.unmute({ audio: true }),
  press: (digits) => session.sendDTMF(digits, { transportType: 'RFC2833', duration: 160, interToneGap: 100 }),
  info: (digits) => session.sendDTMF(digits, { transportType: 'INFO', duration: 160 }),
  renegotiate: (iceRestart) => new Promise((resolve, reject) =>
    session.renegotiate({ rtcOfferConstraints: { iceRestart } }, resolve) || reject(new Error('not ready to renegotiate'))),
  leave: () => ua.stop(),
  drop: () => ua.transport.socket._ws.close(),
});
