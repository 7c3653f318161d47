// The page itself: where the person is, what the workspace holds, and drawing it
// again whenever something changed. Every part reads this one object.

import * as api from "./api.js";
import { Clock } from "./clock.js";
import { el } from "./dom.js";
import { listen } from "./live.js";
import { Modals } from "./modal.js";
import { Pane } from "./pane.js";
import { FIRST, goTo, readPlace } from "./place.js";
import { Rail } from "./rail.js";
import { Scene } from "./scene.js";
import { Thread } from "./thread.js";

const NOTICE = 7000; // milliseconds
const LOOK_AROUND = 800; // milliseconds between looks at what waits for the others

class Page {
  constructor() {
    this.place = readPlace();
    this.asked = null;
    this.unheard = null;
    this.spoken = new Set();
    this.opened = new Set();
    this.unreadOf = new Map();
    this.minute = "";
    this.clock = new Clock(this);
    this.rail = new Rail(this);
    this.pane = new Pane(this);
    this.thread = new Thread(this);
    this.modals = new Modals(this);
  }

  async start() {
    this.brand = el("span", { class: "brand-name" });
    this.notices = el("div", { class: "notices", role: "alert" });
    this.heard = el("div", { class: "unseen", "aria-live": "polite", "data-testid": "announcements" });
    document.body.replaceChildren(
      el(
        "header",
        { class: "topbar" },
        el(
          "div",
          { class: "brand" },
          this.brand,
          el("span", { class: "brand-note" }, "a sandbox: nothing leaves this machine"),
        ),
        this.clock.node,
      ),
      el("div", { class: "columns" }, this.rail.node, this.pane.node, this.thread.node),
      this.notices,
      this.heard,
    );
    addEventListener("hashchange", () => this.arrive());
    await this.arrive();
    listen(() => this.refresh());
  }

  async arrive() {
    const before = this.arrived;
    this.notices.replaceChildren();
    this.place = readPlace();
    const { person, channel, tab } = this.place;
    this.arrived = `${person}/${channel}/${tab}`;
    await this.refresh();
    if (channel !== "bot" || this.arrived === before) return;
    try {
      await (tab === "home" ? api.openHome(person) : api.openDm(person));
    } catch (error) {
      this.notice(error.message);
    }
    await this.refresh();
  }

  /** One drawing at a time; a change that comes meanwhile is drawn right after. */
  async refresh() {
    this.again = true;
    this.drawing ??= (async () => {
      while (this.again) {
        this.again = false;
        await this.draw();
      }
    })().finally(() => {
      this.drawing = null;
    });
    return this.drawing;
  }

  async draw() {
    const place = this.place;
    try {
      const fetched = await this.fetch(place);
      if (place === this.place) this.show(fetched);
      else this.again = true;
    } catch (error) {
      if (!(error instanceof api.Refused)) throw error;
      this.notice(error.message);
      if (!this.state) this.retreat();
    }
  }

  /** The address names somebody who cannot act or a channel they are not in: start where everyone can. */
  retreat() {
    const { person, channel } = this.place;
    if (channel !== "bot") goTo({ person, channel: "bot" });
    else if (person !== FIRST) goTo({ person: FIRST, channel: "bot" });
  }

  async fetch({ person, channel, tab, thread }) {
    const messages =
      tab === "home" ? [] : api.readMessages(person, channel).then((answer) => answer.messages);
    const replies = thread ? api.readMessages(person, channel, thread).then((answer) => answer.messages) : [];
    const [shown, inThread] = await Promise.all([messages, replies]);
    return { state: await api.readState(person), messages: shown, replies: inThread };
  }

  show({ state, messages, replies }) {
    this.state = state;
    this.scene = new Scene(state, () => this.clock.now());
    this.clock.set(state.clock.now);
    this.brand.textContent = state.team.name;
    const fresh = [...(this.pane.show(state, messages) ?? []), ...this.thread.show(replies)];
    this.rail.show(state, this.unreadOf);
    this.modals.show(state.views);
    this.announce([...fresh, ...this.firstHeard(replies)]);
    this.openAnswered(messages);
    const unread = state.channels.reduce((sum, channel) => sum + channel.unread, 0);
    document.title = `${unread ? `(${unread}) ` : ""}${this.scene.me.name} · ${state.team.name}`;
    document.documentElement.dataset.ready = this.place.person;
    this.lookAround();
  }

  /** What waits for the other people, so that the rail shows where the story goes on. */
  lookAround() {
    this.looking ??= setTimeout(async () => {
      const others = this.scene.people().filter((person) => person.id !== this.place.person);
      try {
        const states = await Promise.all(others.map((person) => api.readState(person.id)));
        this.unreadOf = new Map(states.map((state, index) => [others[index].id, waiting(state)]));
        this.rail.show(this.state, this.unreadOf);
      } catch (error) {
        if (!(error instanceof api.Refused)) throw error; // the next drawing says that nothing answers
      }
      this.looking = null;
    }, LOOK_AROUND);
  }

  ticked() {
    const minute = this.clock.time.textContent;
    if (minute === this.minute || !this.state) return;
    this.minute = minute;
    this.rail.show(this.state, this.unreadOf);
  }

  /** The replies of a thread that opened by itself; of one that the person opened, they read them. */
  firstHeard(replies) {
    if (!this.place.thread || this.place.thread !== this.unheard) return [];
    this.unheard = null;
    return replies.filter((message) => message.user !== this.place.person);
  }

  announce(messages) {
    if (!messages.length) return;
    this.heard.replaceChildren(
      ...messages.map((message) => el("p", {}, `${this.scene.personName(message.user)}: ${message.text}`)),
    );
  }

  /** An answer to what the person just asked comes in a thread: show it, unless they read another one. */
  openAnswered(messages) {
    const root = messages.find((message) => message.ts === this.asked);
    if (!root?.reply_count) return;
    this.asked = null;
    if (this.place.thread && !this.opened.has(this.place.thread)) return;
    this.opened.add(root.ts);
    this.unheard = root.ts;
    goTo({ ...this.place, thread: root.ts });
  }

  awaitReply(ts) {
    this.asked = ts;
    this.spoken.add(this.place.person);
  }

  async ask(text) {
    try {
      const { ts } = await api.say({ as: this.place.person, channel: this.place.channel, text });
      this.awaitReply(ts);
    } catch (error) {
      this.notice(error.message);
    }
    this.pane.composer.field.focus();
    await this.refresh();
  }

  openThread(ts) {
    goTo({ ...this.place, thread: ts });
    this.refresh().then(() => this.thread.focus());
  }

  closeThread() {
    const { thread } = this.place;
    goTo({ ...this.place, thread: null });
    document.querySelector(`[data-ts="${CSS.escape(thread)}"] .replies`)?.focus();
  }

  /** What went wrong, said where the person looks: in the open modal, else in a corner. */
  notice(text) {
    if (this.modals.view) return this.modals.say(text);
    if ([...this.notices.children].some((old) => old.dataset.text === text)) return;
    const close = () => note.remove();
    const note = el(
      "div",
      { class: "notice", "data-text": text, "data-testid": "notice" },
      el("p", {}, text),
      el("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: close }, "×"),
    );
    this.notices.append(note);
    setTimeout(close, NOTICE);
  }
}

const waiting = (state) =>
  state.channels.filter((channel) => channel.kind === "im").reduce((sum, channel) => sum + channel.unread, 0);

new Page().start();
