// A small panel beside a button: the clock's date picker.
// The browser's own popover gives Escape and closing by a click elsewhere.

import { el } from "./dom.js";

const GAP = 6;

export function popup(button, panel) {
  panel.setAttribute("popover", "auto");
  panel.classList.add("popup");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => panel.togglePopover());
  panel.addEventListener("toggle", (event) => {
    const open = event.newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (open) place(button, panel);
  });
  return panel;
}

function place(button, panel) {
  const anchor = button.getBoundingClientRect();
  const left = Math.min(anchor.left, window.innerWidth - panel.offsetWidth - GAP);
  const below = anchor.bottom + GAP;
  const fits = below + panel.offsetHeight < window.innerHeight;
  panel.style.left = `${Math.max(GAP, left)}px`;
  panel.style.top = `${fits ? below : anchor.top - panel.offsetHeight - GAP}px`;
  panel.querySelector("button, input")?.focus();
}
