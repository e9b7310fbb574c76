// From the lines on the screen to the rows of the snapshot: headings of groups, folded groups, new rows at the end.

export class Lines {
  constructor() {
    this.folded = new Set();
    this.reset(0, null);
  }

  // `groups` are [text, count] in the order of the rows, or null.
  reset(total, groups, drafts = 0) {
    this.total = total;
    this.groups = groups;
    this.drafts = drafts;
    this.place();
  }

  place() {
    this.starts = []; // per group: its heading's line, and its first row
    let line = 0;
    let row = 0;
    for (const [index, [, count]] of (this.groups || []).entries()) {
      this.starts.push({ line, row });
      line += 1 + (this.folded.has(index) ? 0 : count);
      row += count;
    }
    this.rowLines = this.groups ? line : this.total;
  }

  get count() {
    return this.rowLines + this.drafts;
  }

  fold(group) {
    if (!this.folded.delete(group)) this.folded.add(group);
    this.place();
  }

  // What stands on a line: a row by its index, the heading of a group, or a row that is not added yet.
  at(line) {
    if (line >= this.rowLines) return { draft: line - this.rowLines };
    if (!this.groups) return { row: line };
    const group = this.groupAt(line, "line");
    const start = this.starts[group];
    return start.line === line ? { group } : { row: start.row + line - start.line - 1 };
  }

  // The row's index on a line, -1 where there is none.
  row(line) {
    const { row } = line >= 0 && line < this.count ? this.at(line) : {};
    return row === undefined ? -1 : row;
  }

  // The first and the last row on these lines, a folded group's rows with its heading; [first, first - 1] for none.
  rows(top, bottom) {
    const first = top < this.rowLines ? this.at(top).row ?? this.starts[this.at(top).group].row : this.total;
    if (top > bottom || first >= this.total) return [first, first - 1];
    const { row, group } = this.at(Math.min(bottom, this.rowLines - 1));
    if (row !== undefined) return [first, row];
    const { row: begun } = this.starts[group];
    return [first, begun - 1 + (this.folded.has(group) ? this.groups[group][1] : 0)];
  }

  // The line of a row; where its group is folded, the group's heading.
  lineOf(row) {
    if (!this.groups) return row;
    const group = this.groupAt(row, "row");
    const start = this.starts[group];
    return this.folded.has(group) ? start.line : start.line + 1 + row - start.row;
  }

  groupAt(number, of) {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle][of] <= number) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
