// Times, sizes, names and colours, as a reader expects them.

const TIME = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

const dateOf = (seconds) => new Date(seconds * 1000);
export const time = (seconds) => TIME.format(dateOf(seconds));
export const dayKey = (seconds) => dateOf(seconds).toDateString();

export function day(seconds) {
  return dayKey(seconds) === new Date().toDateString() ? "Today" : DAY.format(dateOf(seconds));
}

export function shortTime(seconds) {
  return dayKey(seconds) === new Date().toDateString() ? time(seconds) : SHORT_DAY.format(dateOf(seconds));
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(0)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Minutes and seconds. */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export function milliseconds(seconds) {
  const ms = seconds * 1000;
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${ms.toFixed(0)} ms` : `${seconds.toFixed(1)} s`;
}

/** One of seven, the same for the same id. */
export const colourOf = (id) => Math.abs(id) % 7;

export function initials(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0]).join("").toUpperCase() || "?";
}

/** Only addresses that a click may open; others stay text. */
export function safeUrl(address) {
  const full = /^[a-z][a-z0-9+.-]*:/iu.test(address) ? address : `https://${address}`;
  try {
    const url = new URL(full);
    return ["http:", "https:", "mailto:", "tel:", "tg:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
