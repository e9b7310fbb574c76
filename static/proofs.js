"use strict";
// The scanned papers on a child's page: chosen, dropped or pasted, sent one by one, removed; the rest of the page, and
// what is typed in it, stays. Without script the same forms send the whole page.

const LARGEST = 2 * 1024 * 1024; // bytes, as the server takes them
const LONGEST_SIDE = 2600; // pixels, as the server keeps them
const QUALITY = 0.85;

const section = () => document.querySelector("[data-proofs]");
const form = () => section()?.querySelector("[data-add]");

// A screenshot is pasted as PNG, and a telephone's photograph is larger than may be sent: both become a JPG here. What
// the browser cannot read goes as it is, and the server says what to do.
const asJpeg = async (file) => {
  if (file.type !== "image/png" && !(file.type === "image/jpeg" && file.size > LARGEST)) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width * scale, picture.height * scale];
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return made ? new File([made], file.name.replace(/\.png$/i, ".jpg"), { type: "image/jpeg" }) : file;
};

const told = (sentence) => {
  const line = document.createElement("div");
  line.className = "message refused";
  line.setAttribute("role", "alert");
  line.append(sentence);
  return line;
};

// Send a form of the section, or words of it; the section as it is then, or a sentence where it did not come to that.
const send = async (address, words) => {
  words.set("back", section().dataset.proofs);
  const answer = await fetch(address, { method: "POST", body: words }).catch(() => null);
  if (!answer) return { sentence: "没有连上服务器，请检查网络后再试" };
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-proofs]");
  if (fresh) return { fresh: document.adoptNode(fresh) };
  if (new URL(answer.url).pathname === "/sign-in") return { sentence: "登录已过期；请在新窗口登录后再试，这一页填写的内容还在" };
  return { sentence: page.querySelector("h1 + p")?.textContent || "没有完成，请刷新后再试" };
};

// The newest section in the place of the old one, with everything that was said on the way.
const show = (fresh, said, kept) => {
  const now = fresh || section();
  if (fresh) section().replaceWith(fresh);
  now.querySelector("[data-told]").replaceChildren(...said);
  begin();
  if (kept && form()) { form().elements.kind.value = kept.kind; form().elements.note.value = kept.note; }
};

// One thing after the other: what is pasted while others are being sent waits for its turn.
let last = Promise.resolve();
const inTurn = (work) => { last = last.finally(work); };

const add = async (files, said = []) => {
  const asked = form();
  if (!asked || !(files.length + said.length)) return;
  const kept = { kind: asked.elements.kind.value, note: asked.elements.note.value };
  if (files.length && !kept.kind) { show(null, [told("请先选择是哪一类证明材料，再添加图片")], kept); form().elements.kind.focus(); return; }
  const bar = asked.querySelector("[data-adding]");
  bar.hidden = false;
  bar.max = files.length;
  let newest = null;
  for (const [at, file] of files.entries()) {
    bar.value = at;
    const words = new FormData(asked);
    const ready = await asJpeg(file);
    words.delete("files");
    words.append("files", ready, ready.name);
    const { fresh, sentence } = await send(asked.action, words);
    if (fresh) { said.push(...fresh.querySelectorAll("[data-told] > *")); newest = fresh; }
    else said.push(told(`${file.name}：${sentence}`));
  }
  bar.hidden = true;
  show(newest, said, kept);
};

const begin = () => {
  const asked = form();
  if (!asked) return;
  asked.querySelector("[data-plain]").hidden = true;
  asked.querySelector("[data-scripted]").hidden = false;
  const input = asked.querySelector("input[type=file]");
  input.accept = "image/*";
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    inTurn(() => add(files));
  });
};

const sendForm = async (asked) => {
  const { fresh, sentence } = await send(asked.action, new FormData(asked));
  show(fresh, fresh ? [...fresh.querySelectorAll("[data-told] > *")] : [told(sentence)]);
  (section().querySelector("[data-told] button") || form()?.elements.kind)?.focus();
};

document.addEventListener("submit", (event) => {
  if (!section()?.contains(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!event.target.matches("[data-add]")) inTurn(() => sendForm(event.target));
}, true);

// A cell that was copied in Excel or WPS is on the clipboard as text and as a picture: in a field it is the text.
const isTyped = ({ target, clipboardData }) =>
  target.matches?.("input:not([type=file]), textarea") && clipboardData.types.includes("text/plain");

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files || [])].filter((file) => file.type.startsWith("image/"));
  if (!files.length || !form() || isTyped(event)) return;
  event.preventDefault();
  inTurn(() => add(files));
});

const over = (event, inside) => {
  if (!form() || ![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault(); // a file that is dropped beside it must not replace the page
  section().classList.toggle("dropping", inside);
};
document.addEventListener("dragover", (event) => over(event, true));
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(event, false); });
document.addEventListener("drop", (event) => {
  over(event, false);
  // Not a folder, which the browser hands over as a file that cannot be read.
  const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
  const files = items.filter((item) => !item.webkitGetAsEntry()?.isDirectory).map((item) => item.getAsFile());
  const folders = files.length < items.length ? [told("不能放整个文件夹，请打开文件夹，选中里面的图片再拖过来")] : [];
  inTurn(() => add(files, folders));
});

begin();
