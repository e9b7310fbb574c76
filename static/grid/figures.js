// What the rows come to: a line under the grid for the columns one stands in, and, where it is wanted, a row under all
// columns. Of the range one has drawn; of all rows where that is a single cell.

import { GUTTER } from "./view.js";

const WAIT = 250; // milliseconds of rest before the server is asked
const TOLD = 3; // columns in the line
const MOST_CELLS = 600000; // of which different values are counted in every column

export class Figures {
  constructor(grid) {
    this.grid = grid;
    const foot = document.querySelector("[data-foot]");
    this.line = foot.querySelector("[data-figures]");
    this.button = foot.querySelector("[data-figures-row]");
    this.row = new TotalsRow(grid);
    this.known = new Map(); // column name → [filled, different, sum] of the rows `key` names
    this.asked = 0;
    this.button.addEventListener("click", () => this.toggle());
    for (const source of [grid.selection, grid.layout]) source.addEventListener("change", () => this.moved());
    grid.store.addEventListener("change", () => this.moved());
    grid.store.addEventListener("written", () => this.renew());
  }

  toggle() {
    this.row.toggle();
    this.button.setAttribute("aria-pressed", String(this.row.shown));
    this.moved();
    this.grid.keys.focus();
  }

  // The rows meant, by their place in the snapshot.
  get range() {
    const { selection, lines, store } = this.grid;
    const { top, bottom } = selection.edges;
    const [first, last] = selection.single ? [0, store.total - 1] : lines.rows(top, bottom);
    return { first, count: last - first + 1, all: selection.single, key: `${store.snapshot} ${first} ${last}` };
  }

  // The columns told in the line.
  get told() {
    return this.grid.selection.columns.slice(0, TOLD).map((column) => column.name);
  }

  // What is known is of these rows no more: somebody wrote some of them.
  renew() {
    this.stale = true;
    this.later();
  }

  moved() {
    const { key } = this.range;
    if (key !== this.key) {
      this.known = new Map();
      this.key = key;
    }
    this.draw();
    if (this.missing().columns.length) this.later();
  }

  // What is to be asked: columns, and those of them whose different values are counted.
  missing() {
    const names = this.row.shown ? this.grid.layout.shown.map((column) => column.name) : this.told;
    const many = names.length * this.range.count > MOST_CELLS;
    const counted = (name) => !many || this.told.includes(name);
    const known = (name) => !this.stale && this.known.has(name) && (this.known.get(name)[1] !== null || !counted(name));
    const columns = this.range.count > 0 ? names.filter((name) => !known(name)) : [];
    return { columns, distinct: columns.filter(counted) };
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), WAIT);
  }

  // An answer to a question that has been asked anew since is dropped.
  async ask() {
    const { first, count, key } = this.range;
    const wanted = this.missing();
    if (!wanted.columns.length) return;
    const mine = ++this.asked;
    this.stale = false;
    const body = { snapshot: this.grid.store.snapshot, from: first, count, ...wanted };
    const answer = await this.grid.server.ask("totals", body).catch(() => null);
    if (!answer || mine !== this.asked || key !== this.key) return;
    for (const [name, figures] of Object.entries(answer.columns)) this.known.set(name, figures);
    this.draw();
  }

  // -- what is told ------------------------------------------------------------------------

  draw() {
    const { count, all } = this.range;
    const rows = all ? `全部 ${count.toLocaleString()} 行` : `选中 ${count.toLocaleString()} 行 × ${this.grid.selection.columns.length} 列`;
    const told = this.told.filter((name) => this.known.has(name)).map((name) => `${this.grid.layout.byName.get(name).label}：${inWords(this.known.get(name)).join("，")}`);
    this.line.textContent = [rows, ...told].join("　");
    this.line.title = this.line.textContent;
    this.row.draw(this.known, all);
  }
}

function inWords([filled, distinct, sum]) {
  const words = [`已填 ${filled.toLocaleString()}`];
  if (distinct !== null) words.push(`不同 ${distinct.toLocaleString()}`);
  if (sum !== null) words.push(`合计 ${sum.toLocaleString()}`);
  return words;
}

// Under the columns, as wide as they are, and scrolled with them.
class TotalsRow {
  constructor(grid) {
    this.grid = grid;
    this.shown = false;
    this.box = document.createElement("div");
    this.box.className = "totals";
    this.box.setAttribute("role", "group");
    this.box.setAttribute("aria-label", "合计行");
    this.line = document.createElement("div");
    this.line.className = "totals-line";
    this.box.append(this.line);
    this.box.hidden = true;
    grid.root.append(this.box);
    grid.view.scroller.addEventListener("scroll", () => this.follow());
    grid.layout.addEventListener("change", () => this.build());
  }

  toggle() {
    this.shown = !this.shown;
    this.box.hidden = !this.shown;
    this.grid.root.classList.toggle("with-totals", this.shown);
    this.build();
  }

  build() {
    if (!this.shown) return;
    const { layout, view } = this.grid;
    this.head = document.createElement("div");
    this.head.className = "gutter";
    this.cells = layout.shown.map((column, col) => {
      const cell = document.createElement("div");
      cell.className = `total k-${column.kind}`;
      view.fit(cell, column, col);
      return cell;
    });
    this.line.replaceChildren(this.head, ...this.cells);
    const bar = view.scroller.offsetWidth - view.scroller.clientWidth;
    this.line.style.width = `${GUTTER + layout.total + bar}px`;
    this.follow();
  }

  follow() {
    this.box.scrollLeft = this.grid.view.scroller.scrollLeft;
  }

  draw(known, all) {
    if (!this.shown) return;
    this.head.textContent = all ? "合计" : "选中";
    this.grid.layout.shown.forEach((column, at) => {
      const words = known.has(column.name) ? inWords(known.get(column.name)) : [];
      const [filled, ...others] = words;
      this.cells[at].replaceChildren(...[filled, others.at(-1)].map((word) => Object.assign(document.createElement("div"), { textContent: word ?? "" })));
      this.cells[at].title = `${column.label}：${words.join("，")}`;
    });
  }
}
