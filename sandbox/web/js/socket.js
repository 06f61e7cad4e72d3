// The connection to the sandbox: questions with answers, and news that come by themselves.

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5000;

export class Socket {
  constructor({ onopen, onclose, onmessage }) {
    this.handlers = { onopen, onclose, onmessage };
    this.asked = new Map();
    this.number = 0;
    this.wait = FIRST_WAIT_MS;
    this.connect();
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/page/socket`);
    this.socket.onopen = () => {
      this.wait = FIRST_WAIT_MS;
      this.handlers.onopen();
    };
    this.socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    this.socket.onclose = () => this.lost();
  }

  receive(told) {
    if (!("re" in told)) return this.handlers.onmessage(told);
    const waiting = this.asked.get(told.re);
    this.asked.delete(told.re);
    if (!waiting) return undefined;
    return "error" in told ? waiting.reject(new Error(told.error)) : waiting.resolve(told.result);
  }

  lost() {
    for (const { reject } of this.asked.values()) reject(new Error("the connection to the sandbox was lost"));
    this.asked.clear();
    this.handlers.onclose();
    setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  /** Resolves with the answer; rejects with what the sandbox says is wrong. */
  ask(action, words = {}) {
    if (this.socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error("not connected to the sandbox"));
    this.number += 1;
    const id = this.number;
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ ...words, do: action, id }));
    });
  }
}
