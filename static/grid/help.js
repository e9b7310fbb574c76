// What the keys do, in words: as static/grid/keys.js has them.

const KEYS = [
  ["直接打字", "开始填写（中文输入法也可以），原来的内容被替换"],
  ["F2、Enter、双击", "修改原来的内容；直接打字后按方向键就保存并移动，先按 F2 则在字中间移动"],
  ["Enter / Shift+Enter", "填写时：保存，到下一行 / 上一行"],
  ["Tab / Shift+Tab", "到右边 / 左边一格；填写时先保存；之后按 Enter 回到开始那一列的下一行"],
  ["Ctrl+Enter", "填写时：填到所有选中的格子"],
  ["Alt+Enter", "填写时：格内换行"],
  ["Esc", "填写时：不要刚才填的；没有保存的格子：恢复原样"],
  ["Alt+↓", "打开下拉选项；↓ ↑ 选择，Enter 确定；可打拼音首字母"],
  ["方向键、PageUp、PageDown", "移动；按住 Shift 选中一片"],
  ["Ctrl+方向键、Home、End、Ctrl+Home、Ctrl+End", "到最边上；按住 Shift 选中到那里"],
  ["Ctrl+A、Ctrl+空格、Shift+空格", "全选；选整列；选整行"],
  ["Ctrl+C、Ctrl+X、Ctrl+V", "复制、剪切、粘贴，和 Excel、WPS 互通"],
  ["Delete、Backspace", "清空选中的格子"],
  ["Ctrl+D、Ctrl+R", "向下填充、向右填充"],
  ["Ctrl+;", "填今天的日期"],
  ["Ctrl+Z、Ctrl+Y（Ctrl+Shift+Z）", "撤销、重做，重新打开页面后也可以"],
  ["Ctrl+F、Ctrl+G", "查找；跳到某一行"],
  ["Ctrl+Enter、双击行号", "不在填写时：打开这一行的详情；Enter 在分组标题上：收起、展开"],
  ["Shift+F10、菜单键", "打开这一列的菜单"],
  ["Esc 再按 Tab", "离开表格，到页面上别的按钮"],
  ["F1", "这张说明"],
];

// The parts of the dialog that explains them.
export function helpParts() {
  const title = Object.assign(document.createElement("h2"), { textContent: "键盘说明" });
  const list = document.createElement("dl");
  list.className = "keys";
  list.tabIndex = 0;
  for (const [keys, what] of KEYS) {
    list.append(Object.assign(document.createElement("dt"), { textContent: keys }), Object.assign(document.createElement("dd"), { textContent: what }));
  }
  return [title, list];
}
