// The mouse: standing on a cell, drawing a range (across the frozen border and past the edges), the fill handle.

const NEAR = 26; // pixels from the edge at which dragging scrolls
const EVERY = 40; // milliseconds between two steps of it while the pointer rests beyond the edge

export class Mouse {
  constructor(grid) {
    this.grid = grid;
    this.body = grid.view.body;
    this.drag = null;
    this.handle = document.createElement("div");
    this.handle.className = "fill-handle";
    this.handle.title = "拖动向下填充";
    grid.root.append(this.handle);
    this.body.addEventListener("mousedown", (event) => this.down(event));
    this.body.addEventListener("dblclick", (event) => this.twice(event));
    this.handle.addEventListener("mousedown", (event) => this.grab(event));
    document.addEventListener("mousemove", (event) => this.moved(event));
    document.addEventListener("mouseup", () => this.up());
    for (const source of [grid.selection, grid.store, grid.layout]) source.addEventListener("change", () => this.place());
    grid.view.scroller.addEventListener("scroll", () => this.place());
  }

  down(event) {
    if (event.button !== 0) return;
    const fold = event.target.closest(".fold");
    const at = this.grid.view.under(event.clientX, event.clientY);
    if (!at) return;
    event.preventDefault(); // the field keeps the focus
    this.grid.editor.finish(true);
    if (fold) this.grid.fold(Number(fold.parentElement.dataset.group));
    const last = this.grid.layout.shown.length - 1;
    if (at.col < 0 && !fold) {
      const from = event.shiftKey ? this.grid.selection.line : at.line;
      this.grid.selection.range(from, 0, at.line, last);
      this.drag = { rows: from };
    } else {
      this.grid.selection.go(at.line, Math.max(0, at.col), event.shiftKey);
      this.drag = { cells: true };
    }
    this.grid.editor.focus();
    this.grid.stood();
  }

  twice(event) {
    const at = this.grid.view.under(event.clientX, event.clientY);
    if (at && at.col >= 0) this.grid.editor.open();
    else if (at) this.grid.details();
  }

  grab(event) {
    event.preventDefault();
    this.drag = { fill: { ...this.grid.selection.edges } };
  }

  moved(event) {
    if (!this.drag) return;
    if (event.buttons === 0) { this.up(); return; }
    this.pointer = event;
    this.scrolling ??= setInterval(() => this.scrollAtEdge(this.pointer) && this.reach(this.pointer), EVERY);
    this.reach(event);
  }

  // Draw the range to what is under the pointer, or nearest to it.
  reach(event) {
    const { view, selection } = this.grid;
    const box = view.scroller.getBoundingClientRect();
    const x = Math.max(box.left + 60, Math.min(event.clientX, box.right - 20));
    const y = Math.max(box.top + 32, Math.min(event.clientY, box.bottom - 20));
    const at = view.under(x, y);
    if (!at) return;
    if (this.drag.rows !== undefined) selection.go(at.line, this.grid.layout.shown.length - 1, true);
    else if (this.drag.fill) this.drawFill(at.line);
    else if (at.col >= 0) selection.go(at.line, at.col, true);
  }

  // Whether there was anything to scroll; the further beyond the edge the faster.
  scrollAtEdge(event) {
    const { scroller } = this.grid.view;
    const { scrollTop: top, scrollLeft: left } = scroller;
    const box = scroller.getBoundingClientRect();
    const far = (beyond) => (beyond > 0 ? Math.min(6 * NEAR, beyond) : 0);
    scroller.scrollTop += far(event.clientY - box.bottom + NEAR) - far(box.top + NEAR * 2 - event.clientY);
    if (this.drag.cells) scroller.scrollLeft += far(event.clientX - box.right + NEAR) - far(box.left + NEAR - event.clientX);
    return scroller.scrollTop !== top || scroller.scrollLeft !== left;
  }

  drawFill(line) {
    const { top, bottom, left, right } = this.drag.fill;
    this.grid.selection.range(top, left, Math.max(bottom, line), right);
  }

  up() {
    const fill = this.drag?.fill;
    this.drag = null;
    clearInterval(this.scrolling);
    this.scrolling = null;
    if (fill && this.grid.selection.edges.bottom > fill.bottom) this.grid.edits.repeatDown(fill, this.grid.selection.edges.bottom);
  }

  // The handle stands at the range's lower right corner.
  place() {
    const { selection, view, lines } = this.grid;
    const { bottom, right, left } = selection.edges;
    const box = lines.count && right < this.grid.layout.shown.length ? view.box(bottom, right) : { seen: false };
    const able = this.grid.layout.shown.slice(left, right + 1).some((column) => column.editable);
    this.handle.hidden = !box.seen || !able || this.grid.lines.row(bottom) < 0;
    this.handle.style.left = `${box.left + box.width - 4}px`;
    this.handle.style.top = `${box.top + box.height - 4}px`;
  }
}
