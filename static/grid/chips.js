// What the rows are chosen by, a chip each, to be taken away again.

import { element } from "./popup.js";

export class Chips {
  constructor(grid) {
    this.grid = grid;
    this.place = document.querySelector("[data-chips]");
    this.place.setAttribute("role", "group");
    this.place.setAttribute("aria-label", "已用的条件");
  }

  // `chips` are [word, sentence] as the server tells them.
  opened({ chips, words, group }) {
    const { layout } = this.grid;
    const told = [...chips];
    if (words.all) told.push(["all", "含已处理的"]);
    if (group) told.push(["group", `按${layout.byName.get(group).label}分组`]);
    const made = told.map(([word, sentence]) => this.chip(word, sentence));
    if (chips.length || words.search) made.push(this.clear());
    this.place.replaceChildren(...made);
  }

  chip(word, sentence) {
    const chip = element("span", "chip");
    const text = element("span", "", sentence);
    text.title = sentence;
    const away = element("button", "", "×");
    away.title = `去掉“${sentence}”`;
    away.setAttribute("aria-label", away.title);
    away.addEventListener("click", () => this.drop(word));
    chip.append(text, away);
    return chip;
  }

  clear() {
    const button = element("button", "link-button", "清除全部");
    button.addEventListener("click", () => this.grid.desk.filters.clearAll().then(() => this.grid.keys.focus()));
    return button;
  }

  drop(word) {
    const words = Object.fromEntries(Object.entries(this.grid.words).filter(([one]) => one !== word));
    this.grid.reopen(words).then(() => this.grid.keys.focus());
  }
}
