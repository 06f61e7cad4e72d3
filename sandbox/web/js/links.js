// Links and other things in a text that can be pressed.

import { say } from "./actions.js";
import { el } from "./dom.js";
import { safeUrl } from "./format.js";

/** A link, or plain text where the address is not one to be opened. */
export function link(address, children) {
  const href = safeUrl(address);
  if (href === null) return el("span", {}, children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, children);
}

/** A command that is sent when it is pressed. */
export function command(text) {
  return el("button", { type: "button", class: "as-link", onclick: () => say(text) }, text);
}

export function spoiler(children) {
  const hidden = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text: press to read" }, children);
  const reveal = () => {
    hidden.classList.add("revealed");
    for (const name of ["role", "tabindex", "aria-label"]) hidden.removeAttribute(name);
  };
  hidden.addEventListener("click", reveal);
  hidden.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") reveal();
  });
  return hidden;
}
