// Where one stands, and the range from there to where one has drawn it. Lines and shown columns by number.

export class Selection extends EventTarget {
  constructor(lines, layout) {
    super();
    this.lines = lines;
    this.layout = layout;
    this.line = 0;
    this.col = 0;
    this.endLine = 0;
    this.endCol = 0;
  }

  // Stand on a cell; with `extend` the range reaches from where one stood to it.
  go(line, col, extend = false) {
    const within = (number, count) => Math.max(0, Math.min(number, count - 1));
    this.endLine = within(line, this.lines.count);
    this.endCol = within(col, this.layout.shown.length);
    if (!extend) [this.line, this.col] = [this.endLine, this.endCol];
    this.dispatchEvent(new Event("change"));
  }

  range(line, col, endLine, endCol) {
    this.go(line, col);
    this.go(endLine, endCol, true);
  }

  // The range's edges, all counted.
  get edges() {
    return {
      top: Math.min(this.line, this.endLine),
      bottom: Math.max(this.line, this.endLine),
      left: Math.min(this.col, this.endCol),
      right: Math.max(this.col, this.endCol),
    };
  }

  get single() {
    return this.line === this.endLine && this.col === this.endCol;
  }

  holds(line, col) {
    const { top, bottom, left, right } = this.edges;
    return line >= top && line <= bottom && col >= left && col <= right;
  }

  // The columns of the range.
  get columns() {
    const { left, right } = this.edges;
    return this.layout.shown.slice(left, right + 1);
  }

  get column() {
    return this.layout.shown[this.col];
  }

  everything() {
    this.range(0, 0, this.lines.count - 1, this.layout.shown.length - 1);
  }
}
