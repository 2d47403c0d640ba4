// What the page shows. Parts change it through set(), and whoever draws it is told at most once a frame.
export class State extends EventTarget {
  #told = false;

  constructor(values) {
    super();
    Object.assign(this, values);
  }

  set(values) {
    Object.assign(this, values);
    if (this.#told) return;
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      this.dispatchEvent(new Event('change'));
    });
  }
}

export const start = () => new State({
  line: 'out',          // out, joining, ready, away
  user: '',
  notice: '',
  call: null,           // { party, incoming, stage, since, muted, held, heldByThem, keys, sent, quality }
  devicesOpen: false,
});
