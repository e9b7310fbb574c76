"use strict";
// A summary's choices take effect at once: the page is asked for with them, and what they change is put in its place.
// Without script there is the button.

const form = document.querySelector("form[data-summary]");
let asked = 0;

const refresh = async () => {
  const mine = ++asked;
  const words = new URLSearchParams(new FormData(form));
  const url = `${form.getAttribute("action")}?${words}`;
  document.querySelector("[data-follows=result]").classList.add("waiting");
  const answer = await fetch(url).catch(() => null);
  if (mine !== asked) return;
  if (!answer?.ok || answer.redirected) { window.location.assign(url); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asked) return;
  for (const place of document.querySelectorAll("[data-follows]")) {
    const fresh = page.querySelector(`[data-follows=${place.dataset.follows}]`);
    const typing = place.contains(document.activeElement);
    if (fresh && !typing) place.replaceWith(fresh);
    else if (fresh && place.dataset.follows === "keep") {
      place.querySelector("[name=layout]").value = fresh.querySelector("[name=layout]").value;
    }
  }
  history.replaceState(null, "", url);
};

form.addEventListener("change", refresh);
form.addEventListener("submit", (event) => { event.preventDefault(); refresh(); });
