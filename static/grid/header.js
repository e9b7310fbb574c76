// The heads of the columns: choosing one, sorting, widths, order.

export class Header {
  constructor(grid) {
    this.grid = grid;
  }

  dress(cell, column) {
    cell.addEventListener("mousedown", (event) => this.choose(event, column));
  }

  choose(event, column) {
    event.preventDefault();
    const col = this.grid.layout.at(column.name);
    this.grid.selection.range(0, col, this.grid.lines.count - 1, col);
    this.grid.editor.focus();
  }

  open() {
    return false;
  }
}
