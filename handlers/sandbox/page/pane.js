// The main pane: the open conversation with its composer, or Socrates' Home tab.

import { drawBlocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { el, focusKey, restoreFocus } from "./dom.js";
import { MessageList } from "./messages.js";
import { roomOf } from "./place.js";
import { keep, restore, viewSignature, viewSurface } from "./surfaces.js";

const WELCOME =
  "Ask about SOC 1 and SOC 2, your controls, evidence or policies. " +
  "Every answer comes from curated knowledge and names its source.";

export class Pane {
  constructor(app) {
    this.app = app;
    this.title = el("h1", { tabindex: "-1" });
    this.about = el("p", { class: "pane-about" });
    this.tabs = el("nav", { class: "tabs", "aria-label": "Socrates" });
    this.scroller = el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Messages" });
    this.list = new MessageList(app, this.scroller, { empty: () => this.emptiness() });
    this.composer = new Composer(app, { testid: "composer" });
    this.suggested = el("div", { class: "suggested" });
    this.home = el("div", { class: "home", tabindex: "-1", "data-testid": "home" });
    this.homeShown = "";
    this.node = el(
      "main",
      { class: "pane" },
      el(
        "header",
        { class: "pane-head" },
        el("div", { class: "pane-title" }, this.title, this.about),
        this.tabs,
      ),
      this.scroller,
      this.home,
      this.suggested,
      this.composer.node,
    );
  }

  show(state, messages) {
    const { place, scene } = this.app;
    this.state = state;
    const room = scene.channelName(place.channel);
    const bot = place.channel === "bot";
    this.title.textContent = bot ? scene.bot().name : `# ${room ?? place.channel}`;
    this.about.textContent = bot ? scene.bot().title : "Write @Socrates to ask in front of everyone";
    this.showTabs(bot);
    const home = place.tab === "home";
    this.scroller.hidden = home;
    this.composer.node.hidden = home;
    this.home.hidden = !home;
    this.showPrompts(bot && !home && messages.length > 0 && !this.app.spoken.has(place.person));
    if (home) return this.showHome(state.home);
    this.composer.aim(
      roomOf(place),
      bot ? `Message ${scene.bot().name}` : `Message #${room ?? place.channel}`,
      !bot,
    );
    return this.list.show(messages, roomOf(place));
  }

  showTabs(bot) {
    const { place } = this.app;
    const key = bot ? `${place.person}/${place.tab}` : "";
    if (this.tabs.dataset.shown === key) return;
    const held = focusKey(this.tabs);
    this.tabs.dataset.shown = key;
    this.tabs.replaceChildren(
      ...(bot ? [this.tab("Messages", "messages", ""), this.tab("Home", "home", "/home")] : []),
    );
    if (held !== null) restoreFocus(this.tabs, held);
  }

  tab(label, name, rest) {
    const { place } = this.app;
    return el(
      "a",
      {
        class: "tab",
        href: `#${place.person}/bot${rest}`,
        "data-testid": `tab-${name}`,
        "data-key": name,
        "aria-current": place.tab === name ? "page" : undefined,
      },
      label,
    );
  }

  showHome(view) {
    const shown = view ? viewSignature(view) : this.app.place.person;
    if (shown === this.homeShown) return [];
    const held = focusKey(this.home);
    const top = this.home.scrollTop;
    const typed = keep(this.homeSurface?.fields ?? []);
    this.homeShown = shown;
    this.homeSurface = view && viewSurface(this.app, view);
    this.home.replaceChildren(
      view
        ? el(
            "div",
            { class: "home-sheet blocks", "data-view": view.id },
            drawBlocks(view.blocks, this.homeSurface),
          )
        : el("p", { class: "empty" }, "Socrates has not put anything here yet."),
    );
    if (view) restore(this.homeSurface.fields, typed);
    this.home.scrollTop = top;
    restoreFocus(this.home, held);
    return [];
  }

  emptiness() {
    const { place, scene } = this.app;
    if (place.channel !== "bot")
      return el("p", {}, `Nothing was said in #${scene.channelName(place.channel) ?? place.channel} yet.`);
    return el(
      "div",
      { class: "welcome" },
      el(
        "span",
        { class: "avatar avatar-app avatar-large", "aria-hidden": "true" },
        scene.face(scene.bot().id).initials,
      ),
      el("h2", {}, `Good to see you, ${scene.me.name.split(" ")[0]}`),
      el("p", {}, WELCOME),
      this.prompts(),
    );
  }

  prompts() {
    if (!this.state.prompts.length) return null;
    return el(
      "div",
      { class: "prompts", "data-testid": "prompts" },
      this.state.prompts.map((prompt) =>
        el(
          "button",
          { type: "button", class: "prompt", onclick: () => this.app.ask(prompt.message) },
          prompt.title,
        ),
      ),
    );
  }

  /** In a conversation with a history the prompts stand over the composer until the person speaks. */
  showPrompts(wanted) {
    const shown = wanted ? JSON.stringify(this.state.prompts) : "";
    if (this.suggested.dataset.shown === shown) return;
    this.suggested.dataset.shown = shown;
    this.suggested.replaceChildren(...[wanted && this.prompts()].filter(Boolean));
  }
}
