// Builds DOM nodes. Text only ever becomes text nodes: nothing in this page is parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element; `props` are attributes, `on…` functions are listeners, `class` and `dataset` as one expects. */
export function el(name, props = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "dataset") Object.assign(element.dataset, value);
    else if (key === "value" || key === "checked") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...flat(children));
  return element;
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replaces everything in an element. */
export function fill(element, ...children) {
  element.replaceChildren(...flat(children));
  return element;
}

const PATHS = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  more: "M12 6h.01M12 12h.01M12 18h.01",
  send: "M4 12l16-8-6 16-3-6.5z",
  stop: "M7 7h10v10H7z",
  attach: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 5 5l-8.5 8.5a1.7 1.7 0 0 1-2.5-2.5L15 7",
  plus: "M12 5v14M5 12h14",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4 4",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
  moon: "M20 14A8.5 8.5 0 0 1 10 4a8.5 8.5 0 1 0 10 10z",
  panel: "M3 5h18v14H3zM15 5v14",
  reply: "M10 8V4L3 11l7 7v-4c5 0 8 1.5 10 5 0-7-4-11-10-11z",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  forward: "M14 8V4l7 7-7 7v-4c-5 0-8 1.5-10 5 0-7 4-11 10-11z",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  down: "M6 9l6 6 6-6",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2 20c0-4 3-6 7-6s7 2 7 6M16 4.5a3.5 3.5 0 0 1 0 6M18 14.5c2.5.7 4 2.5 4 5.5",
  topic: "M5 9h14M5 15h14M10 4L8 20M16 4l-2 16",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9h.01",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  pin: "M12 21c-4-5-6-8-6-11a6 6 0 0 1 12 0c0 3-2 6-6 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  check: "M5 13l4 4L19 7",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  command: "M8 20l8-16",
  mic: "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zM6 11a6 6 0 0 0 12 0M12 17v4",
  poll: "M6 20V10M12 20V4M18 20v-7",
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  keyboard: "M3 7h18v11H3zM7 11h.01M12 11h.01M17 11h.01M8 15h8",
  sticker: "M13 20H8a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4h8a4 4 0 0 1 4 4v5zM13 20c0-5 2-7 7-7M9 9.5h.01M14 9.5h.01M9 13c1 1 2 1 3 1",
  camera: "M4 7h11v10H4zM15 11l5-3v8l-5-3",
  music: "M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  next: "M9 5l7 7-7 7",
  brush: "M14 5l5 5-9 9H5v-5zM12 7l5 5",
  undo: "M8 6L4 10l4 4M4 10h10a5 5 0 0 1 0 10h-3",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  restart: "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5",
};

/** A drawn symbol that says nothing to a screen reader: what it stands for is said beside it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button with a symbol and a label for those who do not see it. */
export function iconButton(name, label, onclick, props = {}) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props }, icon(name));
}
