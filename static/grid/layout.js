// Which columns are shown, in which order, how wide, and how many stay in sight at the left.

export const NARROWEST = 36;
export const WIDEST = 800;

export class Layout extends EventTarget {
  // `kept` is {order, hidden, widths, frozen} as it was left, or null.
  constructor(columns, kept) {
    super();
    this.all = columns;
    this.byName = new Map(columns.map((column) => [column.name, column]));
    this.use(kept);
  }

  use(kept) {
    const order = (kept?.order || []).filter((name) => this.byName.has(name));
    const others = this.all.map((column) => column.name).filter((name) => !order.includes(name));
    this.order = [...order, ...others];
    this.hidden = new Set((kept?.hidden || []).filter((name) => this.byName.has(name)));
    this.widths = { ...(kept?.widths || {}) };
    this.frozen = kept?.frozen ?? 1;
    this.place();
  }

  get told() {
    return { order: this.order, hidden: [...this.hidden], widths: this.widths, frozen: this.frozen };
  }

  // -- what is shown -----------------------------------------------------------------

  place() {
    this.shown = this.order.filter((name) => !this.hidden.has(name)).map((name) => this.byName.get(name));
    if (!this.shown.length) {
      this.hidden.delete(this.order[0]);
      this.shown = [this.byName.get(this.order[0])];
    }
    this.frozen = Math.max(0, Math.min(this.frozen, this.shown.length - 1));
    this.lefts = [];
    let left = 0;
    for (const column of this.shown) {
      this.lefts.push(left);
      left += this.width(column);
    }
    this.total = left;
    this.dispatchEvent(new Event("change"));
  }

  width(column) {
    return this.widths[column.name] ?? column.width;
  }

  at(column) {
    return this.shown.findIndex((one) => one.name === column);
  }

  // The width of the columns that stay in sight.
  get frozenWidth() {
    return this.frozen < this.shown.length ? this.lefts[this.frozen] : this.total;
  }

  // -- what a clerk changes ----------------------------------------------------------

  resize(name, width) {
    this.widths[name] = Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
    this.place();
  }

  show(name, visible) {
    if (visible) this.hidden.delete(name);
    else this.hidden.add(name);
    this.place();
  }

  // Put a column in front of another, or last where that is undefined.
  move(name, before) {
    this.order = this.order.filter((one) => one !== name);
    const at = before === undefined ? this.order.length : this.order.indexOf(before);
    this.order.splice(at, 0, name);
    this.place();
  }

  freeze(count) {
    this.frozen = count;
    this.place();
  }
}
