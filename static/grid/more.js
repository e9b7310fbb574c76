// The menu “更多”: what is done with the table as a whole.

import { Bulk } from "./bulk.js";
import { Fill } from "./fill.js";
import { helpParts } from "./help.js";
import { Print } from "./print.js";

export class More {
  constructor(grid) {
    this.grid = grid;
    this.fill = new Fill(grid);
    this.print = new Print(grid);
    this.bulk = new Bulk(grid);
    const editable = grid.sheet.columns.some((column) => column.editable);
    this.menu = new Menu(document.querySelector("[data-more-place]"), "更多", [
      ...(editable ? [["整列填写…", () => this.fill.open(grid.selection.column?.name)]] : []),
      ["打印…", () => this.print.all()],
      ["导出 Excel", () => this.takeOut("xlsx")],
      ["导出 CSV", () => this.takeOut("csv")],
      ["键盘说明（F1）", () => this.help()],
    ]);
  }

  help() {
    return this.grid.dialog.open(helpParts(), [["", "关闭"]]);
  }

  // A file of what is shown: all rows of the filter, the shown columns in their order. Asked as a script asks, so that
  // no ID number comes into an address and the page stays.
  async takeOut(ending) {
    const { grid } = this;
    await grid.saving.idle();
    grid.speak("正在导出…", true);
    await grid.attempt(async () => {
      const columns = grid.layout.shown.map((column) => column.name).join(",");
      const file = await grid.server.file(`../export/${ending}`, { ...grid.words, columns });
      const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `${grid.sheet.title}.${ending}` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      grid.speak(`已导出 ${grid.sheet.title}.${ending}`, true);
    });
  }
}

// A button and the list it opens, by mouse and by keys.
export class Menu {
  // `entries` are [label, what to do].
  constructor(place, label, entries) {
    this.button = Object.assign(document.createElement("button"), { type: "button", textContent: `${label} ▾` });
    this.button.setAttribute("aria-haspopup", "menu");
    this.list = document.createElement("div");
    this.list.className = "menu";
    this.list.setAttribute("role", "menu");
    this.list.setAttribute("aria-label", label);
    this.list.append(...entries.map((entry) => this.item(...entry)));
    place.append(this.button, this.list);
    this.button.addEventListener("click", () => (this.list.hidden ? this.open() : this.close()));
    this.button.addEventListener("keydown", (event) => { if (event.key === "ArrowDown") { event.preventDefault(); this.open(); } });
    this.list.addEventListener("keydown", (event) => this.pressed(event));
    place.addEventListener("focusout", (event) => { if (!place.contains(event.relatedTarget)) this.close(false); });
    this.close(false);
  }

  item(label, act) {
    const item = Object.assign(document.createElement("button"), { type: "button", textContent: label, tabIndex: -1 });
    item.setAttribute("role", "menuitem");
    item.addEventListener("click", () => { this.close(); act(); });
    return item;
  }

  open() {
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.list.firstChild.focus();
  }

  close(back = true) {
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (back) this.button.focus();
  }

  pressed(event) {
    const items = [...this.list.children];
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) items.at(to % items.length).focus();
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }
}
