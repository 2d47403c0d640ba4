// What both telephones share: recording of what comes, times of what passes, and statistics.

export const log = [];
export const note = (text) => log.push(`${performance.now().toFixed(1)} ${text}`);

/** What the fake microphone says must go out as it is. */
export const microphone = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

let context, ear;
const heard = [], elements = [];

/** Records a remote track from now on; a later track goes on in the same recording. */
export async function listen(track) {
  if (!context) {
    context = new AudioContext({ sampleRate: 48000 });
    await context.audioWorklet.addModule('/ear.js');
  }
  const stream = new MediaStream([track]);
  // Chromium decodes a remote track only for an element that plays it.
  const element = new Audio();
  element.srcObject = stream;
  element.play();
  elements.push(element);
  // After a hold the same track is announced again: one ear at a time.
  ear?.disconnect();
  if (ear) ear.port.onmessage = null;
  const source = context.createMediaStreamSource(stream);
  ear = new AudioWorkletNode(context, 'ear', { channelCount: 1, channelCountMode: 'explicit' });
  ear.port.onmessage = ({ data }) => heard.push(data);
  source.connect(ear).connect(context.destination);
  note('listening');
}

export const forget = () => { heard.length = 0; };

/** Everything heard, 48 kHz, as base64 of little-endian samples. */
export function recording() {
  let bytes = '';
  for (const chunk of heard) bytes += String.fromCharCode(...new Uint8Array(chunk.buffer));
  return btoa(bytes);
}

/** Times of the last call, in ms: when its authenticated INVITE went, when its 200 and its first sound came. */
export const times = { invite: 0, ok: 0, sound: 0 };

const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (data) {
  if (!this.watched) {
    this.watched = true;
    this.addEventListener('message', ({ data: text }) => {
      if (/^SIP\/2\.0 200 /.test(text) && /^CSeq: *\d+ INVITE/im.test(text)) times.ok ||= performance.now();
      note(`< ${text.split('\r\n')[0]}`);
    });
  }
  if (/^INVITE /.test(data) && /^(Proxy-)?Authorization:/im.test(data) && !/^To:.*;tag=/im.test(data)) Object.assign(times, { invite: performance.now(), ok: 0, sound: 0 });
  note(`> ${String(data).split('\r\n')[0]}`);
  if (window.loseAck && times.ok && /^ACK /.test(data)) {
    window.loseAck = false;
    this.close();    // the connection ends with the ACK unsent
    return;
  }
  send.call(this, window.withoutRedundancy ? String(data).replaceAll(redundancy, 'useinbandfec=0') : data);
};

const redundancy = 'useinbandfec=1';

/** The other side's description as a test wants it: its media goes a detour through a bad network, and nobody asks for Opus' redundancy. */
function altered(description) {
  let { sdp } = description;
  if (window.withoutRedundancy) sdp = sdp.replaceAll(redundancy, 'useinbandfec=0');
  if (window.detour) {
    const { first, count, to } = window.detour;
    sdp = sdp.replace(/^(a=candidate:\S+ \d+ \S+ \d+ \S+ )(\d+)/gm, (line, start, port) => (port >= first && port < first + count ? start + (port - first + to) : line));
  }
  return { type: description.type, sdp };
}

/** Every connection's first incoming frame is timed where it arrives, before any play-out buffer. */
export const connections = [];
const Native = RTCPeerConnection;
window.RTCPeerConnection = class extends Native {
  setRemoteDescription(description) {
    return super.setRemoteDescription(altered(description));
  }

  constructor(configuration) {
    const timed = window.timeFrames === true;
    super({ ...configuration, ...(timed ? { encodedInsertableStreams: true } : {}) });
    connections.push(this);
    this.addEventListener('iceconnectionstatechange', () => note(`ICE ${this.iceConnectionState}`));
    this.addEventListener('connectionstatechange', () => note(`connection ${this.connectionState}`));
    this.addEventListener('track', ({ track, receiver, transceiver }) => {
      listen(track);
      if (timed) watch(receiver, transceiver.sender);
    });
  }
};

function watch(receiver, sender) {
  const incoming = receiver.createEncodedStreams();
  incoming.readable.pipeThrough(new TransformStream({
    transform(frame, controller) {
      times.sound ||= performance.now();
      controller.enqueue(frame);
    },
  })).pipeTo(incoming.writable);
  const outgoing = sender.createEncodedStreams();
  outgoing.readable.pipeTo(outgoing.writable);
}

/** What matters of getStats of the newest connection. */
export async function stats() {
  const all = [...(await connections.at(-1).getStats()).values()];
  const of = (type) => all.find((one) => one.type === type) ?? {};
  const inbound = of('inbound-rtp'), outbound = of('outbound-rtp'), remote = of('remote-inbound-rtp'), transport = of('transport');
  const codec = (id) => all.find((one) => one.id === id)?.mimeType ?? '';
  const pair = all.find((one) => one.id === transport.selectedCandidatePairId) ?? {};
  const candidate = all.find((one) => one.id === pair.remoteCandidateId) ?? {};
  return {
    dtls: transport.dtlsState ?? '', srtp: transport.srtpCipher ?? '', role: transport.dtlsRole ?? '', ice: transport.iceRole ?? '',
    received: inbound.packetsReceived ?? 0, lost: inbound.packetsLost ?? 0, discarded: inbound.packetsDiscarded ?? 0,
    concealed: inbound.concealedSamples ?? 0, silentConcealed: inbound.silentConcealedSamples ?? 0, jitterMs: 1000 * (inbound.jitter ?? 0),
    sent: outbound.packetsSent ?? 0, lostThere: remote.packetsLost ?? 0, roundTripMs: 1000 * (remote.roundTripTime ?? 0),
    hears: codec(inbound.codecId), says: codec(outbound.codecId), remote: `${candidate.address ?? ''}:${candidate.port ?? ''}`,
  };
}

/** Resolves when the condition holds. */
export async function until(condition, what, ms = 10000) {
  const limit = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > limit) throw new Error(`${what} did not happen in ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Puts a telephone where the tests find it. */
export function offer(telephone) {
  window.telephone = Object.assign(telephone, { log, times, stats, recording, forget });
}
