// From gestures to changes: which cells a typed word, a paste or a fill means, and what each said before.

import { gone } from "./store.js";

export const MOST_LINES = 10000; // of one gesture; more is what “整列填写” is for

const onTheWay = (state) => ["waiting", "saving"].includes(state.state);

export class Edits {
  constructor(grid) {
    this.grid = grid;
  }

  // -- gestures ------------------------------------------------------------------------

  // Save these cells, each {line, col, text}, as one gesture; `shown` is what a cell said when its edit began.
  commit(cells, added = []) {
    const rows = new Map();
    const drafts = [];
    for (const cell of cells) {
      const index = this.grid.lines.row(cell.line);
      const column = this.grid.layout.shown[cell.col];
      if (index >= 0) this.collect(rows, this.grid.store.rows.get(index), column, cell);
      else if (this.grid.lines.at(cell.line).draft !== undefined) drafts.push({ ...cell, column });
    }
    for (const cell of drafts) this.grid.drafts.write(this.grid.lines.at(cell.line).draft, cell.column, cell.text);
    if (drafts.length) this.grid.drafts.tidy();
    if (rows.size || added.length) this.grid.saving.push({ rows, added });
    this.grid.view.draw();
  }

  // Note a cell that would change: its row's version and text as the clerk saw them.
  collect(rows, row, column, { text, shown }) {
    if (!row || gone(row)) return;
    const { store } = this.grid;
    const state = store.state(row, column.name);
    const { seen, version } = this.seen(row, state) ?? shown ?? { seen: store.kept(row, column.name), version: row[1] };
    if (text === seen) {
      if (state && !onTheWay(state)) store.unmark(row[0], column.name);
      return;
    }
    if (!rows.has(row[0])) rows.set(row[0], new Map());
    rows.get(row[0]).set(column.name, { seen, text, version });
  }

  // What the clerk knows of a cell that is not saved: what was typed, what somebody else has made of it, or, where it is
  // wrong, what was there when it was typed; undefined where it is as it stands.
  seen(row, state) {
    if (!state) return undefined;
    if (onTheWay(state)) return { seen: state.text, version: row[1] };
    return { seen: state.theirs ?? state.seen, version: state.version };
  }

  // One text into every cell of a range that may be changed.
  async fillRange(edges, text) {
    await this.over(edges, ({ line, col, column }) => (column.editable || column.addable ? { line, col, text } : null));
  }

  async fillDown() {
    const { top, bottom, left, right } = this.grid.selection.edges;
    if (top === bottom) await this.repeatDown({ top: top - 1, bottom: top - 1, left, right }, bottom);
    else await this.repeatDown({ top, bottom: top, left, right }, bottom);
  }

  async fillRight() {
    const { top, bottom, left, right } = this.grid.selection.edges;
    await this.over({ top, bottom, left: left + 1, right }, ({ line, col, column }) =>
      column.editable ? { line, col, text: this.grid.cells.text(line, left) } : null);
  }

  // The lines of `source` again and again, down to the line `bottom`.
  async repeatDown(source, bottom) {
    if (source.top < 0) return;
    const tall = source.bottom - source.top + 1;
    const below = { top: source.bottom + 1, bottom, left: source.left, right: source.right };
    if (!(await this.ready(source.top, source.bottom))) return;
    await this.over(below, ({ line, col, column }) =>
      column.editable ? { line, col, text: this.grid.cells.text(source.top + ((line - source.top) % tall), col) } : null);
  }

  async over({ top, bottom, left, right }, choose) {
    if (!(await this.ready(top, bottom))) return;
    const cells = [];
    for (let line = top; line <= bottom; line += 1) {
      for (let col = left; col <= right; col += 1) {
        const cell = this.changeable(line) && choose({ line, col, column: this.grid.layout.shown[col] });
        if (cell) cells.push(cell);
      }
    }
    if (cells.length) this.commit(cells);
    else this.grid.bubble.say(this.grid.cells.why() || "这里没有可以改的格子");
  }

  // Whether a line has a row of one's own, or is a new row.
  changeable(line) {
    const index = this.grid.lines.row(line);
    if (index < 0) return this.grid.lines.at(line)?.draft !== undefined;
    const row = this.grid.store.rows.get(index);
    return Boolean(row && row[2] && !gone(row));
  }

  // Whether the rows of these lines are here, asked for where they are not.
  async ready(top, bottom) {
    if (bottom - top >= MOST_LINES) {
      this.grid.bubble.say(`一次最多 ${MOST_LINES.toLocaleString()} 行；整列改成一个值请用列菜单里的“整列填写”`);
      return false;
    }
    const rows = [this.grid.lines.row(top), this.grid.lines.row(Math.min(bottom, this.grid.lines.rowLines - 1))].filter((row) => row >= 0);
    if (!rows.length) return true;
    try {
      await this.grid.store.load(Math.min(...rows), Math.max(...rows));
      return true;
    } catch {
      this.grid.bubble.say("没有取到这些行，请检查网络后再试；什么都没有改动");
      return false;
    }
  }

  // -- paste ---------------------------------------------------------------------------

  async paste(table) {
    if (!table.length || !table[0].length) return;
    const { top, left, bottom, right } = this.grid.selection.edges;
    const tall = table.length * Math.max(1, Math.floor((bottom - top + 1) / table.length));
    const wide = table[0].length * Math.max(1, Math.floor((right - left + 1) / table[0].length));
    const text = (down, across) => table[down % table.length][across % table[0].length];
    const lines = this.linesFrom(top, tall, tall * wide === 1);
    if (!(await this.ready(top, lines.at(-1) ?? top))) return;
    const cells = [];
    const width = Math.min(wide, this.grid.layout.shown.length - left);
    lines.forEach((line, down) => {
      for (let across = 0; across < width; across += 1) cells.push({ line, col: left + across, text: text(down, across) });
    });
    const beyond = tall - lines.length;
    if (beyond > 0 && !(await this.addBeyond(cells, { left, width, beyond, first: lines.length, text }))) return;
    if (beyond <= 0) this.commit(cells);
    if (wide > width) this.grid.bubble.say(`表格右边没有列了，多出的 ${wide - width} 列没有粘贴`);
    this.grid.selection.range(top, left, lines.at(-1) ?? top, left + width - 1);
  }

  // So many lines with a row, from `top` on, new rows that were begun among them; with `next` also the one to begin.
  // Headings of groups are stepped over.
  linesFrom(top, count, next) {
    const { lines, drafts } = this.grid;
    const found = [];
    const end = lines.rowLines + (next ? lines.drafts : drafts.begun);
    for (let line = top; found.length < count && line < end; line += 1) {
      if (lines.at(line).group === undefined) found.push(line);
    }
    return found;
  }

  // More rows were pasted than there are. Whether anything is to be done; asks first.
  async addBeyond(cells, { left, width, beyond, first, text }) {
    const columns = this.grid.layout.shown.slice(left, left + width);
    const able = this.grid.drafts.possible && columns.some((column) => column.addable);
    const told = `粘贴的内容比表格多 ${beyond} 行。`;
    const choices = [cells.length ? ["only", `只粘贴到已有的 ${first} 行`] : null, ["", "取消"]].filter(Boolean);
    if (able) choices.unshift(["add", `新增 ${beyond} 行`]);
    const choice = await this.grid.dialog.choose(able ? `${told}要新增这些行吗？` : `${told}这张表不能在这里新增行。`, choices);
    if (!choice) return false;
    const added = choice === "add" ? Array.from({ length: beyond }, (_, at) => this.newRow(columns, first + at, text)) : [];
    this.commit(cells, added);
    return true;
  }

  newRow(columns, down, text) {
    const row = {};
    columns.forEach((column, across) => { if (column.addable) row[column.name] = text(down, across); });
    return row;
  }

  // -- copy ----------------------------------------------------------------------------

  // The range as rows of texts; null where not all of it is here yet.
  copied() {
    const { top, bottom } = this.grid.selection.edges;
    const rows = [];
    for (let line = top; line <= bottom; line += 1) {
      const what = this.grid.lines.at(line);
      if (what.group !== undefined) continue;
      if (what.row !== undefined && !this.grid.store.rows.has(what.row)) return null;
      rows.push(this.grid.selection.columns.map((column) => this.grid.cells.text(line, this.grid.layout.at(column.name))));
    }
    return rows;
  }

  // -- back ----------------------------------------------------------------------------

  // Give up what was typed into the active cell and not saved; whether there was anything.
  drop() {
    const { selection, store, lines, drafts } = this.grid;
    const { draft } = lines.count ? lines.at(selection.line) : {};
    if (draft !== undefined) return drafts.drop(draft, selection.column);
    const row = store.rows.get(lines.row(selection.line));
    const state = row && store.state(row, selection.column.name);
    if (!state || onTheWay(state)) return false;
    store.unmark(row[0], selection.column.name);
    store.emit();
    this.grid.bubble.hide();
    this.grid.saving.tell();
    return true;
  }
}
