"use strict";
// A chart as a picture to keep: drawn on a canvas, twice as large as it stands there, on white.

const LARGER = 2;
const MARGIN = 14;

const picture = async (svg) => {
  const { width, height } = svg.viewBox.baseVal;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = (width + 2 * MARGIN) * LARGER;
  canvas.height = (height + 2 * MARGIN) * LARGER;
  const ink = canvas.getContext("2d");
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, canvas.width, canvas.height);
  ink.drawImage(image, MARGIN * LARGER, MARGIN * LARGER, width * LARGER, height * LARGER);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
};

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-picture]");
  if (!button) return;
  const address = URL.createObjectURL(await picture(document.getElementById(button.dataset.picture)));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${button.dataset.name}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
});
