/* SPDX-License-Identifier: Apache-2.0 */
/* socket.ts - the WebSocket as a transport, and the browser as a connection's world. */
import { base } from "./base";
import type { OpenTransport, World } from "./connection";

export const openSocket: OpenTransport = (events) => {
  const socket = new WebSocket(base().ws, "hoithi.v1");
  let closed = false;
  const close = (code: number) => {
    if (closed)
      return;
    closed = true;
    events.onClose(code);
  };
  socket.onopen = () => events.onOpen();
  socket.onmessage = (e) => { if (typeof e.data === "string") events.onText(e.data); };
  socket.onclose = (e) => close(e.code);
  return {
    send(text) { if (socket.readyState === 1) socket.send(text); },
    close() { closed = true; socket.close(); },
  };
};

export const browser: World = {
  open: openSocket,
  now: () => performance.now(),
  random: () => Math.random(),
  later: (f, ms) => window.setTimeout(f, ms),
  never: (timer) => window.clearTimeout(timer),
};
