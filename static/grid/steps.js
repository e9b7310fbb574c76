// Undo and redo, through the ledger: the server says which operation stands next, so they survive a reload.

import { Refused } from "./server.js";

const WORDS = { undo: ["没有可以撤销的了", "已撤销"], redo: ["没有可以重做的了", "已重做"] };

export class Steps {
  constructor(grid) {
    this.grid = grid;
    this.next = {};
    this.past = []; // operations that cannot be undone any more, for somebody else has written over all that they did
  }

  set([undo, redo]) {
    this.next = { undo, redo };
    this.grid.tools?.steps(this.next);
  }

  // One step after the other, each after everything before it is saved, and before what is done meanwhile.
  take(which) {
    this.stepping = (this.stepping ?? Promise.resolve()).then(() => this.grid.saving.aside(() => this.one(which)));
    return this.stepping;
  }

  async one(which) {
    const operation = this.next[which];
    const [nothing, done] = WORDS[which];
    if (!operation) {
      this.grid.speak(nothing, true);
      return;
    }
    await this.grid.attempt(async () => {
      const answer = await this.grid.server.ask("step", { operation, past: this.past }).catch((fault) => this.passOver(operation, fault));
      this.set(answer.steps);
      await this.grid.live.now();
      const moved = answer.moved_on.length ? `；${answer.moved_on.join("；")}` : "";
      this.grid.speak(`${done} ${answer.rows} 行${moved}`, true);
    });
  }

  // What cannot be undone is told once; the next Ctrl+Z takes the step below it.
  passOver(operation, fault) {
    if (fault instanceof Refused && fault.answer.steps) {
      this.past.push(operation);
      this.set(fault.answer.steps);
    }
    throw fault;
  }
}
