/* SPDX-License-Identifier: Apache-2.0 */
import { strict as assert } from "node:assert";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, phone, root, sound } from "./browser.mjs";
import { startFake } from "./fake-server.mjs";

const PICTURES = join(root, "build/pictures");
mkdirSync(PICTURES, { recursive: true });
let browser, fake;
before(async () => { browser = await launch(); fake = await startFake(); });
after(async () => { await browser.close(); fake.stop(); });

const shot = (page, name) => page.screenshot({ path: join(PICTURES, `practice-${name}.png`) });

/** Any answer to whatever is asked; right or wrong does not matter. */
async function answer(page) {
  const send = page.getByTestId("send-answer");
  if (await page.getByTestId("number-input").count()) { await page.getByTestId("number-input").fill("12"); await send.click(); return; }
  if (await page.getByTestId("text-input").count()) { await page.getByTestId("text-input").fill("Huế"); await send.click(); return; }
  if (await page.locator(".statement").count()) { for (const s of await page.locator(".statement").all()) await s.locator("button").first().click(); await send.click(); return; }
  if (await page.locator(".placed").count()) { while (await page.locator(".tiles .answer").count()) await page.locator(".tiles .answer").first().click(); await send.click(); return; }
  const several = await send.count();
  await page.locator(".answer").first().click();
  if (several) await send.click();
}

async function toBank(page, id = "learning-citizen") {
  await page.goto(fake.url + "/practice");
  await page.getByTestId("bank-" + id).click();
  await page.getByTestId("practice-start").waitFor();
}

test("a bank is learned to its end with the line cut, and axe finds nothing", async () => {
  const page = await phone(browser);
  await page.goto(fake.url + "/practice");
  await page.getByTestId("bank-reading").waitFor();
  await sound(page, "shelf");
  await shot(page, "shelf");
  await page.waitForLoadState("networkidle");
  await page.context().setOffline(true);
  await page.getByTestId("bank-reading").click();
  await sound(page, "door");
  await shot(page, "door");
  await page.getByTestId("practice-start").click();
  for (let i = 0; i < 10; i++) {
    await page.getByText(`Câu ${i + 1}/10`).first().waitFor();
    await sound(page, "question " + i);
    if (i < 2) await shot(page, "question-" + i);
    await answer(page);
    await page.getByTestId("explained").waitFor();
    await sound(page, "explained " + i);
    if (i < 2) await shot(page, "explained-" + i);
    await page.getByTestId("practice-next").click();
  }
  await page.getByText("Theo chủ đề").first().waitFor();
  await sound(page, "summary");
  await shot(page, "summary");
  await page.context().close();
});

test("both languages stand side by side", async () => {
  const page = await phone(browser, { viewport: { width: 360, height: 740 } });
  await toBank(page);
  await page.getByTestId("pick-both").click();
  await page.getByTestId("practice-start").click();
  await page.locator(".question-text [lang=en]").waitFor();
  await sound(page, "both");
  await shot(page, "both");
  await answer(page);
  await page.getByTestId("explained").waitFor();
  await sound(page, "both explained");
  await shot(page, "both-explained");
  await page.context().close();
});

test("the same questions before and after a class show the gain by topic", async () => {
  const page = await phone(browser);
  await toBank(page);
  await page.getByTestId("practice-before").click();
  for (let i = 0; i < 20; i++) {
    await page.getByText(`Câu ${i + 1}/20`).first().waitFor();
    assert.equal(await page.getByTestId("explained").count(), 0);
    await answer(page);
  }
  await page.getByText("Theo chủ đề").first().waitFor();
  assert.equal(await page.getByText("Đáp án", { exact: true }).count(), 0);
  await toBank(page);
  await page.getByTestId("practice-after").click();
  for (let i = 0; i < 20; i++) {
    await page.getByText(`Câu ${i + 1}/20`).first().waitFor();
    await answer(page);
    await page.getByTestId("practice-next").click();
  }
  await page.getByTestId("gain").waitFor();
  await sound(page, "gain");
  await shot(page, "gain");
  await page.context().close();
});
