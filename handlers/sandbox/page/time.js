// Business time as a person in their own zone reads it, and Slack's date tokens.

const LOCALE = "en-GB";
const DAY = 86_400_000;
const formats = new Map();

function format(instant, zone, options) {
  const key = JSON.stringify([zone, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(LOCALE, { timeZone: zone, ...options }));
  return formats
    .get(key)
    .format(instant)
    .replace(/\bSept\b/, "Sep");
}

export const instantOf = (ts) => new Date(Number(ts) * 1000);

export const clockTime = (instant, zone) => format(instant, zone, { hour: "2-digit", minute: "2-digit" });

export const shortDay = (instant, zone) =>
  format(instant, zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" }).replaceAll(
    ",",
    "",
  );

export const longMoment = (instant, zone) =>
  `${format(instant, zone, { dateStyle: "full" })}, ${clockTime(instant, zone)} (${cityOf(zone)})`;

export const cityOf = (zone) => zone.split("/").at(-1).replaceAll("_", " ");

/** YYYY-MM-DD on the wall of that zone. */
export function isoDay(instant, zone) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
  return parts.format(instant);
}

export function dayName(instant, now, zone) {
  return (
    relativeDay(instant, now, zone, "Today", "Yesterday") ??
    format(instant, zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" })
  );
}

function relativeDay(instant, now, zone, today, yesterday, tomorrow) {
  const days = (Date.parse(isoDay(instant, zone)) - Date.parse(isoDay(now, zone))) / DAY;
  return { 0: today, [-1]: yesterday, 1: tomorrow }[days];
}

/** The instant at which a clock on that zone's wall shows this day and time; DST included. */
export function instantIn(zone, day, time) {
  const wall = Date.parse(`${day}T${time}:00Z`);
  const near = wall - offset(wall, zone);
  return new Date(wall - offset(near, zone));
}

function offset(instant, zone) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    })
      .formatToParts(instant)
      .map((part) => [part.type, Number(part.value)]),
  );
  const shown = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return shown - Math.floor(instant / 1000) * 1000;
}

const DATE_STYLES = {
  date: { day: "numeric", month: "long", year: "numeric" },
  date_short: { day: "numeric", month: "short", year: "numeric" },
  date_long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
};

/** Fills the tokens of <!date^…^format|…>, for example "{date_short_pretty} at {time}". */
export function slackDate(seconds, pattern, zone, now) {
  const instant = new Date(seconds * 1000);
  return pattern.replace(/\{(\w+)\}/g, (token, name) => dateToken(name, instant, zone, now) ?? token);
}

function dateToken(name, instant, zone, now) {
  if (name === "date_num") return isoDay(instant, zone);
  if (name === "time") return clockTime(instant, zone);
  if (name === "time_secs") return format(instant, zone, { timeStyle: "medium" });
  if (name === "ago") return ago(now - instant);
  if (name === "day_divider_pretty") return dayName(instant, now, zone);
  const style = DATE_STYLES[name.replace(/_pretty$/, "")];
  if (!style) return undefined;
  const pretty =
    name.endsWith("_pretty") && relativeDay(instant, now, zone, "today", "yesterday", "tomorrow");
  return pretty || format(instant, zone, style);
}

function ago(elapsed) {
  const names = [
    ["day", DAY],
    ["hour", 3_600_000],
    ["minute", 60_000],
  ];
  const [unit, length] = names.find(([, size]) => Math.abs(elapsed) >= size) ?? ["second", 1000];
  return new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" }).format(-Math.trunc(elapsed / length), unit);
}
