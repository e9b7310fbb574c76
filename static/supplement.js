"use strict";
// 补录: as soon as a number is whole the page fills itself from register and roll. Without script there is the button.

for (const form of document.querySelectorAll("[data-supplement]")) {
  const fields = form.elements;
  const number = fields.id_number;
  const look = form.querySelector("[data-look]");
  const list = form.querySelector("[data-told]");
  const asks = form.querySelector("[data-asks]");
  const outside = form.querySelector("[data-outside]");
  const inside = form.querySelector("[data-inside]");
  let asked = 0;
  let last = "";

  look.type = "button"; // so that Enter in the other fields sends the form

  const tell = (sentences) => {
    form.querySelector("[data-nothing]").hidden = sentences.length > 0;
    list.replaceChildren(...sentences.map(({ tone, text, url }) => {
      const line = document.createElement("li");
      line.className = tone;
      line.textContent = text;
      if (url) {
        const link = document.createElement("a");
        link.href = url;
        link.textContent = "打开";
        line.append(" ", link);
      }
      return line;
    }));
  };

  // What somebody typed stays; what was filled in for another number goes.
  const fill = (values) => {
    for (const [name, value] of Object.entries(values)) {
      const field = fields[name];
      if (!field || (field.value && field.value !== field.dataset.filled)) continue;
      field.value = value;
      field.dataset.filled = value;
    }
  };

  const goOn = () => {
    const waiting = ["school", "name", "hardship", "grade", "reason", "home"].map((name) => fields[name]);
    (waiting.find((field) => field && !field.value && field.offsetParent) || form.querySelector("button.primary")).focus();
  };

  const ask = async () => {
    const typed = number.value.trim();
    if (!typed) return;
    const mine = ++asked;
    last = typed;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": fields.csrf_token.value };
    const options = { method: "POST", headers, body: JSON.stringify({ id_number: typed }) };
    const answer = await fetch(form.dataset.supplement, options).catch(() => null);
    if (mine !== asked) return;
    if (!answer) return tell([{ tone: "bad", text: "没有连上服务器，请稍候再查。" }]);
    const found = await answer.json().catch(() => ({ sentence: "出了问题，请刷新后再试。" }));
    if (mine !== asked) return;
    asks.hidden = !found.elsewhere;
    if (asks.hidden) fields.anyway.checked = false;
    if (!answer.ok) { fill({ name: "", hardship: "", grade: "", class_name: "", home: "", school: "" }); return tell([{ tone: "bad", text: found.sentence }]); }
    fill(found.values);
    tell(found.told);
    if (document.activeElement === number) goOn();
  };

  const whole = () => number.value.replace(/\s/g, "").length === 18 && number.value.trim() !== last;
  number.addEventListener("input", (event) => { if (!event.isComposing && whole()) ask(); });
  number.addEventListener("compositionend", () => { if (whole()) ask(); });
  number.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (number.value.trim()) ask(); else goOn();
  });
  look.addEventListener("click", () => { number.focus(); ask(); });

  if (outside) {
    const show = () => {
      inside.hidden = fields.reason.value === "outside";
      outside.hidden = !inside.hidden;
    };
    fields.reason.addEventListener("change", show);
    show();
  }
}
