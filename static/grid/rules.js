// 着色与提醒: which colour a cell or a row takes and what it warns of, by rules over the texts that are shown.

const NUMERIC = ["number", "money", "decimal"];
const DATED = ["date", "moment"];

export const PLAIN = { look: "", marked: false, warn: "" }; // a cell of which no rule says anything
export const isBare = (how) => ["blank", "filled"].includes(how); // compares with nothing

const number = (text) => (text.trim() ? Number(text.replaceAll(",", "")) : NaN);
const day = (text) => text.slice(0, 10);

// Each asks a text; `same` is what a column of this kind calls the same.
const FITS = {
  is: (text, value, same) => same(text, value),
  is_not: (text, value, same) => !same(text, value),
  has: (text, value) => text.toLowerCase().includes(value.toLowerCase()),
  blank: (text) => !text,
  filled: (text) => Boolean(text),
  over: (text, value) => number(text) > number(value),
  under: (text, value) => number(text) < number(value),
  after: (text, value) => Boolean(text) && day(text) > value,
  before: (text, value) => Boolean(text) && day(text) < value,
};

function sameOf(kind) {
  if (NUMERIC.includes(kind)) return (text, value) => number(text) === number(value);
  if (DATED.includes(kind)) return (text, value) => day(text) === value;
  return (text, value) => text === value;
}

// The conditions that a column of this kind may be asked for.
export function howsOf(kind) {
  if (NUMERIC.includes(kind)) return ["is", "is_not", "over", "under", "blank", "filled"];
  if (DATED.includes(kind)) return ["is", "is_not", "after", "before", "blank", "filled"];
  return ["is", "is_not", "has", "blank", "filled"];
}

export function fieldOf(kind) {
  if (DATED.includes(kind)) return { type: "date" };
  return NUMERIC.includes(kind) ? { inputMode: "decimal" } : {};
}

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
    const column = this.grid.layout.byName.get(rule.column);
    if (!column || !(rule.value || isBare(rule.how))) return false;
    return FITS[rule.how](this.grid.store.text(row, rule.column), rule.value, sameOf(column.kind));
  }

  // What is said of a row and of its cells: the first colour that fits, a cell's own before its row's, and the first
  // warning. A cell shows its mark where the colour is its own, a line beside its number where it is the row's.
  of(row) {
    const own = new Map();
    let look = "";
    for (const rule of row && row[1] >= 0 ? this.all : []) {
      if (!this.fits(rule, row)) continue;
      const cell = own.get(rule.column) ?? { look: "", warn: "" };
      if (rule.scope === "row") look ||= rule.look ?? "";
      else cell.look ||= rule.look ?? "";
      cell.warn ||= rule.warn ?? "";
      own.set(rule.column, cell);
    }
    return { look, cell: (name) => said(own.get(name), look) };
  }
}

function said(own, look) {
  if (!own && !look) return PLAIN;
  return { look: own?.look || look, marked: Boolean(own?.look), warn: own?.warn ?? "" };
}

// -- how it is shown: by classes alone, the colours are in grid.css ------------------------------

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
