// 整列填写: one value into a column of all rows of the opened grid, after a question with their number, as one operation.

import { Choices } from "./choices.js";
import { Lost, Refused, newToken } from "./server.js";

const AGAIN = 1500; // milliseconds

export class Fill {
  constructor(grid) {
    this.grid = grid;
  }

  // Ask what is to be filled in, with the column of this name suggested, and do it.
  async open(name) {
    const { grid } = this;
    const columns = grid.layout.order.map((one) => grid.layout.byName.get(one)).filter((column) => column.editable);
    if (!columns.length) { grid.say("这张表没有您可以改的列"); return; }
    const asked = await this.ask(columns, name);
    if (!asked) return;
    await grid.saving.idle();
    await grid.attempt(async () => {
      await grid.live.now();
      asked.expected = grid.store.total;
      if (await this.sure(asked)) await this.fill(asked);
    });
  }

  async ask(columns, name) {
    const column = document.createElement("select");
    column.append(...columns.map((one) => new Option(one.label, one.name)));
    if (columns.some((one) => one.name === name)) column.value = name;
    const { field, row } = this.valueField(() => this.grid.layout.byName.get(column.value));
    column.addEventListener("change", () => { field.value = ""; });
    const title = Object.assign(document.createElement("h2"), { textContent: "整列填写" });
    const hint = Object.assign(document.createElement("p"), { className: "hint", textContent: "填到符合当前条件的所有行；不填就是清空。做完可以撤销。" });
    const answer = this.grid.dialog.open([title, labelled("列", column), row, hint], [["fill", "下一步"], ["", "取消"]]);
    field.focus();
    return (await answer) && { column: this.grid.layout.byName.get(column.value), text: field.value.trim() };
  }

  // A field with the same choices as a cell of the column that `columnNow` tells.
  valueField(columnNow) {
    const field = Object.assign(document.createElement("input"), { autocomplete: "off" });
    const row = labelled("填写为", field);
    const choices = new Choices({
      root: row,
      room: Infinity,
      get box() { return { left: field.offsetLeft, top: field.offsetTop, width: field.offsetWidth, height: field.offsetHeight }; },
      speakOf: (option) => (option ? field.setAttribute("aria-activedescendant", option) : field.removeAttribute("aria-activedescendant")),
      take() {
        if (choices.chosen) field.value = choices.chosen.value;
        choices.close();
      },
    }, "value");
    const offer = () => choices.belongs(columnNow()) && choices.offer(columnNow(), field.value.trim());
    field.setAttribute("aria-controls", "value-list");
    field.addEventListener("input", (event) => { if (!event.isComposing) offer(); });
    field.addEventListener("compositionend", offer);
    field.addEventListener("blur", () => choices.host.take());
    field.addEventListener("keydown", (event) => this.pressed(event, choices, offer));
    return { field, row };
  }

  pressed(event, choices, offer) {
    if (event.isComposing || event.keyCode === 229) return;
    const { key } = event;
    if (key === "Enter" && choices.chosen) choices.host.take();
    else if (key === "Enter") this.grid.dialog.box.querySelector(".buttons .primary").click();
    else if (key === "Escape" && choices.open) choices.close();
    else if (key === "ArrowDown" && !choices.open) offer();
    else if (!["ArrowDown", "ArrowUp"].includes(key) || !choices.step(key === "ArrowDown" ? 1 : -1)) return;
    event.preventDefault();
  }

  async sure({ column, text, expected }) {
    const rows = expected.toLocaleString();
    if (!expected) { this.grid.say("没有符合条件的行"); return false; }
    const question = text ? `把 ${rows} 行的“${column.label}”都改成“${text}”？` : `把 ${rows} 行的“${column.label}”都清空？`;
    return Boolean(await this.grid.dialog.choose(question, [["yes", `${text ? "改" : "清空"} ${rows} 行`], ["", "取消"]]));
  }

  async fill({ column, text, expected }) {
    const { grid } = this;
    await grid.live.now();
    const body = { at: grid.store.at, past: grid.steps.past, expected, column: column.name, text, gesture: newToken() };
    grid.status("正在填写…", "busy");
    try {
      const answer = await this.send(body);
      grid.steps.set(answer.steps);
      await grid.live.now().catch(() => {});
      grid.speak(answer.cells ? `已填写 ${answer.cells.toLocaleString()} 行` : "没有要改的，已经都是这个值", true);
    } catch (fault) {
      await this.refused(fault);
    } finally {
      grid.saving.tell();
    }
  }

  // Under the same token until it is answered. Where the server has forgotten the opened grid meanwhile it is opened
  // again; what was written since, or another number of rows, is refused there.
  async send(body) {
    const { grid } = this;
    for (;;) {
      try {
        return await grid.server.ask("fill", { ...body, snapshot: grid.store.snapshot });
      } catch (fault) {
        if (fault.kind === "Gone") await grid.reopen();
        else if (!(fault instanceof Lost) && fault.kind !== "SignIn") throw fault;
        grid.status(fault.kind === "SignIn" ? fault.message : "连接中断，正在重试填写", "warn");
        await new Promise((done) => setTimeout(done, AGAIN));
      }
    }
  }

  async refused(fault) {
    if (!(fault instanceof Refused)) throw fault;
    const moved = fault.kind === "Conflict";
    const answers = moved ? [["again", "重新打开表格"], ["", "取消"]] : [["", "知道了"]];
    if (await this.grid.dialog.choose(fault.message, answers)) await this.grid.reopen();
  }
}

function labelled(words, field) {
  const label = document.createElement("label");
  label.className = "asked";
  label.append(Object.assign(document.createElement("span"), { textContent: words }), field);
  return label;
}
