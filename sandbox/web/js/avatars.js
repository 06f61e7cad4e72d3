// Round pictures: initials on a colour of their own; the bot has its sign.

import { el } from "./dom.js";
import { colourOf, initials } from "./format.js";
import { state } from "./store.js";

export function avatar(id, name, kind = "") {
  const isBot = id === state.switches.bot_id || kind === "bot";
  const shown = isBot ? el("img", { src: "/web/icon.svg", alt: "" }) : initials(name);
  return el("span", { class: `avatar colour-${colourOf(id)} ${isBot ? "bot" : ""}`, "aria-hidden": "true" }, shown);
}
