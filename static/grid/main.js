// The grid of one page: its parts, and what they ask of each other.

import { pasted, toHtml, toTabs } from "./clipboard.js";
import { Cells } from "./cells.js";
import { Choices } from "./choices.js";
import { Desk } from "./desk.js";
import { Drafts } from "./drafts.js";
import { Editor } from "./editor.js";
import { Edits, MOST_LINES } from "./edits.js";
import { Figures } from "./figures.js";
import { Header } from "./header.js";
import { Keys } from "./keys.js";
import { Layout } from "./layout.js";
import { Lines } from "./lines.js";
import { Live } from "./live.js";
import { More } from "./more.js";
import { Mouse } from "./mouse.js";
import { Rules } from "./rules.js";
import { Saving } from "./saving.js";
import { Selection } from "./selection.js";
import { Refused, Server } from "./server.js";
import { Steps } from "./steps.js";
import { Store } from "./store.js";
import { Bubble, Dialog } from "./telling.js";
import { Tools } from "./tools.js";
import { View } from "./view.js";

export class Grid {
  constructor(root) {
    const first = JSON.parse(root.dataset.first);
    this.root = root;
    this.sheet = JSON.parse(root.dataset.sheet);
    this.server = new Server(this.sheet.base, root.dataset.csrf, this.sheet.who, this.sheet.own);
    this.cells = new Cells(this);
    this.steps = new Steps(this);
    this.words = first.words;
    this.lines = new Lines();
    this.layout = new Layout(this.sheet.columns, this.sheet.layout, this.sheet.meanings);
    this.selection = new Selection(this.lines, this.layout);
    this.store = new Store(this.sheet.columns, this.server);
    this.rules = new Rules(this);
    this.drafts = new Drafts(this, this.sheet.required);
    this.editor = new Editor(this);
    this.choices = new Choices(this.editor);
    this.bubble = new Bubble(this);
    this.dialog = new Dialog(this);
    this.edits = new Edits(this);
    this.saving = new Saving(this);
    this.header = new Header(this);
    this.view = new View(this);
    this.keys = new Keys(this);
    this.mouse = new Mouse(this);
    this.tools = new Tools(this);
    this.desk = new Desk(this);
    this.figures = new Figures(this);
    this.more = new More(this);
    this.take(first);
    this.live = new Live(this);
    this.listen();
    this.keys.focus();
    this.desk.views.tellLost(this.sheet.lost);
  }

  listen() {
    const { field } = this.editor;
    field.addEventListener("copy", (event) => this.copy(event));
    field.addEventListener("cut", (event) => this.copy(event, true));
    field.addEventListener("paste", (event) => this.paste(event));
    this.store.addEventListener("fault", (event) => this.missed(event.detail));
    this.selection.addEventListener("change", () => this.prefetch());
  }

  // -- opening -----------------------------------------------------------------------------

  // Show what the server opened.
  take(opened) {
    this.opened = opened;
    this.words = opened.words;
    this.groups = opened.groups;
    this.store.open(opened);
    this.lines.folded.clear();
    this.place();
    this.steps.set(opened.steps);
    this.view.redraw();
    this.tools.opened(opened);
    this.desk.opened(opened);
    this.saving.tell();
  }

  // Open the table again, by other words where they are given: filters, sorting, a group, a search.
  reopen(words = this.words) {
    this.wanted = words;
    this.opening ??= this.openAgain().finally(() => { this.opening = null; });
    return this.opening;
  }

  // Only between edits: what is typed or on its way belongs to the lines as they are.
  async openAgain() {
    await this.editor.rest();
    await this.saving.idle();
    const words = this.wanted;
    const here = words === this.words && this.store.rows.get(this.lines.row(this.selection.line))?.[0];
    await this.attempt(async () => {
      this.take(await this.server.ask("open", { words }));
      const place = this.store.places.get(here);
      this.stand(place === undefined ? this.selection.line : this.lines.lineOf(place), this.selection.col);
    });
    if (words !== this.wanted) await this.openAgain();
  }

  place() {
    this.lines.reset(this.store.total, this.groups, this.drafts.count);
    this.view.draw();
  }

  // Do something that asks the server; a refusal is told, a bug is not hidden.
  async attempt(work) {
    try {
      return await work();
    } catch (fault) {
      if (fault instanceof Refused && fault.kind === "Gone") return this.reopen();
      this.say(fault.message || "没有连上服务器，请检查网络后再试；什么都没有改动");
      if (!(fault instanceof Refused) && fault.message) throw fault;
      return null;
    }
  }

  missed(fault) {
    if (fault.kind === "Gone") this.reopen();
    else setTimeout(() => this.view.draw(), 2000);
  }

  // -- where one stands ----------------------------------------------------------------------

  stand(line, col, extend = false) {
    this.selection.go(line, col, extend);
    this.view.reveal(this.selection.endLine, this.selection.endCol);
    this.stood();
  }

  stood() {
    this.editor.focus();
    this.speak(this.cells.spoken());
  }

  // Rows of a range that may be copied or filled next are fetched while it is being drawn.
  prefetch() {
    const { top, bottom } = this.selection.edges;
    const rows = [this.lines.row(top), this.lines.row(bottom)].filter((row) => row >= 0);
    if (bottom - top < MOST_LINES && rows.length === 2) this.store.need(...rows);
  }

  toggleGroup() {
    const { group } = this.lines.count ? this.lines.at(this.selection.line) : {};
    if (group === undefined) return false;
    this.fold(group);
    return true;
  }

  fold(group) {
    this.lines.fold(group);
    this.place();
    this.view.redraw();
  }

  details() {
    const row = this.store.rows.get(this.lines.row(this.selection.line));
    if (row && this.sheet.details) window.open(`${this.sheet.details}${row[0]}`, "_blank", "noopener");
  }

  // One value into a column of all rows: asks which value, and in which column where none is named.
  fill(name) {
    return this.more.fill.open(name);
  }

  // -- copy and paste --------------------------------------------------------------------------

  copy(event, cut = false) {
    if (this.editor.editing) return;
    event.preventDefault();
    if (!this.lines.count) { this.say("没有行"); return; }
    const { edges } = this.selection;
    if (edges.bottom - edges.top >= MOST_LINES) { this.say(`一次最多复制 ${MOST_LINES.toLocaleString()} 行，更多请用导出`); return; }
    const rows = this.edits.copied();
    if (!rows) { this.say("正在取这些行，请稍候再按一次 Ctrl+C"); return; }
    event.clipboardData.setData("text/plain", toTabs(rows));
    event.clipboardData.setData("text/html", toHtml(rows));
    this.speak(`已复制 ${rows.length} 行`, true);
    if (cut) this.edits.fillRange(edges, "");
  }

  paste(event) {
    if (this.editor.editing) return;
    event.preventDefault();
    const { clipboardData } = event;
    if (![...clipboardData.types].some((type) => type.startsWith("text/"))) { this.say("剪贴板里没有文字，没有粘贴"); return; }
    this.edits.paste(pasted(clipboardData.getData("text/plain"), clipboardData.getData("text/html")));
  }

  // -- what is told ------------------------------------------------------------------------------

  // For the ear; with `shown` for the eye as well, until the next thing is said.
  speak(sentence, shown = false) {
    this.root.querySelector("[data-spoken]").textContent = sentence;
    if (shown) this.tools.note(sentence);
  }

  say(sentence) {
    this.bubble.say(sentence);
  }

  status(sentence, kind) {
    this.tools?.status(sentence, kind);
  }

  // A warning of what was typed last is told with it, for one has gone on to another cell.
  saved(cells) {
    this.speak(`已保存 ${cells} 格${this.advice ? `。提醒：${this.advice}` : ""}`, true);
    this.advice = "";
  }

  // Rows that came in at the end, by one's own hand.
  added(rows) {
    const first = this.store.total;
    this.store.total += rows.length;
    this.store.put(first, rows);
    if (this.groups) this.reopen();
    this.place();
    this.speak(`已新增 ${rows.length} 行`, true);
  }
}

for (const root of document.querySelectorAll("[data-grid]")) root.grid = new Grid(root);
