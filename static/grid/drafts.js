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
    if (Object.values(row.texts).every((one) => !one)) this.rows.splice(draft, 1);
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

  // The server took them: they are rows now.
  taken(added) {
    this.rows = this.rows.filter((row) => !added.drafts?.includes(row));
  }

  // The server did not: they stay as they were typed, or come back as rows to be corrected.
  returned({ added }) {
    if (!added.length) return;
    if (!added.drafts) this.rows.push(...added.map((texts) => ({ texts: { ...texts }, faults: {} })));
    for (const row of added.drafts ?? []) row.sent = false;
    this.grid.place();
  }

  blame(added, at, name, sentence) {
    const row = added.drafts?.[at];
    if (row) row.faults[name] = sentence;
  }

  drop(draft) {
    this.rows.splice(draft, 1);
    this.grid.place();
  }
}
