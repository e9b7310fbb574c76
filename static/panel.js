"use strict";
// What the pages cannot do without: ticking rows, looking names up, keys. Every page works without it too.

for (const form of document.querySelectorAll("[data-bulk]")) {
  const boxes = [...form.querySelectorAll("input[name=row]")];
  const all = form.querySelector("[data-tick-all]");
  const everything = form.querySelector("[data-everything]");
  const chosen = form.querySelector("[data-chosen]");
  let last = null;

  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    const whole = everything && everything.checked;
    boxes.forEach((box) => box.closest("tr").classList.toggle("ticked", box.checked || Boolean(whole)));
    if (all) { all.checked = ticked > 0 && ticked === boxes.length; all.indeterminate = ticked > 0 && ticked < boxes.length; }
    chosen.textContent = whole ? "已选全部" : ticked && boxes.length && document.querySelector(".pages") ? `已选 ${ticked} 条（翻页不保留）` : `已选 ${ticked} 条`;
    form.querySelectorAll("[data-needs-rows]").forEach((button) => { button.disabled = !ticked && !whole; });
  };
  form.addEventListener("click", (event) => {
    if (event.target.name !== "row") return;
    const at = boxes.indexOf(event.target);
    if (event.shiftKey && last !== null) {
      boxes.slice(Math.min(at, last), Math.max(at, last) + 1).forEach((box) => { box.checked = event.target.checked; });
    }
    last = at;
  });
  if (all) all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  form.addEventListener("change", show);
  show();
}

for (const input of document.querySelectorAll("[data-lookup]")) {
  const list = document.createElement("div");
  list.className = "found";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.tabIndex = -1; // Tab goes on to the next field, not into a list that closes under it
  input.after(list);
  let asked = 0;
  let at = -1;

  const close = () => { list.hidden = true; at = -1; };
  const place = () => { list.style.left = `${input.offsetLeft}px`; list.style.top = `${input.offsetTop + input.offsetHeight + 2}px`; };
  const take = (value) => { input.value = value; close(); };
  const ask = async () => {
    const mine = ++asked;
    const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(input.value)}`);
    if (!answer.ok || mine !== asked) return;
    const { found } = await answer.json();
    list.replaceChildren(...found.map((row) => {
      const option = document.createElement("button");
      option.type = "button";
      option.tabIndex = -1;
      option.setAttribute("role", "option");
      option.append(row.text);
      const code = document.createElement("small");
      code.textContent = row.code;
      option.append(code);
      option.addEventListener("mousedown", (event) => { event.preventDefault(); take(row.value); });
      option.dataset.value = row.value;
      return option;
    }));
    place();
    list.hidden = !found.length || document.activeElement !== input;
    at = -1;
  };
  input.addEventListener("input", (event) => { if (!event.isComposing) ask(); });
  input.addEventListener("compositionend", ask);
  input.addEventListener("focus", ask);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const options = [...list.children];
    if (list.hidden || !options.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : options.length - 1) + options.length) % options.length;
      options.forEach((option, index) => option.classList.toggle("here", index === at));
      options[at].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      take(options[at].dataset.value);
    } else if (event.key === "Escape") { close(); }
  });
}

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) target.focus(); else target.click();
});

// A form goes out once: a double click would meet its own first write as somebody else's.
const sent = new Set();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  const again = sent.has(form) || (form.dataset.ask && !window.confirm(form.dataset.ask));
  if (again) { event.preventDefault(); return; }
  sent.add(form);
  if (!form.dataset.busy) setTimeout(() => sent.delete(form), 10000);
  else {
    const button = form.querySelector("button.primary");
    button.dataset.rest = button.textContent;
    button.textContent = form.dataset.busy;
  }
});
window.addEventListener("pageshow", () => {
  sent.clear();
  for (const button of document.querySelectorAll("[data-rest]")) { button.textContent = button.dataset.rest; delete button.dataset.rest; }
});

// A file that is ready comes by itself, once: the address forgets that it was asked for.
for (const link of document.querySelectorAll("a[data-fetch]")) {
  window.history.replaceState(null, "", window.location.pathname);
  link.click();
}

for (const input of document.querySelectorAll("[data-file]")) {
  const name = input.closest("label").querySelector("[data-file-name]");
  const show = () => { name.textContent = input.files.length ? input.files[0].name : "没有选择文件"; };
  input.addEventListener("change", show);
  show();
}

// A file may be dropped anywhere on its form; one dropped beside it must not replace the page.
for (const form of document.querySelectorAll("form[data-drop]")) {
  const input = form.querySelector("[data-file]");
  const over = (event, inside) => { event.preventDefault(); form.classList.toggle("dropping", inside); };
  form.addEventListener("dragover", (event) => over(event, true));
  form.addEventListener("dragleave", (event) => over(event, form.contains(event.relatedTarget)));
  form.addEventListener("drop", (event) => {
    over(event, false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change"));
  });
  for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
}

// What is chosen here is asked for at once; without script there is the button.
for (const form of document.querySelectorAll("form[data-resend]")) {
  form.querySelector("button").hidden = true;
  form.addEventListener("change", (event) => {
    if (event.target.name !== "header_row") form.querySelector("[name=header_row]").disabled = true;
    form.requestSubmit();
  });
}

// What is asked only with one answer to another question: data-with="kind=choice".
for (const place of document.querySelectorAll("[data-with]")) {
  const [name, value] = place.dataset.with.split("=");
  const field = place.closest("form").elements[name];
  const show = () => { place.hidden = field.value !== value; };
  field.addEventListener("change", show);
  show();
}

for (const form of document.querySelectorAll("form[data-send]")) form.requestSubmit();

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());

// A sheet that is being taken in: how far it is, until it is done.
for (const panel of document.querySelectorAll("[data-progress]")) {
  const bar = panel.querySelector("progress");
  const ask = async () => {
    const answer = await fetch(panel.dataset.progress).catch(() => null);
    if (answer?.ok) {
      const { state, doing, done, of } = await answer.json();
      if (state !== "queued" && state !== "reading") { window.location.reload(); return; }
      panel.querySelector("[data-doing]").textContent = `正在${doing}`;
      panel.querySelector("[data-done]").textContent = done || of ? `${done.toLocaleString()}${of ? ` / ${of.toLocaleString()}` : ""} 行` : "";
      if (of) { bar.max = of; bar.value = done; } else bar.removeAttribute("value");
    }
    setTimeout(ask, 500);
  };
  ask();
}
