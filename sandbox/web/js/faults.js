// Trouble on order: what Telegram and the model do wrong next.

import { attempt, configure } from "./actions.js";
import { checked } from "./dialog.js";
import { el } from "./dom.js";
import { state } from "./store.js";
import { toast } from "./toasts.js";

const TELEGRAM = [
  ["Next message here: 429, wait 5 s", { method: "sendMessage", status: 429, retry_after: 5, isHere: true }],
  ["Next 3 calls here: 429, wait 2 s", { times: 3, status: 429, retry_after: 2, isHere: true }],
  ["Next 3 calls: server error", { times: 3, kind: "html_502" }],
  ["Next message: sent, but the answer is lost", { method: "sendMessage", kind: "reset_after" }],
  ["Next 3 calls: no connection", { times: 3, kind: "reset_before" }],
  ["Next 5 calls: 2 s late", { times: 5, kind: "delay", seconds: 2 }],
];
const MODEL = [
  ["Next answer: cut off in the middle", { kind: "cut", tokens: 12 }],
  ["Next request: rate limit, wait 3 s", { status: 429, code: "rate_limit_exceeded", retry_after: 3 }],
  ["Next request: server error", { status: 500 }],
  ["Next 4 requests: server error", { status: 503, times: 4 }],
  ["Next request: no more money", { status: 429, code: "insufficient_quota" }],
  ["Next answer: never comes", { kind: "hang" }],
];
const PACES = { "at once": [0, 0], "like a real model": [0.4, 0.02], slow: [2, 0.12], "very slow": [6, 0.4] };

let paceChosen = "like a real model";

export function faults() {
  const budgets = el("input", { type: "checkbox", checked: state.switches.budgets, onchange: () => configure({ budgets: budgets.checked }) });
  const privacy = el("input", { type: "checkbox", checked: state.switches.privacy, onchange: () => configure({ privacy: privacy.checked }) });
  return [
    group("Telegram", TELEGRAM, ({ isHere, ...fault }) => attempt("fault", isHere ? { ...fault, chat_id: state.chat } : fault)),
    el("div", { class: "fault-more" }, checked("Flood limits as in the real Telegram", budgets), checked("Privacy mode of the bot in groups", privacy),
      el("button", { type: "button", class: "button", onclick: calm }, "Forget ordered trouble")),
    state.switches.is_offline ? group("Model", MODEL, (fault) => attempt("model_fault", fault)) : null,
    state.switches.is_offline ? pace() : null,
    state.switches.can_restart ? el("section", {}, el("h3", {}, "The bot"), el("button", { type: "button", class: "button fault", onclick: restart }, "Kill it as a power cut would, and start it again")) : null,
  ];
}

function group(title, list, order) {
  return el("section", {}, el("h3", {}, title), el("div", { class: "fault-list" }, list.map(([label, fault]) => el("button", { type: "button", class: "button fault", onclick: async () => {
    if ((await order(fault)) !== undefined) toast(`Ordered: ${label}`);
  } }, label))));
}

function pace() {
  const select = el("select", { onchange: () => {
    const [first, token] = PACES[select.value];
    paceChosen = select.value;
    attempt("model_pace", { first_seconds: first, token_seconds: token });
  } }, Object.keys(PACES).map((name) => el("option", { value: name, selected: name === paceChosen }, name)));
  return el("label", { class: "labelled" }, el("span", {}, "The model answers"), select);
}

async function restart() {
  if ((await attempt("restart")) !== undefined) toast("The bot was killed and starts again. What you sent is not lost.");
}

async function calm() {
  if ((await attempt("calm")) !== undefined) toast("Nothing more will go wrong");
}
