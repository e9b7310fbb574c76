// 着色与提醒: what rules say of one row, by the texts its cells show. The server says the same of lists, paper and
// workbooks (aid/rules/ruling.py); tests/aid/rules/colouring_cases.py asks both.
// The text of a link is what a lookup fills in: a name, and behind it the code where that is known.
// A column is {kind, choices: [[label, …, code]], closed: [[label, code]]} by its name.

const NUMERIC = ["number", "money", "decimal"];
const DATED = ["date", "moment"];
const CODED = ["choice", "flag"];
const LINKED = /^(?:(.*) )?([0-9]{12})$/s;
const NUMBER = /^-?[0-9]+(\.[0-9]+)?$/;

export const PLAIN = { look: "", marked: false, warn: "" }; // a cell of which no rule says anything
export const isBare = (how) => ["blank", "filled"].includes(how); // compares with nothing
export const isCoded = (column) => CODED.includes(column?.kind);

const number = (text) => {
  const bare = text.trim().replaceAll(",", "");
  return NUMBER.test(bare) ? Number(bare) : NaN;
};
const day = (text) => text.slice(0, 10);

// The code behind each label, of closed choices too.
export function codesOf(column) {
  column.codes ??= new Map([...(column.choices ?? []), ...(column.closed ?? [])].map((choice) => [choice[0], choice.at(-1)]));
  return column.codes;
}

// What a choice is compared by; what is no code is meant as a label: rules were once kept so.
export function codeOf(column, value) {
  const codes = codesOf(column);
  return [...codes.values()].includes(value) ? value : codes.get(value) ?? value;
}

// A value to compare with, as a clerk reads it.
export function toldValue(column, value) {
  if (!isCoded(column)) return value;
  const code = codeOf(column, value);
  return [...codesOf(column)].find(([, one]) => one === code)?.[0] ?? value;
}

// The name and the code of a link.
export function linked(text) {
  const [, name = "", code] = LINKED.exec(text) ?? [];
  return code ? { name, code } : { name: text, code: "" };
}

// By the codes, for two may have one name; by the names where one of the two has none: rules were once kept so, and
// what is being typed may have none yet.
function sameRow(text, value) {
  const [shown, meant] = [linked(text), linked(value)];
  return shown.code && meant.code ? shown.code === meant.code : Boolean(meant.name) && shown.name === meant.name;
}

// Each asks a text; `same` is what a column of this kind calls the same.
const FITS = {
  is: (text, value, same) => same(text, value),
  is_not: (text, value, same) => !same(text, value),
  has: (text, value) => text.toLowerCase().includes(value.toLowerCase()),
  blank: (text) => !text,
  filled: (text) => Boolean(text),
  over: (text, value) => number(text) > number(value),
  under: (text, value) => number(text) < number(value),
  after: (text, value) => day(text) > value,
  before: (text, value) => Boolean(text) && day(text) < value,
};

function sameOf(column) {
  if (NUMERIC.includes(column.kind)) return (text, value) => number(text) === number(value);
  if (DATED.includes(column.kind)) return (text, value) => day(text) === value;
  if (isCoded(column)) return (text, value) => (codesOf(column).get(text) ?? text) === codeOf(column, value);
  return column.kind === "link" ? sameRow : (text, value) => text === value;
}

// The conditions that a column of this kind may be asked for.
export function howsOf(kind) {
  if (NUMERIC.includes(kind)) return ["is", "is_not", "over", "under", "blank", "filled"];
  if (DATED.includes(kind)) return ["is", "is_not", "after", "before", "blank", "filled"];
  if (kind === "flag") return ["is", "is_not", "blank", "filled"];
  return ["is", "is_not", "has", "blank", "filled"];
}

export function fieldOf(kind) {
  if (DATED.includes(kind)) return { type: "date" };
  return NUMERIC.includes(kind) ? { inputMode: "decimal" } : {};
}

export function fits(rule, column, text) {
  if (!column || !(rule.value || isBare(rule.how))) return false;
  const isNamed = column.kind === "link" && !["is", "is_not", "blank", "filled"].includes(rule.how);
  return FITS[rule.how](isNamed ? linked(text).name : text, rule.value, sameOf(column));
}

// What is said of a row and of its cells: the first colour that fits, a cell's own before its row's, and the first
// warning. `columns` are by name, `text` tells what a column shows.
export function saidOf(rules, columns, text) {
  const own = new Map();
  let look = "";
  for (const rule of rules) {
    if (!fits(rule, columns.get(rule.column), text(rule.column))) continue;
    const cell = own.get(rule.column) ?? { look: "", warn: "" };
    if (rule.scope === "row") look ||= rule.look ?? "";
    else cell.look ||= rule.look ?? "";
    cell.warn ||= rule.warn ?? "";
    own.set(rule.column, cell);
  }
  return { look, own, cell: (name) => said(own.get(name), look) };
}

function said(own, look) {
  if (!own && !look) return PLAIN;
  return { look: own?.look || look, marked: Boolean(own?.look), warn: own?.warn ?? "" };
}
