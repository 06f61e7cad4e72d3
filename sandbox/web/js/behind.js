// Behind the scenes: every call of the Bot API, every request to the model, and ways to break both.

import { attempt } from "./actions.js";
import { el, fill, iconButton } from "./dom.js";
import { faults } from "./faults.js";
import { milliseconds } from "./format.js";
import { changed, on, remembered, state } from "./store.js";

const MOST_SHOWN = 150;
const TABS = [["calls", "Telegram"], ["requests", "Model"], ["faults", "Trouble"]];
let tab = "calls";
let isOpen = false;
const opened = new Set();

const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "Behind the scenes" });
const body = el("div", { class: "behind-body", role: "tabpanel", id: "behind-body", tabindex: "0" });
const panel = el("aside", { id: "behind", class: "behind", "aria-label": "Behind the scenes", hidden: true },
  el("header", { class: "bar" }, el("h2", {}, "Behind the scenes"), el("span", { class: "stretch" }), iconButton("close", "Close", () => toggleBehind())), tabs, body);

export function behind() {
  on("calls requests", () => tab !== "faults" && show());
  on("switches", () => tab === "faults" && show());
  return panel;
}

/** Opens it as it was left; after a lost connection tells the sandbox again. */
export function restoreBehind() {
  if (isOpen) attempt("watch_behind", { on: true });
  else if (remembered.get("behind", false)) toggleBehind();
}

export function toggleBehind() {
  isOpen = !isOpen;
  remembered.set("behind", isOpen);
  panel.hidden = !isOpen;
  document.getElementById("app").classList.toggle("with-behind", isOpen);
  document.querySelector(".behind-toggle")?.setAttribute("aria-expanded", String(isOpen));
  attempt("watch_behind", { on: isOpen });
  show();
}

function show() {
  if (!isOpen) return;
  fill(tabs, TABS.filter(([name]) => name !== "requests" || state.switches.is_offline).map(([name, label]) => el("button", {
    type: "button", role: "tab", "aria-selected": String(name === tab), "aria-controls": "behind-body", class: "tab", onclick: () => {
      tab = name;
      show();
    },
  }, label)));
  fill(body, tab === "calls" ? callRows() : tab === "requests" ? requestRows() : faults());
}

function callRows() {
  const calls = [...state.calls.values()].filter((call) => call.method !== "getUpdates").sort((one, other) => other.number - one.number);
  if (calls.length === 0) return el("p", { class: "quiet" }, "The bot has called nothing yet.");
  return calls.slice(0, MOST_SHOWN).map((call) => row({
    key: `call ${call.number}`, name: call.method, status: call.status || (call.ended_at === null ? "…" : "lost"), isBad: call.status !== 200 && call.ended_at !== null,
    took: call.ended_at === null ? null : call.ended_at - call.at, note: call.description, age: call.now - call.at, details: call.params,
  }));
}

function requestRows() {
  const requests = [...state.requests.values()].sort((one, other) => other.id - one.id);
  if (requests.length === 0) return el("p", { class: "quiet" }, "The model was asked nothing yet.");
  return requests.slice(0, MOST_SHOWN).map((request) => row({
    key: `request ${request.id}`, name: request.body?.model ?? request.path, status: request.cancelled ? "stopped" : (request.status ?? "…"), isBad: request.cancelled || (request.status ?? 200) >= 400,
    took: request.finished ? request.finished_at - request.at : null, note: request.first_token_at ? `first word after ${milliseconds(request.first_token_at - request.at)}` : "", details: request.body,
  }));
}

function row({ key, name, status, isBad, took, note, details }) {
  const entry = el("details", { class: "call", open: opened.has(key), ontoggle: () => {
    if (entry.open) opened.add(key);
    else opened.delete(key);
    if (entry.open && entry.children.length === 1) entry.append(el("pre", { dir: "ltr", tabindex: "0" }, JSON.stringify(details, null, 2)));
  } }, el("summary", {}, el("code", {}, name), el("span", { class: `status ${isBad ? "bad" : ""}` }, String(status)), el("span", { class: "took" }, took === null ? "" : milliseconds(took)), note ? el("small", { dir: "auto" }, note) : null));
  return entry;
}

/** News from behind the scenes. */
export function receiveBehind(told) {
  for (const call of told.calls ?? []) state.calls.set(call.number, call);
  for (const request of told.requests ?? []) state.requests.set(request.id, request);
  changed("calls", "requests");
}
