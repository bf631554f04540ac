// Long documents are shown by parts: every paragraph, hit and name of them can be reached.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { archiveOf, heading } from "./names/harbour.mjs";
import { Room } from "./room.mjs";
import { SETTINGS, Visitor, browser } from "./visitor.mjs";

const PARAGRAPHS = 1500;

const sentence = "Harbour master Ingrid Solbakken said that no boat had left the harbour of Tromso since the morning. ";
const paragraph = (number) => `${number}. (U) ${sentence.repeat(8)}${number === 1400 ? "A kittiwake was seen. " : ""}\n\n`;
const FILES = {
  "long.txt": heading(10, "A HARBOUR IS WATCHED") + Array.from({ length: PARAGRAPHS }, (_, n) => paragraph(n + 1)).join(""),
};

let chromium, archive, room, id, path;
before(async () => {
  chromium = await browser();
  archive = archiveOf(FILES);
  room = await Room.open("serve", archive.archive);
  id = (await room.api("/search?q=harbour")).hits[0].id;
  path = `/doc/${(await room.api(`/documents/${id}`)).cable_id}`;
});
after(async () => {
  await chromium.close();
  await room.close();
  archive.remove();
});

async function visit(t, scripted = true, size = "desktop") {
  const one = SETTINGS.find((each) => each.scripted === scripted && each.size === size && each.scheme === "light");
  const visitor = await Visitor.open(chromium, room.url, one);
  t.after(() => visitor.close());
  return visitor;
}

const inWindow = (selector) => {
  const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight + 400 && top < innerHeight;
};
const paragraphs = (page) => page.locator(".par").count();

/** Goes through all parts, and finds every paragraph once. */
async function everyPart(visitor) {
  const { page } = visitor;
  const packed = gzipSync(Buffer.from(await (await fetch(page.url())).arrayBuffer())).length;
  assert.ok(packed < 600_000, `${packed} bytes`);
  const seen = new Set();
  for (;;) {
    for (const each of await page.locator(".par").evaluateAll((all) => all.map((one) => one.id))) seen.add(each);
    const next = page.locator(".next-part").first();
    if (await next.count() === 0) break;
    await visitor.goto(await next.getAttribute("href"));
  }
  assert.equal(seen.size, PARAGRAPHS, "every paragraph is in a part");
  assert.ok(seen.has(`par${PARAGRAPHS}`));
}

for (const scripted of [true, false]) {
  test(`a long document is read by parts, ${scripted ? "with" : "without"} scripts`, { timeout: 120_000 }, async (t) => {
    const visitor = await visit(t, scripted);
    const { page } = visitor;
    await visitor.goto(path);
    // The parts are the same pages with and without scripts.
    if (scripted) await page.locator(".next-part").first().click();
    else await everyPart(visitor);
    await page.locator(".previous-part").first().click();
    await page.waitForURL(/part=\d+/);
    await visitor.accessible();

    // A paragraph by its number, and by its address.
    await page.getByLabel("Paragraph", { exact: true }).fill("700");
    await page.getByRole("button", { name: "Go" }).click();
    await page.locator("#par700:target").waitFor();
    assert.ok(await visitor.inside(inWindow, "#par700"));
    if (scripted) {
      await visitor.goto(`${path}#par1234`);
      await page.locator("#par1234:target").waitFor();
      assert.ok(await visitor.inside(inWindow, "#par1234"));
    }
    const address = await page.locator(".par .anchor").nth(3).getAttribute("href");
    await visitor.goto(path + address);
    assert.ok(await visitor.inside(inWindow, `#${address.split("#")[1]}`));

    // Words anywhere in it are found, and the whole is there for a printer.
    await page.getByLabel("Find in all parts").fill("kittiwake");
    await page.getByRole("button", { name: "Find" }).click();
    await page.getByText("1 of 1 hit").waitFor();
    assert.equal(await page.locator("#par1400 mark").innerText(), "kittiwake");
    assert.match(await page.locator(".whole").first().innerText(), /1\.2 MB, about \d{3} pages/);
    await page.locator(".whole").first().click();
    await page.waitForURL(/part=all/);
    assert.equal(await paragraphs(page), PARAGRAPHS);
    visitor.clean();
  });
}

test("the hits and names of a long document are complete", { timeout: 120_000 }, async (t) => {
  const visitor = await visit(t);
  const { page } = visitor;
  const { text, mentions } = await room.api(`/documents/${id}`);
  const hits = [...text.matchAll(/\bTromso\b/g)].length;
  await visitor.goto(`${path}?q=tromso#hit1`);
  await page.getByText(`1 of ${hits} hits`).waitFor();
  // From the last hit of this part, the key leads to the first of the next.
  const last = await page.locator("mark[id]").last().getAttribute("id");
  const number = Number(last.replace("hit", ""));
  assert.ok(number < hits);
  await visitor.goto(`${path}?q=tromso&hit=${number}#hit${number}`);
  await page.keyboard.press("n");
  await page.locator(`#hit${number + 1}`).waitFor();
  assert.ok(await visitor.inside(inWindow, `#hit${number + 1}`));
  await page.getByText(`${number + 1} of ${hits} hits`).waitFor();
  await page.keyboard.press("p");
  await page.locator(`#hit${number}`).waitFor();
  await page.getByText(`${number} of ${hits} hits`).waitFor();
  const named = mentions.filter(({ text }) => text === "Ingrid Solbakken").length;
  assert.ok(named >= PARAGRAPHS);
  await page.locator(".cast li", { hasText: "Ingrid Solbakken" }).getByText(String(named)).waitFor();
  visitor.clean();
});

test("a name in a later part is corrected there", { timeout: 120_000 }, async (t) => {
  for (const scripted of [true, false]) {
    const visitor = await visit(t, scripted);
    const { page } = visitor;
    await visitor.goto(`${path}?to=par1000#par1000`);
    const part = await page.locator(".parts").first().getAttribute("data-part");
    await page.locator("#par1000 a.n.per").first().click();
    if (!scripted) await page.waitForURL(/\/name\//);
    await page.locator(".correct").getByRole("button", { name: "place" }).click();
    await page.locator("#par1000 #changed").waitFor();
    assert.ok(await visitor.inside(inWindow, "#changed"));
    assert.equal(await page.locator(".parts").first().getAttribute("data-part"), part);
    await page.locator("#changed").getByRole("button", { name: "undo" }).click();
    await page.locator("#changed").getByText("undone").waitFor();
    visitor.clean();
  }
});
