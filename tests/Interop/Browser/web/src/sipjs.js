import { SessionState, Web } from 'sip.js';
import { connections, microphone, note, offer, until } from './hearing.js';

let user, ended = '', host, held = false;
const state = { registered: false, registrations: 0, refused: '', incoming: 0 };
const session = () => user.session;

const delegate = {
  onRegistered: () => {
    state.registered = true;
    state.registrations++;
  },
  onUnregistered: () => { state.registered = false; },
  onCallCreated: () => { ended = ''; },
  onCallReceived: () => { state.incoming++; },
  onCallAnswered: () => note('answered'),
  onCallHangup: () => { ended = 'ended'; note('ended'); },
  onCallHold: (on) => { held = on; note(`hold ${on}`); },
  onServerDisconnect: (error) => note(`disconnected ${error ?? ''}`),
};

offer({
  library: 'SIP.js',
  state,
  async register({ server, host: domain, user: name, password }) {
    host = domain;
    user = new Web.SimpleUser(server, {
      aor: `sip:${name}@${domain}`,
      delegate,
      media: { constraints: { audio: microphone, video: false }, remote: { audio: document.getElementById('voice') } },
      reconnectionAttempts: 5,
      reconnectionDelay: 1,
      registererOptions: { expires: 60 },
      sendDTMFUsingSessionDescriptionHandler: true,
      userAgentOptions: {
        authorizationUsername: name,
        authorizationPassword: password,
        logLevel: 'warn',
        sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: { iceServers: [] }, iceGatheringTimeout: 1000 },
      },
    });
    await user.connect();
    await user.register({ requestDelegate: { onReject: ({ message }) => { state.refused = `${message.statusCode}`; } } });
    await until(() => state.registered || state.refused, 'registration');
    if (state.refused) throw new Error(state.refused);
  },
  async call(target) {
    ended = '';
    await user.call(`sip:${target}@${host}`, undefined, {
      requestDelegate: { onReject: ({ message }) => { ended = `${message.statusCode} ${message.reasonPhrase}`; } },
    });
    await until(() => ended || session()?.state === SessionState.Established, 'an answer', 20000);
    if (ended) throw new Error(ended);
  },
  async answer() {
    await until(() => state.incoming > 0 && session()?.state === SessionState.Initial, 'a call');
    await user.answer();
    await until(() => session()?.state === SessionState.Established, 'the ACK');
  },
  isTalking: () => session()?.state === SessionState.Established,
  isHeldByThem: () => /^a=(sendonly|inactive)/m.test(connections.at(-1).remoteDescription.sdp),
  ended: () => ended,
  hangUp: () => user.hangup(),
  async hold() {
    await user.hold();
    await until(() => held, 'hold');
  },
  async resume() {
    await user.unhold();
    await until(() => !held, 'the end of hold');
  },
  mute: () => user.mute(),
  unmute: () => user.unmute(),
  press: (digits) => session().sessionDescriptionHandler.sendDtmf(digits, { duration: 160, interToneGap: 100 }),
  info: (digits) => session().info({
    requestOptions: { body: { contentDisposition: 'render', contentType: 'application/dtmf-relay', content: `Signal=${digits}\r\nDuration=160` } },
  }),
  renegotiate: (iceRestart) => new Promise((resolve, reject) => session().invite({
    sessionDescriptionHandlerOptions: { offerOptions: { iceRestart } },
    requestDelegate: { onAccept: resolve, onReject: ({ message }) => reject(new Error(message.statusCode)) },
  }).catch(reject)),
  leave: () => user.disconnect(),
  drop: () => user.userAgent.transport._ws.close(),
});
