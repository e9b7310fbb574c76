// Rows that are being written at the end of the table and are not added yet.

export class Drafts {
  constructor(grid, required) {
    this.grid = grid;
    this.required = required;
    this.possible = grid.sheet.columns.some((column) => column.addable);
    this.rows = [];
    grid.selection.addEventListener("change", () => this.leave());
  }

  // One more line than there are rows begun: the one to type into next.
  get count() {
    return this.possible ? this.rows.length + 1 : 0;
  }

  get begun() {
    return this.rows.length;
  }

  text(draft, name) {
    return this.rows[draft]?.texts[name] ?? "";
  }

  fault(draft, name) {
    return this.rows[draft]?.faults[name];
  }

  state(draft, name) {
    const sentence = this.fault(draft, name);
    return sentence ? { state: "wrong", sentence, theirs: null } : { state: "waiting" };
  }

  write(draft, column, text) {
    if (!column.addable) return;
    const row = (this.rows[draft] ??= { texts: {}, faults: {} });
    row.texts[column.name] = text;
    delete row.faults[column.name];
  }

  // Rows in which nothing stands any more are none; only after a whole gesture, for it counts on their numbers.
  tidy() {
    this.rows = this.rows.filter((row) => Object.values(row.texts).some(Boolean));
    this.grid.place();
  }

  // When one goes on from a row that has all it needs, it is added.
  leave() {
    const here = this.grid.lines.at(Math.min(this.grid.selection.line, this.grid.lines.count - 1))?.draft;
    const ready = this.rows.filter((row, index) => index !== here && !row.sent && this.whole(row));
    if (ready.length) this.send(ready);
  }

  whole(row) {
    const missing = this.required.filter((name) => !row.texts[name]);
    for (const name of missing) row.faults[name] ??= `请填写${this.grid.layout.byName.get(name).label}`;
    return !Object.keys(row.faults).length;
  }

  send(rows) {
    for (const row of rows) row.sent = true;
    const added = rows.map((row) => ({ ...row.texts }));
    added.drafts = rows;
    this.grid.saving.push({ rows: new Map(), added });
  }

  // They are rows of the table now, but for those that the server did not take: these stay to be corrected.
  settled({ added }, faults) {
    this.stay(added, faults, (row) => Object.keys(row.faults).length > 0);
  }

  // Nothing was added: all of them stay as they were written or pasted, to be corrected.
  returned({ added }, faults) {
    this.stay(added, faults, () => true);
  }

  // The clerk wants none of it: what was typed stays, what was pasted goes.
  refused({ added }, faults) {
    this.stay(added, faults, (row) => this.rows.includes(row));
  }

  stay(added, faults, chosen) {
    if (!added.length) return;
    const rows = added.drafts ?? added.map((texts) => ({ texts: { ...texts }, faults: {} }));
    for (const [id, name, sentence] of faults) if (id < 0) rows[-1 - id].faults[name] = sentence;
    const kept = rows.filter(chosen);
    this.rows = [...this.rows.filter((row) => !rows.includes(row) || kept.includes(row)), ...kept.filter((row) => !this.rows.includes(row))];
    for (const row of kept) row.sent = false;
    this.grid.place();
  }

  // Give up what is wrong in a cell; whether anything was.
  drop(draft, column) {
    if (!this.fault(draft, column.name)) return false;
    this.write(draft, column, "");
    this.tidy();
    return true;
  }
}
