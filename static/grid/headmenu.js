// The menu of a column's head: everything that can be done with a column, by keyboard as well.

const STEP = 24; // pixels wider or narrower at a time
const AROUND = 17; // what stands around a cell's text
const AROUND_BADGE = 14;

export class HeadMenu {
  constructor(grid) {
    this.grid = grid;
  }

  open(name) {
    const column = this.grid.layout.byName.get(name);
    const head = this.grid.header.cell(name);
    const entries = [...this.sorting(column), null, ...this.choosing(column), null, ...this.standing(column)];
    this.grid.desk.popup.menu(entries, { opener: head.querySelector(".head-menu"), label: column.label });
  }

  // -- sorting --------------------------------------------------------------------------------

  // The columns that rows are sorted by, in order; what the table is sorted by unasked counts where it is a column.
  get ranks() {
    const { words, opened, layout } = this.grid;
    const keys = (words.sort || opened?.sort || "").split(",").filter(Boolean);
    return keys.map((key) => ({ name: key.replace(/^-/, ""), back: key.startsWith("-") })).filter(({ name }) => layout.byName.has(name));
  }

  sorting(column) {
    const { ranks } = this;
    const asked = this.grid.words.sort ? ranks : [];
    const others = asked.filter(({ name }) => name !== column.name);
    const entries = [false, true].map((back) => ({
      label: back ? "降序" : "升序",
      checked: ranks.length === 1 && ranks[0].name === column.name && ranks[0].back === back,
      act: () => this.sort([{ name: column.name, back }]),
    }));
    if (others.length) {
      const key = asked.find(({ name }) => name === column.name);
      entries.push(...[false, true].map((back) => ({
        label: back ? "追加降序" : "追加升序",
        checked: asked.length > 1 && key?.back === back,
        act: () => this.sort(key ? asked.map((one) => (one === key ? { ...key, back } : one)) : [...asked, { name: column.name, back }]),
      })));
    }
    if (asked.length > others.length) entries.push({ label: "取消此列排序", act: () => this.sort(others) });
    return entries;
  }

  sort(keys) {
    const sort = keys.map(({ name, back }) => (back ? "-" : "") + name).join(",");
    this.grid.reopen({ ...this.grid.words, sort });
  }

  // -- filters and groups -----------------------------------------------------------------------

  choosing(column) {
    const { grid } = this;
    const { group, ...words } = grid.words;
    const grouped = grid.opened.group === column.name;
    const entries = [{ label: "筛选…", act: () => grid.desk.filters.open(column) }];
    if (column.editable) entries.push({ label: "整列填写…", act: () => grid.fill(column.name) });
    if (grid.header.filtered(column.name)) entries.push({ label: "清除此列筛选", act: () => grid.desk.filters.clear(column) });
    if (!grouped) entries.push({ label: "按此列分组", act: () => grid.reopen({ ...words, group: column.name }) });
    if (!grouped) return entries;
    return [
      ...entries,
      { label: "取消分组", act: () => grid.reopen(words) },
      { label: "收起所有组", act: () => this.foldAll(true) },
      { label: "展开所有组", act: () => this.foldAll(false) },
    ];
  }

  foldAll(folded) {
    const { lines } = this.grid;
    lines.folded.clear();
    if (folded) this.grid.groups.forEach((_, index) => lines.folded.add(index));
    this.grid.place();
    this.grid.view.redraw();
  }

  // -- where it stands and how wide ---------------------------------------------------------------

  standing(column) {
    const { layout } = this.grid;
    const col = () => layout.at(column.name);
    const at = col();
    const frozen = at < layout.frozen;
    const last = layout.shown.length - 1;
    return [
      ...(at > 0 ? [{ label: "左移", stays: true, act: () => layout.shift(column.name, -1) }] : []),
      ...(at < last ? [{ label: "右移", stays: true, act: () => layout.shift(column.name, 1) }] : []),
      { label: "加宽", stays: true, act: () => layout.resize(column.name, layout.width(column) + STEP) },
      { label: "变窄", stays: true, act: () => layout.resize(column.name, layout.width(column) - STEP) },
      { label: "适合宽度", act: () => this.fit(column) },
      ...(at !== layout.frozen - 1 && at < last ? [{ label: "冻结到此列", act: () => layout.freeze(col() + 1) }] : []),
      ...(frozen ? [{ label: "取消冻结", act: () => layout.freeze(0) }] : []),
      ...(last > 0 ? [{ label: "隐藏此列", act: () => layout.show(column.name, false) }] : []),
    ];
  }

  // As wide as the longest text of the lines that are drawn, and the head.
  fit(column) {
    const { view, layout, header } = this.grid;
    const col = layout.at(column.name);
    const pen = document.createElement("canvas").getContext("2d");
    const measured = (text, source) => {
      const { fontWeight, fontSize, fontFamily } = getComputedStyle(source);
      pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
      return pen.measureText(text).width;
    };
    const cells = [...view.drawn.values()].map((row) => row.children[col + 1]).filter((cell) => cell?.textContent);
    const wide = cells.map((cell) => measured(cell.textContent, cell) + AROUND + (cell.querySelector(".badge") ? AROUND_BADGE : 0));
    const head = header.cell(column.name);
    const marks = [...head.querySelectorAll(".mark")].reduce((sum, mark) => sum + mark.offsetWidth + 3, 0);
    layout.resize(column.name, Math.ceil(Math.max(measured(column.label, head) + 30 + marks, ...wide)));
  }
}
