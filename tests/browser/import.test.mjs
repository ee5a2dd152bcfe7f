/* SPDX-License-Identifier: Apache-2.0 */
/* A teacher's own questions: pasted and uploaded, looked at, marked, kept, and played by a class. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ROOT, Server } from "../live/harness.mjs";
import { Page, SIZES, launch } from "./pages.mjs";

const TEST = `ĐỀ KIỂM TRA 15 PHÚT
Câu 1. Thủ đô của Việt Nam là thành phố nào?
A. Huế
*B. Hà Nội
C. Hải Phòng
D. Đà Nẵng

Câu 2. Số nào là số nguyên tố?
A. 4
B. 6
C. 7
D. 9

Câu 3. Năm 1945 là năm Cách mạng tháng Tám. Đúng hay sai?
Đáp án: Đúng

Câu 4. Nêu cảm nghĩ của em về mùa hè.
`;
let server, browser, host, pupil, key;
const pages = [];

before(async () => {
  server = await new Server({ workers: 2 }).start();
  browser = await launch();
  key = await server.key("host");
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function open(name, options) {
  const page = await Page.open(browser, name, options);
  pages.push(page);
  return page;
}
const standings = () => host.page.locator("[data-standing]").evaluateAll((all) => all.map((one) => one.dataset.standing));

test("from the list of rooms there is a way to one's own questions", async () => {
  host = await open("mine");
  await host.page.goto(`${server.url}/host#key=${key}`);
  await host.seen("my-questions");
  await host.look("home");
  await host.click("my-questions");
  await host.seen("mine");
  await host.look("empty");
});

test("what is no test says so, and why, and leads back", async () => {
  await host.id("paste").fill("Chỉ là một đoạn văn, không có câu hỏi nào.");
  await host.click("read-pasted");
  await host.seen("mine-nothing");
  await host.look("nothing");
  await host.click("mine-again");
  await host.seen("mine");
});

test("a pasted test is shown question by question; no key is guessed", async () => {
  await host.id("paste").fill(TEST);
  await host.click("read-pasted");
  await host.seen("preview");
  assert.deepEqual(await standings(), ["ready", "lacks", "ready", "lacks"]);
  assert.equal(await host.id("draft-1-b").getAttribute("aria-pressed"), "true");
  assert.equal(await host.page.getByTestId("draft-2").locator("[aria-pressed=true]").count(), 0);
  await host.says("draft-2", "không có chỗ nào nói câu trả lời nào đúng");
  await host.says("warnings", "ĐỀ KIỂM TRA 15 PHÚT");
  await host.look("preview");
});

test("a tap on the right answer gives the key; the essay is left out", async () => {
  await host.id("only-lacking").check();
  assert.equal((await standings()).length, 2);
  await host.click("draft-2-c");
  assert.deepEqual(await standings(), ["ready", "lacks"], "what was tapped stays where it is");
  await host.look("only-lacking");
  await host.click("draft-4-out");
  await host.id("only-lacking").uncheck();
  assert.deepEqual(await standings(), ["ready", "ready", "ready", "out"]);
});

test("a reload loses nothing", async () => {
  await host.page.reload();
  await host.seen("preview");
  assert.deepEqual(await standings(), ["ready", "ready", "ready", "out"]);
  assert.equal(await host.id("draft-2-c").getAttribute("aria-pressed"), "true");
});

test("it wants a name and a free id, and is kept", async () => {
  await host.click("mine-keep");
  await host.says("mine-fault", "Đặt tên");
  await host.id("mine-name").fill("Ôn tập giữa kỳ");
  assert.equal(await host.id("mine-id").inputValue(), "on-tap-giua-ky");
  await host.id("mine-id").fill("live-kinds");
  await host.click("mine-keep");
  await host.says("mine-fault", "Đã có bộ câu hỏi mang mã này");
  assert.match(host.faults.splice(0).join(), /^console: [^,]* 409 \(Conflict\)$/, "that was asked for");
  await host.look("taken");
  await host.id("mine-id").fill("on-tap-giua-ky");
  await host.click("mine-keep");
  await host.seen("mine-kept");
  await host.look("kept");
});

test("it is chosen for a room, and a pupil answers what the teacher tapped", async () => {
  await host.click("mine-open");
  await host.id("bank-on-tap-giua-ky").waitFor();
  assert.ok(await host.id("bank-on-tap-giua-ky").isChecked());
  await host.look("choose");
  await host.click("create-room");
  await host.phase("lobby");
  const pin = (await host.id("pin").textContent()).replace(/\D/g, "");
  pupil = await open("pupil", { phone: true });
  await pupil.page.goto(`${server.url}/#${pin}`);
  await pupil.id("name-input").fill("An");
  await pupil.click("join-button");
  await pupil.seen("lobby-in");
  for (const right of ["b", "c", "true"]) {
    await host.click("next");
    await host.phase("question");
    await pupil.seen("question-text");
    await pupil.click(`answer-${right}`);
    await host.phase("closed"); /* all have answered */
    await host.click("next");
    await host.phase("revealed");
    await pupil.seen("revealed");
    assert.equal(await pupil.id("revealed").getAttribute("data-right"), "true");
    await host.click("next");
    await host.phase("ranked");
  }
});

for (const [name, count] of [["libreoffice.docx", 5], ["libreoffice.xlsx", 3]])
  test(`${name} is uploaded and shown`, async () => {
    const page = await open(name.replace(/\W/g, "-"), name.endsWith("xlsx") ? { locale: "en-GB" } : {});
    await page.page.goto(`${server.url}/host?lang=${name.endsWith("xlsx") ? "en" : "vi"}#key=${key}`);
    await page.click("my-questions");
    await page.id("file").setInputFiles(join(ROOT, "tests/imports", name));
    await page.seen("preview");
    assert.equal(await page.page.locator("[data-standing]").count(), count);
    assert.equal(await page.id("mine-name").inputValue(), "libreoffice");
    await page.look("preview");
    await page.page.getByTestId("mine-name").scrollIntoViewIfNeeded();
    await page.look("preview-end", [SIZES[0]]);
  });

test("a file that is too large is told so before it is sent", async () => {
  const page = await open("too-large");
  await page.page.goto(`${server.url}/host?lang=vi#key=${key}`);
  await page.click("my-questions");
  await page.id("file").setInputFiles({ name: "to.csv", mimeType: "text/csv", buffer: Buffer.alloc((8 << 20) + 1, "x") });
  await page.says("mine-fault", "8 MB");
});

test("the library shows every question as a student will see it, filtered, and downloads the bank", async () => {
  const page = await open("library");
  await page.page.goto(`${server.url}/host?lang=vi#key=${key}`);
  await page.click("to-library");
  await page.seen("library-on-tap-giua-ky");
  await page.look("list");
  await page.click("library-live-kinds");
  await page.seen("one-bank");
  await page.says("found", "8 câu");
  await page.look("bank");
  for (const id of await page.page.locator("[data-testid^=shown-]").evaluateAll((all) => all.map((one) => one.dataset.testid)))
    await page.id(id).screenshot({ path: join(ROOT, `build/screenshots/library-${id}.png`) });
  await page.id("pick-kind").selectOption("match");
  await page.says("found", "1 câu");
  await page.look("filtered");
  await page.page.getByTestId("bank-downloads").locator("summary").click();
  const download = page.page.waitForEvent("download");
  await page.click("bank-get-aiken");
  assert.equal((await download).suggestedFilename(), "live-kinds-1.0.0.txt");
  await page.says("bank-downloads", "không giữ được");
  await page.look("losses");
  await page.click("bank-open");
  assert.ok(await page.id("bank-live-kinds").isChecked());
});

test("no script failed on any page, and none asked another host for anything", () => {
  for (const page of pages)
    assert.deepEqual(page.faults, [], page.name);
});
