// The one small window that stands over the page: a menu, or a panel with fields. Opening one closes the other.

const EDGE = 6; // pixels that stay free around it

export function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  if (tag === "button") made.type = "button";
  return made;
}

export class Popup {
  constructor(grid) {
    this.grid = grid;
    this.box = element("div", "popup");
    this.box.hidden = true;
    document.querySelector(".grid-page").append(this.box);
    this.box.addEventListener("keydown", (event) => this.pressed(event));
    this.box.addEventListener("focusout", (event) => this.left(event));
    document.addEventListener("mousedown", (event) => {
      if (!this.box.contains(event.target) && !this.opener?.contains(event.target)) this.close(false);
    });
    window.addEventListener("resize", () => this.close(false));
  }

  get shown() {
    return !this.box.hidden;
  }

  // Whether `opener` has it open: pressing it again closes.
  by(opener) {
    return this.shown && this.opener === opener;
  }

  // -- a menu -----------------------------------------------------------------------------

  // `entries` are {label, act, checked, stays, note}, or null for a line between them. One that `stays` leaves the
  // menu open: what it does is often done several times.
  menu(entries, { opener, label }) {
    const items = entries.map((entry) => (entry ? this.item(entry) : this.line()));
    this.open(items, { opener, label, role: "menu" });
    this.items[0].focus();
  }

  item({ label, act, checked, stays, note }) {
    const item = element("button", "item", label);
    item.tabIndex = -1;
    item.setAttribute("role", checked === undefined ? "menuitem" : "menuitemradio");
    if (checked !== undefined) item.setAttribute("aria-checked", String(checked));
    if (note) item.append(element("small", "", note));
    item.addEventListener("click", () => {
      if (!stays) this.close();
      act();
      if (stays) item.focus();
    });
    item.addEventListener("mousemove", () => item.focus());
    return item;
  }

  line() {
    const line = element("div", "between");
    line.setAttribute("role", "separator");
    return line;
  }

  get items() {
    return [...this.box.querySelectorAll("[role^=menuitem]")];
  }

  // -- any --------------------------------------------------------------------------------

  // Show these parts under `opener`.
  open(parts, { opener, label, role = "dialog" }) {
    this.opener?.setAttribute("aria-expanded", "false");
    this.opener = opener;
    opener.setAttribute("aria-expanded", "true");
    this.box.className = `popup ${role}`;
    this.box.setAttribute("role", role);
    this.box.setAttribute("aria-label", label);
    this.box.replaceChildren(...parts);
    this.box.hidden = false;
    this.place(opener.getBoundingClientRect());
  }

  place({ left, bottom, top }) {
    const { style } = this.box;
    style.maxHeight = `${window.innerHeight - 2 * EDGE}px`;
    const right = window.innerWidth - this.box.offsetWidth - EDGE;
    const lowest = window.innerHeight - this.box.offsetHeight - EDGE;
    style.left = `${Math.max(EDGE, Math.min(left, right))}px`;
    style.top = `${Math.max(EDGE, bottom + 2 <= lowest ? bottom + 2 : Math.min(top, lowest))}px`;
  }

  // With `back` the focus returns: to the button of a bar it was opened from, else to the grid.
  close(back = true) {
    if (!this.shown) return;
    this.box.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
    if (back) this.grid.keys.focus();
  }

  left({ relatedTarget }) {
    if (relatedTarget && !this.box.contains(relatedTarget)) this.close(false);
  }

  pressed(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      this.close();
      if (this.opener.closest(".tools")) this.opener.focus();
    } else if (!this.box.classList.contains("menu") || !this.step(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  step(key) {
    const { items } = this;
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1, Tab: at + 1 }[key];
    if (to === undefined) return false;
    items.at(to % items.length).focus();
    return true;
  }
}
