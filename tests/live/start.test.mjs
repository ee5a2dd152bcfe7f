/* SPDX-License-Identifier: Apache-2.0 */
/* Trouble at the start is said in one line with its remedy, and the subcommands do what --help says. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { Member } from "./client.mjs";
import { PROGRAM, ROOT, Server, TEST_BANKS, freePort, newDirectory, run, until } from "./harness.mjs";

const NOBODY = 65534;
const open = [];
after(() => Promise.all(open.map((server) => server.close())));

async function serving(options) {
  const server = new Server(options);
  open.push(server);
  return server.start();
}

/** `serve` with these arguments must end with `status` and one line that matches. */
async function fails(args, pattern, { status = 1, ...options } = {}) {
  const result = await run(["serve", ...args], options);
  const lines = result.err.trimEnd().split("\n").filter((line) => line.startsWith("hoithi:"));
  assert.equal(result.status, status, `${result.signal ?? ""} ${result.err}`);
  assert.equal(lines.length, 1, `one line, not: ${result.err}`);
  assert.match(lines[0], pattern);
  assert.ok(!/^ready/m.test(result.out));
  return lines[0];
}

const place = async () => ["--listen", `127.0.0.1:${await freePort()}`, "--data", join(newDirectory("start"), "data"), "--workers", "1"];

test("a port that is taken is named", async () => {
  const taken = createServer();
  await new Promise((done) => taken.listen(0, "127.0.0.1", done));
  const { port } = taken.address();
  try {
    await fails(["--listen", `127.0.0.1:${port}`, "--data", join(newDirectory("start"), "data"), "--banks", TEST_BANKS], new RegExp(`${port}.*`));
  } finally {
    taken.close();
  }
});

test("an address that is none is wrong usage or named", async () => {
  for (const listen of ["nonsense", "127.0.0.1", "127.0.0.1:99999", "127.0.0.1:http"]) {
    const { status, err } = await run(["serve", "--listen", listen, "--data", join(newDirectory("start"), "data"), "--banks", TEST_BANKS]);
    assert.ok([1, 2].includes(status), `${listen}: ${status} ${err}`);
    assert.match(err, /listen|127\.0\.0\.1|nonsense/);
  }
});

test("a data directory that cannot be written is named", async () => {
  const folder = newDirectory("start");
  chmodSync(folder, 0o755);
  const program = join(folder, "hoithi"); /* where the one without rights can run it */
  copyFileSync(PROGRAM, program);
  chmodSync(program, 0o755);
  const args = ["serve", "--listen", `127.0.0.1:${await freePort()}`, "--data", join(folder, "data"), "--banks", folder];
  chmodSync(folder, 0o555);
  const result = process.getuid() === 0 ? await run(["--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups", program, ...args], { program: "setpriv", cwd: folder }) : await run(args, { program, cwd: folder });
  chmodSync(folder, 0o755);
  assert.equal(result.status, 1, result.err);
  assert.match(result.err, /data/);
  assert.match(result.err, /[Pp]ermission|write|writable/);
  assert.equal(result.err.trimEnd().split("\n").length, 1, result.err);
});

test("a data directory that another server uses is named", async () => {
  const server = await serving({ workers: 1 });
  await fails(["--listen", `127.0.0.1:${await freePort()}`, "--data", server.data, "--banks", TEST_BANKS], /data|use/);
  assert.equal((await server.http("GET", "/healthz")).status, 200);
});

test("without redis-server on this machine, the package is named", async () => {
  const folder = newDirectory("start");
  mkdirSync(join(folder, "bin"));
  symlinkSync("/bin/sh", join(folder, "bin/sh"));
  await fails([...(await place()), "--banks", TEST_BANKS], /redis/i, { env: { PATH: join(folder, "bin") } });
});

test("a Redis that cannot be reached is named", async () => {
  const port = await freePort();
  await fails([...(await place()), "--banks", TEST_BANKS, "--redis", `redis://127.0.0.1:${port}`], new RegExp(`${port}`), { ms: 40000 });
  const address = await run(["serve", ...(await place()), "--redis", "http://x"]);
  assert.ok([1, 2].includes(address.status), address.err);
  assert.match(address.err, /redis/);
});

test("too few file descriptors are said with the remedy", async () => {
  const args = ["serve", ...(await place()), "--banks", TEST_BANKS];
  const result = spawnSync("sh", ["-c", `ulimit -n 64; exec "$@"`, "sh", PROGRAM, ...args], { encoding: "utf8", timeout: 3000, cwd: ROOT });
  const lines = result.stderr.trimEnd().split("\n");
  assert.equal(result.status, 1, result.stderr);
  assert.equal(lines.length, 1, result.stderr);
  assert.match(lines[0], /descriptor.*(ulimit|nofile)/i, `${result.status} ${result.stderr}`);
});

test("a bank with faults is listed with all of them, and the others are served", async () => {
  const folder = newDirectory("banks");
  mkdirSync(join(folder, "bad-bank"));
  mkdirSync(join(folder, "live-quick"));
  const text = readFileSync(join(TEST_BANKS, "live-quick/1.0.0.json"), "utf8");
  writeFileSync(join(folder, "live-quick/1.0.0.json"), text);
  writeFileSync(join(folder, "bad-bank/1.0.0.json"), text.replace('"live-quick"', '"bad-bank"').replace('"key": [', '"keys": [').replace(/"d"\n/, '"q"\n'));
  const server = await serving({ workers: 1, banks: [folder] });
  const key = await server.key("host");
  const { json } = await server.http("GET", "/api/banks", { key });
  assert.deepEqual(json.banks.filter((bank) => (bank.faults?.length ?? bank.faults ?? 0) === 0 || bank.faults === null).map((bank) => bank.id), ["live-quick"]);
  assert.ok(json.banks.some((bank) => bank.id === "bad-bank" && (bank.faults.length ?? bank.faults) > 0) || /bad-bank/.test(server.err), server.err);
  const checked = await run(["bank", "check", folder]);
  assert.equal(checked.status, 1);
  assert.match(checked.out + checked.err, /bad-bank\/1\.0\.0\.json:\d+:\d+: /);
  assert.equal((await run(["bank", "check", join(ROOT, "question-banks")])).status, 0);
  const good = await run(["bank", "check", join(TEST_BANKS, "live-kinds/1.0.0.json")]);
  assert.equal(good.status, 0, good.err);
  const missing = await run(["bank", "check", join(folder, "nothing.json")]);
  assert.equal(missing.status, 1);
  assert.match(missing.out + missing.err, /nothing\.json/);
});

test("on its first start it prints a host link, and not again", async () => {
  const server = await serving({ workers: 1 });
  assert.match(server.out, /http:\/\/\S+\/host#key=hk_/);
  const key = /#key=(\S+)/.exec(server.out)[1];
  assert.equal((await server.http("GET", "/api/rooms", { key })).status, 200);
  await server.stop();
  server.out = "";
  await server.start();
  assert.ok(!server.out.includes("#key="), server.out);
  assert.equal((await server.http("GET", "/api/rooms", { key })).status, 200, "the key is kept");
  assert.equal(statSync(server.data).mode & 0o077, 0, "the data directory is its owner's alone");
});

test("--help and --version say what there is, wrong usage ends with 2", async () => {
  for (const args of [["--help"], ...["serve", "bank", "key", "results", "bundle", "verify", "doctor"].map((command) => [command, "--help"]), ["--version"]]) {
    const { status, out, err } = await run(args);
    assert.equal(status, 0, `${args}: ${err}`);
    assert.ok(out.length > 3 && err === "", `${args}: ${out} ${err}`);
  }
  const help = (await run(["--help"])).out;
  for (const command of ["serve", "bank", "key", "results", "bundle", "verify", "doctor"])
    assert.match(help, new RegExp(`\\b${command}\\b`));
  for (const args of [[], ["dance"], ["serve", "--nothing"], ["serve", "--workers", "x"], ["serve", "--workers"], ["serve", "--workers", "65"], ["key"], ["key", "dance"], ["key", "add"], ["key", "add", "--role", "king", "--name", "x"],
    ["results"], ["bundle"], ["verify"], ["bank"], ["bank", "dance"], ["results", "x", "--format", "pdf"]]) {
    const { status, err } = await run([...args, ...(["key", "results", "bundle"].includes(args[0]) ? ["--data", join(newDirectory("start"), "data")] : [])]);
    assert.equal(status, 2, `${args}: ${status} ${err}`);
    assert.notEqual(err, "", `${args}`);
  }
});

test("environment and configuration file say the same as the command line, which wins", async () => {
  const folder = newDirectory("start");
  const config = join(folder, "hoithi.conf");
  writeFileSync(config, `# for a test\nworkers = 0\nbanks = ${join(folder, "none")}\n`);
  const { status, err } = await run(["serve", "--config", config, ...(await place()), "--workers", "99"]);
  assert.equal(status, 2, err);
  writeFileSync(config, "wrokers = 2\n");
  const typo = await run(["serve", "--config", config, ...(await place())]);
  assert.equal(typo.status, 2);
  assert.match(typo.err, /hoithi\.conf:1: .*wrokers/);
  const environment = await run(["serve", ...(await place()).slice(0, 4)], { env: { HOITHI_WORKERS: "many" } });
  assert.equal(environment.status, 2, environment.err);
});

test("keys are added, listed without their secrets, and revoked, with the server running or not", async () => {
  const server = new Server({ workers: 1 });
  open.push(server);
  const offline = await server.key("host", "Cô Lan");
  assert.match(offline, /^hk_[0-9a-z]{8}_[0-9a-z]{52}$/);
  await server.start();
  assert.equal((await server.http("GET", "/api/rooms", { key: offline })).status, 200);
  const twice = await server.run(["key", "add", "--role", "host", "--name", "Cô Lan"]);
  assert.equal(twice.status, 1);
  assert.match(twice.err, /Cô Lan/);
  await server.key("judge", "Thầy Minh");
  const list = await server.run(["key", "list"]);
  assert.match(list.out, /host.*Cô Lan/);
  assert.match(list.out, /judge.*Thầy Minh/);
  assert.ok(!list.out.includes(offline.split("_")[2]));
  assert.equal((await server.run(["key", "revoke", "Cô Lan"])).status, 0);
  const unknown = await server.run(["key", "revoke", "Nobody"]);
  assert.equal(unknown.status, 1);
  assert.match(unknown.err, /Nobody/);
});

test("sheets and bundles come from a store whose server is gone, and a bundle that was touched does not verify", async () => {
  const server = await serving({ workers: 1 });
  const room = await server.room(await server.key("host"), { bank: "live-quick", questions: { count: 1 } });
  const host = await Member.attach(server.url, room.host_token, "host");
  const player = await Member.join(server.url, { pin: room.pin, name: "=1+1" });
  await host.must("next");
  await player.expect("question");
  await player.answer(1, ["a"]);
  await host.must("close");
  await host.must("reveal");
  await host.must("end");
  [host, player].forEach((m) => m.stop());
  await server.stop();
  const csv = await server.run(["results", room.room, "--format", "csv"]);
  assert.equal(csv.status, 0, csv.err);
  assert.ok(csv.out.includes("'=1+1"), `a name must not become a formula: ${csv.out}`);
  const json = await server.run(["results", room.room, "--format", "json"]);
  assert.ok(JSON.parse(json.out));
  const sheet = await server.run(["results", room.room, "--format", "xlsx", "-o", `${server.data}.xlsx`]);
  assert.equal(sheet.status, 0, sheet.err);
  assert.equal(readFileSync(`${server.data}.xlsx`).subarray(0, 2).toString(), "PK");
  const bundle = `${server.data}.bundle`;
  assert.equal((await server.run(["bundle", room.room, "-o", bundle])).status, 0);
  const verified = await run(["verify", bundle]);
  assert.equal(verified.status, 0, verified.err);
  const text = readFileSync(bundle, "utf8");
  const lines = text.split("\n");
  const answers = lines.findIndex((line) => line.includes("answers"));
  for (const [what, touched] of [["a point", text.replace(/"points":(\d+)/g, (_, n) => `"points":${Number(n) + 1}`)], ["an entry gone", lines.filter((_, i) => i !== answers).join("\n")], ["cut", text.slice(0, text.length / 2)], ["empty", ""], ["nonsense", "{}\n"]]) {
    writeFileSync(bundle, touched);
    const result = await run(["verify", bundle]);
    assert.equal(result.status, 1, `${what}: ${result.out} ${result.err}`);
    assert.notEqual(result.err + result.out, "");
  }
  const missing = await run(["verify", `${bundle}.none`]);
  assert.equal(missing.status, 1);
  for (const command of [["results", "nosuchroom12", "--format", "csv"], ["bundle", "nosuchroom12", "-o", `${bundle}2`]]) {
    const result = await server.run(command);
    assert.equal(result.status, 1);
    assert.match(result.err, /nosuchroom12/);
  }
  assert.ok(!existsSync(`${bundle}2`));
});

test("a Redis Cluster is refused in one line that says what is needed", async () => {
  const folder = newDirectory("start");
  const port = await freePort();
  const redis = spawn("setpriv", ["--pdeathsig", "KILL", "redis-server", "--port", String(port), "--bind", "127.0.0.1", "--cluster-enabled", "yes",
    "--cluster-port", String(await freePort()), "--dir", folder, "--save", "", "--daemonize", "no"], { stdio: "ignore" });
  try {
    await until("the cluster's server to answer", () => spawnSync("redis-cli", ["-h", "127.0.0.1", "-p", String(port), "PING"], { encoding: "utf8" }).stdout.includes("PONG"));
    const url = `redis://127.0.0.1:${port}`;
    assert.match(await fails([...(await place()), "--redis", url], /Redis Cluster/), /does not support; it needs one server.*--redis/);
    const doctor = await run(["doctor", "--redis", url, "--data", join(folder, "data")]);
    assert.equal(doctor.status, 1);
    assert.match(doctor.err, /Redis Cluster, which hoithi does not support/);
    assert.match(doctor.out, /ill {3}redis/);
  } finally {
    redis.kill("SIGKILL");
  }
});

test("doctor says what is wrong or that nothing is", async () => {
  const { status, out, err } = await run(["doctor", "--data", join(newDirectory("start"), "data")]);
  assert.ok([0, 1].includes(status), err);
  assert.match(out + err, /redis/i);
});
