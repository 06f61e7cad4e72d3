// Formulas, set by KaTeX straight into nodes; it is fetched when the first one is shown.

import { el } from "./dom.js";

let katex = null;
let loading = null;

function loaded() {
  loading ??= import("/web/vendor/katex/katex.min.js").then(() => {
    katex = globalThis.katex;
  });
  return loading;
}

export function formula(expression, { display = false } = {}) {
  const place = el(display ? "div" : "span", { class: display ? "formula display" : "formula", dir: "ltr" }, expression);
  const set = () => katex.render(expression, place, { displayMode: display, throwOnError: false, trust: false, maxExpand: 500, maxSize: 40 });
  if (katex) set();
  else loaded().then(set);
  if (display) place.tabIndex = 0;
  return place;
}
