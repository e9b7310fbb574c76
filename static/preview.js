"use strict";
// The red cells of a preview, as in the grid: Enter and the arrows go through a column, a copied block goes over the
// rows below, Ctrl+D takes what stands above, Escape what stood there. Without script each is a field of its form.

for (const form of document.querySelectorAll("[data-red-cells]")) {
  const rows = [...form.querySelectorAll("tbody tr")].filter((row) => row.querySelector("th"));
  const told = form.querySelector("[data-told]");
  const hint = told.textContent;
  const fieldAt = (row, place) => row && row.cells[place] && row.cells[place].querySelector("input");
  const placeOf = (field) => [rows.indexOf(field.closest("tr")), field.closest("td").cellIndex];

  const next = (field, step) => {
    const [at, place] = placeOf(field);
    for (let n = at + step; rows[n]; n += step) {
      const found = fieldAt(rows[n], place);
      if (found) return found;
    }
    return null;
  };

  const go = (field) => {
    if (!field) return false;
    field.focus();
    field.select();
    return true;
  };

  const put = (field, text) => {
    field.value = text.trim().slice(0, field.maxLength);
    mark(field);
  };

  const mark = (field) => {
    field.classList.toggle("typed", field.value !== field.defaultValue);
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

  // Cell by cell over the rows below, as they stand here; what meets no red cell and says something else is told.
  const paste = (field, lines) => {
    const [at, place] = placeOf(field);
    let left = 0;
    lines.forEach((texts, down) => texts.forEach((text, right) => {
      const target = fieldAt(rows[at + down], place + right);
      const cell = rows[at + down] && rows[at + down].cells[place + right];
      if (target) put(target, text);
      else if (text.trim() !== (cell ? cell.textContent.trim() : "")) left += 1;
    }));
    if (left) told.textContent += `有 ${left} 格没有贴：那里不是红格。`;
  };

  form.addEventListener("input", (event) => mark(event.target));
  form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (event.target.tagName !== "INPUT" || !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    paste(event.target, blockOf(text));
  });
  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (field.tagName !== "INPUT" || event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 };
    if (event.key in steps && !event.ctrlKey) {
      const gone = go(next(field, steps[event.key]));
      if (gone || event.key !== "Enter") event.preventDefault(); // Enter in the last one sends the form
    } else if (event.key === "Escape") {
      put(field, field.defaultValue);
    } else if (event.key === "d" && event.ctrlKey) {
      event.preventDefault();
      const above = next(field, -1);
      if (above) put(field, above.value);
    }
  });
  form.addEventListener("submit", () => form.classList.add("sent"));
  window.addEventListener("beforeunload", (event) => {
    if (!form.classList.contains("sent") && form.querySelector("input.typed")) event.preventDefault();
  });
  go(form.querySelector("td.faulty input"));
}
