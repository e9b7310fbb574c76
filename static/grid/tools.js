// The bar above the grid: counts, undo and redo, search, the jump to a row, what is saved.

export class Tools {
  constructor(grid) {
    this.grid = grid;
    const page = document.querySelector(".grid-page");
    const part = (name) => page.querySelector(`[data-${name}]`);
    this.parts = { count: part("count"), narrowed: part("narrowed"), status: part("status"), note: part("note") };
    this.buttons = { undo: part("undo"), redo: part("redo") };
    this.line = part("jump");
    this.searching = part("search");
    this.term = this.searching.elements.search;
    for (const which of ["undo", "redo"]) this.buttons[which].addEventListener("click", () => this.step(which));
    this.line.addEventListener("keydown", (event) => this.jumping(event));
    this.searching.addEventListener("submit", (event) => this.search(event));
    this.term?.addEventListener("keydown", (event) => { if (event.key === "Escape") this.grid.keys.focus(); });
    this.steps(grid.steps.next);
  }

  opened({ total, hidden, words }) {
    this.parts.count.textContent = `共 ${total.toLocaleString()} 行`;
    if (this.term) this.term.value = words.search || "";
    this.parts.narrowed.hidden = !hidden;
    this.parts.narrowed.replaceChildren(`另有 ${hidden.toLocaleString()} 行已处理未显示，`, this.link("全部显示", () => this.grid.reopen({ ...this.grid.words, all: "1" })));
  }

  link(label, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "link-button", textContent: label });
    button.addEventListener("click", act);
    return button;
  }

  // -- what happened ------------------------------------------------------------------------

  status(sentence, kind) {
    const { status } = this.parts;
    status.className = `save-state ${kind}`;
    status.textContent = sentence;
    if (kind === "warn" && this.grid.store.unsaved && !this.grid.saving.queue.length) status.append(this.link("全部放弃", () => this.dropAll()));
  }

  dropAll() {
    this.grid.store.pending.clear();
    this.grid.store.emit();
    this.grid.bubble.hide();
    this.grid.saving.tell();
    this.grid.keys.focus();
  }

  note(sentence) {
    this.parts.note.textContent = sentence;
  }

  tellAdded() {
    this.parts.note.replaceChildren("有新增的行，", this.link("刷新", () => this.grid.reopen()));
  }

  steps({ undo, redo }) {
    this.buttons.undo.disabled = !undo;
    this.buttons.redo.disabled = !redo;
  }

  async step(which) {
    await this.grid.steps.take(which);
    this.grid.keys.focus();
  }

  // -- going somewhere ------------------------------------------------------------------------

  jump() {
    this.line.select();
    this.line.focus();
  }

  jumping(event) {
    if (event.key === "Escape") this.grid.keys.focus();
    if (event.key !== "Enter") return;
    event.preventDefault();
    const row = Number(this.line.value.replaceAll(",", ""));
    if (!Number.isInteger(row) || row < 1 || row > this.grid.store.total) {
      this.note(`没有第 ${this.line.value} 行，共 ${this.grid.store.total.toLocaleString()} 行`);
      return;
    }
    this.line.value = "";
    this.grid.stand(this.grid.lines.lineOf(row - 1), this.grid.selection.col);
  }

  find() {
    this.term?.select();
    this.term?.focus();
  }

  search(event) {
    event.preventDefault();
    const words = { ...this.grid.words, search: this.term.value.trim() };
    this.grid.reopen(words).then(() => this.grid.keys.focus());
  }
}
