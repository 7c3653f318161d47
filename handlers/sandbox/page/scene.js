// Who and what the ids of a workspace are, as the acting person sees them.

const TONES = 10; // avatar colours in workspace.css

export class Scene {
  constructor(state, now) {
    this.now = now;
    this.team = state.team;
    this.directory = new Map(state.people.map((person) => [person.id, person]));
    this.rooms = new Map(state.channels.map((channel) => [channel.id, channel]));
    this.me = this.directory.get(state.me.id);
    this.zone = this.me.tz;
    this.botId = state.bot;
    this.order = [...this.directory.keys()];
  }

  everyone() {
    return [...this.directory.values()];
  }

  /** Whom a person can choose in a field: colleagues who are still here. */
  people() {
    return this.everyone().filter((person) => !person.is_bot && !person.deleted);
  }

  bot() {
    return this.directory.get(this.botId);
  }

  personName(id) {
    return this.directory.get(id)?.name;
  }

  channelName(id) {
    return this.rooms.get(id)?.name;
  }

  face(id) {
    const person = this.directory.get(id);
    if (id === this.botId) return { initials: "Σ", tone: "avatar-app" };
    const words = (person?.name ?? "?").split(/\s+/);
    return {
      initials: words
        .map((word) => word[0])
        .slice(0, 2)
        .join(""),
      tone: `avatar-${Math.max(0, this.order.indexOf(id)) % TONES}`,
    };
  }
}
