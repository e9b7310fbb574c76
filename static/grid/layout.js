// Which columns are shown, in which order, how wide, how many stay in sight at the left, and the rules that colour them.

export const NARROWEST = 36;
export const WIDEST = 800;

export class Layout extends EventTarget {
  // `kept` is {columns: [{name, width, hidden}], frozen, rules, own} as it was left, or null. `meanings` says which of
  // the county's own columns stands in a spare one: the next of that name is another.
  constructor(columns, kept, meanings) {
    super();
    this.all = columns;
    this.meanings = meanings;
    this.byName = new Map(columns.map((column) => [column.name, column]));
    this.use(kept);
  }

  use(kept) {
    const named = kept?.columns || [];
    const known = named.filter(({ name }) => this.byName.has(name));
    this.foreign = named.filter(({ name }) => !this.byName.has(name)); // of another list of the same table
    this.order = known.map(({ name }) => name);
    this.all.forEach(({ name }, at) => { if (!this.order.includes(name)) this.insert(name, at); });
    this.hidden = new Set(known.filter(({ hidden }) => hidden).map(({ name }) => name));
    this.widths = Object.fromEntries(known.filter(({ width }) => width).map(({ name, width }) => [name, width]));
    this.frozen = kept?.frozen ?? 1;
    this.rules = kept?.rules ?? [];
    this.own = { ...kept?.own, ...this.meanings };
    this.place();
  }

  // A column that the kept layout does not know stands behind the one it usually follows.
  insert(name, at) {
    const before = at ? this.order.indexOf(this.all[at - 1].name) : -1;
    this.order.splice(before + 1, 0, name);
  }

  // What is to be kept.
  get told() {
    const own = this.order.map((name) => ({
      name,
      ...(name in this.widths && { width: this.widths[name] }),
      ...(this.hidden.has(name) && { hidden: true }),
    }));
    return {
      ...{ columns: [...own, ...this.foreign], frozen: this.frozen },
      ...(this.rules.length && { rules: this.rules }),
      ...(Object.keys(this.own).length && { own: this.own }),
    };
  }

  // Whether a kept layout is how the columns and the rules stand now.
  stands(kept) {
    const bare = ({ columns, frozen, rules = [] }) => JSON.stringify([
      ...[columns.filter(({ name }) => this.byName.has(name)), frozen],
      rules.map((rule) => Object.entries(rule).sort()),
    ]);
    return bare(new Layout(this.all, kept, this.meanings).told) === bare(this.told);
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
    const col = this.at(name);
    if (visible) this.hidden.delete(name);
    else this.hidden.add(name);
    if (!visible && col >= 0 && col < this.frozen) this.frozen -= 1;
    this.place();
  }

  showAll() {
    this.hidden.clear();
    this.place();
  }

  // Put a column in front of another, or last where that is undefined; `frozen` is how many then stay in sight.
  move(name, before, frozen = this.frozen) {
    this.order = this.order.filter((one) => one !== name);
    const at = before === undefined ? this.order.length : this.order.indexOf(before);
    this.order.splice(at, 0, name);
    this.frozen = frozen;
    this.place();
  }

  // One place to the left or right among those shown.
  shift(name, by) {
    const col = this.at(name);
    const other = this.shown[col + by];
    if (!other) return;
    if (by < 0) this.move(name, other.name);
    else this.move(name, this.shown[col + 2]?.name);
  }

  freeze(count) {
    this.frozen = count;
    this.place();
  }
}
