// The left rail: who the person at the keyboard is, and where that person can go.
// Both are links, so that a second tab can be another person.

import { arrange, el } from "./dom.js";
import { drawAvatar } from "./messages.js";
import { cityOf, clockTime } from "./time.js";

export class Rail {
  constructor(app) {
    this.app = app;
    this.people = el("ul", { class: "rail-list" });
    this.channels = el("ul", { class: "rail-list" });
    this.direct = el("ul", { class: "rail-list" });
    this.node = el(
      "div",
      { class: "rail" },
      section("You are", this.people, "person-switcher"),
      section("Apps", this.direct, "apps"),
      section("Channels", this.channels, "channels"),
    );
  }

  show(state, unreadOf) {
    const { scene, place } = this.app;
    replace(
      this.people,
      scene
        .everyone()
        .filter((person) => !person.is_bot)
        .map((person) => this.person(person, unreadOf)),
    );
    const rooms = state.channels.filter((channel) => channel.kind !== "im");
    const unread = state.channels
      .filter((channel) => channel.kind === "im")
      .reduce((sum, channel) => sum + channel.unread, 0);
    const bot = scene.bot();
    replace(this.direct, [
      room(
        "bot",
        [
          drawAvatar(bot.id, scene),
          el("span", { class: "rail-name" }, bot.name),
          el("span", { class: "app-label" }, "APP"),
        ],
        unread,
        place,
      ),
    ]);
    replace(
      this.channels,
      rooms.map((channel) =>
        room(
          channel.id,
          [
            el("span", { class: "hash", "aria-hidden": "true" }, "#"),
            el("span", { class: "rail-name" }, channel.name),
          ],
          channel.unread,
          place,
        ),
      ),
    );
  }

  person(person, unreadOf) {
    const { scene, place } = this.app;
    const mine = person.id === place.person;
    const time = person.deleted ? "deactivated" : clockTime(scene.now(), person.tz);
    const about = [person.title, person.deleted ? "" : cityOf(person.tz)].filter(Boolean).join(" · ");
    const content = [
      drawAvatar(person.id, scene),
      el(
        "span",
        { class: "rail-words" },
        el(
          "span",
          { class: "rail-line" },
          el("span", { class: "rail-name" }, person.name),
          mine ? null : badge(unreadOf.get(person.id) ?? 0),
        ),
        el(
          "span",
          { class: "rail-line rail-note" },
          el("span", { class: "rail-about" }, about),
          el("span", { class: "rail-time" }, time),
        ),
      ),
    ];
    const attributes = { class: "rail-link", "data-testid": `person-${person.id}`, "data-key": person.id };
    if (person.deleted) return el("li", {}, el("span", { ...attributes, "aria-disabled": "true" }, content));
    const tab = place.tab === "home" ? "/home" : "";
    return el(
      "li",
      {},
      el(
        "a",
        { ...attributes, href: `#${person.id}/bot${tab}`, "aria-current": mine ? "true" : undefined },
        content,
      ),
    );
  }
}

function section(title, list, testid) {
  return el(
    "nav",
    { class: "rail-section", "aria-label": title, "data-testid": testid },
    el("h2", {}, title),
    list,
  );
}

function room(id, content, unread, place) {
  const here = place.channel === id;
  return el(
    "li",
    {},
    el(
      "a",
      {
        class: unread && !here ? "rail-link unread" : "rail-link",
        href: `#${place.person}/${id}`,
        "data-testid": `channel-${id}`,
        "data-key": id,
        "aria-current": here ? "page" : undefined,
      },
      content,
      here ? null : badge(unread),
    ),
  );
}

function badge(count) {
  return count
    ? el("span", { class: "badge" }, String(count), el("span", { class: "unseen" }, " unread"))
    : null;
}

/** Draws the rows anew only when they differ, so that keyboard focus stays. */
function replace(list, rows) {
  const now = [...list.children];
  arrange(
    list,
    rows.map((row, index) => (now[index]?.isEqualNode(row) ? now[index] : keepFocus(now, row))),
  );
}

function keepFocus(now, row) {
  const key = row.firstChild.dataset.key;
  const held = now.some((old) => old.firstChild.dataset.key === key && old.contains(document.activeElement));
  if (held) queueMicrotask(() => row.firstChild.focus());
  return row;
}
