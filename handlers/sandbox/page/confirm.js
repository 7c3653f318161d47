// The small dialog that asks before an act, as a button's `confirm` object wants it.

import { el, uniqueId } from "./dom.js";
import { drawText } from "./prose.js";

/** Resolves to true when the person says yes; Escape and the other button mean no. */
export function askConfirm(confirm, scene) {
  const titleId = uniqueId("confirm");
  const yes = el(
    "button",
    {
      type: "submit",
      value: "yes",
      "data-testid": "confirm-yes",
      class: confirm.style === "danger" ? "button danger solid" : "button primary",
    },
    confirm.confirm?.text ?? "Yes",
  );
  const no = el(
    "button",
    { type: "submit", value: "no", class: "button", "data-testid": "confirm-no" },
    confirm.deny?.text ?? "Cancel",
  );
  const dialog = el(
    "dialog",
    { class: "confirm", "aria-labelledby": titleId, "data-testid": "confirm" },
    el(
      "form",
      { method: "dialog" },
      el("h2", { id: titleId }, confirm.title?.text ?? "Are you sure?"),
      el("div", { class: "prose" }, confirm.text ? drawText(confirm.text, scene) : null),
      el("div", { class: "dialog-foot" }, no, yes),
    ),
  );
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
    (confirm.style === "danger" ? no : yes).focus();
  });
}
