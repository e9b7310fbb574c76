// Tables as Excel and WPS put them on the clipboard and take them from it. No page is needed to try these functions.

// Rows of texts from tab-separated text with quoted cells; an empty last line is no row.
export function fromTabs(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  const end = () => { rows.at(-1).push(cell); cell = ""; };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') { cell += '"'; at += 1; }
      else quoted = false;
    } else if (letter === '"' && cell === "" && closes(text, at)) quoted = true;
    else if (letter === "\t") end();
    else if (letter === "\n") { end(); rows.push([]); }
    else if (letter !== "\r" || text[at + 1] !== "\n") cell += letter === "\r" ? "\n" : letter;
  }
  if (cell !== "" || rows.at(-1).length) end();
  else rows.pop();
  return even(rows.map((row) => row.map((one) => one.replace(/\r\n?/g, "\n"))));
}

// Whether the quote at `start` is closed before a tab, a line's end or the end: otherwise it is just a letter.
function closes(text, start) {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] !== '"') continue;
    if (text[at + 1] === '"') { at += 1; continue; }
    return at + 1 === text.length || "\t\r\n".includes(text[at + 1]);
  }
  return false;
}

// Rows of texts from the first table of a web page, merged cells spread out; null where there is none.
export function fromHtml(html) {
  const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
  if (!table || !table.rows.length) return null;
  const rows = [...table.rows].map(() => []);
  [...table.rows].forEach((line, at) => {
    for (const cell of line.cells) {
      let col = 0;
      while (rows[at][col] !== undefined) col += 1;
      spread(rows, cell, at, col);
    }
  });
  return even(rows.map((row) => Array.from(row, (text) => text ?? "")));
}

function spread(rows, cell, at, col) {
  const tall = Math.min(cell.rowSpan || 1, rows.length - at);
  const wide = Math.min(cell.colSpan || 1, 200);
  const text = wordsOf(cell);
  for (let down = 0; down < tall; down += 1) {
    for (let right = 0; right < wide; right += 1) rows[at + down][col + right] = down || right ? "" : text;
  }
}

// A cell's text: white space as a page shows it, line breaks where the page has them.
function wordsOf(cell) {
  for (const unseen of cell.querySelectorAll("script, style, template")) unseen.remove();
  for (const mark of cell.querySelectorAll("br")) mark.replaceWith("\uE000");
  for (const block of cell.querySelectorAll("p, div")) block.append("\uE000");
  return cell.textContent.replace(/[ \t\r\n]+/g, " ").replace(/ ?\uE000 ?/g, "\n").replace(/\u00A0/g, " ").trim();
}

// The rows that a paste means. The plain text is exact where it has the same shape; web pages break it at every line.
export function pasted(plain, html) {
  const rows = fromTabs(plain);
  const table = html && /<table/i.test(html) ? fromHtml(html) : null;
  if (!table || (rows.length === table.length && rows[0]?.length === table[0].length)) return rows;
  return table;
}

// Every row as long as the longest.
function even(rows) {
  const wide = Math.max(0, ...rows.map((row) => row.length));
  return rows.map((row) => [...row, ...Array(wide - row.length).fill("")]);
}

export function toTabs(rows) {
  const quoted = (text) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(quoted).join("\t")).join("\r\n");
}

// As a table of text cells: Excel and WPS then keep all 18 digits of an ID number, and make no formula of a text.
export function toHtml(rows) {
  const letters = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  const safe = (text) => text.replace(/[&<>"]/g, (letter) => letters[letter]).replaceAll("\n", "<br>");
  const cell = (text) => `<td style='mso-number-format:"\\@";white-space:pre-wrap'>${safe(text)}</td>`;
  return `<meta charset="utf-8"><table>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")}</table>`;
}
