// Blocks of code: highlighted where the language is known, with a button that copies.

import { el, icon } from "./dom.js";
import { toast } from "./toasts.js";

const MOST_HIGHLIGHTED = 30000;
let highlighter = null;
const loading = import("/web/vendor/highlight/highlight.min.js").then((module) => {
  highlighter = module.default;
});

export function codeBlock(text, language = "") {
  const code = el("code", { class: "hljs" }, text);
  if (highlighter) highlight(code, text, language);
  else loading.then(() => highlight(code, text, language));
  const copy = el("button", { type: "button", class: "code-copy", "aria-label": "Copy the code", onclick: () => copyText(text) }, icon("copy"), "Copy");
  return el("div", { class: "code-block", dir: "ltr" },
    el("div", { class: "code-head" }, el("span", {}, language || "code"), copy),
    el("pre", { tabindex: "0", "aria-label": `Code${language ? ` in ${language}` : ""}` }, code));
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser does not allow copying here", "error");
  }
}

/** The highlighter's own tree becomes nodes; its HTML is never used. */
function highlight(code, text, language) {
  if (text.length > MOST_HIGHLIGHTED || !language || !highlighter.getLanguage(language)) return;
  const tree = highlighter.highlight(text, { language, ignoreIllegals: true })._emitter.rootNode;
  code.replaceChildren(...tree.children.map(nodeOf));
}

function nodeOf(part) {
  if (typeof part === "string") return document.createTextNode(part);
  const scope = (part.scope ?? "").split(".")[0];
  return el("span", { class: scope ? `tok-${scope}` : undefined }, part.children.map(nodeOf));
}
