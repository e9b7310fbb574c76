// The panel of all columns: which are shown, in which order, how many stay in sight.

import { element } from "./popup.js";

export class Columns {
  constructor(grid) {
    this.grid = grid;
    this.button = element("button", "", "列 ▾");
    this.button.title = "显示哪些列、次序、冻结";
    this.button.setAttribute("aria-haspopup", "dialog");
    this.button.addEventListener("click", () => this.toggle());
    document.querySelector("[data-columns-place]").append(this.button);
  }

  get layout() {
    return this.grid.layout;
  }

  toggle() {
    const { popup } = this.grid.desk;
    if (popup.by(this.button)) { popup.close(); return; }
    popup.open(this.parts(), { opener: this.button, label: "列" });
    popup.box.querySelector("input").focus();
  }

  parts() {
    this.list = element("div", "column-list");
    this.list.addEventListener("keydown", (event) => this.pressed(event));
    this.frozen = Object.assign(element("input", ""), { type: "number", min: 0 });
    this.frozen.addEventListener("input", () => { if (this.frozen.value !== "") this.layout.freeze(Number(this.frozen.value)); });
    const frozen = element("label", "asked");
    frozen.append(element("span", "", "冻结左边"), this.frozen, element("span", "", "列"));
    const buttons = element("div", "buttons");
    buttons.append(
      this.act("全部显示", () => this.layout.showAll()),
      this.act("恢复默认", () => this.layout.use({ rules: this.layout.rules })),
      this.act("关闭", () => this.grid.desk.popup.close()),
    );
    this.draw();
    return [element("h2", "", "列"), element("p", "hint", "空格显示或隐藏，Alt+↑↓ 移动"), this.list, frozen, buttons];
  }

  act(label, work) {
    const button = element("button", "", label);
    button.addEventListener("click", () => { work(); this.draw(); });
    return button;
  }

  draw() {
    this.list.replaceChildren(...this.layout.order.map((name) => this.row(this.layout.byName.get(name))));
    this.frozen.value = this.layout.frozen;
    this.frozen.max = this.layout.shown.length - 1;
  }

  row({ name, label }) {
    const row = element("div", "column-row");
    row.dataset.name = name;
    const box = Object.assign(element("input", ""), { type: "checkbox", checked: !this.layout.hidden.has(name) });
    box.addEventListener("change", () => { this.layout.show(name, box.checked); this.again(name, "input"); });
    const named = element("label", "");
    named.append(box, label);
    row.append(named, this.arrow(name, label, -1), this.arrow(name, label, 1));
    return row;
  }

  arrow(name, label, by) {
    const button = element("button", by < 0 ? "up" : "down", by < 0 ? "↑" : "↓");
    button.setAttribute("aria-label", `${label} ${by < 0 ? "上移" : "下移"}`);
    button.addEventListener("click", () => this.move(name, by, `.${button.className}`));
    return button;
  }

  // Among all columns, the hidden ones too.
  move(name, by, focus) {
    const { order } = this.layout;
    const at = order.indexOf(name);
    if (at + by < 0 || at + by >= order.length) return;
    this.layout.move(name, order[by < 0 ? at - 1 : at + 2]);
    this.again(name, focus);
  }

  // Drawn anew, with the focus where it was.
  again(name, focus) {
    this.draw();
    this.list.querySelector(`[data-name="${name}"] ${focus}`).focus();
  }

  pressed(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const row = event.target.closest(".column-row");
    if (event.altKey) { this.move(row.dataset.name, by, "input"); return; }
    (by < 0 ? row.previousSibling : row.nextSibling)?.querySelector("input").focus();
  }
}
