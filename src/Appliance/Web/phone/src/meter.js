// The level of a stream, as a bar: -60 dB and less is empty, full scale is full.
import { audio } from './tones.js';

export class Meter {
  constructor(stream, show) {
    this.source = audio().createMediaStreamSource(stream);
    this.analyser = audio().createAnalyser();
    this.analyser.fftSize = 1024;
    this.source.connect(this.analyser);
    this.samples = new Float32Array(this.analyser.fftSize);
    this.level = 0;
    const draw = () => {
      this.frame = requestAnimationFrame(draw);
      show(this.read());
    };
    draw();
  }

  /** 0 to 1; it rises at once and falls slowly, as eyes expect. */
  read() {
    this.analyser.getFloatTimeDomainData(this.samples);
    let power = 0;
    for (const sample of this.samples) power += sample * sample;
    const decibels = 10 * Math.log10(power / this.samples.length + 1e-9);
    this.level = Math.max(Math.min(1, Math.max(0, (decibels + 60) / 54)), this.level * 0.88);
    return this.level;
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.source.disconnect();
  }
}
