// The menu “更多”: what is done with the table as a whole.

import { Bulk } from "./bulk.js";
import { Fill } from "./fill.js";
import { helpParts } from "./help.js";
import { element } from "./popup.js";
import { Print } from "./print.js";
import { Ruling } from "./ruling.js";

export class More {
  constructor(grid) {
    this.grid = grid;
    this.fill = new Fill(grid);
    this.print = new Print(grid);
    this.bulk = new Bulk(grid);
    this.ruling = new Ruling(grid);
    this.button = element("button", "", "更多 ▾");
    this.button.setAttribute("aria-haspopup", "menu");
    this.button.addEventListener("click", () => this.toggle());
    document.querySelector("[data-more-place]").append(this.button);
  }

  toggle() {
    const { grid } = this;
    const { popup } = grid.desk;
    if (popup.by(this.button)) { popup.close(); return; }
    const fill = { label: "整列填写…", act: () => this.fill.open(grid.selection.column?.name) };
    popup.menu([
      ...(grid.sheet.columns.some((column) => column.editable) ? [fill, null] : []),
      { label: "着色与提醒…", note: grid.layout.rules.length ? `${grid.layout.rules.length} 条` : "", act: () => this.ruling.open() },
      null,
      { label: "打印…", act: () => this.print.all() },
      { label: "导出 Excel", act: () => this.takeOut("xlsx") },
      { label: "导出 CSV", act: () => this.takeOut("csv") },
      null,
      { label: "键盘说明", note: "F1", act: () => this.help() },
    ], { opener: this.button, label: "更多" });
  }

  help() {
    return this.grid.dialog.open(helpParts(), [["", "关闭"]]);
  }

  // A file of what is shown: all rows of the filter, the shown columns in their order and colours. Asked as a script asks, so that
  // no ID number comes into an address and the page stays.
  async takeOut(ending) {
    const { grid } = this;
    await grid.saving.idle();
    grid.speak("正在导出…", true);
    await grid.attempt(async () => {
      const columns = grid.layout.shown.map((column) => column.name).join(",");
      const file = await grid.server.file(`../export/${ending}`, { ...grid.words, columns, layout: grid.layout.told });
      const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `${grid.sheet.title}.${ending}` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      grid.speak(`已导出 ${grid.sheet.title}.${ending}`, true);
    });
  }
}
