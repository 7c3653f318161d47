// The field a person writes in, for the open conversation or for a thread.
// Enter sends, Shift+Enter makes a new line; a text that begins with / is a command.

import * as api from "./api.js";
import { fileChip } from "./inputs.js";
import { el, uniqueId } from "./dom.js";

const TALLEST = 220; // pixels

export class Composer {
  constructor(app, { testid, thread = () => null }) {
    this.app = app;
    this.thread = thread;
    this.drafts = new Map();
    this.place = "";
    this.files = [];
    this.build(testid);
  }

  build(testid) {
    const id = uniqueId("composer");
    this.field = el("textarea", {
      id,
      rows: 1,
      "data-testid": testid,
      oninput: () => this.changed(),
      onkeydown: (event) => this.key(event),
    });
    this.picker = this.drawPicker(testid);
    this.label = el("label", { for: id, class: "unseen" });
    this.chips = el("ul", { class: "chips" });
    this.hint = el("span", { class: "composer-hint" });
    this.error = el("p", { class: "field-error", role: "alert", hidden: true });
    this.mention = drawButton("@Socrates", "quiet", () => this.insertMention());
    this.send = drawButton("Send", "primary", () => this.submit());
    this.send.dataset.testid = testid === "composer" ? "send" : `${testid}-send`;
    const attach = drawButton("Attach a file", "quiet", () => this.picker.click());
    const bar = el("div", { class: "composer-bar" }, attach, this.mention, this.hint, this.send);
    const box = el("div", { class: "composer-box" }, this.field, this.chips, this.picker, bar);
    this.node = el("div", { class: "composer" }, this.label, box, this.error);
    this.takeDrops();
  }

  drawPicker(testid) {
    return el("input", {
      type: "file",
      multiple: true,
      hidden: true,
      "aria-label": "Files to attach",
      "data-testid": `${testid}-file`,
      onchange: () => {
        this.attach(this.picker.files);
        this.picker.value = "";
      },
    });
  }

  takeDrops() {
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => {
      event.preventDefault();
      this.attach(event.dataTransfer.files);
    });
  }

  /** Points the composer at another conversation; what was typed there waits for the return. */
  aim(place, label, inChannel) {
    this.mention.hidden = !inChannel;
    if (place === this.place) return;
    this.drafts.set(this.place, this.field.value);
    this.place = place;
    this.label.textContent = label;
    this.field.placeholder = label;
    this.field.value = this.drafts.get(place) ?? "";
    this.files = [];
    this.showFiles();
    this.complain("");
    this.changed();
  }

  changed() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, TALLEST)}px`;
    const command = this.field.value.startsWith("/");
    this.hint.textContent = command
      ? "A command: only you will see the answer"
      : "Enter sends, Shift + Enter starts a new line";
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  insertMention() {
    this.field.setRangeText("@Socrates ", this.field.selectionStart, this.field.selectionEnd, "end");
    this.field.focus();
    this.changed();
  }

  attach(files) {
    for (const file of files) {
      const item = { file, id: null, error: null };
      item.done = api
        .upload(this.app.place.person, file)
        .then((id) => (item.id = id))
        .catch((error) => (item.error = error.message))
        .finally(() => this.showFiles());
      this.files.push(item);
    }
    this.showFiles();
    this.field.focus();
  }

  showFiles() {
    this.chips.replaceChildren(
      ...this.files.map((item) =>
        fileChip(item, () => {
          this.files = this.files.filter((kept) => kept !== item);
          this.showFiles();
          this.field.focus();
        }),
      ),
    );
  }

  async submit() {
    const text = this.field.value.trim();
    if ((!text && !this.files.length) || this.send.getAttribute("aria-busy") === "true") return;
    const { place } = this;
    this.send.setAttribute("aria-busy", "true");
    this.complain("");
    try {
      if (text.startsWith("/")) await this.command(text);
      else await this.say(text);
      if (place === this.place) this.clear();
      else this.drafts.delete(place);
    } catch (error) {
      this.complain(error.message);
    } finally {
      this.send.removeAttribute("aria-busy");
    }
    await this.app.refresh();
  }

  async say(text) {
    await Promise.all(this.files.map((item) => item.done));
    const failed = this.files.find((item) => item.error);
    if (failed)
      throw new api.Refused(`${failed.file.name} could not be attached. Remove it to send the rest.`);
    const files = this.files.map((item) => item.id);
    const { person, channel } = this.app.place;
    const thread_ts = this.thread();
    const { ts } = await api.say({
      as: person,
      channel,
      text,
      ...(thread_ts && { thread_ts }),
      ...(files.length && { files }),
    });
    if (!thread_ts) this.app.awaitReply(ts);
  }

  async command(text) {
    if (this.thread())
      throw new api.Refused("Commands do not run in threads. Use the field of the conversation.");
    const [, command, rest] = text.match(/^(\/\S*)\s*([\s\S]*)$/);
    const { person, channel } = this.app.place;
    await api.runCommand({ as: person, channel, command, text: rest });
  }

  clear() {
    this.field.value = "";
    this.files = [];
    this.showFiles();
    this.changed();
  }

  complain(text) {
    this.error.textContent = text;
    this.error.hidden = !text;
  }
}

function drawButton(label, style, onclick) {
  return el("button", { type: "button", class: `button ${style}`, onclick }, label);
}
