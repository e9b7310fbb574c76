// 提醒 in a form: what rules warn of, of the row as it stands and of what is being typed over it. Nothing is refused.

import { saidOf } from "./ruled.js";

class Advice {
  constructor(list) {
    this.list = list;
    Object.assign(this, JSON.parse(list.dataset.advice)); // rules, columns, texts, fresh
    this.columns = new Map(this.columns.map((column) => [column.name, column]));
    this.form = [...document.forms].find((form) => form.matches("[data-advised]"));
    for (const kind of ["input", "change"]) this.form?.addEventListener(kind, () => this.tell());
    this.tell();
  }

  field(name) {
    return this.form?.elements.namedItem(name);
  }

  // What a column would show: as it is typed, or as it stands where the form has no field for it.
  text(name) {
    const field = this.field(name);
    if (!field || field instanceof RadioNodeList) return this.texts[name] ?? "";
    if (field.type === "checkbox") return field.checked ? "是" : "否";
    if (field instanceof HTMLSelectElement) return field.value ? field.selectedOptions[0].text.trim() : "";
    return field.value.trim();
  }

  // Of a row that is to be, what is filled in alone: every empty field of it would be warned of.
  tell() {
    const text = (name) => this.text(name);
    const asked = this.rules.filter((rule) => !this.fresh || text(rule.column));
    const { own } = saidOf(asked, this.columns, text);
    const told = [...own].filter(([, { warn }]) => warn);
    this.list.replaceChildren(...told.map(([name, { warn }]) => this.item(name, warn)));
    for (const name of this.columns.keys()) this.field(name)?.classList?.toggle("warned", Boolean(own.get(name)?.warn));
  }

  item(name, warn) {
    const item = document.createElement("li");
    const label = document.createElement("b");
    label.textContent = this.columns.get(name).label;
    item.append(label, `：${warn}`);
    return item;
  }
}

for (const list of document.querySelectorAll("[data-advice]")) list.advice = new Advice(list);
