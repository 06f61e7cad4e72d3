// What this tab knows, and who wants to hear when some of it changes.

export const state = {
  connected: false,
  people: new Map(),
  chats: [],
  switches: {},
  me: null,
  chat: null,
  topic: null,
  messages: new Map(),
  draft: null,
  action: null,
  hasOlder: false,
  commands: [],
  keyboard: null,
  calls: new Map(),
  requests: new Map(),
};

const listeners = new Map();

/** Calls the function whenever one of the subjects changed. */
export function on(subjects, listener) {
  for (const subject of subjects.split(" ")) {
    if (!listeners.has(subject)) listeners.set(subject, new Set());
    listeners.get(subject).add(listener);
  }
}

/** Tells everybody once, however many of their subjects changed. */
export function changed(...subjects) {
  const told = new Set(subjects.flatMap((subject) => [...(listeners.get(subject) ?? [])]));
  for (const listener of told) listener();
}

export const person = (id) => state.people.get(id) ?? { id, first_name: "Somebody", is_bot: false };
export const bot = () => person(state.switches.bot_id);
export const currentChat = () => state.chats.find((chat) => chat.id === state.chat) ?? null;
export const currentTopic = () => currentChat()?.topics?.find((topic) => topic.id === state.topic) ?? null;
/** Messages in the order they were sent, however they came here. */
export const inOrder = () => [...state.messages.values()].sort((one, other) => one.message_id - other.message_id);
export const isPrivate = (chat) => chat?.kind === "private";
export const placeKey = (chat = state.chat, topic = state.topic) => `${state.me}/${chat}/${topic ?? ""}`;
export const nameOf = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");

/** Something remembered in this browser; what cannot be kept is not. */
export const remembered = {
  get(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(`parley.${name}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`parley.${name}`, JSON.stringify(value));
    } catch {
      console.info("this browser keeps nothing for this page");
    }
  },
};
