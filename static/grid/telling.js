// What the grid says: a sentence beside a cell, a question with answers, a line for the ear.

export class Bubble {
  constructor(grid) {
    this.grid = grid;
    this.box = document.createElement("div");
    this.box.className = "bubble";
    this.box.setAttribute("role", "alert");
    this.box.hidden = true;
    grid.root.append(this.box);
    grid.selection.addEventListener("change", () => this.follow());
  }

  // A sentence beside the active cell, gone with the next step.
  say(sentence) {
    this.box.replaceChildren(sentence);
    this.box.classList.remove("conflict", "advice");
    this.show();
  }

  // What a rule warns of in what is being typed; typing goes on.
  advise(sentence) {
    if (!sentence) { this.hide(); return; }
    if (this.box.textContent !== sentence) this.box.replaceChildren(sentence);
    this.box.classList.remove("conflict");
    this.box.classList.add("advice");
    this.show();
  }

  // Tell what is wrong with the cell one stands on, else what a rule warns of, if anything.
  follow() {
    const { line, col } = this.grid.selection;
    const state = this.grid.cells.state(line, col);
    const sentence = state?.sentence || this.grid.cells.warning(line, col);
    if (!sentence) { this.hide(); return; }
    this.box.replaceChildren(sentence);
    this.box.classList.toggle("advice", !state?.sentence);
    if ((state?.theirs ?? null) !== null) this.box.append(this.both(state, line, col));
    this.show();
  }

  // Both values of a conflict, to choose from.
  both(state, line, col) {
    const answers = document.createElement("div");
    answers.className = "answers";
    answers.append(
      this.answer(`用我的：${state.text || "（空）"}`, () => this.grid.edits.commit([{ line, col, text: state.text }])),
      this.answer(`用现在的：${state.theirs || "（空）"}`, () => this.grid.edits.drop()),
    );
    return answers;
  }

  answer(label, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => { this.hide(); act(); this.grid.keys.focus(); });
    return button;
  }

  show() {
    const { left, top, height, seen } = this.grid.view.box(this.grid.selection.line, this.grid.selection.col);
    this.box.hidden = !seen;
    if (!seen) return;
    const right = this.grid.root.clientWidth - this.box.offsetWidth - 6;
    const below = top + height + this.box.offsetHeight + 4 < this.grid.root.clientHeight;
    this.box.style.left = `${Math.max(4, Math.min(left, right))}px`;
    this.box.style.top = `${below ? top + height + 3 : Math.max(0, top - this.box.offsetHeight - 3)}px`;
  }

  hide() {
    this.box.hidden = true;
  }
}

export class Dialog {
  constructor(grid) {
    this.grid = grid;
    this.box = grid.root.querySelector("[data-dialog]");
  }

  // Ask with these answers, each [value, label]; the first is the suggested one. Escape is the answer "".
  choose(question, answers, lines = []) {
    const words = document.createElement("p");
    words.textContent = question;
    const list = document.createElement("ul");
    list.append(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    return this.open([words, ...(lines.length ? [list] : [])], answers);
  }

  // The same around parts of one's own, such as a field to fill in.
  open(parts, answers) {
    const buttons = document.createElement("div");
    buttons.className = "buttons";
    return new Promise((done) => {
      const end = (value) => { this.box.close(); this.grid.keys.focus(); done(value); };
      buttons.append(...answers.map(([value, label], index) => {
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
        button.classList.toggle("primary", index === 0);
        button.addEventListener("click", () => end(value));
        return button;
      }));
      this.box.replaceChildren(...parts, buttons);
      this.box.oncancel = (event) => { event.preventDefault(); end(""); };
      this.box.showModal();
      (this.box.querySelector("input, select") || buttons.firstChild).focus();
    });
  }
}
