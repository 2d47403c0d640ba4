// Ring, ringback and key tones, made with WebAudio. They come out of the ringer's or the speaker's device.
import { route } from './devices.js';

const keyTones = {
  1: [697, 1209], 2: [697, 1336], 3: [697, 1477], 4: [770, 1209], 5: [770, 1336], 6: [770, 1477],
  7: [852, 1209], 8: [852, 1336], 9: [852, 1477], '*': [941, 1209], 0: [941, 1336], '#': [941, 1477],
};

let context;

/** The page's one audio context; browsers let it sound after the first click or key. */
export function audio() {
  context ??= new AudioContext();
  if (context.state === 'suspended') context.resume().catch(() => {});
  return context;
}

class Output {
  constructor(device) {
    this.device = device;
    this.element = new Audio();
  }

  /** The node to play into. */
  async open() {
    if (!this.node) {
      this.node = audio().createMediaStreamDestination();
      this.element.srcObject = this.node.stream;
    }
    await route(this.element, this.device);
    await this.element.play().catch(() => {});
    return this.node;
  }
}

const outputs = { ringer: new Output('ringer'), speaker: new Output('speaker') };

/** One burst: frequencies together, with soft edges. */
function burst(into, frequencies, at, length, level) {
  const gain = audio().createGain();
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(level, at + 0.015);
  gain.gain.setValueAtTime(level, at + length - 0.03);
  gain.gain.linearRampToValueAtTime(0, at + length);
  gain.connect(into);
  for (const frequency of frequencies) {
    const oscillator = audio().createOscillator();
    oscillator.frequency.value = frequency;
    oscillator.connect(gain);
    oscillator.start(at);
    oscillator.stop(at + length);
    oscillator.onended = () => oscillator.disconnect();
  }
}

const patterns = {
  ring: { device: 'ringer', every: 3, play: (into, at) => [0, 0.22, 0.44].forEach((t, n) => burst(into, [[659, 784], [784, 988], [988, 1319]][n], at + t, 0.34, 0.12)) },
  ringback: { device: 'speaker', every: 4, play: (into, at) => burst(into, [440, 480], at, 1.6, 0.05) },
};

let playing = 0;

/** Plays ring or ringback until stop(); the pattern goes on by itself. */
export async function repeat(name) {
  stop();
  const mine = ++playing;
  const { device, every, play } = patterns[name];
  const node = await outputs[device].open();
  const round = () => {
    if (mine !== playing) return;
    play(node, audio().currentTime + 0.02);
    setTimeout(round, every * 1000);
  };
  round();
}

export function stop() {
  playing++;
}

/** The ringer once, for choosing its device. */
export async function sample() {
  const node = await outputs.ringer.open();
  patterns.ring.play(node, audio().currentTime + 0.02);
}

export async function key(digit) {
  const tones = keyTones[digit];
  if (tones) burst(await outputs.speaker.open(), tones, audio().currentTime, 0.12, 0.04);
}
