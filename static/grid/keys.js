// The keyboard, as in Excel. An input method's own keys are left alone.

function today() {
  const day = new Date();
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].join("-");
}

export class Keys {
  constructor(grid) {
    this.grid = grid;
    this.leaving = false; // after Escape the next Tab leaves the grid
    this.field = grid.editor.field;
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    document.addEventListener("keydown", (event) => this.anywhere(event));
  }

  focus() {
    this.grid.editor.focus();
  }

  pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const editing = this.grid.editor.editing;
    const done = editing ? this.whileEditing(event) : this.whileStanding(event);
    if (done) event.preventDefault();
    if (event.key !== "Escape" && event.key !== "Tab" && event.key !== "Shift") this.leaving = false;
  }

  // What works wherever one is on the page: the key that explains the others, and undo and redo, which a browser would
  // otherwise take back in a field that one has left.
  anywhere(event) {
    if (this.grid.editor.editing || document.querySelector("dialog[open]")) return;
    const { key, shiftKey: shift } = event;
    const elsewhere = !event.target.matches?.("input, select, textarea");
    const step = elsewhere && (event.ctrlKey || event.metaKey) && { z: shift ? "redo" : "undo", y: "redo" }[key.toLowerCase()];
    if (key !== "F1" && !step) return;
    event.preventDefault();
    if (step) this.grid.steps.take(step);
    else this.grid.more.help();
  }

  // -- in an edit ----------------------------------------------------------------------

  whileEditing(event) {
    const { editor, choices } = this.grid;
    const { key, shiftKey: shift, altKey: alt } = event;
    const ctrl = event.ctrlKey || event.metaKey;
    if (ctrl && key.toLowerCase() === "s") { this.finish(0, 0); return this.save(); }
    if (key === "Enter" && alt) return this.breakLine();
    if (key === "Enter" && ctrl) return this.finish(0, 0, true);
    if (key === "Enter") return this.finish(shift ? -1 : 1, 0);
    if (key === "Tab") return this.finish(0, shift ? -1 : 1);
    if (key === "Escape") { editor.finish(false); return true; }
    if (key === "F2") { editor.walking = !editor.walking; return true; }
    if (this.walks(event)) { editor.finish(true); return this.arrow(event, false); }
    if (key === "ArrowDown" && !choices.open && choices.belongs(editor.column)) { choices.offer(editor.column, ""); return true; }
    if (key === "ArrowDown" || key === "ArrowUp") return choices.step(key === "ArrowDown" ? 1 : -1);
    return false;
  }

  // Whether an arrow ends the edit and goes on; where there are choices, up and down belong to them.
  walks({ key, shiftKey, altKey, ctrlKey, metaKey }) {
    const { editor, choices } = this.grid;
    if (!editor.walking || shiftKey || altKey || ctrlKey || metaKey) return false;
    const sideways = key === "ArrowLeft" || key === "ArrowRight";
    return sideways || ((key === "ArrowUp" || key === "ArrowDown") && !choices.belongs(editor.column));
  }

  breakLine() {
    const { field } = this;
    field.setRangeText("\n", field.selectionStart, field.selectionEnd, "end");
    this.grid.editor.walking = false;
    this.grid.editor.grow();
    return true;
  }

  finish(down, right, everywhere = false) {
    this.grid.editor.finish(true, everywhere);
    if (down || right) this.step(down, right);
    return true;
  }

  // -- on a cell -----------------------------------------------------------------------

  whileStanding(event) {
    const command = event.ctrlKey || event.metaKey;
    if (command) return this.command(event);
    const { selection, edits, editor } = this.grid;
    const { key, shiftKey: shift, altKey: alt } = event;
    const actions = {
      Enter: () => this.enter(shift),
      F2: () => editor.open(),
      Delete: () => edits.fillRange(selection.edges, ""),
      Backspace: () => edits.fillRange(selection.edges, ""),
      Escape: () => this.escape(),
      Tab: () => this.tab(shift),
      ContextMenu: () => this.grid.header?.open(selection.column.name),
      F10: () => shift && this.grid.header?.open(selection.column.name),
    };
    if (alt && key === "ArrowDown") { editor.open(); return true; }
    if (key === " " && shift) { this.wholeRow(); return true; }
    if (actions[key]) return actions[key]() !== false;
    return this.arrow(event, false);
  }

  command(event) {
    const { selection, edits } = this.grid;
    const { key, shiftKey: shift } = event;
    const actions = {
      a: () => selection.everything(),
      d: () => edits.fillDown(),
      r: () => edits.fillRight(),
      z: () => (shift ? this.grid.steps.take("redo") : this.grid.steps.take("undo")),
      y: () => this.grid.steps.take("redo"),
      g: () => this.grid.tools.jump(),
      f: () => this.grid.tools.find(),
      s: () => this.save(),
      ";": () => edits.fillRange(selection.edges, today()),
      " ": () => this.wholeColumn(),
      Enter: () => this.grid.details(),
    };
    const action = actions[key.length === 1 ? key.toLowerCase() : key];
    if (action) { action(); return true; }
    return this.arrow(event, true);
  }

  save() {
    this.grid.speak("不用按 Ctrl+S：每一格填完就保存", true);
    return true;
  }

  enter(shift) {
    if (this.grid.toggleGroup()) return;
    if (this.grid.cells.why()) this.step(shift ? -1 : 1, 0);
    else this.grid.editor.open();
  }

  escape() {
    if (this.grid.edits.drop()) return;
    this.grid.bubble.hide();
    this.leaving = true;
    this.grid.speak("再按 Tab 离开表格");
  }

  tab(shift) {
    if (this.leaving) return false;
    this.step(0, shift ? -1 : 1);
    return true;
  }

  // Move by one; past the last column to the next line. Down after steps to the right begins the next line where these
  // began, as in Excel.
  step(down, right) {
    const { selection, layout } = this.grid;
    const { line: was, col: at } = selection;
    const first = this.tabbed?.line === was && this.tabbed.col === at ? this.tabbed.first : at;
    let line = was + down;
    let col = right ? at + right : first;
    if (col >= layout.shown.length && line < this.grid.lines.count - 1) [line, col] = [line + 1, 0];
    if (col < 0 && line > 0) [line, col] = [line - 1, layout.shown.length - 1];
    this.grid.stand(line, col);
    this.tabbed = right && line === was ? { line, col, first } : null;
  }

  arrow(event, far) {
    const { selection, lines, layout, view } = this.grid;
    const extend = event.shiftKey;
    const line = extend ? selection.endLine : selection.line;
    const col = extend ? selection.endCol : selection.col;
    const [lastLine, lastCol] = [lines.count - 1, layout.shown.length - 1];
    const to = {
      ArrowUp: [far ? 0 : line - 1, col],
      ArrowDown: [far ? lastLine : line + 1, col],
      ArrowLeft: [line, far ? 0 : col - 1],
      ArrowRight: [line, far ? lastCol : col + 1],
      PageUp: [line - view.page, col],
      PageDown: [line + view.page, col],
      Home: [far ? 0 : line, 0],
      End: [far ? lastLine : line, lastCol],
    }[event.key];
    if (!to) return false;
    this.grid.stand(...to, extend);
    return true;
  }

  wholeRow() {
    const { top, bottom } = this.grid.selection.edges;
    this.grid.selection.range(top, 0, bottom, this.grid.layout.shown.length - 1);
  }

  wholeColumn() {
    const { left, right } = this.grid.selection.edges;
    this.grid.selection.range(0, left, this.grid.lines.count - 1, right);
  }
}
