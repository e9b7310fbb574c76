// How one works at a grid: the columns, the filters, the views, and that all of it is found again the next time.

import { Chips } from "./chips.js";
import { Columns } from "./columns.js";
import { Filters } from "./filters.js";
import { Popup } from "./popup.js";
import { Views } from "./views.js";

const WAIT = 1500; // milliseconds after the last change before a layout is kept

export class Desk {
  constructor(grid) {
    this.grid = grid;
    this.popup = new Popup(grid);
    this.filters = new Filters(grid);
    this.chips = new Chips(grid);
    this.views = new Views(grid);
    this.columns = new Columns(grid);
    this.back = document.querySelector("[data-list]");
    this.kept = this.told;
    this.name = grid.selection.column.name;
    grid.selection.addEventListener("change", () => { this.name = grid.selection.column?.name; });
    grid.layout.addEventListener("change", () => this.changed());
    window.addEventListener("pagehide", () => this.keep(true));
  }

  get told() {
    return JSON.stringify(this.grid.layout.told);
  }

  opened(opened) {
    this.chips.opened(opened);
    this.back.href = opened.list;
    this.views.show();
    history.replaceState(null, "", this.address(opened.address));
  }

  // The address of what is shown, so that a reload shows it again.
  address(address) {
    const { chosen } = this.views;
    return chosen ? `${address}${address.includes("?") ? "&" : "?"}view=${chosen.id}` : address;
  }

  // One goes on standing in the same column; what changed is kept when nothing more changes.
  changed() {
    const { selection, layout } = this.grid;
    const col = layout.at(this.name);
    selection.go(selection.line, col < 0 ? selection.col : col);
    this.views.show();
    clearTimeout(this.timer);
    if (this.told !== this.kept) this.timer = setTimeout(() => this.keep(), WAIT);
  }

  // A layout that could not be kept is tried again with its next change.
  keep(leaving = false) {
    const { told } = this;
    if (told === this.kept || told === this.sent) return;
    clearTimeout(this.timer);
    this.sent = told;
    const { server } = this.grid;
    const body = { layout: this.grid.layout.told };
    const sending = leaving ? server.send("layout", body, { keepalive: true }) : server.ask("layout", body);
    sending.then(() => { this.kept = told; }, () => {}).finally(() => { this.sent = null; });
  }
}
