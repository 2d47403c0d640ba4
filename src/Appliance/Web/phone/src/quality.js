// How good the connection is, from getStats, in plain words.

const ciphers = { AEAD_AES_256_GCM: 'AES-256-GCM', AEAD_AES_128_GCM: 'AES-128-GCM', AES128_CM_SHA1_80: 'AES-128, SHA-1' };

export class Quality {
  #last = { received: 0, lost: 0 };
  #silent = 0;

  constructor(connection) {
    this.connection = connection;
  }

  /** { grade: good|fair|poor|none, words, details: [[name, value]] }; call it once a second. */
  async read() {
    const stats = new Map(await this.connection.getStats());
    const all = [...stats.values()];
    const inbound = all.find((s) => s.type === 'inbound-rtp' && s.kind === 'audio');
    const remote = all.find((s) => s.type === 'remote-inbound-rtp' && s.kind === 'audio');
    const transport = all.find((s) => s.type === 'transport');
    const pair = stats.get(transport?.selectedCandidatePairId);
    const codec = stats.get(inbound?.codecId) ?? all.find((s) => s.type === 'codec');

    const received = inbound?.packetsReceived ?? 0, lost = inbound?.packetsLost ?? 0;
    const here = received - this.#last.received, gone = Math.max(0, lost - this.#last.lost);
    this.#last = { received, lost };
    this.#silent = here > 0 ? 0 : this.#silent + 1;
    const measured = {
      rtt: 1000 * (remote?.roundTripTime ?? pair?.currentRoundTripTime ?? 0),
      jitter: 1000 * (inbound?.jitter ?? 0),
      lossIn: here + gone > 0 ? gone / (here + gone) : 0,
      lossOut: remote?.fractionLost ?? 0,
    };
    return { ...this.#judge(measured, received), details: describe(measured, codec, transport) };
  }

  #judge({ rtt, jitter, lossIn, lossOut }, received) {
    if (received === 0) return { grade: 'unknown', words: 'Waiting for sound' };
    if (this.#silent >= 5) return { grade: 'none', words: 'No sound is arriving' };
    const loss = Math.max(lossIn, lossOut);
    if (loss > 0.08) return { grade: 'poor', words: lossIn >= lossOut ? 'Sound is being lost on the way to you' : 'Sound is being lost on the way to them' };
    if (rtt > 500) return { grade: 'poor', words: 'Long delay' };
    if (loss > 0.02 || rtt > 250 || jitter > 60) return { grade: 'fair', words: 'Fair connection' };
    return { grade: 'good', words: 'Good connection' };
  }
}

function describe({ rtt, jitter, lossIn, lossOut }, codec, transport) {
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const details = [
    ['There and back', `${rtt.toFixed(0)} ms`],
    ['Lost, to you / to them', `${percent(lossIn)} / ${percent(lossOut)}`],
    ['Jitter', `${jitter.toFixed(0)} ms`],
  ];
  if (codec) details.push(['Sound', `${codec.mimeType.split('/')[1]} ${codec.clockRate / 1000} kHz`]);
  if (transport?.srtpCipher) details.push(['Encryption', cipherOf(transport.srtpCipher)]);
  return details;
}

/** Browsers write the profile's name with SRTP_ before it or without. */
function cipherOf(profile) {
  const name = profile.replace(/^SRTP_/, '');
  return ciphers[name] ?? name;
}
