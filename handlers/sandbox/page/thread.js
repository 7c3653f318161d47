// The pane on the right: one thread with its own composer.

import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { MessageList } from "./messages.js";
import { roomOf } from "./place.js";

export class Thread {
  constructor(app) {
    this.app = app;
    this.scroller = el("div", {
      class: "scroller",
      tabindex: "0",
      role: "region",
      "aria-label": "Thread messages",
    });
    this.list = new MessageList(app, this.scroller, {
      threaded: true,
      empty: () => el("p", {}, "This thread is gone."),
    });
    this.composer = new Composer(app, { testid: "thread-composer", thread: () => app.place.thread });
    this.about = el("p", { class: "pane-about" });
    this.node = el(
      "aside",
      {
        class: "pane thread",
        "aria-label": "Thread",
        hidden: true,
        "data-testid": "thread-pane",
        onkeydown: (event) =>
          event.key === "Escape" && !document.querySelector(":popover-open") && app.closeThread(),
      },
      el(
        "header",
        { class: "pane-head" },
        el("div", { class: "pane-title" }, el("h2", {}, "Thread"), this.about),
        el(
          "button",
          {
            type: "button",
            class: "icon-button",
            "aria-label": "Close thread",
            "data-testid": "thread-close",
            onclick: () => app.closeThread(),
          },
          "×",
        ),
      ),
      this.scroller,
      this.composer.node,
    );
  }

  show(messages) {
    const { place, scene } = this.app;
    this.node.hidden = !place.thread;
    if (!place.thread) return [];
    const bot = place.channel === "bot";
    this.about.textContent = bot
      ? `with ${scene.bot().name}`
      : `in #${scene.channelName(place.channel) ?? place.channel}`;
    const where = `${roomOf(place)}/${place.thread}`;
    this.composer.aim(where, "Reply in this thread", !bot);
    return this.list.show(messages, where);
  }

  focus() {
    this.composer.field.focus();
  }
}
