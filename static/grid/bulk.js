// The list's actions on the rows one has selected, or on all of the filter: through the list's own question.

const MOST = 2000; // rows chosen one by one

export class Bulk {
  constructor(grid) {
    this.grid = grid;
    this.form = document.querySelector("[data-rows-form]");
    if (!this.form) return;
    this.chosen = this.form.querySelector("[data-chosen]");
    this.buttons = [...this.form.querySelectorAll("button")];
    for (const button of this.buttons) button.addEventListener("click", (event) => { event.preventDefault(); this.act(button); });
    for (const source of [grid.selection, grid.store]) source.addEventListener("change", () => this.later());
  }

  // After the lines are in their places.
  later() {
    this.waiting ||= requestAnimationFrame(() => { this.waiting = 0; this.draw(); });
  }

  // The selected rows, by their places in the snapshot.
  get rows() {
    const { lines, selection } = this.grid;
    const { top, bottom } = selection.edges;
    const [first, last] = lines.count ? lines.rows(top, bottom) : [0, -1];
    const count = last - first + 1;
    return { first, last, count, all: count > 1 && count === this.grid.store.total };
  }

  draw() {
    const { tab } = this.grid.opened;
    for (const button of this.buttons) button.hidden = button.dataset.tabs !== undefined && !button.dataset.tabs.split(" ").includes(tab);
    const { count, all } = this.rows;
    this.form.hidden = this.buttons.every((button) => button.hidden);
    this.chosen.textContent = all ? `对全部 ${count.toLocaleString()} 行` : `对选中的 ${count.toLocaleString()} 行`;
    for (const button of this.buttons) button.disabled = !count;
  }

  async act(button) {
    const { grid } = this;
    await grid.saving.idle();
    if (grid.store.unsaved || grid.drafts.begun) { grid.say("还有没保存的格子，请先改正或放弃（Esc），再做这一步"); return; }
    await grid.attempt(async () => {
      const { first, last, count, all } = this.rows;
      if (!all && count > MOST) { grid.say(`一次最多选 ${MOST.toLocaleString()} 行；要对全部行做，请按 Ctrl+A 全选`); return; }
      if (!all) await grid.store.load(first, last);
      await grid.live.now();
      const chosen = all ? this.everything() : this.ticked(first, last);
      if (chosen.length) this.send(button.formAction, chosen);
      else grid.say("选中的行已经不在了");
    });
  }

  ticked(first, last) {
    const { rows } = this.grid.store;
    const places = Array.from({ length: last - first + 1 }, (_, at) => rows.get(first + at));
    return places.filter((row) => row && row[1] >= 0).map((row) => ["row", `${row[0]}:${row[1]}`]);
  }

  everything() {
    const { store } = this.grid;
    return [["everything", "1"], ["shown_at", store.at], ["expected", store.total]];
  }

  // As the list's own form says it, with the way back.
  send(action, chosen) {
    const { words, server } = this.grid;
    const pairs = [["csrf_token", server.token], ["back", "grid"], ...Object.entries(words), ...chosen];
    for (const old of this.form.querySelectorAll("input")) old.remove();
    this.form.append(...pairs.map(([name, value]) => Object.assign(document.createElement("input"), { type: "hidden", name, value })));
    this.form.action = action;
    this.form.submit();
  }
}
