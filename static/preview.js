"use strict";
// The held-back rows of a preview, filled as in the grid: the arrows go from cell to cell, Enter from one red cell to
// the next, a copied block goes over the cells below and beside, Ctrl+D takes what stands above, Escape what stood
// there. A red cell is a field of its form, any other becomes one where somebody goes to it, so that a page of fifty
// rows stays light. Without script the red ones are there.

for (const form of document.querySelectorAll("[data-held-rows]")) {
  const rows = [...form.querySelectorAll("tbody tr")].filter((row) => row.querySelector("th"));
  const titles = [...form.querySelectorAll("thead th")].map((title) => title.dataset.title);
  const told = form.querySelector("[data-told]");
  const hint = told.textContent;
  const stood = new WeakMap(); // what a field held when it came up
  const ours = new WeakSet(); // those that lie over a cell's text
  const cellAt = (at, place) => (rows[at] && rows[at].cells[place] && rows[at].cells[place].dataset.cell ? rows[at].cells[place] : null);
  const fieldOf = (cell) => cell.querySelector("input");
  const textOf = (cell) => (fieldOf(cell) ? fieldOf(cell).value : cell.textContent);
  const isRed = (cell) => cell.classList.contains("faulty");
  const placeOf = (field) => [rows.indexOf(field.closest("tr")), field.closest("td").cellIndex];

  const opened = (cell) => {
    if (fieldOf(cell)) return fieldOf(cell);
    const field = document.createElement("input");
    field.name = cell.dataset.cell;
    field.maxLength = 500;
    field.value = cell.textContent;
    field.setAttribute("aria-label", `第 ${cell.parentNode.cells[0].textContent} 行 ${titles[cell.cellIndex]}`);
    stood.set(field, field.value);
    ours.add(field);
    cell.append(field);
    return field;
  };

  // A cell that nobody has changed is text again.
  const leave = (field) => {
    if (ours.has(field) && field.value === stood.get(field)) field.remove();
  };

  const go = (cell) => {
    if (!cell) return false;
    const field = opened(cell);
    field.focus();
    field.select();
    return true;
  };

  const next = (field, down, right = 0) => {
    const [at, place] = placeOf(field);
    return cellAt(at + down, place + right);
  };

  const nextRed = (field, step) => {
    const [at, place] = placeOf(field);
    for (let n = at + step; rows[n]; n += step) {
      const cell = cellAt(n, place);
      if (cell && isRed(cell)) return cell;
    }
    return null;
  };

  const put = (field, text) => {
    field.value = text.trim().slice(0, field.maxLength);
    mark(field);
  };

  const mark = (field) => {
    field.classList.toggle("typed", field.value !== stood.get(field));
    const count = form.querySelectorAll("input.typed").length;
    told.textContent = count ? `改了 ${count} 格，还没有保存。` : hint;
  };

  // A block as a spreadsheet copies it: a cell that holds a line break or a quotation mark stands in quotes.
  const blockOf = (text) => {
    const lines = [[""]];
    let quoted = false;
    text = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    for (let n = 0; n < text.length; n += 1) {
      const line = lines[lines.length - 1];
      const sign = text[n];
      if (quoted && sign === '"' && text[n + 1] === '"') line[line.length - 1] += text[n += 1];
      else if (sign === '"' && (quoted || line[line.length - 1] === "")) quoted = !quoted;
      else if (!quoted && sign === "\t") line.push("");
      else if (!quoted && sign === "\n") lines.push([""]);
      else line[line.length - 1] += sign;
    }
    return lines;
  };

  // Cell by cell over the rows below, as they stand here; what meets none is told.
  const paste = (field, lines) => {
    const [at, place] = placeOf(field);
    let left = 0;
    lines.forEach((texts, down) => texts.forEach((text, right) => {
      const cell = cellAt(at + down, place + right);
      if (cell) put(opened(cell), text);
      else if (text.trim()) left += 1;
      if (cell && fieldOf(cell) !== field) leave(fieldOf(cell));
    }));
    if (left) told.textContent += `有 ${left} 格没有贴：这一页到那里没有行或列了。`;
  };

  // Whether an arrow leaves the field: up and down always, sideways where nothing is left of the text on that side.
  const stepOf = (event, field) => {
    if (event.ctrlKey || event.altKey || event.shiftKey || event.metaKey) return null;
    const [from, to, all] = [field.selectionStart, field.selectionEnd, field.value.length];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") return [event.key === "ArrowDown" ? 1 : -1, 0];
    if (event.key === "ArrowLeft" && from === 0 && (to === 0 || to === all)) return [0, -1];
    if (event.key === "ArrowRight" && to === all && (from === all || from === 0)) return [0, 1];
    return null;
  };

  form.addEventListener("input", (event) => mark(event.target));
  form.addEventListener("focusout", (event) => leave(event.target));
  form.addEventListener("click", (event) => {
    const cell = event.target.closest("td[data-cell]");
    if (cell && event.target.tagName !== "INPUT" && !String(getSelection())) go(cell);
  });
  form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (event.target.tagName !== "INPUT" || !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    paste(event.target, blockOf(text));
  });
  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (field.tagName !== "INPUT" || event.isComposing) return;
    const step = stepOf(event, field);
    if (step) {
      event.preventDefault();
      go(next(field, ...step));
    } else if (event.key === "Enter" && !event.ctrlKey) {
      const way = event.shiftKey ? -1 : 1;
      if (go(isRed(field.parentNode) ? nextRed(field, way) : next(field, way))) event.preventDefault(); // in the last one it sends
    } else if (event.key === "Escape") {
      put(field, stood.get(field));
    } else if (event.key === "d" && event.ctrlKey) {
      event.preventDefault();
      const above = next(field, -1);
      if (above) put(field, textOf(above));
    }
  });
  form.addEventListener("submit", () => form.classList.add("sent"));
  window.addEventListener("beforeunload", (event) => {
    if (!form.classList.contains("sent") && form.querySelector("input.typed")) event.preventDefault();
  });
  for (const field of form.querySelectorAll("td input")) stood.set(field, field.value);
  go(form.querySelector("td.faulty") || form.querySelector("td[data-cell]"));
}
