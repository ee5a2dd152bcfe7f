/* SPDX-License-Identifier: Apache-2.0 */
/* A class by its list: pasted by the teacher, tapped by the pupils, and remembered for the next lesson. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Member } from "../live/client.mjs";
import { Server } from "../live/harness.mjs";
import { Page, SIZES, launch } from "./pages.mjs";

const SMALL = { width: 320, height: 568 };
const PASTED = `STT\tHọ và tên\tNgày sinh
1\tNguyễn Văn An\t02/03/2014
2\tLê Lan\t11/05/2014
3\tTrần Thị Thanh Vy\t01/09/2014
4\tLê Lan\t20/12/2014
5\tPhạm Bình\t07/07/2014
\tGiáo viên chủ nhiệm
`;
const MANY = Array.from({ length: 13 }, (_, i) => `${i + 6}. ${["Đặng Đức", "Hồ Hà", "Vũ Yến"][i % 3]} ${"ABCDEFGHIJKLM"[i]}`).join("\n");

let server, browser, key, pin, roomLink;
let host, an, lan;
const members = [];
const pages = [];

before(async () => {
  server = await new Server({ workers: 2 }).start();
  browser = await launch();
  key = await server.key("host");
});
after(async () => {
  members.forEach((one) => one.stop());
  await browser?.close();
  await server?.close();
});

async function open(name, options) {
  const page = await Page.open(browser, name, options);
  pages.push(page);
  return page;
}
const name = (page, said) => page.page.getByRole("button", { name: said });
const missing = (said) => host.page.getByTestId("missing").filter({ hasText: said }).first().waitFor();

test("a table pasted from Excel becomes a list, with a word on every line that did not", async () => {
  host = await open("class-host");
  await host.page.goto(`${server.url}/host#key=${key}`);
  await host.click("new-room");
  await host.id("title").fill("Lớp 6A1");
  await host.page.getByTestId("class-list").locator("summary").first().click();
  await host.id("class-text").fill(PASTED);
  await host.says("class-count", "5 tên");
  await host.says("class-faults", "Dòng 5");
  await host.says("class-faults", "trùng tên");
  await host.says("class-faults", "Giáo viên chủ nhiệm");
  await host.look("class-pasted");
});

test("a file is read like a paste", async () => {
  await host.id("class-file").setInputFiles({ name: "lop.csv", mimeType: "text/csv", buffer: Buffer.from(`Họ tên;Lớp\n${PASTED.split("\n").slice(1, 6).map((row) => `${row.split("\t")[1]};6A1`).join("\n")}\n`) });
  await host.page.waitForFunction(() => document.querySelector("[data-testid=class-text]").value.startsWith("Nguyễn Văn An\nLê Lan"));
  await host.id("class-file").setInputFiles({ name: "lop.xls", mimeType: "application/vnd.ms-excel", buffer: Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) });
  await host.says("class-faults", "không đọc được");
  await host.id("class-text").fill(`${PASTED}${MANY}`.replace("\tGiáo viên chủ nhiệm\n", "").replace(/^(\d+)\. /gm, "$1\t"));
  await host.says("class-count", "18 tên");
});

test("the lobby tells who of the class is missing", async () => {
  await host.click("create-room");
  await host.seen("pin");
  pin = (await host.id("pin").textContent()).replace(/\D/g, "");
  await missing("Chưa vào: 18 / 18");
  await host.look("class-lobby");
  const { json } = await server.http("GET", "/api/rooms", { key });
  roomLink = json.rooms[0].room;
});

test("a pupil finds the own name, also on a small phone, and taps it", async () => {
  an = await open("class-an", { phone: true });
  await an.page.setViewportSize(SMALL);
  await an.page.goto(`${server.url}/#${pin}`);
  await an.seen("names");
  assert.equal(await an.page.getByTestId("names").locator("button").count(), 18);
  await an.fits("names at 320");
  await an.picture("class-names-320");
  await an.click("join-button");
  await an.says("door-fault", "Chạm vào tên của bạn trước");
  await an.id("find-name").fill("dang duc");
  assert.equal(await an.page.getByTestId("names").locator("button").count(), 5);
  await an.id("find-name").fill("van an");
  await name(an, "Nguyễn Văn An").click();
  await an.says("join-button", "Nguyễn Văn An");
  await an.look("class-picked", [SMALL, ...SIZES]);
  await an.click("join-button");
  await an.seen("lobby-in");
  await missing("Chưa vào: 17 / 18");
});

test("a name that is taken is grey, and one that two tap at once goes to one", async () => {
  lan = await open("class-lan", { phone: true });
  await lan.page.goto(`${server.url}/#${pin}`);
  await lan.seen("names");
  assert.ok(await name(lan, "Nguyễn Văn An").isDisabled());
  await name(lan, "Trần Thị Thanh Vy").click();
  const first = new Member(server.url, "Vy");
  members.push(first);
  await lan.page.route("**/api/frames", (route) => route.abort()); /* this phone does not hear that the name went */
  first.greeting = { t: "join", pin, row: 3, once: "class-test-first-01" };
  first.start();
  await first.expect("joined");
  await lan.click("join-button");
  await lan.says("door-fault", "Tên này đã có người vào rồi");
  await lan.page.unroute("**/api/frames");
  lan.faults.length = 0; /* the lines that were cut on purpose */
  await lan.page.getByRole("button", { name: "Trần Thị Thanh Vy", disabled: true }).waitFor();
  await lan.look("class-taken");
  await name(lan, "Lê Lan (2)").click();
  await lan.click("join-button");
  await lan.seen("lobby-in");
});

test("whoever is not on the list types a name", async () => {
  const guest = await open("class-guest", { phone: true });
  await guest.page.goto(`${server.url}/#${pin}`);
  await guest.seen("names");
  await guest.click("not-listed");
  await guest.id("name-input").fill("Khách");
  await guest.look("class-typed");
  await guest.click("join-button");
  await guest.seen("lobby-in");
  await missing("Chưa vào: 15 / 18");
});

test("the results keep the order of the list and show who was absent", async () => {
  await host.click("next");
  await an.seen("question-text");
  const { json } = await server.http("GET", `/api/rooms/${roomLink}/results.json`, { key });
  assert.deepEqual(json.rows.slice(0, 5).map((row) => [row.name, row.absent]), [
    ["Nguyễn Văn An", false], ["Lê Lan", true], ["Trần Thị Thanh Vy", false], ["Lê Lan (2)", false], ["Phạm Bình", true],
  ]);
  assert.deepEqual([json.rows.length, json.rows.at(-1).name], [19, "Khách"]);
});

test("next time the list is there, and only the class may come in if the teacher says so", async () => {
  await host.page.goto(`${server.url}/host`);
  await host.page.goto(`${server.url}/host#key=${key}`);
  await host.page.reload();
  await host.seen("new-room");
  await host.click("new-room");
  await host.page.getByTestId("class-list").locator("summary").first().click();
  await host.id("class-saved").selectOption({ label: "Lớp 6A1 (18)" });
  await host.says("class-count", "18 tên");
  await host.id("list-only").check();
  await host.click("create-room");
  await host.seen("pin");
  const next = (await host.id("pin").textContent()).replace(/\D/g, "");
  const again = await open("class-again", { phone: true });
  await again.page.goto(`${server.url}/#${next}`);
  await again.seen("names");
  assert.equal(await again.page.getByTestId("not-listed").count(), 0);
  await name(again, "Phạm Bình").click();
  await again.click("join-button");
  await again.seen("lobby-in");
  await again.page.goto("about:blank");
  await again.page.goto(`${server.url}/#${next}`);
  await again.look("class-continue");
});
