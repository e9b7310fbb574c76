// What others save meanwhile: asked for every few seconds while somebody looks at the page.

const EVERY = 2500; // milliseconds: seen within five seconds even when one answer is slow
const FLASH = 4000;

export class Live {
  constructor(grid) {
    this.grid = grid;
    setInterval(() => this.tick(), EVERY);
    document.addEventListener("visibilitychange", () => this.tick());
  }

  tick() {
    if (document.hidden || this.asking) return;
    this.now().catch(() => {});
  }

  // Bring the rows that are here up to date with everything that is written by now: what was asked before does not do.
  now() {
    const before = this.asking?.catch(() => {}) ?? Promise.resolve();
    const asking = before.then(() => this.ask()).finally(() => { if (this.asking === asking) this.asking = null; });
    this.asking = asking;
    return asking;
  }

  async ask() {
    const { store, server } = this.grid;
    const snapshot = store.snapshot;
    const body = { snapshot, at: store.at, ranges: store.ranges() };
    const answer = await server.ask("since", body).catch((fault) => this.failed(fault));
    if (!answer || snapshot !== store.snapshot) return;
    store.at = Math.max(store.at, answer.at);
    this.flash(answer.rows);
    store.take(answer.rows);
    for (const id of answer.gone) store.leave(id);
    if (answer.added) this.grid.tools.tellAdded();
    if (!this.grid.saving.queue.length) { this.grid.saving.lost = ""; this.grid.saving.tell(); }
  }

  failed(fault) {
    if (fault.kind === "Gone") { this.grid.reopen(); return null; }
    if (!this.grid.saving.queue.length) {
      this.grid.saving.lost = fault.kind === "SignIn" ? fault.message : "连接中断，正在重试";
      this.grid.saving.tell();
    }
    throw fault;
  }

  // Show for a moment which cells others have changed.
  flash(rows) {
    const { store } = this.grid;
    const changed = rows.map((row) => [row, store.rows.get(store.places.get(row[0]))]).filter(([row, held]) => held && held[1] < row[1]);
    for (const [row, held] of changed) {
      const names = store.columns.filter((column) => store.kept(row, column.name) !== store.kept(held, column.name));
      store.fresh.set(row[0], new Set(names.map((column) => column.name)));
      setTimeout(() => { store.fresh.delete(row[0]); store.emit(); }, FLASH);
    }
  }
}
