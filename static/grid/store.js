// The rows the browser holds: windows of the snapshot, and over them what was typed and is not saved yet.

import { linked } from "../ruled.js";

export const BLOCK = 100; // rows asked for together
const MOST = 12000; // rows held; those far from the screen go first

// A row is [id, version, whether one may change it, its texts …, and the codes of those that point at other rows]; one that has gone has the version -1.
export const gone = (row) => row[1] < 0;

export class Store extends EventTarget {
  constructor(columns, server) {
    super();
    this.columns = columns;
    this.offsets = new Map(columns.map((column, index) => [column.name, index + 3]));
    this.links = columns.filter(({ kind }) => kind === "link").map(({ name }) => name);
    this.server = server;
    this.pending = new Map(); // id → Map(column name → {text, state, sentence, theirs})
    this.asked = new Map();
    this.wanted = new Set(); // first and last block of what is being loaded
    this.fresh = new Map(); // id → names of the columns that somebody else has just changed
    this.at = 0; // the newest operation that the held rows already show; moves forward alone
  }

  open(first) {
    this.snapshot = first.snapshot;
    this.total = first.total;
    this.at = first.at;
    this.rows = new Map();
    this.places = new Map();
    this.asked.clear();
    this.put(0, first.rows);
    this.emit();
  }

  emit() {
    this.dispatchEvent(new Event("change"));
  }

  // A window that was asked for before a row was written may come after: the newer one stays.
  put(first, rows) {
    rows.forEach((row, index) => {
      const held = this.rows.get(first + index);
      this.rows.set(first + index, held?.[0] === row[0] && held[1] > row[1] ? held : row);
      this.places.set(row[0], first + index);
    });
  }

  // Held rows as they are after one's own change: as `typed` says (id → name → {text}), but for what is told otherwise
  // as [id, version, {name: text}], and for the cells of `left`, which were not saved.
  changed(told, typed, left) {
    return told.map(([id, version, otherwise]) => {
      const held = this.rows.get(this.places.get(id));
      if (!held || held[1] > version) return held; // somebody else has written it again since
      const row = [...held];
      row[1] = version;
      const put = (name, text) => { if (this.offsets.has(name)) row[this.offsets.get(name)] = text; };
      for (const [name, { text }] of typed.get(id)) if (!left.has(`${id} ${name}`)) { put(name, text); this.point(row, name, text); }
      for (const [name, text] of Object.entries(otherwise)) put(name, text);
      return row;
    }).filter(Boolean);
  }

  // Newer versions of rows that may be held: never an older one over a newer. They were "written" by somebody.
  take(rows) {
    for (const row of rows) {
      const place = this.places.get(row[0]);
      if (place !== undefined && (this.rows.get(place)?.[1] ?? 0) <= row[1]) this.rows.set(place, row);
    }
    if (rows.length) this.dispatchEvent(new Event("written"));
    this.emit();
  }

  // A row that is not there any more keeps its place, empty.
  leave(id) {
    const place = this.places.get(id);
    if (place !== undefined) this.rows.set(place, [id, -1, 0]);
    this.pending.delete(id);
    this.emit();
  }

  text(row, name) {
    return this.pending.get(row[0])?.get(name)?.text ?? this.kept(row, name);
  }

  // A text as rules ask it: what points at another row with that one's code, which what was typed may bring itself.
  linked(row, name) {
    const text = this.text(row, name);
    const code = this.state(row, name) ? "" : row[this.columns.length + 3]?.[this.links.indexOf(name)];
    return code ? `${text} ${code}` : text;
  }

  // The row points elsewhere now, as far as what was typed says where.
  point(row, name, text) {
    const at = this.links.indexOf(name);
    const codes = row[this.columns.length + 3];
    if (at >= 0 && codes) row[this.columns.length + 3] = codes.map((code, place) => (place === at ? linked(text).code : code));
  }

  kept(row, name) {
    return row[this.offsets.get(name)] ?? "";
  }

  state(row, name) {
    return this.pending.get(row[0])?.get(name);
  }

  mark(id, name, state) {
    if (!this.pending.has(id)) this.pending.set(id, new Map());
    this.pending.get(id).set(name, state);
  }

  unmark(id, name) {
    const marks = this.pending.get(id);
    marks?.delete(name);
    if (marks && !marks.size) this.pending.delete(id);
  }

  get unsaved() {
    let count = 0;
    for (const marks of this.pending.values()) count += marks.size;
    return count;
  }

  // -- windows ---------------------------------------------------------------------

  // Ask for what is missing of these rows, without waiting.
  need(first, last) {
    this.load(first, last).catch(() => {});
  }

  // All rows from first to last, both counted; none of them is dropped before all are here. Rejects where the server
  // cannot be asked.
  async load(first, last) {
    const waiting = [];
    const end = Math.min(last, this.total - 1);
    const wanted = [Math.floor(first / BLOCK), Math.floor(end / BLOCK)];
    this.wanted.add(wanted);
    for (let block = wanted[0]; block <= wanted[1]; block += 1) if (!this.whole(block)) waiting.push(this.fetch(block));
    await Promise.all(waiting).finally(() => this.wanted.delete(wanted));
  }

  whole(block) {
    const last = Math.min((block + 1) * BLOCK, this.total) - 1;
    for (let index = block * BLOCK; index <= last; index += 1) if (!this.rows.has(index)) return false;
    return true;
  }

  fetch(block) {
    if (!this.asked.has(block)) {
      const snapshot = this.snapshot;
      const asking = this.server.ask("rows", { snapshot, from: block * BLOCK, count: BLOCK });
      this.asked.set(block, asking.then((answer) => this.received(block, snapshot, answer)).catch((fault) => this.missed(block, fault)));
    }
    return this.asked.get(block);
  }

  received(block, snapshot, answer) {
    if (snapshot !== this.snapshot) return;
    this.asked.delete(block);
    this.put(block * BLOCK, answer.rows);
    this.forget(block);
    this.emit();
  }

  missed(block, fault) {
    this.asked.delete(block);
    this.dispatchEvent(new CustomEvent("fault", { detail: fault }));
    throw fault;
  }

  forget(near) {
    if (this.rows.size <= MOST) return;
    const held = new Set([...this.rows.keys()].map((index) => Math.floor(index / BLOCK)));
    const blocks = [...held].filter((block) => ![...this.wanted].some(([first, last]) => block >= first && block <= last));
    blocks.sort((one, other) => Math.abs(other - near) - Math.abs(one - near));
    for (const block of blocks.slice(0, Math.ceil(blocks.length / 4))) this.drop(block);
  }

  drop(block) {
    for (let index = block * BLOCK; index < (block + 1) * BLOCK; index += 1) {
      const row = this.rows.get(index);
      if (!row || this.pending.has(row[0])) continue;
      this.rows.delete(index);
      this.places.delete(row[0]);
    }
  }

  // The held rows as [first, count], for asking what changed among them.
  ranges() {
    const indexes = [...this.rows.keys()].sort((one, other) => one - other);
    const ranges = [];
    for (const index of indexes) {
      const last = ranges.at(-1);
      if (last && last[0] + last[1] === index) last[1] += 1;
      else ranges.push([index, 1]);
    }
    return ranges;
  }
}
