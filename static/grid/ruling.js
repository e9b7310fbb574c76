// The dialog 着色与提醒: the rules of a table in their order, tried out in the grid while they are written.

import { element } from "./popup.js";
import { codeOf, codesOf, fieldOf, howsOf, isBare, isCoded, linked, toldValue } from "../ruled.js";
import { dress } from "./rules.js";
import { Refused } from "./server.js";

const SAME = ["is", "is_not"];
const CODE = 12; // digits
const HEADS = ["", "列", "条件", "值", "范围", "颜色", "提醒（可以不写）", "样子", "符合", ""];

export class Ruling {
  constructor(grid) {
    this.grid = grid;
    this.told = grid.sheet.ruling;
  }

  // Write rules until they are kept, or left as they were.
  async open() {
    const { grid } = this;
    this.rules = structuredClone(grid.layout.rules).map((rule) => this.byCode(rule));
    if (!this.rules.length) this.rules.push(this.suggested());
    this.refusal = "";
    try {
      while ((await this.asked()) === "save") {
        if (await this.keep()) { grid.speak(this.rules.length ? `已保存 ${this.rules.length} 条着色与提醒规则` : "已去掉着色与提醒", true); break; }
      }
    } finally {
      grid.rules.try(undefined);
    }
  }

  // A rule that was kept when choices were compared by their labels.
  byCode(rule) {
    const column = this.grid.layout.byName.get(rule.column);
    return this.isChosen(rule) && rule.value ? { ...rule, value: codeOf(column, rule.value) } : rule;
  }

  // Whether its value is one of the choices of its column, by their codes.
  isChosen({ column, how }) {
    return isCoded(this.grid.layout.byName.get(column)) && SAME.includes(how);
  }

  // Of the cell one stands on.
  suggested() {
    const { line, col, column } = this.grid.selection;
    const longest = fieldOf(column.kind).type === "date" ? 10 : this.told.longest.value; // of a moment its day
    const held = column.kind === "link" && this.grid.store.rows.get(this.grid.lines.at(line).row);
    const text = held ? this.cut(this.grid.store.linked(held, column.name)) : this.grid.cells.text(line, col).slice(0, longest);
    return { column: column.name, how: howsOf(column.kind)[0], value: isCoded(column) ? codeOf(column, text) : text, scope: "cell", look: this.told.looks[0][0] };
  }

  // What a lookup fills in, as long as may be kept: its name is for reading, the row is meant by the code.
  cut(text) {
    const { name, code } = linked(text);
    const { value: longest } = this.told.longest;
    return code ? `${name.slice(0, longest - CODE - 1)} ${code}`.trim() : text.slice(0, longest);
  }

  asked() {
    this.table = element("table", "rule-table");
    this.table.addEventListener("keydown", (event) => this.pressed(event));
    this.fault = element("p", "fault", this.refusal);
    this.fault.setAttribute("role", "alert");
    this.more = element("button", "", "添加规则");
    this.more.addEventListener("click", () => this.add());
    const hint = element("p", "hint", "同一格有几条符合时，上面的先算；给这一格的先于整行的。提醒显示在这一列的格子上。Alt+↑↓ 移动规则。");
    const list = element("div", "rule-list");
    list.append(this.table);
    this.draw();
    return this.grid.dialog.open([element("h2", "", "着色与提醒"), hint, list, this.more, this.fault], [["save", "保存"], ["", "取消"]]);
  }

  // What was refused is told in the dialog, with everything as it was written.
  async keep() {
    const { layout, server, desk } = this.grid;
    const rules = this.rules.map((rule) => this.trimmed(rule));
    try {
      await server.ask("layout", { layout: { ...layout.told, rules } });
    } catch (fault) {
      if (!(fault instanceof Refused) && fault.message) throw fault;
      this.refusal = fault.message || "没有连上服务器，请检查网络后再试；规则还没有保存";
      return false;
    }
    layout.rules = rules;
    desk.kept = desk.told;
    layout.place();
    return true;
  }

  // Without what says nothing.
  trimmed({ column, how, value = "", scope, look, warn = "" }) {
    const bare = { column, how, value: isBare(how) ? "" : value.trim(), scope, look, warn: warn.trim() };
    return Object.fromEntries(Object.entries(bare).filter(([, word]) => word));
  }

  // -- the table ----------------------------------------------------------------------------------

  draw() {
    const head = element("tr", "");
    head.append(...HEADS.map((label) => element("th", "", label)));
    this.lines = this.rules.map((rule, at) => this.line(rule, at));
    this.table.replaceChildren(head, ...this.lines);
    this.table.hidden = !this.rules.length;
    this.more.disabled = this.rules.length >= this.told.most;
    this.tell();
  }

  line(rule, at) {
    const line = element("tr", "");
    const parts = [
      String(at + 1),
      ...[this.columnPart(rule), this.choicePart(rule, "how", this.hows(rule)), this.valuePart(rule), this.choicePart(rule, "scope", this.told.scopes)],
      this.choicePart(rule, "look", [...this.told.looks, ["", "不着色"]]),
      this.textPart(rule, "warn"),
      ...[element("span", "cell rule-sample"), element("span", "rule-count")],
      this.buttons(at),
    ];
    line.append(...parts.map((part, index) => this.placed(part, `第 ${at + 1} 条：${HEADS[index]}`)));
    return line;
  }

  placed(part, label) {
    const place = element("td", "");
    place.append(part);
    place.querySelector("input, select")?.setAttribute("aria-label", label);
    return place;
  }

  // A rule of a column that this list does not have stays as it is.
  columnPart(rule) {
    const { layout } = this.grid;
    const known = layout.order.map((name) => [name, layout.byName.get(name).label]);
    const part = this.choicePart(rule, "column", layout.byName.has(rule.column) ? known : [[rule.column, "（别的列表里的列）"], ...known]);
    part.addEventListener("change", () => {
      if (!this.hows(rule).some(([how]) => how === rule.how)) [[rule.how]] = this.hows(rule);
      rule.value = "";
      this.again(this.rules.indexOf(rule), "column");
    });
    return part;
  }

  hows(rule) {
    const column = this.grid.layout.byName.get(rule.column);
    const fit = column ? howsOf(column.kind) : [rule.how];
    return fit.map((how) => [how, new Map(this.told.hows).get(how)]);
  }

  choicePart(rule, name, choices) {
    const part = element("select", "");
    part.name = name;
    part.append(...choices.map(([word, label]) => new Option(label, word)));
    part.value = rule[name] ?? "";
    part.addEventListener("change", () => {
      rule[name] = part.value;
      if (name === "how") {
        const column = this.grid.layout.byName.get(rule.column);
        if (isCoded(column) && !(this.isChosen(rule) && [...codesOf(column).values()].includes(rule.value))) rule.value = "";
        this.again(this.rules.indexOf(rule), "how");
      }
      this.tell();
    });
    return part;
  }

  valuePart(rule) {
    const column = this.grid.layout.byName.get(rule.column);
    if (this.isChosen(rule)) return this.choicePart(rule, "value", this.codes(rule, column));
    const part = this.textPart(rule, "value");
    part.disabled = isBare(rule.how);
    if (part.disabled) part.value = "";
    else if (column) Object.assign(part, fieldOf(column.kind));
    return column?.lookup && SAME.includes(rule.how) ? this.lookedUp(part, rule, column) : part;
  }

  // With the rows that the column may point at below, by what is typed.
  lookedUp(part, rule, column) {
    const list = element("datalist", "");
    list.id = `rule-${this.rules.indexOf(rule)}-rows`;
    part.setAttribute("list", list.id);
    part.removeAttribute("maxlength"); // what is chosen is cut as a whole
    part.title = "从下拉中选择，才能把同名的分开";
    part.addEventListener("input", () => {
      rule.value = this.cut(part.value.trim());
      this.tell();
    });
    const offer = async () => {
      const answer = await fetch(`${column.lookup}?q=${encodeURIComponent(linked(part.value).name)}`).catch(() => null);
      const { found } = answer?.ok ? await answer.json() : { found: [] };
      list.replaceChildren(...found.map(({ value }) => new Option(value, value)));
    };
    for (const kind of ["focus", "input"]) part.addEventListener(kind, offer);
    const both = element("span", "");
    both.append(part, list);
    return both;
  }

  // The choices of a column with their labels; a value that is none of them any more stays to be seen.
  codes(rule, column) {
    const known = [...codesOf(column)].map(([label, code]) => [code, label]);
    return !rule.value || known.some(([code]) => code === rule.value) ? [["", "请选择"], ...known] : [[rule.value, rule.value], ...known];
  }

  textPart(rule, name) {
    const part = Object.assign(element("input", ""), { name, maxLength: this.told.longest[name], autocomplete: "off", value: rule[name] ?? "" });
    part.addEventListener("input", () => { rule[name] = part.value; this.tell(); });
    return part;
  }

  buttons(at) {
    const buttons = element("span", "rule-buttons");
    const acts = [["↑", "上移", () => this.move(at, -1)], ["↓", "下移", () => this.move(at, 1)], ["✕", "删除", () => this.remove(at)]];
    buttons.append(...acts.map(([sign, label, act]) => {
      const button = element("button", "", sign);
      button.title = label;
      button.setAttribute("aria-label", `第 ${at + 1} 条：${label}`);
      button.addEventListener("click", act);
      return button;
    }));
    return buttons;
  }

  // -- what is done to it ---------------------------------------------------------------------------

  add() {
    this.rules.push({ ...this.suggested(), value: "" });
    this.again(this.rules.length - 1, "column");
  }

  remove(at) {
    this.rules.splice(at, 1);
    if (this.rules.length) this.again(Math.min(at, this.rules.length - 1), "column");
    else { this.draw(); this.more.focus(); }
  }

  move(at, by) {
    const to = at + by;
    if (to < 0 || to >= this.rules.length) return;
    this.rules.splice(to, 0, ...this.rules.splice(at, 1));
    this.again(to, "column");
  }

  // Drawn anew, with the focus in this part of a rule.
  again(at, name) {
    this.draw();
    this.lines[at].querySelector(`[name="${name}"]`).focus();
  }

  pressed(event) {
    if (event.isComposing) return;
    const at = this.lines.indexOf(event.target.closest("tr"));
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by && event.altKey) this.move(at, by);
    else if (event.key === "Enter" && event.target.matches("input")) this.table.closest("dialog").querySelector(".primary").click();
    else return;
    event.preventDefault();
  }

  // How the rules look, here and in the grid, and how many of the rows at hand each fits.
  tell() {
    const { rules, store } = this.grid;
    rules.try(this.rules);
    const rows = [...store.rows.values()];
    this.rules.forEach((rule, at) => {
      const [sample, count] = this.lines[at].querySelectorAll(".rule-sample, .rule-count");
      const column = rules.grid.layout.byName.get(rule.column);
      sample.textContent = (column ? toldValue(column, rule.value ?? "") : rule.value)?.slice(0, 6) || "示例";
      dress(sample, { look: rule.look ?? "", marked: Boolean(rule.look), warn: rule.warn ?? "" });
      count.textContent = `${rows.filter((row) => rules.fits(rule, row)).length.toLocaleString()} 行`;
      count.title = `在已经载入的 ${rows.length.toLocaleString()} 行里`;
    });
  }
}
