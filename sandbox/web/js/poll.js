// Polls: options to choose from, and once one has voted, what everybody chose.

import { vote } from "./actions.js";
import { el, icon } from "./dom.js";
import { styledText } from "./entities.js";
import { nameOf, person } from "./store.js";

const MOST_NAMES = 3;
const LONGEST_WAIT_MS = 24 * 3600 * 1000; // timers of browsers count no further than 24 days
const chosen = new Map(); // poll id -> options ticked and not yet sent

export function pollNode(message) {
  const node = shownNow(message);
  const left = message.poll.close_date ? message.poll.close_date * 1000 - Date.now() : 0;
  if (!message.poll.is_closed && left > 0 && left < LONGEST_WAIT_MS) setTimeout(() => node.isConnected && node.replaceWith(shownNow(message)), left + 50);
  return node;
}

const isOver = (poll) => poll.is_closed || (poll.close_date !== undefined && poll.close_date * 1000 <= Date.now());

function shownNow(message) {
  const { poll } = message;
  const mine = message.votes?.mine ?? [];
  const isShown = isOver(poll) || mine.length > 0;
  const label = `poll-${message.message_id}`;
  return el("div", { class: "poll", role: "group", "aria-labelledby": label },
    el("strong", { id: label, class: "poll-question", dir: "auto" }, styledText(poll.question, poll.question_entities ?? [])),
    poll.description ? el("p", { class: "poll-about", dir: "auto" }, styledText(poll.description, poll.description_entities ?? [])) : null,
    el("span", { class: "poll-kind" }, kindOf(poll)),
    isShown ? results(message, mine) : choices(message),
    isShown && poll.explanation && mine.length > 0 ? el("p", { class: "poll-about", dir: "auto" }, styledText(poll.explanation, poll.explanation_entities ?? [])) : null,
    el("span", { class: "poll-total" }, counted(poll.total_voter_count)),
    !isOver(poll) && mine.length > 0 && mayChange(poll) ? el("button", { type: "button", class: "as-link poll-undo", onclick: () => vote(message.message_id, []) }, "Retract vote") : null);
}

const isQuiz = (poll) => poll.type === "quiz";
const mayChange = (poll) => !isQuiz(poll) && poll.allows_revoting !== false;
const counted = (count) => (count === 0 ? "No votes yet" : count === 1 ? "1 vote" : `${count} votes`);

function kindOf(poll) {
  if (isOver(poll)) return "Final results";
  return [poll.is_anonymous ? "Anonymous" : "", isQuiz(poll) ? "quiz" : "poll"].filter(Boolean).join(" ").replace(/^./u, (first) => first.toUpperCase());
}

function choices(message) {
  const { poll } = message;
  if (!poll.allows_multiple_answers) {
    return el("ul", { class: "poll-options" }, poll.options.map((option, number) => el("li", {}, el("button", { type: "button", class: "poll-option", onclick: () => vote(message.message_id, [number]) },
      el("span", { class: "poll-dot", "aria-hidden": "true" }), el("span", { dir: "auto" }, wordsOf(option))))));
  }
  const ticked = chosen.get(poll.id) ?? new Set();
  chosen.set(poll.id, ticked);
  const send = el("button", { type: "button", class: "button primary", disabled: ticked.size === 0, onclick: () => {
    chosen.delete(poll.id);
    vote(message.message_id, [...ticked]);
  } }, "Vote");
  const boxes = poll.options.map((option, number) => {
    const box = el("input", { type: "checkbox", checked: ticked.has(number), onchange: () => {
      if (box.checked) ticked.add(number);
      else ticked.delete(number);
      send.disabled = ticked.size === 0;
    } });
    return el("li", {}, el("label", { class: "poll-option" }, box, el("span", { dir: "auto" }, wordsOf(option))));
  });
  return [el("ul", { class: "poll-options" }, boxes), send];
}

const wordsOf = (option) => styledText(option.text, option.text_entities ?? []);

function results(message, mine) {
  const { poll } = message;
  const correct = poll.correct_option_ids ?? (poll.correct_option_id === undefined ? [] : [poll.correct_option_id]);
  const votes = poll.options.reduce((sum, option) => sum + option.voter_count, 0);
  const most = Math.max(1, ...poll.options.map((option) => option.voter_count));
  return el("ul", { class: "poll-options" }, poll.options.map((option, number) => {
    const percent = Math.round((100 * option.voter_count) / Math.max(1, poll.allows_multiple_answers ? poll.total_voter_count : votes));
    const isMine = mine.includes(number);
    const isWrong = isQuiz(poll) && isMine && !correct.includes(number);
    const bar = el("i", { class: "poll-bar" });
    bar.style.inlineSize = `${Math.max(1, (100 * option.voter_count) / most)}%`;
    const names = (message.votes?.voters?.[number] ?? []).map((id) => nameOf(person(id)));
    const hint = [isMine ? "your choice" : "", correct.includes(number) ? "correct" : "", isWrong ? "wrong" : ""].filter(Boolean).join(", ");
    return el("li", { class: `poll-result ${isWrong ? "wrong" : correct.includes(number) ? "correct" : ""}`, title: counted(option.voter_count) },
      el("span", { class: "poll-percent" }, `${percent}%`), el("span", { class: "poll-words", dir: "auto" }, wordsOf(option)),
      hint ? el("span", { class: "poll-mark", role: "img", "aria-label": hint }, icon(isWrong ? "close" : "check")) : null,
      bar, names.length > 0 ? el("small", { class: "poll-names" }, el("bdi", {}, shortened(names))) : null);
  }));
}

const shortened = (names) => (names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(", ")} and ${names.length - MOST_NAMES} more` : names.join(", "));
