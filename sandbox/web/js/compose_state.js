// What the message field is about to do: say something, answer a message, or change one.

const listeners = new Set();

export const compose = {
  mode: "say",
  message: null,
  quote: null,
  reply: (message, quote = null) => set("reply", message, quote),
  edit: (message) => set("edit", message, null),
  cancel: () => set("say", null, null),
  onchange: (listener) => listeners.add(listener),
};

function set(mode, message, quote) {
  Object.assign(compose, { mode, message, quote });
  for (const listener of listeners) listener();
}
