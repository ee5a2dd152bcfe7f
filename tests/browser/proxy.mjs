/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proxy.mjs - a proxy as in some schools and offices: it hands on HTTP under a sub-path and lets no WebSocket through.
 *
 * How an upgrade ends depends on the page's folder: /refused/ is answered 403, /cut/ is hung up on, /silent/ is never
 * answered. The folder is taken away before the request goes on.
 */
import { Agent, createServer, request as ask } from "node:http";

const UPGRADES = {
  refused: (socket) => socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
  cut: (socket) => socket.destroy(),
  silent: () => {},
};

export class Proxy {
  constructor(target) {
    this.target = new URL(target);
    this.agent = new Agent({ keepAlive: true });
    this.upgrades = { refused: 0, cut: 0, silent: 0 };
    this.polls = 0;
    this.farewells = []; /* statuses of the replies */
    this.sockets = new Set();
    this.server = createServer((request, answer) => this.pass(request, answer));
    this.server.keepAliveTimeout = 60000;
    this.server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.sockets.delete(socket));
    });
    this.server.on("upgrade", (request, socket) => {
      const folder = request.url.split("/")[1];
      this.upgrades[folder]++;
      UPGRADES[folder](socket);
    });
  }

  async start() {
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  pass(request, answer) {
    const path = request.url.replace(/^\/(refused|cut|silent)\//, "/");
    if (path === "/api/frames")
      this.polls++;
    let farewell = false;
    request.on("data", (bytes) => { farewell ||= bytes.includes('"bye":true'); });
    const onward = ask({ host: this.target.hostname, port: this.target.port, path, method: request.method, headers: request.headers, agent: this.agent }, (reply) => {
      if (farewell)
        this.farewells.push(reply.statusCode);
      answer.writeHead(reply.statusCode, reply.headers);
      reply.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    answer.on("close", () => { if (!answer.writableFinished) onward.destroy(); });
    request.pipe(onward);
  }

  /** All connections of pages break off at once. */
  cut() {
    this.sockets.forEach((socket) => socket.destroy());
  }

  close() {
    this.cut();
    this.agent.destroy();
    return new Promise((done) => this.server.close(done));
  }
}
