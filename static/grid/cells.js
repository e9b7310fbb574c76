// What a cell says, what is wrong with it, and whether it may be edited; for the eye and for the ear.

import { gone } from "./store.js";

export class Cells {
  constructor(grid) {
    this.grid = grid;
  }

  text(line, col) {
    const column = this.grid.layout.shown[col];
    if (line < 0 || line >= this.grid.lines.count) return "";
    const { draft, row } = this.grid.lines.at(line);
    if (draft !== undefined) return this.grid.drafts.text(draft, column.name);
    const held = this.grid.store.rows.get(row);
    return held ? this.grid.store.text(held, column.name) : "";
  }

  // What a cell says now, and its row's version; undefined where there is no row.
  shown(line, column) {
    const held = this.grid.store.rows.get(this.grid.lines.row(line));
    return held && { id: held[0], seen: this.grid.store.text(held, column.name), version: held[1] };
  }

  state(line, col) {
    const column = this.grid.layout.shown[col];
    if (!column || line >= this.grid.lines.count) return undefined;
    const { draft, row } = this.grid.lines.at(line);
    if (draft !== undefined) return this.grid.drafts.fault(draft, column.name) ? this.grid.drafts.state(draft, column.name) : undefined;
    const held = this.grid.store.rows.get(row);
    return held && this.grid.store.state(held, column.name);
  }

  // What a rule warns of here; "" where none does.
  warning(line, col) {
    const column = this.grid.layout.shown[col];
    if (!column || line >= this.grid.lines.count) return "";
    const { draft, row } = this.grid.lines.at(line);
    if (draft !== undefined) return this.grid.rules.ofDraft(draft).cell(column.name).warn;
    const held = this.grid.store.rows.get(row);
    return held ? this.grid.rules.of(held).cell(column.name).warn : "";
  }

  // Why the active cell cannot be edited; "" where it can.
  why() {
    const { line, column } = this.grid.selection;
    if (!this.grid.lines.count) return "没有行";
    const { draft, row, group } = this.grid.lines.at(line);
    if (group !== undefined) return "这是分组的标题";
    if (draft !== undefined) return column.addable ? "" : `新增的行不填“${column.label}”，由系统给出`;
    if (!column.editable) return `“${column.label}”不能在这里改`;
    const held = this.grid.store.rows.get(row);
    if (!held) return "正在取这一行，请稍候";
    if (gone(held)) return "这一行已经不在了";
    return held[2] ? "" : "这一行归别的机构管，您只能看";
  }

  // The active cell in words, for the ear.
  spoken() {
    const { line, col, column } = this.grid.selection;
    if (!this.grid.lines.count || !column) return "没有行";
    const state = this.state(line, col);
    const what = this.grid.lines.at(line);
    const place = what.draft === undefined ? `第 ${(what.row ?? line) + 1} 行` : "新行";
    return [place, column.label, this.text(line, col) || "空", state?.sentence || this.warning(line, col), this.why() && "只读"].filter(Boolean).join("，");
  }

  // A fault in words: which row, which column, why.
  named(id, name, sentence) {
    const row = this.grid.store.rows.get(this.grid.store.places.get(id));
    const who = row ? `第 ${this.grid.store.places.get(id) + 1} 行 ${this.grid.store.kept(row, this.grid.sheet.columns[0].name)}` : `新增第 ${-id} 行`;
    return `${who}，${this.grid.layout.byName.get(name)?.label ?? ""}：${sentence}`;
  }
}
