// Views by name: filters, sorting, group and columns together, one's own or shared with one.

import { element } from "./popup.js";

export class Views {
  constructor(grid) {
    this.grid = grid;
    this.all = grid.sheet.views;
    this.chosen = this.all.find((view) => String(view.id) === new URLSearchParams(location.search).get("view"));
    this.button = element("button", "view-button");
    this.button.setAttribute("aria-haspopup", "menu");
    this.button.addEventListener("click", () => this.toggle());
    document.querySelector("[data-views-place]").append(this.button);
  }

  // -- what the button says ---------------------------------------------------------------------

  show() {
    const { chosen } = this;
    const name = element("b", "", chosen?.name ?? "");
    this.button.replaceChildren(chosen ? "视图：" : "视图", name, this.changed ? " · 已改动 ▾" : " ▾");
    this.button.title = chosen ? `视图“${chosen.name}”${this.changed ? "，之后有改动" : ""}` : "把现在的条件、排序、分组和列保存成视图";
  }

  // Whether something is other than the chosen view has it.
  get changed() {
    if (!this.chosen) return false;
    const sorted = (words) => JSON.stringify(Object.entries(words).sort());
    return sorted(this.chosen.words) !== sorted(this.grid.words) || !this.grid.layout.stands(this.chosen.layout);
  }

  // -- the menu -----------------------------------------------------------------------------------

  toggle() {
    const { popup } = this.grid.desk;
    if (popup.by(this.button)) { popup.close(); return; }
    const { chosen } = this;
    const entries = [this.entry(null), ...this.all.map((view) => this.entry(view)), null];
    if (chosen?.mine && this.changed) entries.push({ label: `保存改动到“${chosen.name}”`, act: () => this.overwrite(chosen) });
    entries.push({ label: "另存为视图…", act: () => this.saveAs() });
    if (chosen?.mine && (chosen.shared || this.grid.sheet.shares)) entries.push(this.sharing(chosen));
    if (chosen?.mine) entries.push({ label: `删除“${chosen.name}”…`, act: () => this.remove(chosen) });
    entries.push({ label: "管理视图", act: () => { location.href = this.grid.sheet.views_page; } });
    popup.menu(entries, { opener: this.button, label: "视图" });
  }

  entry(view) {
    const note = view && (view.mine ? (view.shared ? "我的，已共享" : "我的") : `${view.by} 共享`);
    return { label: view?.name ?? "默认", checked: (this.chosen?.id ?? 0) === (view?.id ?? 0), note, act: () => this.choose(view) };
  }

  sharing(view) {
    const shared = !view.shared;
    return { label: shared ? `把“${view.name}”共享给下级` : `不再共享“${view.name}”`, act: () => this.keep({ ...view, shared }, view.version) };
  }

  async choose(view) {
    this.chosen = view ?? undefined;
    this.grid.layout.use(view?.layout ?? null);
    await this.grid.reopen({ ...(view?.words ?? {}) });
    this.tellLost(view?.lost ?? []);
  }

  // The county's own columns that were kept with it and are no more: what it says of them is left out.
  tellLost(lost) {
    if (lost.length) this.grid.speak(`${lost.map((label) => `“${label}”`).join("、")}这一列已停用或清空，与它有关的条件和着色没有用上`, true);
  }

  // -- saving ----------------------------------------------------------------------------------------

  get now() {
    return { words: this.grid.words, layout: this.grid.layout.told };
  }

  overwrite(view) {
    return this.keep({ ...view, ...this.now }, view.version);
  }

  async saveAs() {
    const name = Object.assign(element("input", ""), { maxLength: 40, autocomplete: "off", value: this.chosen?.mine ? "" : this.chosen?.name ?? "" });
    const asked = element("label", "asked");
    asked.append(element("span", "", "名称"), name);
    const shared = Object.assign(element("input", ""), { type: "checkbox" });
    const share = element("label", "share");
    share.append(shared, " 共享给下级（他们能打开，不能改）");
    const parts = [element("p", "", "把现在的条件、排序、分组和列保存成视图："), asked, ...(this.grid.sheet.shares ? [share] : [])];
    const answer = this.grid.dialog.open(parts, [["save", "保存"], ["", "取消"]]);
    name.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); name.closest("dialog").querySelector(".primary").click(); }
    });
    if ((await answer) !== "save") return;
    await this.saveUnder(name.value.trim().replace(/\s+/g, " "), shared.checked);
  }

  async saveUnder(name, shared) {
    const same = this.all.find((view) => view.mine && view.name === name);
    const replace = !same || (await this.grid.dialog.choose(`您已有名为“${name}”的视图，要用现在的样子替换它吗？`, [["yes", "替换"], ["", "取消"]])) === "yes";
    if (replace) await this.keep({ name, shared, ...this.now }, same?.version ?? 0);
  }

  keep({ name, shared, words, layout }, version) {
    return this.attempt(async () => {
      const kept = await this.grid.server.ask("keep", { name, shared, words, layout, version });
      this.take(kept.views, kept.view);
      this.offer(`已保存视图“${name}”`, kept.operation, kept.view);
    });
  }

  async remove(view) {
    const who = view.shared ? "它是共享的，别人也不能再用。" : "";
    const answer = await this.grid.dialog.choose(`删除视图“${view.name}”？${who}`, [["yes", "删除"], ["", "取消"]]);
    if (answer !== "yes") return;
    await this.attempt(async () => {
      const { views, operation } = await this.grid.server.ask("remove", { view: view.id, version: view.version });
      this.take(views, 0);
      this.offer(`已删除视图“${view.name}”`, operation, view.id);
    });
  }

  // After a refusal the views are as they are now: somebody may have changed them in another window.
  attempt(work) {
    return this.grid.attempt(async () => {
      try {
        await work();
      } catch (fault) {
        if (fault.kind === "Conflict") this.take((await this.grid.server.ask("views", {})).views);
        throw fault;
      }
    });
  }

  take(views, id = this.chosen?.id) {
    this.all = views;
    this.chosen = views.find((view) => view.id === id);
    this.show();
    history.replaceState(null, "", this.grid.desk.address(this.grid.opened.address));
  }

  // Tell what was done, with the way back to the view as it was.
  offer(sentence, operation, id) {
    const back = this.grid.tools.link("撤销", () => this.attempt(async () => {
      this.take((await this.grid.server.ask("take_back", { operation })).views, id);
      this.grid.tools.note("已撤销");
      this.grid.keys.focus();
    }));
    this.grid.tools.parts.note.replaceChildren(`${sentence}　`, ...(operation ? [back] : []));
  }
}
