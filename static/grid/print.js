// On paper: a plain table of the rows that are here, made when the browser prints and gone afterwards.

import { toldValue } from "../ruled.js";
import { dress, dressLine } from "./rules.js";

const MOST = 2000; // rows
const WIDE = 14; // columns that a sheet takes in its usual letters

export class Print {
  constructor(grid) {
    this.grid = grid;
    window.addEventListener("beforeprint", () => this.build());
    window.addEventListener("afterprint", () => this.clear());
  }

  // Print all rows of the filter, as far as they are not too many.
  async all() {
    const { grid } = this;
    await grid.saving.idle();
    await grid.attempt(async () => {
      await grid.store.load(0, Math.min(grid.store.total, MOST) - 1);
      window.print();
    });
  }

  build() {
    this.clear();
    const { store } = this.grid;
    const places = [...store.rows.keys()].filter((place) => store.rows.get(place)[1] >= 0).sort((one, other) => one - other).slice(0, MOST);
    this.sheet = made("section", "", ...this.heading(places.length), this.table(places));
    this.sheet.className = "print-sheet";
    this.sheet.classList.toggle("many", this.grid.layout.shown.length > WIDE);
    document.querySelector(".grid-page").after(this.sheet);
  }

  clear() {
    this.sheet?.remove();
    this.sheet = null;
  }

  heading(count) {
    const { sheet, opened, store } = this.grid;
    const rows = count < store.total ? `印出 ${count.toLocaleString()} 行，共 ${store.total.toLocaleString()} 行` : `共 ${count.toLocaleString()} 行`;
    const asked = opened.asked.length ? opened.asked.join("；") : "全部记录";
    const day = new Date().toLocaleString("zh-CN", { dateStyle: "long", timeStyle: "short" });
    return [made("h1", sheet.title), made("p", `${asked}　${rows}　${day}　打印人：${sheet.whose}`), ...this.legend()];
  }

  // What the colours say, for whoever reads the paper.
  legend() {
    const { layout, rules } = this.grid;
    const known = rules.all.filter((rule) => layout.byName.has(rule.column));
    const legend = made("p", "", ...known.map((rule) => this.entry(rule, layout.byName.get(rule.column))));
    legend.className = "legend";
    return known.length ? [legend] : [];
  }

  entry(rule, column) {
    const how = new Map(this.grid.sheet.ruling.hows).get(rule.how);
    const asks = [column.label, how, toldValue(column, rule.value ?? "")].filter(Boolean).join(" ");
    const entry = made("span", `${asks}${rule.scope === "row" && rule.look ? "（整行）" : ""}${rule.warn ? `：${rule.warn}` : ""}`);
    dress(entry, { look: rule.look ?? "", marked: Boolean(rule.look), warn: "" });
    entry.classList.toggle("warned", Boolean(rule.warn));
    return entry;
  }

  table(places) {
    const { shown } = this.grid.layout;
    const head = made("tr", "", made("th", "行"), ...shown.map((column) => made("th", column.label)));
    return made("table", "", made("thead", "", head), made("tbody", "", ...places.flatMap((place) => [...this.group(place), this.line(place)])));
  }

  line(place) {
    const { store, layout } = this.grid;
    const row = store.rows.get(place);
    const said = this.grid.rules.of(row);
    const cells = layout.shown.map((column) => {
      const cell = Object.assign(made("td", store.text(row, column.name)), { className: `k-${column.kind}` });
      dress(cell, said.cell(column.name));
      return cell;
    });
    const number = made("td", String(place + 1));
    dressLine(number, said);
    return made("tr", "", number, ...cells);
  }

  // The heading of the group that begins with this row.
  group(place) {
    const { groups, layout, lines } = this.grid;
    const at = groups ? lines.starts.findIndex((start) => start.row === place) : -1;
    if (at < 0) return [];
    const cell = made("th", `${groups[at][0]}　${groups[at][1].toLocaleString()} 条`);
    cell.colSpan = layout.shown.length + 1;
    return [made("tr", "", cell)];
  }
}

function made(tag, text, ...parts) {
  const element = document.createElement(tag);
  element.append(...(text ? [text] : []), ...parts);
  return element;
}
