// The clock bar: business time in the acting person's zone, and the ways to move it.
// Time only goes forward; while it moves, the workspace plays what falls due.

import * as api from "./api.js";
import { el, plural, uniqueId } from "./dom.js";
import { popup } from "./popup.js";
import { cityOf, clockTime, instantIn, isoDay, shortDay } from "./time.js";

const HOUR = 3600; // seconds
const DAY = 24 * HOUR;
const STATUS_STAYS = 12_000; // milliseconds
const MORNING = "10:00"; // after the reminders of the morning

export class Clock {
  constructor(app) {
    this.app = app;
    this.known = { at: null, seen: 0 };
    this.moving = false;
    this.time = el("strong", { class: "clock-time", "data-testid": "clock-time" });
    this.day = el("span", { class: "clock-day", "data-testid": "clock-day" });
    this.status = el("span", { class: "clock-status", role: "status", "data-testid": "clock-status" });
    this.buttons = [
      this.mover("+1 hour", "clock-hour", () => ({ advance: HOUR })),
      this.mover("+1 day", "clock-day-button", () => ({ advance: DAY })),
      this.mover("To the next event", "clock-next", () => ({ next: true })),
    ];
    const picker = this.picker();
    this.buttons.push(picker.button);
    this.node = el(
      "div",
      { class: "clock", role: "group", "aria-label": "Business clock" },
      this.status,
      el("div", { class: "clock-face" }, this.time, this.day),
      el("div", { class: "clock-buttons" }, this.buttons),
      picker.panel,
    );
    setInterval(() => this.tick(), 1000);
  }

  mover(label, testid, body) {
    return el(
      "button",
      { type: "button", class: "button", "data-testid": testid, onclick: () => this.move(body()) },
      label,
    );
  }

  picker() {
    const [dayId, timeId] = [uniqueId("day"), uniqueId("time")];
    const day = el("input", {
      type: "date",
      id: dayId,
      class: "text-input",
      required: true,
      "data-testid": "clock-date",
    });
    const time = el("input", {
      type: "time",
      id: timeId,
      class: "text-input",
      required: true,
      value: MORNING,
      "data-testid": "clock-date-time",
    });
    const zone = el("p", { class: "hint" });
    const button = el("button", { type: "button", class: "button", "data-testid": "clock-to" }, "To a date…");
    const go = (event) => {
      event.preventDefault();
      const to = instantIn(this.app.scene.zone, day.value, time.value).toISOString();
      panel.hidePopover();
      this.move({ to });
    };
    const panel = el(
      "form",
      { class: "clock-picker", onsubmit: go },
      el("label", { for: dayId, class: "label" }, "Day"),
      day,
      el("label", { for: timeId, class: "label" }, "Time"),
      time,
      zone,
      el("button", { type: "submit", class: "button primary", "data-testid": "clock-go" }, "Go there"),
    );
    panel.addEventListener("beforetoggle", (event) => {
      if (event.newState !== "open") return;
      const tomorrow = new Date(this.now().getTime() + DAY * 1000);
      day.value = isoDay(tomorrow, this.app.scene.zone);
      day.min = isoDay(this.now(), this.app.scene.zone);
      zone.textContent = `As a clock shows it in ${cityOf(this.app.scene.zone)}.`;
    });
    return { button, panel: popup(button, panel) };
  }

  now() {
    return new Date(this.known.at.getTime() + performance.now() - this.known.seen);
  }

  set(iso) {
    this.known = { at: new Date(iso), seen: performance.now() };
    this.tick();
  }

  tick() {
    if (!this.known.at) return;
    const { zone } = this.app.scene;
    this.time.textContent = clockTime(this.now(), zone);
    this.day.textContent = `${shortDay(this.now(), zone)} · ${cityOf(zone)}`;
    this.app.ticked();
  }

  async move(body) {
    if (this.moving) return;
    this.busy(true);
    const pressed = document.activeElement;
    const before = this.now();
    try {
      const answer = await api.moveClock(body);
      this.set(answer.now);
      this.tell(this.outcome(body, before, answer));
    } catch (error) {
      this.tell("");
      this.app.notice(error.message);
    } finally {
      this.busy(false);
      if (document.activeElement === document.body) pressed.focus();
    }
    await this.app.refresh();
  }

  outcome(body, before, answer) {
    const stops = answer.stops?.length ?? 0;
    if (body.next && new Date(answer.now) - before < 2000 && !stops) return "Nothing is planned";
    return stops ? `${plural(stops, "event")} on the way` : "";
  }

  busy(moving) {
    this.moving = moving;
    for (const button of this.buttons) button.disabled = moving;
    this.node.setAttribute("aria-busy", moving);
    if (moving) this.tell("time is moving…");
  }

  tell(text) {
    this.status.textContent = text;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => {
      if (!this.moving) this.status.textContent = "";
    }, STATUS_STAYS);
  }
}
