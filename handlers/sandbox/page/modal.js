// The stack of modals of the acting person. Only the top view is drawn; what was
// typed in a view survives its updates and the views pushed over it.

import * as api from "./api.js";
import { drawBlocks } from "./blocks.js";
import { el, focusKey, restoreFocus, uniqueId } from "./dom.js";
import { collect, keep, restore, viewSignature, viewSurface } from "./surfaces.js";

const CONTROLS = "input, select, textarea";

export class Modals {
  constructor(app) {
    this.app = app;
    this.typed = new Map();
    this.dialog = null;
    this.view = null;
  }

  show(views) {
    const top = views.at(-1) ?? null;
    if (this.view && top && viewSignature(this.view) === viewSignature(top)) return;
    this.remember(views);
    if (top) this.draw(top, views.length);
    else this.close();
  }

  remember(views) {
    if (this.view) this.typed.set(this.view.id, keep(this.surface.fields));
    const open = new Set(views.map((view) => view.id));
    for (const id of this.typed.keys()) if (!open.has(id)) this.typed.delete(id);
  }

  draw(view, depth) {
    const same = this.view?.id === view.id;
    const key = same ? focusKey(this.dialog) : null;
    this.view = view;
    this.surface = viewSurface(this.app, view);
    this.dialog ??= this.open();
    const titleId = uniqueId("modal-title");
    this.dialog.setAttribute("aria-labelledby", titleId);
    this.dialog.dataset.view = view.id;
    this.dialog.replaceChildren(this.form(view, depth, titleId));
    restore(this.surface.fields, this.typed.get(view.id) ?? new Map());
    if (same) restoreFocus(this.dialog, key);
    else
      (
        this.dialog.querySelector(`.modal-body :is(${CONTROLS})`) ??
        this.dialog.querySelector(".modal-foot button")
      ).focus();
  }

  open() {
    const dialog = el("dialog", {
      class: "modal",
      tabindex: "-1",
      "data-testid": "modal",
      oncancel: (event) => {
        event.preventDefault();
        this.dismiss();
      },
    });
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  }

  form(view, depth, titleId) {
    this.banner = el("p", { class: "banner", role: "alert", hidden: true });
    this.send =
      view.submit &&
      el(
        "button",
        { type: "submit", class: "button primary", "data-testid": "modal-submit" },
        view.submit.text,
      );
    const leave = view.close?.text ?? (depth > 1 ? "Back" : view.submit ? "Cancel" : "Close");
    return el(
      "form",
      { class: "modal-form", novalidate: true, onsubmit: (event) => this.submit(event) },
      el(
        "header",
        { class: "modal-head" },
        el("h2", { id: titleId }, view.title.text),
        el(
          "button",
          { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => this.dismiss() },
          "×",
        ),
      ),
      el("div", { class: "modal-body", tabindex: "-1" }, this.banner, drawBlocks(view.blocks, this.surface)),
      el(
        "footer",
        { class: "modal-foot" },
        el(
          "button",
          { type: "button", class: "button", "data-testid": "modal-close", onclick: () => this.dismiss() },
          leave,
        ),
        this.send,
      ),
    );
  }

  async submit(event) {
    event.preventDefault();
    if (!this.send || this.send.getAttribute("aria-busy") === "true") return;
    this.send.setAttribute("aria-busy", "true");
    this.complain({});
    try {
      await Promise.all(this.surface.fields.map((field) => field.ready?.()));
      const answer = await api.submitView({
        as: this.app.place.person,
        view_id: this.view.id,
        values: collect(this.surface.fields),
      });
      if (answer.errors && Object.keys(answer.errors).length) this.complain(answer.errors);
      else if (!answer.ok) this.say(`${answer.error} Please try again.`);
    } catch (error) {
      this.say(error.message);
    } finally {
      this.send?.removeAttribute("aria-busy");
    }
    await this.app.refresh();
  }

  /** Shows each complaint at its field; one for a block without a field stands on top. */
  complain(errors) {
    this.banner.hidden = true;
    const marked = this.surface.fields.map((field) => ({
      block: field.block_id,
      target: field.fail(errors[field.block_id]),
    }));
    const known = new Set(marked.map(({ block }) => block));
    const homeless = Object.entries(errors)
      .filter(([block]) => !known.has(block))
      .map(([, text]) => text);
    if (homeless.length) this.say(homeless.join(" "));
    marked.find(({ block, target }) => errors[block] && target)?.target.focus();
  }

  say(text) {
    this.banner.textContent = text;
    this.banner.hidden = false;
    this.banner.scrollIntoView({ block: "nearest" });
  }

  async dismiss() {
    const view = this.view;
    try {
      await api.closeView({ as: this.app.place.person, view_id: view.id });
    } catch (error) {
      this.say(error.message);
    }
    await this.app.refresh();
  }

  close() {
    this.dialog?.close();
    this.dialog?.remove();
    this.dialog = null;
    this.view = null;
  }
}
