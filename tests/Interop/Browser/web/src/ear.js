// An audio worklet that passes on what it hears as 16-bit samples, a tenth of a second at a time.
registerProcessor('ear', class extends AudioWorkletProcessor {
  #kept = new Int16Array(4800);
  #count = 0;

  process([[channel]]) {
    // A track that is not there yet, or not any more, is silence of the same length.
    for (let i = 0; i < 128; i++) {
      this.#kept[this.#count++] = Math.max(-32768, Math.min(32767, Math.round((channel?.[i] ?? 0) * 32768)));
      if (this.#count === this.#kept.length) {
        this.port.postMessage(this.#kept.slice());
        this.#count = 0;
      }
    }
    return true;
  }
});
