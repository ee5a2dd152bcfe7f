/* SPDX-License-Identifier: Apache-2.0 */
/* The marks that a teacher takes home: on the page, in both languages, on paper and as a file. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { KINDS, kindAnswer } from "../live/answers.mjs";
import { Member, inWaves } from "../live/client.mjs";
import { Server } from "../live/harness.mjs";
import { readBook } from "../live/sheet.mjs";
import { PICTURES, Page, launch } from "./pages.mjs";

const NAMES = ["Nguyễn Thị Minh Anh", "Trần Quốc Bảo", "Lê Hoàng Châu", "Phạm Gia Dũng", "Vũ Ngọc Hà", "Đặng Khánh Linh", "Bùi Đức Mạnh", "Hoàng Bảo Nam", "Đỗ Thảo Nguyên", "Ngô Minh Quân"];
const ABSENT = ["Đinh Văn Tú", "Lý Thu Uyên"];
const PAPER = { width: 794, height: 1123 };
let server, browser, key, first, room, host, teacher;
const members = [];
const keep = (member) => { members.push(member); return member; };

/* Before the class: three people, two questions. */
async function playBefore() {
  first = await server.room(key, { title: "Trước buổi tập huấn", questions: { count: 2 } });
  const leader = keep(await Member.attach(server.url, first.host_token, "before"));
  const people = await inWaves(NAMES.slice(0, 3), 3, async (name) => keep(await Member.join(server.url, { pin: first.pin, name })));
  await leader.must("next");
  await Promise.all(people.map((one) => one.expect("question")));
  await people[0].answer(1, KINDS[0].right[0]);
  for (const step of ["close", "reveal", "end"])
    await leader.must(step);
}

async function play(players) {
  for (let q = 1; q <= KINDS.length; q++) {
    await host.must("next");
    await Promise.all([host, ...players].map((m) => m.expect("question")));
    await Promise.all(players.map((p, i) => { const said = kindAnswer(q, i); return said && p.answer(q, said.a, { ms: 100 }); }));
    await host.must("close");
    await host.must("reveal");
    await Promise.all([host, ...players].map((m) => m.expect("reveal")));
    await host.must("rank");
    if (q === 2)
      players.push(keep(await Member.join(server.url, { pin: room.pin, name: "Tạ Vân Yên", unit: "6A1" })));
  }
  await host.next("ended");
  await host.must("void", { q: 3, reason: "câu hỏi sai" });
}

before(async () => {
  server = await new Server({ workers: 2 }).start();
  browser = await launch();
  key = await server.key("host");
  await playBefore();
  room = await server.room(key, { title: "Kiểm tra 15 phút – 6A1", class_list: [...NAMES, ...ABSENT] });
  host = keep(await Member.attach(server.url, room.host_token, "host"));
  await play(await inWaves(NAMES, 10, async (name) => keep(await Member.join(server.url, { pin: room.pin, name, unit: "6A1" }))));
});
after(async () => {
  members.forEach((member) => member.stop());
  await browser?.close();
  await server?.close();
});

const texts = (id) => teacher.page.getByTestId(id).evaluateAll((all) => all.map((one) => one.textContent));

test("from the list of rooms a past room leads to its marks", async () => {
  teacher = await Page.open(browser, "marks");
  await teacher.page.goto(`${server.url}/host#key=${key}`);
  await teacher.seen("room-marks");
  await teacher.look("rooms");
  await teacher.click("room-marks");
  await teacher.seen("marks-people");
  await teacher.look("vi");
  assert.equal((await texts("marks-row")).length, NAMES.length + ABSENT.length + 1);
  const { json } = await server.http("GET", `/api/rooms/${room.room}/marks`, { key });
  assert.deepEqual(await texts("mark"), json.rows.map((row) => (row.absent ? "" : row.mark.toFixed(1).replace(".", ","))));
  assert.deepEqual(json.rows.map((row) => row.name), [...NAMES, ...ABSENT, "Tạ Vân Yên"], "in the order of the class list");
  await teacher.says("marks-row", "vào từ câu 3");
  await teacher.says("marks-row", "vắng");
  await teacher.says("marks-question", "bỏ, không tính");
  await teacher.says("marks-bank", "live-kinds 1.0.0");
});

test("on paper it is black on white, without buttons, with the rule and a place to sign", async () => {
  await teacher.page.emulateMedia({ media: "print" });
  await teacher.page.setViewportSize(PAPER);
  assert.equal(await teacher.id("marks-print").isVisible(), false);
  await teacher.page.getByText("Giáo viên (ký, ghi rõ họ tên)").waitFor();
  await teacher.says("marks-rule-text", "làm tròn đến 0,1");
  await teacher.fits("on paper");
  await teacher.page.screenshot({ path: join(PICTURES, "marks-on-paper.png"), fullPage: true });
  const sheets = await teacher.page.pdf({ path: join(PICTURES, "marks.pdf"), preferCSSPageSize: true });
  assert.equal(sheets.toString("latin1").match(/\/Type \/Page\b/g).length, 2, "the marks on one page, the questions on the next");
  await teacher.page.emulateMedia({ media: "print", colorScheme: "dark" });
  assert.equal(await teacher.page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  await teacher.page.emulateMedia({ media: "screen", colorScheme: "light" });
  await teacher.page.setViewportSize({ width: 1366, height: 768 });
});

test("another rule gives other marks, and says so", async () => {
  const byRight = await texts("mark");
  await teacher.id("marks-rule").selectOption("points");
  await teacher.says("marks-rule-text", "điểm thi cao nhất");
  assert.notDeepEqual(await texts("mark"), byRight);
  await teacher.id("marks-before").selectOption("left-out");
  await teacher.says("marks-rule-text", "câu đã qua không tính");
  await teacher.id("marks-absent").selectOption("zero");
  await teacher.says("marks-rule-text", "Vắng: 0 điểm");
  assert.equal((await texts("mark")).indexOf(""), -1);
  await teacher.id("marks-rule").selectOption("right");
  await teacher.says("marks-rule-text", "Trả lời nhanh hay chậm");
});

test("before and after a class: the gain of all, and of those who bear the same name", async () => {
  await teacher.id("gain-before").selectOption(first.room);
  await teacher.seen("gain-all");
  assert.match((await texts("gain-all"))[0], /^Tất cả33%\d+%\+\d+$/);
  assert.equal((await texts("gain-person")).length, 3);
  await teacher.says("gain-unmatched", "Ghép được 3 người");
  await teacher.id("gain").scrollIntoViewIfNeeded();
  await teacher.look("gain");
  await teacher.page.emulateMedia({ media: "print" });
  await teacher.page.setViewportSize(PAPER);
  await teacher.fits("on paper, with the gain");
  await teacher.page.screenshot({ path: join(PICTURES, "marks-gain-on-paper.png"), fullPage: true });
  await teacher.page.emulateMedia({ media: "screen" });
  await teacher.page.setViewportSize({ width: 1366, height: 768 });
  await teacher.id("gain-before").selectOption("");
});

test("the sheet that is saved holds the same marks", async () => {
  const [download] = await Promise.all([teacher.page.waitForEvent("download"), teacher.click("marks-xlsx")]);
  assert.match(download.suggestedFilename(), /-marks\.xlsx$/);
  const { sheets } = readBook(readFileSync(await download.path()));
  assert.match(sheets[0].cells.A5, /câu đã qua không tính/);
  assert.deepEqual([...NAMES, ...ABSENT, ""].map((_, i) => sheets[0].cells[`D${9 + i}`].toFixed(1).replace(".", ",")), await texts("mark"));
});

test("in English, and from the room itself on a phone in the dark", async () => {
  const phone = await Page.open(browser, "marks-phone", { phone: true, colorScheme: "dark" });
  await phone.page.goto(`${server.url}/host?lang=en#token=${room.host_token}`);
  await phone.phase("ended");
  await phone.click("to-marks");
  await phone.seen("marks-people");
  await phone.says("marks-rule-text", "rounded to 0.1");
  await phone.says("mark", ".");
  await phone.look("en");
  await phone.click("marks-back");
  await phone.phase("ended");
  assert.deepEqual(phone.faults, []);
  await phone.close();
});

test("the teacher gives the room to a judge, whose key then leads to its board", async () => {
  const judgeKey = await server.key("judge", "Ban giám khảo");
  const judge = await Page.open(browser, "judge-by-key");
  await judge.page.goto(`${server.url}/judge#key=${judgeKey}`);
  await judge.page.getByText("chưa được giao phòng nào").waitFor();
  const phone = await Page.open(browser, "giving", { phone: true });
  await phone.page.goto(`${server.url}/host#token=${room.host_token}`);
  await phone.phase("ended");
  await phone.page.getByText("Khác", { exact: true }).first().click();
  await phone.page.getByText("Cùng xem phòng này").click();
  await phone.id("given-name").fill("Ban giám");
  await phone.click("given-go");
  await phone.page.getByText("Không có khóa nào tên như vậy").waitFor();
  phone.faults.length = 0; // the browser writes down that 404
  await phone.id("given-name").fill("Ban giám khảo");
  await phone.click("given-go");
  await phone.says("given", "giám khảo");
  await phone.seen("given-back");
  await phone.look("given", [{ width: 360, height: 740 }]);
  await judge.page.reload();
  await judge.page.getByText("Kiểm tra 15 phút").first().click();
  await judge.page.getByText(NAMES[0]).first().waitFor();
  await judge.look("board");
  await phone.click("given-back");
  await phone.id("given-back").waitFor({ state: "detached" });
  await phone.page.setViewportSize({ width: 1366, height: 768 });
  await phone.page.getByText(NAMES[5]).first().waitFor(); // a page that comes to the ended room shows its board
  await phone.look("taken-back");
  assert.deepEqual([...phone.faults, ...judge.faults], []);
  await phone.close();
  await judge.close();
});
