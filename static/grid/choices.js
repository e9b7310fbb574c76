// The list under a field for a column that has a closed list or points at another table: typed by name or by pinyin
// initials. Its host is the cell's editor, or a field in a dialog.

const WAIT = 120; // milliseconds after the last letter before the server is asked
const SHOWN = 50;

export class Choices {
  // `host` is {root: where the list stands, box: the field's, room: how far down the list may reach, speakOf(option),
  // take(): use what is chosen}.
  constructor(host, name = "choice") {
    this.host = host;
    this.name = name;
    this.list = document.createElement("div");
    this.list.className = "choice-list";
    this.list.id = `${name}-list`;
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    host.root.append(this.list);
    this.asked = 0;
    this.list.addEventListener("mousedown", (event) => this.press(event));
  }

  get open() {
    return !this.list.hidden;
  }

  belongs(column) {
    return Boolean(column.choices || column.lookup);
  }

  // Offer what fits the typed words; nothing typed offers everything.
  async offer(column, typed) {
    const mine = ++this.asked;
    const found = column.choices ? this.fitting(column.choices, typed) : await this.lookUp(column, typed, mine);
    if (mine !== this.asked || !found) return;
    if (column.empty && !typed) found.push({ value: "", text: "（清空）", code: "" });
    this.show(found, typed);
  }

  fitting(choices, typed) {
    const letters = typed.toLowerCase();
    const fits = ([label, initials]) => label.includes(typed) || initials.includes(letters);
    return choices.filter(fits).map(([label]) => ({ value: label, text: label, code: "" }));
  }

  async lookUp(column, typed, mine) {
    await new Promise((done) => setTimeout(done, typed ? WAIT : 0));
    if (mine !== this.asked) return null;
    const answer = await fetch(`${column.lookup}?q=${encodeURIComponent(typed)}`).catch(() => null);
    return answer?.ok ? (await answer.json()).found : null;
  }

  show(found, typed) {
    this.found = found.slice(0, SHOWN);
    this.list.replaceChildren(...this.found.map((choice, index) => this.option(choice, index)));
    this.list.hidden = !found.length;
    this.at = typed && found.length ? 0 : -1;
    this.mark();
    this.place();
  }

  option(choice, index) {
    const option = document.createElement("div");
    option.id = `${this.name}-${index}`;
    option.setAttribute("role", "option");
    option.append(choice.text);
    const code = document.createElement("small");
    code.textContent = choice.code;
    option.append(code);
    return option;
  }

  place() {
    const { left, top, height, width } = this.host.box;
    this.list.style.minWidth = `${width}px`;
    this.list.style.left = `${left}px`;
    const below = top + height + this.list.offsetHeight <= this.host.room;
    this.list.style.top = `${below ? top + height : Math.max(0, top - this.list.offsetHeight)}px`;
  }

  // Move the mark up or down; whether there was a list to move in.
  step(by) {
    if (!this.open) return false;
    this.at = (this.at + by + this.found.length + (this.at < 0 && by < 0 ? 1 : 0)) % this.found.length;
    this.mark();
    return true;
  }

  mark() {
    [...this.list.children].forEach((option, index) => {
      option.classList.toggle("here", index === this.at);
      option.setAttribute("aria-selected", String(index === this.at));
    });
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
    this.host.speakOf(this.at >= 0 ? `${this.name}-${this.at}` : "");
  }

  // The marked choice, or undefined.
  get chosen() {
    return this.open && this.at >= 0 ? this.found[this.at] : undefined;
  }

  press(event) {
    event.preventDefault(); // the cell keeps the focus
    const at = [...this.list.children].indexOf(event.target.closest("[role=option]"));
    if (at < 0) return;
    this.at = at;
    this.host.take();
  }

  close() {
    this.asked += 1;
    this.list.hidden = true;
    this.at = -1;
    this.host.speakOf("");
  }
}
