// 着色与提醒 in the grid: the rules that hold, asked of the texts that are shown, and how what they say is shown.

import { fits, PLAIN, saidOf } from "../ruled.js";

export class Rules {
  constructor(grid) {
    this.grid = grid;
  }

  // The rules that hold: those being tried out, else those of the layout.
  get all() {
    return this.tried ?? this.grid.layout.rules;
  }

  // Show how these would look, or no longer; nothing of them is kept.
  try(rules) {
    this.tried = rules;
    this.grid.view.draw();
  }

  fits(rule, row) {
    return fits(rule, this.grid.layout.byName.get(rule.column), this.grid.store.linked(row, rule.column));
  }

  // A cell shows its mark where the colour is its own, a line beside its number where it is the row's.
  of(row) {
    const rules = row && row[1] >= 0 ? this.all : [];
    return saidOf(rules, this.grid.layout.byName, (name) => this.grid.store.linked(row, name));
  }

  // Of a row that is being added: of what is filled in alone, or every empty cell of it would be warned of.
  ofDraft(draft) {
    const text = (name) => this.grid.drafts.text(draft, name);
    const told = saidOf(this.all.filter((rule) => rule.scope === "cell" && text(rule.column)), this.grid.layout.byName, text);
    return { look: "", cell: (name) => (text(name) ? told.cell(name) : PLAIN) };
  }

  // What would be warned of a text that is being typed into a column of a row, before it is kept.
  typed(column, written) {
    const { rules, layout, store, drafts, lines, selection } = this.grid;
    const { draft, row } = lines.at(selection.line);
    const held = store.rows.get(row);
    if (draft !== undefined ? !written : !held) return "";
    const text = (name) => (name === column.name ? written : draft === undefined ? store.linked(held, name) : drafts.text(draft, name));
    return saidOf(rules.all, layout.byName, text).cell(column.name).warn;
  }
}

// -- how it is shown: by classes alone, the colours are in panel.css -----------------------------

function colour(element, look) {
  for (const name of [...element.classList]) if (name.startsWith("look-")) element.classList.remove(name);
  if (look) element.classList.add(`look-${look}`);
  element.looks = look;
}

export function dress(cell, { look, marked, warn }) {
  colour(cell, look);
  cell.classList.toggle("marked", marked);
  cell.classList.toggle("warned", Boolean(warn));
  if (warn) cell.title = cell.title ? `${warn}\n${cell.title}` : warn;
}

export function dressLine(gutter, { look }) {
  if ((gutter.looks ?? "") === look) return;
  colour(gutter, look);
  gutter.classList.toggle("marked", Boolean(look));
}
