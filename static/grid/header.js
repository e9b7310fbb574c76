// The heads of the columns: what they show (sorting, a filter, a group), choosing a column, the menu of one, and
// widths and order by mouse.

import { HeadMenu } from "./headmenu.js";
import { element } from "./popup.js";

const STARTS = 5; // pixels: less is a click, not a drag
const NEAR = 30; // from the edge at which dragging scrolls
const LEFT_BUTTON = 0;

export class Header {
  constructor(grid) {
    this.grid = grid;
    this.menu = new HeadMenu(grid);
    this.drag = null;
    this.mark = element("div", "drop-mark");
    this.mark.hidden = true;
    grid.root.append(this.mark);
    document.addEventListener("mousemove", (event) => this.moved(event));
    document.addEventListener("mouseup", (event) => this.up(event));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") this.stop(); });
  }

  // -- what a head shows ------------------------------------------------------------------

  dress(cell, column) {
    const rank = this.ranks.findIndex(({ name }) => name === column.name);
    if (rank >= 0) this.showSort(cell, rank);
    if (this.grid.opened?.group === column.name) this.showMark(cell, "grouped", "≡", "按此列分组");
    const filtered = this.filtered(column.name);
    const button = element("button", "head-menu", filtered ? "" : "▾");
    button.classList.toggle("filtered", filtered);
    button.tabIndex = -1;
    button.title = `${column.label}：${filtered ? "已筛选；" : ""}排序、筛选、列`;
    button.setAttribute("aria-label", button.title);
    button.setAttribute("aria-haspopup", "menu");
    button.addEventListener("mousedown", (event) => event.stopPropagation());
    button.addEventListener("click", () => {
      if (this.grid.desk.popup.by(button)) this.grid.desk.popup.close();
      else this.open(column.name);
    });
    const grip = element("div", "grip");
    grip.addEventListener("mousedown", (event) => this.grab(event, cell, column));
    grip.addEventListener("dblclick", () => this.menu.fit(column));
    cell.append(button, grip);
    cell.addEventListener("mousedown", (event) => this.choose(event, column));
    cell.addEventListener("contextmenu", (event) => { event.preventDefault(); this.open(column.name); });
  }

  get ranks() {
    return this.menu.ranks;
  }

  filtered(name) {
    const { words } = this.grid;
    return [name, `${name}_from`, `${name}_to`].some((word) => words[word]) || Boolean(this.grid.opened?.hides?.[name]);
  }

  showSort(cell, rank) {
    const { back } = this.ranks[rank];
    const words = `${back ? "降序" : "升序"}，第 ${rank + 1} 个排序列`;
    this.showMark(cell, "sorted", `${back ? "↓" : "↑"}${this.ranks.length > 1 ? rank + 1 : ""}`, words);
    if (rank === 0) cell.setAttribute("aria-sort", back ? "descending" : "ascending");
  }

  showMark(cell, className, sign, words) {
    const mark = element("span", `mark ${className}`, sign);
    mark.title = words;
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", words);
    cell.append(mark);
  }

  // -- choosing a column --------------------------------------------------------------------

  choose(event, column) {
    if (event.button !== LEFT_BUTTON) return;
    event.preventDefault(); // the field keeps the focus
    this.grid.editor.finish(true);
    const { selection, layout, lines } = this.grid;
    const col = layout.at(column.name);
    selection.range(0, event.shiftKey ? selection.col : col, lines.count - 1, col);
    this.grid.editor.focus();
    this.drag = { column, x: event.clientX };
  }

  // The menu of a column, at its head.
  open(name) {
    const col = this.grid.layout.at(name);
    const { selection, view } = this.grid;
    if (selection.col !== col) selection.go(selection.line, col);
    view.reveal(selection.line, col);
    this.menu.open(name);
  }

  cell(name) {
    return this.grid.view.head.querySelector(`[data-column="${name}"]`);
  }

  // -- widths and order by mouse ---------------------------------------------------------------

  grab(event, cell, column) {
    if (event.button !== LEFT_BUTTON) return;
    event.preventDefault();
    event.stopPropagation();
    this.drag = { column, x: event.clientX, width: cell.offsetWidth };
  }

  moved(event) {
    if (!this.drag) return;
    if (event.buttons === 0) { this.stop(); return; }
    if (Math.abs(event.clientX - this.drag.x) >= STARTS) this.drag.begun = true;
    if (!this.drag.begun) return;
    document.body.classList.add(this.drag.width ? "widening" : "reordering");
    if (this.drag.width) this.showMarkAt(event.clientX);
    else this.aim(event.clientX);
  }

  // Where the column would land: in front of the one under the pointer, or behind it past its middle.
  aim(x) {
    const { scroller } = this.grid.view;
    const frame = scroller.getBoundingClientRect();
    if (x > frame.right - NEAR) scroller.scrollLeft += NEAR / 2;
    if (x < frame.left + NEAR) scroller.scrollLeft -= NEAR / 2;
    const heads = [...this.grid.view.head.querySelectorAll("[data-col]")].map((head) => [head, head.getBoundingClientRect()]);
    const frozen = heads.filter(([head, box]) => head.classList.contains("frozen") && x < box.right);
    const [head, box] = frozen[0] || heads.find(([one, place]) => !one.classList.contains("frozen") && x < place.right) || heads.at(-1);
    const behind = x > box.left + box.width / 2;
    this.drag.target = { col: Number(head.dataset.col), behind };
    this.showMarkAt(behind ? box.right : box.left);
  }

  showMarkAt(x) {
    this.mark.hidden = false;
    this.mark.style.left = `${x - this.grid.root.getBoundingClientRect().left - 1}px`;
  }

  up(event) {
    const { drag } = this;
    this.stop();
    if (!drag?.begun) return;
    if (drag.width) this.grid.layout.resize(drag.column.name, drag.width + event.clientX - drag.x);
    else if (drag.target) this.drop(drag.column.name, drag.target);
  }

  // Across the frozen border a column joins those that stay in sight, or leaves them.
  drop(name, { col, behind }) {
    const { layout } = this.grid;
    const from = layout.at(name);
    const target = layout.shown[col].name;
    if (target === name) return;
    const [was, will] = [from < layout.frozen, col < layout.frozen];
    const before = behind ? layout.order[layout.order.indexOf(target) + 1] : target;
    if (before !== name) layout.move(name, before, layout.frozen + Number(will) - Number(was));
    else layout.freeze(layout.frozen + Number(will) - Number(was));
  }

  stop() {
    this.drag = null;
    this.mark.hidden = true;
    document.body.classList.remove("widening", "reordering");
  }
}
