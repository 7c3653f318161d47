// Where the person is, kept in the address: #U0BEN/bot, #U0BEN/bot/home,
// #U0BEN/C0GENERAL or #U0BEN/bot/t/1759647600.000100 for an open thread.

export const FIRST = "U0ADA";

export function readPlace() {
  const [person, channel, tab, thread] = decodeURIComponent(location.hash.slice(1)).split("/");
  const asked = new URLSearchParams(location.search).get("as");
  return {
    person: person || asked || FIRST,
    channel: channel || "bot",
    tab: tab === "home" ? "home" : "messages",
    thread: tab === "t" && thread ? thread : null,
  };
}

export function goTo(place) {
  const rest = place.tab === "home" ? "/home" : place.thread ? `/t/${place.thread}` : "";
  location.hash = `${place.person}/${place.channel}${rest}`;
}

export const roomOf = (place) => `${place.person}/${place.channel}`;
