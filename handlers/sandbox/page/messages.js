// A list of messages with day dividers. A refresh draws only what changed, so
// that the place where a person reads or types stays.

import * as api from "./api.js";
import { drawBlocks } from "./blocks.js";
import { arrange, el, fileSize, focusKey, plural, restoreFocus } from "./dom.js";
import { drawMrkdwn } from "./prose.js";
import { messageSurface } from "./surfaces.js";
import { clockTime, dayName, instantOf, isoDay, longMoment } from "./time.js";

const TOGETHER = 5 * 60; // seconds within which a person's messages stand under one name
const NEAR = 120; // pixels from the end that still count as reading the end

export class MessageList {
  /** `empty` draws what stands there when nothing was said; `threaded` is true inside a thread. */
  constructor(app, scroller, { empty, threaded = false }) {
    this.app = app;
    this.scroller = scroller;
    this.empty = empty;
    this.threaded = threaded;
    this.drawn = new Map();
    this.place = "";
    this.latest = "";
    this.list = el("ol", { class: "messages" });
    scroller.replaceChildren(this.list);
    this.stayAtEnd();
  }

  /** A person who reads the end keeps seeing it when rows grow or the pane gets narrower. */
  stayAtEnd() {
    const { scroller } = this;
    this.atEnd = true;
    scroller.addEventListener("scroll", () => {
      this.atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
    });
    const watch = new ResizeObserver(() => this.atEnd && this.toEnd());
    watch.observe(scroller);
    watch.observe(this.list);
  }

  /** A last message that is taller than the pane is shown from its beginning. */
  toEnd() {
    const { scroller, list } = this;
    this.atEnd = true;
    const last = list.lastElementChild;
    const start = last ? last.getBoundingClientRect().top - list.getBoundingClientRect().top : 0;
    scroller.scrollTop = Math.min(start, scroller.scrollHeight - scroller.clientHeight);
  }

  show(messages, place) {
    const moved = place !== this.place;
    if (moved) this.drawn.clear();
    this.place = place;
    const fresh = moved ? [] : messages.filter((message) => message.ts > this.latest);
    this.latest = messages.reduce(
      (latest, message) => (message.ts > latest ? message.ts : latest),
      moved ? "" : this.latest,
    );
    arrange(this.list, messages.length ? this.rows(messages) : [el("li", { class: "empty" }, this.empty())]);
    const mine = fresh.some((message) => message.user === this.app.place.person);
    if (moved || mine || this.atEnd) this.toEnd();
    return fresh.filter((message) => message.user !== this.app.place.person);
  }

  rows(messages) {
    const { zone } = this.app.scene;
    const kept = new Set();
    let before = null;
    const rows = messages.flatMap((message, index) => {
      const day = isoDay(instantOf(message.ts), zone);
      const newDay = !before || isoDay(instantOf(before.ts), zone) !== day;
      const joined = !newDay && together(before, message);
      before = message;
      kept.add(message.ts).add(day);
      const after =
        this.threaded && index === 0 && messages.length > 1
          ? [this.keep("replies", plural(messages.length - 1, "reply", "replies"), divider)]
          : [];
      return [...(newDay ? [this.dayRow(day, message)] : []), this.messageRow(message, joined), ...after];
    });
    kept.add("replies");
    for (const key of this.drawn.keys()) if (!kept.has(key)) this.drawn.delete(key);
    return rows;
  }

  dayRow(day, message) {
    return this.keep(day, dayName(instantOf(message.ts), this.app.scene.now(), this.app.scene.zone), divider);
  }

  messageRow(message, joined) {
    // "today at 9:00" must not outlive the day.
    const today = isoDay(this.app.scene.now(), this.app.scene.zone);
    return this.keep(message.ts, JSON.stringify([message, joined, today]), () =>
      drawMessage(message, this.app, { joined, threaded: this.threaded }),
    );
  }

  /** The row drawn before if its signature is the same, else a new one in its place. */
  keep(key, signature, draw) {
    const known = this.drawn.get(key);
    if (known?.signature === signature) return known.node;
    const focused = known ? focusKey(known.node) : null;
    const node = draw(signature);
    if (known) known.node.replaceWith(node);
    restoreFocus(node, focused);
    this.drawn.set(key, { signature, node });
    return node;
  }
}

const divider = (text) => el("li", { class: "divider" }, el("span", {}, text));

function together(before, message) {
  return (
    before.user === message.user &&
    !message.ephemeral &&
    !before.ephemeral &&
    !message.bot &&
    !message.edited &&
    !before.reply_count &&
    message.ts - before.ts < TOGETHER
  );
}

function drawMessage(message, app, { joined, threaded }) {
  const { scene } = app;
  const name = scene.personName(message.user) ?? "Someone";
  return el(
    "li",
    {
      class: ["message", joined && "joined", message.ephemeral && "ephemeral"].filter(Boolean).join(" "),
      tabindex: "-1",
      "data-testid": "message",
      "data-ts": message.ts,
    },
    el("div", { class: "gutter" }, joined ? drawTime(message, scene) : drawAvatar(message.user, scene)),
    el(
      "div",
      { class: "message-body" },
      message.ephemeral ? el("p", { class: "only-you" }, "Only visible to you") : null,
      joined
        ? el("span", { class: "unseen" }, name)
        : el(
            "p",
            { class: "byline" },
            el("span", { class: "name" }, name),
            message.bot ? el("span", { class: "app-label" }, "APP") : null,
            drawTime(message, scene),
            message.edited ? el("span", { class: "edited" }, "(edited)") : null,
          ),
      drawContent(message, app),
      message.files?.length ? drawFiles(message.files, app) : null,
      threaded || message.ephemeral ? null : drawReplies(message, app),
    ),
  );
}

export function drawAvatar(id, scene) {
  const { initials, tone } = scene.face(id);
  return el("span", { class: `avatar ${tone}`, "aria-hidden": "true" }, initials);
}

function drawTime(message, scene) {
  const instant = instantOf(message.ts);
  return el(
    "time",
    { class: "time", datetime: instant.toISOString(), title: longMoment(instant, scene.zone) },
    clockTime(instant, scene.zone),
  );
}

/** People's messages are read from their text; an app's from its blocks, if it sent any. */
function drawContent(message, app) {
  if (message.bot && message.blocks?.length)
    return el("div", { class: "blocks" }, drawBlocks(message.blocks, messageSurface(app, message)));
  return message.text ? el("div", { class: "prose" }, drawMrkdwn(message.text, app.scene)) : null;
}

function drawFiles(files, app) {
  return el(
    "ul",
    { class: "chips" },
    files.map((file) =>
      el(
        "li",
        { class: "chip" },
        el(
          "a",
          {
            class: "chip-name",
            href: api.fileUrl(app.place.person, file.id),
            download: file.name,
            "data-testid": "file",
          },
          file.name,
        ),
        el("span", { class: "chip-note" }, fileSize(file.size)),
      ),
    ),
  );
}

function drawReplies(message, app) {
  const words = message.reply_count ? plural(message.reply_count, "reply", "replies") : "Reply in thread";
  return el(
    "button",
    {
      type: "button",
      class: message.reply_count ? "replies" : "replies replies-none",
      "data-testid": "replies",
      "data-key": "replies",
      onclick: () => app.openThread(message.ts),
    },
    words,
  );
}
