/* SPDX-License-Identifier: Apache-2.0 */
/* socket.ts - the WebSocket as a transport, and the browser as a connection's world. */
import { base } from "./base";
import type { OpenTransport, World } from "./connection";
import { pollTransport } from "./poll";
import { tab } from "./storage";

function newSocket(): WebSocket | null {
  try {
    return new WebSocket(base().ws, "hoithi.v1");
  } catch (_) {
    return null; /* a browser that was told to have none */
  }
}

export const openSocket: OpenTransport = (events) => {
  const socket = newSocket();
  let closed = false;
  const close = (code: number) => {
    if (closed)
      return;
    closed = true;
    events.onClose(code);
  };
  if (!socket) {
    window.setTimeout(() => close(1006), 0);
    return { send() {}, close() { closed = true; } };
  }
  socket.onopen = () => events.onOpen();
  socket.onmessage = (e) => { if (typeof e.data === "string") events.onText(e.data); };
  socket.onclose = (e) => close(e.code);
  return {
    send(text) { if (socket.readyState === 1) socket.send(text); },
    close() { closed = true; socket.close(); },
  };
};

const clock = {
  now: () => performance.now(),
  later: (f: () => void, ms: number) => window.setTimeout(f, ms),
  never: (timer: number) => window.clearTimeout(timer),
};

export const browser: World = {
  ...clock,
  random: () => Math.random(),
  open: openSocket,
  poll: pollTransport({
    ...clock,
    url: () => base().http + "api/frames",
    fetch: (url, init) => window.fetch(url, init),
    farewell(url, body) { if (navigator.sendBeacon) navigator.sendBeacon(url, body); },
    onLeaving(f) {
      window.addEventListener("pagehide", f);
      return () => window.removeEventListener("pagehide", f);
    },
  }),
  recall: { get: () => tab.get("polls", false), set(polls) { if (polls) tab.set("polls", true); else tab.drop("polls"); } },
};
