// Gestures on their way to the server: one at a time, in order, each until it is answered. A lost connection is tried
// again under the same token, so that nothing is lost and nothing is written twice.

import { Lost, newToken } from "./server.js";

const AGAIN = 1500; // milliseconds

// Of cells that were seen at different times the oldest version: the server then compares each with what it showed.
const oldest = (cells) => Math.min(...[...cells.values()].map((cell) => cell.version));
const told = ([name, { seen, text }]) => [name, [seen, text]];

export class Saving {
  constructor(grid) {
    this.grid = grid;
    this.queue = [];
    this.waiting = []; // who waits for all to be saved
    window.addEventListener("beforeunload", (event) => {
      if (this.queue.length || this.grid.store.unsaved || this.grid.drafts.begun) event.preventDefault();
    });
  }

  push({ rows, added }) {
    const gesture = { token: newToken(), rows, added, keepSound: false };
    this.queue.push(gesture);
    this.each(gesture, (id, name, { text }) => this.grid.store.mark(id, name, { text, state: "waiting", token: gesture.token }));
    this.grid.store.emit();
    this.tell();
    this.pump();
  }

  // Resolves when nothing is on its way.
  idle() {
    return this.queue.length ? new Promise((done) => this.waiting.push(done)) : Promise.resolve();
  }

  // Do something between two gestures: those that are made meanwhile wait for it.
  async aside(work) {
    while (this.queue.length) await this.idle();
    this.busy = true;
    try {
      return await work();
    } finally {
      this.busy = false;
      this.pump();
    }
  }

  // Where something was typed over it since, that stays what the cell shows.
  markSaving(gesture) {
    this.each(gesture, (id, name, { text }) => {
      if (this.mine(gesture, id, name)) this.grid.store.mark(id, name, { text, state: "saving", token: gesture.token });
    });
    this.grid.store.emit();
    this.tell();
  }

  each(gesture, use) {
    for (const [id, cells] of gesture.rows) for (const [name, cell] of cells) use(id, name, cell);
  }

  async pump() {
    if (this.busy) return;
    this.busy = true;
    while (this.queue.length) await this.send(this.queue[0]);
    this.busy = false;
    this.tell();
    for (const done of this.waiting.splice(0)) done();
  }

  async send(gesture) {
    this.markSaving(gesture);
    try {
      const answer = await this.grid.server.ask("save", this.body(gesture));
      this.lost = "";
      this.settle(gesture, answer);
      this.queue.shift();
    } catch (fault) {
      await this.failed(gesture, fault);
    }
  }

  body(gesture) {
    const rows = [...gesture.rows].map(([id, cells]) => [id, oldest(cells), Object.fromEntries([...cells].map(told))]);
    const { store, steps } = this.grid;
    const asked = { snapshot: store.snapshot, gesture: gesture.token, past: steps.past };
    return { ...asked, rows, added: gesture.added, keep_sound: gesture.keepSound };
  }

  async failed(gesture, fault) {
    if (fault instanceof Lost || fault.kind === "SignIn") {
      this.lost = fault.kind === "SignIn" ? fault.message : "连接中断，正在重试；没有保存的都还在";
      this.tell();
      await new Promise((done) => setTimeout(done, AGAIN));
    } else if (fault.kind === "Faulty") await this.faulty(gesture, fault.answer);
    else this.refused(gesture, fault);
  }

  // -- what became of it ------------------------------------------------------------------

  settle(gesture, answer) {
    const { store } = this.grid;
    this.each(gesture, (id, name) => this.mine(gesture, id, name) && store.unmark(id, name));
    const left = new Set(answer.faults.map(([id, name]) => `${id} ${name}`));
    const rows = [...answer.rows, ...store.changed(answer.changed, gesture.rows, left)];
    store.take(rows);
    this.grid.steps.set(answer.steps);
    this.follow(gesture, rows);
    this.blame(gesture, answer.faults);
    this.grid.drafts.settled(gesture, answer.faults);
    if (answer.added.length) this.grid.added(answer.added);
    gesture.done?.(answer);
    if (answer.cells) this.grid.saved(answer.cells);
  }

  mine(gesture, id, name) {
    return this.grid.store.pending.get(id)?.get(name)?.token === gesture.token;
  }

  // What waits behind, or is being typed, was typed over this: it begins from what the server made of it.
  follow(gesture, rows) {
    const { editing, shown, column } = this.grid.editor;
    for (const row of rows) {
      const sent = gesture.rows.get(row[0]);
      for (const later of this.queue.slice(1)) this.rebase(later.rows.get(row[0]), sent, row);
      if (editing && shown?.id === row[0]) this.rebase(new Map([[column.name, shown]]), sent, row);
    }
  }

  rebase(later, sent, row) {
    if (!later || !sent) return;
    for (const [name, cell] of later) {
      const before = sent.get(name);
      if (before && cell.seen === before.text) Object.assign(cell, { seen: this.grid.store.kept(row, name), version: row[1] });
    }
  }

  blame(gesture, faults) {
    const first = faults[0];
    for (const [id, name, sentence, theirs] of faults) {
      const cell = gesture.rows.get(id)?.get(name);
      if (cell) this.grid.store.mark(id, name, { ...cell, sentence, theirs, state: theirs === null ? "wrong" : "conflict" });
    }
    this.grid.store.emit();
    if (first) this.grid.bubble.follow();
  }

  // Some cells break a rule or moved on: of a single cell it is told beside it, of several the clerk chooses.
  async faulty(gesture, { faults, sound }) {
    await this.grid.live.now().catch(() => {});
    if (sound && (await this.ask(faults, sound)) === "sound") {
      gesture.keepSound = true;
      return;
    }
    this.queue.shift();
    this.each(gesture, (id, name) => this.mine(gesture, id, name) && this.grid.store.unmark(id, name));
    if (sound) this.grid.drafts.refused(gesture, faults);
    else { // nothing was asked: what was typed stays, to be corrected
      this.blame(gesture, faults);
      this.grid.drafts.returned(gesture, faults);
    }
    this.grid.store.emit();
    gesture.done?.(null);
  }

  async ask(faults, sound) {
    const clashes = faults.filter((fault) => fault[3] !== null).length;
    const rules = faults.length - clashes;
    const told = [rules && `${rules} 格不符合规则`, clashes && `${clashes} 格刚被别人改过`].filter(Boolean).join("，");
    const answers = [["sound", `保存其余 ${sound} 格，留下这些改正`], ["", "都不保存"]];
    if (faults.length >= sound) answers.reverse(); // most likely pasted into the wrong place: the safe answer comes first
    return this.grid.dialog.choose(`${told}，还没有保存。`, answers,
      faults.slice(0, 8).map(([id, name, sentence]) => this.grid.cells.named(id, name, sentence)));
  }

  refused(gesture, fault) {
    this.queue.shift();
    this.each(gesture, (id, name, cell) => this.grid.store.mark(id, name, { ...cell, state: "wrong", sentence: fault.message, theirs: null }));
    this.grid.drafts.returned(gesture, gesture.added.map((texts, at) => [-1 - at, Object.keys(texts)[0], fault.message]));
    this.grid.store.emit();
    this.grid.bubble.say(fault.message);
    gesture.done?.(null);
  }

  // -- what is told ------------------------------------------------------------------------

  tell() {
    const wrong = [...this.grid.store.pending.values()].flatMap((marks) => [...marks.values()]).filter((mark) => mark.sentence).length;
    const { begun } = this.grid.drafts;
    const kept = wrong ? `有 ${wrong} 格没有保存，请改正（Esc 放弃）` : begun ? `有 ${begun} 行新增的还没有保存` : "已全部保存";
    this.grid.status(this.lost || (this.queue.length ? "正在保存…" : kept), this.lost || wrong ? "warn" : this.queue.length || begun ? "busy" : "calm");
  }
}
