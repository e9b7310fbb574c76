// Drawing: the lines in sight and no others, the frozen columns at the left, the range and what is not saved.

import { PLAIN } from "../ruled.js";
import { dress, dressLine } from "./rules.js";
import { gone } from "./store.js";

export const LINE = 26; // pixels
const HEAD = 30;
export const GUTTER = 56;
const BEYOND = 6; // lines drawn above and below what is in sight

function made(tag, className, role) {
  const element = document.createElement(tag);
  element.className = className;
  if (role) element.setAttribute("role", role);
  return element;
}

export class View {
  constructor(grid) {
    this.grid = grid;
    this.root = grid.root;
    this.scroller = grid.root.querySelector("[data-scroller]");
    this.head = made("div", "head-row", "row");
    this.body = made("div", "body", "rowgroup");
    const top = made("div", "head-group", "rowgroup");
    top.append(this.head);
    this.scroller.append(top, this.body);
    this.drawn = new Map(); // line → its element
    this.scroller.addEventListener("scroll", () => { this.draw(); this.grid.editor.place(); });
    new ResizeObserver(() => this.draw()).observe(this.scroller);
    grid.layout.addEventListener("change", () => this.redraw());
    grid.selection.addEventListener("change", () => this.draw());
    grid.store.addEventListener("change", () => this.draw());
  }

  // -- the whole ---------------------------------------------------------------------

  // Everything anew: after columns, sorting or grouping changed.
  redraw() {
    for (const row of this.drawn.values()) row.remove();
    this.drawn.clear();
    this.drawHead();
    this.draw();
  }

  // Draw once for however many changes, before the next picture.
  draw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.drawNow(); });
  }

  drawNow() {
    const { lines, layout, store } = this.grid;
    const width = GUTTER + layout.total;
    this.body.style.height = `${lines.count * LINE}px`;
    this.body.style.width = this.head.style.width = `${width}px`;
    this.scroller.setAttribute("aria-rowcount", lines.count + 1);
    this.scroller.setAttribute("aria-colcount", layout.shown.length + 1);
    const [first, last] = this.inSight();
    for (const [line, row] of this.drawn) if (line < first || line > last) { row.remove(); this.drawn.delete(line); }
    for (let line = first; line <= last; line += 1) this.drawLine(line);
    const rows = [lines.row(first), lines.row(last)].filter((row) => row >= 0);
    if (rows.length) store.need(Math.min(...rows), Math.max(...rows));
    this.root.classList.toggle("none", !lines.count);
    if (!performance.getEntriesByName("grid-drawn").length) performance.mark("grid-drawn");
    this.grid.editor.place();
  }

  // First and last line to be drawn.
  inSight() {
    const top = Math.floor(this.scroller.scrollTop / LINE);
    const many = Math.ceil(this.scroller.clientHeight / LINE);
    const last = this.grid.lines.count - 1;
    return [Math.max(0, Math.min(top - BEYOND, last)), Math.min(last, top + many + BEYOND)];
  }

  get page() {
    return Math.max(1, Math.floor((this.scroller.clientHeight - HEAD) / LINE) - 1);
  }

  // -- the heads ----------------------------------------------------------------------

  drawHead() {
    const { layout } = this.grid;
    const corner = made("div", "gutter corner", "columnheader");
    corner.setAttribute("aria-label", "行号");
    corner.setAttribute("aria-colindex", "1");
    this.head.setAttribute("aria-rowindex", "1");
    this.head.replaceChildren(corner, ...layout.shown.map((column, col) => this.headCell(column, col)));
  }

  headCell(column, col) {
    const cell = made("div", `headcell k-${column.kind}`, "columnheader");
    cell.dataset.column = column.name;
    cell.dataset.col = col;
    cell.setAttribute("aria-colindex", col + 2);
    this.fit(cell, column, col);
    const label = made("span", "label");
    label.textContent = column.label;
    cell.title = column.editable ? column.label : `${column.label}（不在这里改）`;
    cell.classList.toggle("readonly", !column.editable);
    cell.append(label);
    this.grid.header?.dress(cell, column);
    return cell;
  }

  // Width and, for a column that stays in sight, where it stands.
  fit(cell, column, col) {
    const { layout } = this.grid;
    cell.style.width = `${layout.width(column)}px`;
    if (col < layout.frozen) {
      cell.classList.add("frozen");
      cell.classList.toggle("edge", col === layout.frozen - 1);
      cell.style.left = `${GUTTER + layout.lefts[col]}px`;
    }
  }

  // -- a line --------------------------------------------------------------------------

  drawLine(line) {
    const what = this.grid.lines.at(line);
    const kind = what.group === undefined ? "row" : "grouprow";
    let element = this.drawn.get(line);
    if (!element || element.dataset.kind !== kind) {
      element?.remove();
      element = kind === "row" ? this.makeRow(line) : this.makeGroup(line);
      this.drawn.set(line, element);
      this.body.append(element);
    }
    if (kind === "grouprow") this.fillGroup(element, what.group);
    else if (what.draft === undefined) this.fillRow(element, line, what.row);
    else this.fillDraft(element, line, what.draft);
  }

  makeRow(line) {
    const row = this.makeLine(line, "row");
    const gutter = made("div", "gutter", "rowheader");
    gutter.setAttribute("aria-colindex", "1");
    row.append(gutter);
    this.grid.layout.shown.forEach((column, col) => {
      const cell = made("div", `cell k-${column.kind}`, "gridcell");
      cell.dataset.col = col;
      cell.dataset.column = column.name;
      cell.id = `cell-${line}-${col}`;
      cell.setAttribute("aria-colindex", col + 2);
      this.fit(cell, column, col);
      row.append(cell);
    });
    return row;
  }

  makeLine(line, kind) {
    const element = made("div", kind, "row");
    element.dataset.kind = kind;
    element.dataset.line = line;
    element.setAttribute("aria-rowindex", line + 2);
    element.style.top = `${line * LINE}px`;
    return element;
  }

  makeGroup(line) {
    const element = this.makeLine(line, "grouprow");
    const cell = made("button", "fold", "gridcell");
    cell.type = "button";
    cell.tabIndex = -1;
    element.append(cell);
    return element;
  }

  fillGroup(element, group) {
    const { lines } = this.grid;
    const [text, count] = lines.groups[group];
    const folded = lines.folded.has(group);
    element.dataset.group = group;
    element.firstChild.textContent = `${folded ? "▸" : "▾"} ${text}　${count.toLocaleString()} 条`;
    element.firstChild.setAttribute("aria-expanded", String(!folded));
    element.classList.toggle("here", this.grid.selection.line === Number(element.dataset.line));
  }

  fillRow(element, line, index) {
    const row = this.grid.store.rows.get(index);
    const gutter = element.firstChild;
    gutter.textContent = (index + 1).toLocaleString();
    gutter.classList.toggle("in", this.grid.selection.holds(line, this.grid.selection.col));
    element.classList.remove("draft");
    element.classList.toggle("loading", !row);
    element.classList.toggle("gone", Boolean(row) && gone(row));
    element.classList.toggle("foreign", Boolean(row) && !row[2]);
    const said = this.grid.rules.of(row);
    dressLine(gutter, said);
    this.eachCell(element, (cell, column, col) => {
      const state = row && this.grid.store.state(row, column.name);
      const readonly = !column.editable || !row || !row[2] || gone(row);
      cell.classList.toggle("fresh", Boolean(row && this.grid.store.fresh.get(row[0])?.has(column.name)));
      this.fillCell(cell, column, { text: row ? this.grid.store.text(row, column.name) : "", state, readonly, line, col, said: said.cell(column.name) });
    });
  }

  fillDraft(element, line, draft) {
    element.firstChild.textContent = draft === this.grid.lines.drafts - 1 ? "＋" : "新";
    element.classList.remove("loading", "gone", "foreign");
    element.classList.add("draft");
    const said = this.grid.rules.ofDraft(draft);
    this.eachCell(element, (cell, column, col) => {
      const text = this.grid.drafts.text(draft, column.name);
      const state = text || this.grid.drafts.fault(draft, column.name) ? this.grid.drafts.state(draft, column.name) : undefined;
      this.fillCell(cell, column, { text, state, readonly: !column.addable, line, col, said: said.cell(column.name) });
    });
  }

  eachCell(element, fill) {
    this.grid.layout.shown.forEach((column, col) => fill(element.children[col + 1], column, col));
  }

  fillCell(cell, column, { text, state, readonly, line, col, said = PLAIN }) {
    const { selection } = this.grid;
    const active = selection.line === line && selection.col === col;
    const within = selection.holds(line, col);
    const mark = state ? state.state : "";
    const drawn = `${text}\n${mark}\n${readonly}${active}${within}${Object.values(said)}`;
    if (cell.drawn === drawn) return;
    cell.drawn = drawn;
    this.writeText(cell, column, text);
    dress(cell, said);
    cell.classList.toggle("readonly", readonly);
    cell.classList.toggle("in", within);
    cell.classList.toggle("active", active);
    for (const one of ["saving", "waiting", "wrong", "conflict"]) cell.classList.toggle(one, mark === one);
    cell.setAttribute("aria-selected", String(within));
    cell.setAttribute("aria-readonly", String(readonly));
    if (mark === "wrong" || mark === "conflict") cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
  }

  writeText(cell, column, text) {
    const code = column.badge && text && column.choices.find(([label]) => label === text)?.[2];
    if (code) {
      const badge = made("span", `badge b-${code}`);
      badge.textContent = text;
      cell.replaceChildren(badge);
    } else cell.textContent = text;
    if (text.length > 8) cell.title = text;
    else cell.removeAttribute("title");
  }

  // -- where things are -----------------------------------------------------------------

  // The cell's box in the frame, and whether any of it is in sight.
  box(line, col) {
    const { layout } = this.grid;
    const frozen = col < layout.frozen;
    const left = GUTTER + layout.lefts[col] - (frozen ? 0 : this.scroller.scrollLeft);
    const top = HEAD + line * LINE - this.scroller.scrollTop;
    const width = layout.width(layout.shown[col]);
    const right = left + width > (frozen ? 0 : GUTTER + layout.frozenWidth);
    const seen = top >= HEAD - LINE && top < this.scroller.clientHeight && right && left < this.scroller.clientWidth;
    return { left, top, width, height: LINE, seen };
  }

  // Scroll until the cell is in sight.
  reveal(line, col) {
    const top = line * LINE;
    const room = this.scroller.clientHeight - HEAD;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top + LINE > this.scroller.scrollTop + room) this.scroller.scrollTop = top + LINE - room;
    const { layout } = this.grid;
    if (col < layout.frozen) return;
    const left = layout.lefts[col] - layout.frozenWidth;
    const wide = this.scroller.clientWidth - GUTTER - layout.frozenWidth;
    const width = layout.width(layout.shown[col]);
    if (left < this.scroller.scrollLeft) this.scroller.scrollLeft = left;
    else if (left + width > this.scroller.scrollLeft + wide) this.scroller.scrollLeft = Math.min(left, left + width - wide);
  }

  // What is under the pointer: {line, col}, col -1 in the gutter.
  under(x, y) {
    const element = document.elementFromPoint(x, y);
    const row = element?.closest?.("[data-line]");
    if (!row || !this.body.contains(row)) return null;
    const cell = element.closest("[data-col]");
    return { line: Number(row.dataset.line), col: cell ? Number(cell.dataset.col) : -1 };
  }
}
