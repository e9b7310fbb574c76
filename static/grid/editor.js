// The field over the active cell. It has the focus all the time, unseen, so that an input method can begin in it:
// the first letter or the first composition makes it visible and starts an edit.

export class Editor {
  constructor(grid) {
    this.grid = grid;
    this.field = grid.root.querySelector("[data-field]");
    this.editing = false;
    this.walking = false; // an edit begun by typing: arrow keys end it and go on, as in Excel; F2 gives them to the text
    this.resting = []; // who waits for the end of the edit
    this.box = { left: 0, top: 0, width: 0, height: 0 };
    this.field.addEventListener("compositionstart", () => this.begun());
    this.field.addEventListener("input", (event) => this.typed(event));
    this.field.addEventListener("compositionend", () => this.composed());
    this.field.addEventListener("mousedown", () => { this.walking = false; });
    this.field.addEventListener("blur", () => this.left());
    grid.selection.addEventListener("change", () => this.place());
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  // Follow the active cell.
  place() {
    const { selection, view, lines } = this.grid;
    if (!view || !lines.count) return;
    this.box = view.box(selection.line, selection.col);
    const { left, top, width, height, seen } = this.box;
    this.field.style.left = `${left}px`;
    this.field.style.top = `${top}px`;
    this.field.style.minWidth = this.field.style.width = `${width}px`;
    this.field.style.minHeight = this.field.style.height = `${height}px`;
    this.field.classList.toggle("away", !seen);
    if (this.editing) this.grow();
    if (this.editing && this.grid.choices.open) this.grid.choices.place();
    if (!this.editing) this.field.setAttribute("aria-label", this.grid.cells.spoken());
  }

  // -- beginning -----------------------------------------------------------------------

  // Edit what the cell holds, as F2 does.
  open() {
    if (this.refused()) return;
    this.field.value = this.grid.cells.text(this.grid.selection.line, this.grid.selection.col);
    this.begin();
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
    if (this.grid.choices.belongs(this.column)) this.grid.choices.offer(this.column, "");
  }

  begin(walking = false) {
    this.editing = true;
    this.walking = walking;
    this.column = this.grid.selection.column;
    this.was = this.grid.cells.text(this.grid.selection.line, this.grid.selection.col);
    this.shown = this.grid.cells.shown(this.grid.selection.line, this.column);
    this.field.classList.add("on");
    this.field.setAttribute("aria-expanded", "false");
    this.grid.bubble.hide();
    this.grow();
  }

  begun() {
    this.fromNothing = !this.editing;
    if (!this.editing && !this.refused()) this.begin(true);
  }

  typed(event) {
    if (!this.editing && this.grid.cells.why()) {
      if (!event.isComposing) this.refused();
      return;
    }
    if (!this.editing && this.isNoWriting(event)) return;
    if (!this.editing) this.begin(true);
    if (!event.isComposing) this.changed();
    this.grow();
  }

  // What a browser takes back or brings again by itself, from the page's menu too, is nothing somebody has written.
  isNoWriting(event) {
    const none = !this.field.value || Boolean(event.inputType?.startsWith("history"));
    if (none && !event.isComposing) this.field.value = "";
    return none && !event.isComposing;
  }

  // A composition that was given up, and that began the edit, leaves the cell as it was.
  composed() {
    if (this.editing && this.fromNothing && !this.field.value) this.finish(false);
    else this.changed();
  }

  changed() {
    if (!this.editing) {
      this.field.value = "";
      return;
    }
    this.grow();
    if (this.grid.choices.belongs(this.column)) this.grid.choices.offer(this.column, this.field.value.trim());
    else this.grid.bubble.advise(this.grid.rules.typed(this.column, this.field.value));
  }

  // Whether the cell cannot be edited; says why.
  refused() {
    const why = this.grid.cells.why();
    if (!why) return false;
    this.field.value = "";
    this.grid.bubble.say(why);
    return true;
  }

  grow() {
    this.field.style.width = `${this.box.width}px`;
    this.field.style.height = `${this.box.height}px`;
    const room = this.grid.root.clientWidth - this.box.left - 4;
    this.field.style.width = `${Math.max(this.box.width, Math.min(room, this.field.scrollWidth + 4))}px`;
    this.field.style.height = `${Math.max(this.box.height, Math.min(160, this.field.scrollHeight + 2))}px`;
  }

  // -- as the host of its choices -------------------------------------------------------

  get root() {
    return this.grid.root;
  }

  get room() {
    return this.root.clientHeight;
  }

  take() {
    this.finish(true);
    this.focus();
  }

  speakOf(option) {
    if (option) this.field.setAttribute("aria-activedescendant", option);
    else this.field.removeAttribute("aria-activedescendant");
  }

  // -- ending --------------------------------------------------------------------------

  // End the edit; with `keep` what was typed or chosen goes into the cell, with `everywhere` into the whole range.
  finish(keep, everywhere = false) {
    if (!this.editing) return;
    const chosen = this.grid.choices.chosen;
    const text = chosen ? chosen.value : this.field.value;
    this.editing = false;
    this.field.value = "";
    this.field.classList.remove("on");
    this.grid.choices.close();
    this.place();
    if (keep) this.put(text, everywhere);
    this.grid.bubble.follow();
    for (const done of this.resting.splice(0)) done();
  }

  // Resolves when nothing is being typed.
  rest() {
    return this.editing ? new Promise((done) => this.resting.push(done)) : Promise.resolve();
  }

  put(text, everywhere) {
    const { line, col, edges } = this.grid.selection;
    if (everywhere) this.grid.edits.fillRange(edges, text);
    else if (text !== this.was || this.grid.cells.state(line, col)) this.grid.edits.commit([{ line, col, text, shown: this.shown }]);
    this.grid.advice = text === this.was ? "" : this.grid.rules.typed(this.column, text);
    this.grid.view.draw();
  }

  // The focus went elsewhere: what was typed is kept, as in Excel.
  left() {
    if (this.editing && !this.grid.choices.list.matches(":hover")) this.finish(true);
  }
}
