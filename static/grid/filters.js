// The filter of a column: its values with boxes to tick, a part of a text, or from and to.

import { element } from "./popup.js";

const BLANK = "-"; // a filter's word for empty, as in admin/conditions.py
const PART = /(?:[^|\\]|\\.)+|\\$/g;
const RANGED = ["date", "moment", "number", "money", "decimal"];
const NUMERIC = { number: /^\d*$/, money: /^\d*(\.\d{1,2})?$/, decimal: /^-?\d*(\.\d{1,4})?$/ };
const BY_PART = ["text", "link"];

export class Filters {
  constructor(grid) {
    this.grid = grid;
    this.asked = 0;
  }

  // -- what is asked -------------------------------------------------------------------------

  // The words of the other columns.
  apartFrom({ name }) {
    return Object.fromEntries(Object.entries(this.grid.words).filter(([word]) => ![name, `${name}_from`, `${name}_to`].includes(word)));
  }

  // The word as it is asked now; what a work list asks by itself counts.
  word({ name }) {
    return this.grid.words[name] ?? this.grid.opened.hides[name] ?? "";
  }

  // The values that are ticked, or the part that is looked for.
  parts(column) {
    const word = this.word(column);
    const parts = word.match(PART) || [];
    const listed = parts.every((part) => part === BLANK || part.startsWith("="));
    return BY_PART.includes(column.kind) && !listed ? { ticked: [], part: word } : { ticked: parts, part: "" };
  }

  apply(words) {
    this.grid.desk.popup.close();
    return this.grid.reopen(words);
  }

  // Where rows are hidden unasked, no filter on that column means all rows.
  clear(column) {
    const all = this.grid.opened.hides[column.name] ? { all: "1" } : {};
    return this.apply({ ...this.apartFrom(column), ...all });
  }

  clearAll() {
    const kept = ["sort", "group", ...this.grid.opened.carried];
    return this.apply(Object.fromEntries(Object.entries(this.grid.words).filter(([word]) => kept.includes(word))));
  }

  // -- the window ------------------------------------------------------------------------------

  open(column) {
    const parts = RANGED.includes(column.kind) ? this.ends(column) : this.listed(column);
    const buttons = element("div", "buttons");
    const okay = element("button", "primary", "确定");
    okay.addEventListener("click", () => this.taken(column));
    const clear = element("button", "", "清除筛选");
    clear.addEventListener("click", () => this.clear(column));
    const leave = element("button", "", "取消");
    leave.addEventListener("click", () => this.grid.desk.popup.close());
    buttons.append(okay, ...(this.grid.header.filtered(column.name) ? [clear] : []), leave);
    this.okay = okay;
    this.fault = element("p", "fault");
    this.fault.setAttribute("role", "alert");
    const title = element("h2", "", `筛选：${column.label}`);
    this.panel = element("div", "filter");
    this.panel.append(title, ...parts, this.fault, buttons);
    this.panel.addEventListener("keydown", (event) => this.pressed(event));
    const opener = this.grid.header.cell(column.name).querySelector(".head-menu");
    this.grid.desk.popup.open([this.panel], { opener, label: title.textContent });
    (this.panel.querySelector("input:not(:disabled)") || okay).focus();
  }

  pressed(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && event.target.matches("input")) { event.preventDefault(); this.okay.click(); }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.walk(event);
  }

  // Up and down among the boxes, from the search field into them and back.
  walk(event) {
    if (!event.target.matches("[type=search], [type=checkbox]")) return;
    const stops = [this.search, ...this.shownBoxes].filter(Boolean);
    const to = stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
    if (stops[to]) stops[to].focus();
    event.preventDefault();
  }

  labelled(words, input) {
    const label = element("label", "asked");
    label.append(element("span", "", words), input);
    return label;
  }

  taken(column) {
    const found = RANGED.includes(column.kind) ? this.rangeTaken(column) : this.listTaken(column);
    if (typeof found === "string") this.fault.textContent = found;
    else if (found) this.apply({ ...this.apartFrom(column), ...found });
    else this.clear(column);
  }

  // -- from and to -------------------------------------------------------------------------------

  ends(column) {
    const { words } = this.grid;
    const whole = words[column.name] ?? "";
    const one = whole === BLANK ? "" : whole;
    [this.from, this.to] = ["from", "to"].map((end) => {
      const input = element("input", "");
      if (NUMERIC[column.kind]) input.inputMode = "decimal";
      else input.type = "date";
      input.value = words[`${column.name}_${end}`] ?? one;
      return input;
    });
    this.blank = element("input", "");
    this.blank.type = "checkbox";
    this.blank.checked = whole === BLANK;
    this.blank.addEventListener("change", () => this.blankAlone());
    const empty = element("label", "empty-only");
    empty.append(this.blank, " 只看（空）");
    this.blankAlone();
    return [this.labelled("从", this.from), this.labelled("到", this.to), ...(column.empty ? [empty] : [])];
  }

  blankAlone() {
    this.from.disabled = this.to.disabled = this.blank.checked;
  }

  rangeTaken({ name, kind }) {
    if (this.blank.checked) return { [name]: BLANK };
    const [from, to] = [this.from.value.trim(), this.to.value.trim()];
    const invalid = [this.from, this.to].find((input) => input.validity.badInput || (NUMERIC[kind] && !NUMERIC[kind].test(input.value.trim())));
    if (invalid) { invalid.focus(); return { number: "请填写整数", money: "请填写金额，最多两位小数", decimal: "请填写数字，最多四位小数" }[kind] ?? "请填写完整的日期"; }
    const backwards = NUMERIC[kind] ? Number(from) > Number(to) : from > to;
    if (from && to && backwards) return "起比止大，没有这样的行";
    if (!from && !to) return null;
    return { ...(from && { [`${name}_from`]: from }), ...(to && { [`${name}_to`]: to }) };
  }

  // -- a list of values ----------------------------------------------------------------------------

  listed(column) {
    const { ticked, part } = this.parts(column);
    this.boxes = [];
    this.part = null;
    this.search = element("input", "");
    this.search.type = "search";
    this.search.placeholder = "查找取值（可用拼音首字母）";
    this.search.setAttribute("aria-label", "查找取值");
    this.search.addEventListener("input", () => this.narrow());
    this.list = element("div", "values");
    this.list.append(element("p", "hint", "正在取这一列的取值…"));
    const ways = element("div", "ways");
    ways.append(this.way("全选", true), this.way("全不选", false), (this.more = element("span", "hint")));
    const parts = [this.search, ways, this.list];
    if (BY_PART.includes(column.kind)) {
      this.part = element("input", "");
      this.part.value = part;
      parts.push(this.labelled(column.kind === "link" ? "名称包含" : "包含", this.part));
    }
    this.fill(column, ticked);
    return parts;
  }

  way(label, checked) {
    const button = element("button", "link-button", label);
    button.addEventListener("click", () => { for (const box of this.shownBoxes) box.checked = checked; });
    return button;
  }

  async fill(column, ticked) {
    const mine = ++this.asked;
    const answer = await this.grid.server.ask("values", { column: column.name, words: this.grid.words }).catch((fault) => ({ fault }));
    if (mine !== this.asked) return;
    if (answer.fault) { this.cannot(answer.fault); return; }
    const known = answer.values.map(([, word]) => word);
    const extra = ticked.filter((word) => !known.includes(word)).map((word) => [this.named(column, word), word, 0, ""]);
    this.some = answer.more;
    this.more.textContent = answer.more ? `只列出最多的 ${known.length} 个` : `共 ${known.length} 个`;
    // Where not all values are listed none is ticked unasked: what is not listed would be left out unseen.
    const all = !ticked.length && !answer.more && !this.part?.value;
    this.boxes = [...extra, ...answer.values].map((value) => this.box(value, all || ticked.includes(value[1])));
    this.list.replaceChildren(...this.boxes.map((box) => box.parentElement));
    this.narrow();
  }

  named(column, word) {
    return column.choices?.find(([, , code]) => code === word)?.[0] ?? word.replace(/^=/, "").replace(/\\(.)/g, "$1");
  }

  // ID numbers and texts of the history are not listed: what can be asked is still offered.
  cannot(fault) {
    this.search.disabled = true;
    this.list.replaceChildren(element("p", "hint", fault.message || "没有连上服务器，请稍后再试"));
    this.part?.focus();
  }

  box([text, word, count, initials], checked) {
    const label = element("label", "value");
    const box = Object.assign(element("input", ""), { type: "checkbox", checked, value: word });
    Object.assign(box.dataset, { text, initials });
    label.title = text;
    label.append(box, element("span", "", text), element("small", "", count.toLocaleString()));
    return box;
  }

  get shownBoxes() {
    return this.boxes.filter((box) => !box.parentElement.hidden);
  }

  narrow() {
    const typed = this.search.value.trim();
    const letters = typed.toLowerCase();
    for (const box of this.boxes) {
      const { text, initials } = box.dataset;
      box.parentElement.hidden = !(text.toLowerCase().includes(letters) || initials.includes(letters));
    }
    for (const box of this.boxes) box.tabIndex = -1;
    if (this.shownBoxes.length) this.shownBoxes[0].tabIndex = 0;
    this.list.classList.toggle("none", this.boxes.length > 0 && !this.shownBoxes.length);
  }

  // As in Excel, with something searched for only what is still shown is meant.
  listTaken({ name, kind }) {
    const part = this.part?.value.trim();
    if (part) return { [name]: this.safe(part, kind) };
    if (!this.boxes.length) return null;
    const ticked = this.shownBoxes.filter((box) => box.checked);
    if (!ticked.length && this.some && !this.search.value) return null;
    if (!ticked.length) return "请至少勾选一个值";
    if (ticked.length === this.boxes.length && !this.some) return null;
    return { [name]: ticked.map((box) => box.value).join("|") };
  }

  // A text that is looked for anywhere begins not with the sign for a whole one, and in a name "|" is no "or".
  safe(part, kind) {
    return kind === "link" ? part.replace(/^=+/, "").replace(/([|\\])/g, "\\$1") : part.replace(/^=+/, "");
  }
}
