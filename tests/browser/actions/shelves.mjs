// What is read in documents that the demo has none of: one of a million
// characters, one with footnotes, one that names people of the reference
// facts, many that name the same.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Room, chancery, folder } from "../room.mjs";
import { Visitor } from "../visitor.mjs";

const heading = (number, subject) => `P 031102Z MAY 75
FM AMEMBASSY OSLO
TO RUEHC/SECSTATE WASHDC PRIORITY
UNCLAS OSLO 0000${number}

E.O. 12958: N/A
TAGS: PREL, NO
SUBJECT: ${subject}

`;

/** A report of a million characters. */
const sentence = "Harbour master Ingrid Solbakken said that no boat had left the harbour of Tromso since the morning. ";
const paragraph = (number) => `${number}. (U) ${sentence.repeat(8)}\n\n`;
const report = heading(10, "A HARBOUR IS WATCHED") +
  Array.from({ length: Math.ceil(1_000_000 / paragraph(1).length) }, (_, n) => paragraph(n + 1)).join("");

/** An invented telegram that names one whose offices are on record. */
const visit = `${heading(11, "A VISITOR IS SHOWN THE HARBOUR")}1. (U) Secretary of State Henry A. Kissinger saw the harbour of Tromso on May 3, 1975.

2. (U) Harbour master Ingrid Solbakken showed Secretary Kissinger the lighthouse.
`;

/** More of the harbour master, than one page of her mentions holds. */
const days = Array.from({ length: 12 }, (_, n) => [
  `day${n}.txt`,
  `${heading(20 + n, `HARBOUR, DAY ${n}`)}1. (U) Harbour master Ingrid Solbakken counted ${n} boats in Tromso on day ${n}.\n`,
]);

const noted = `<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/><text><body>
<div type="document" xml:id="d1" n="1" subtype="historical-document">
<head>1. Letter From the Harbour Master of Tromso<note n="1" xml:id="d1fn1">Source: the harbour's own papers.</note></head>
<opener><dateline><date when="1975-05-04">May 4, 1975</date></dateline></opener>
<p>The lighthouse<note n="2" xml:id="d1fn2">Built in 1889.</note> is lit again.</p></div></body></text></TEI>`;

/** A reading room with these documents, closed when the test `t` ends. */
async function opened(t, chromium, setting) {
  const path = folder(t);
  const files = join(path, "files");
  mkdirSync(files);
  for (const [name, text] of [["long.txt", report], ["visit.txt", visit], ["letter.xml", noted], ...days]) {
    writeFileSync(join(files, name), text);
  }
  chancery("add", join(path, "archive"), files, "--engine", "fast", "--quiet");
  const room = await Room.during(t, "serve", join(path, "archive"));
  const visitor = await Visitor.open(chromium, room.url, setting);
  t.after(() => visitor.close());
  const found = async (query) => (await room.api(`/search?q=${encodeURIComponent(query)}`)).hits[0].id;
  return { room, visitor, found };
}

/** The place that the address leads to is seen. */
const seen = () => {
  const box = document.querySelector(":target").getBoundingClientRect();
  return box.top >= 0 && box.top < innerHeight;
};

/** A document of a million characters is read, searched and walked through. */
async function long(visitor, room, found) {
  const { page, setting } = visitor;
  const id = await found("watched");
  const { text } = await room.api(`/documents/${id}`);
  assert.ok(text.length > 1_000_000);
  // A script leads from the address of a place to the part that has it.
  await visitor.goto(`/doc/${id}?q=tromso${setting.scripted ? "" : "&to=par700"}#par700`);
  await page.locator("#par700:target").waitFor();
  assert.ok(await visitor.inside(seen));
  if (setting.scripted) {
    await page.keyboard.press("j");
    assert.equal(await page.locator(".here").getAttribute("class"), "par here");
    await page.keyboard.press("n");
    assert.match(await page.locator(".here").textContent(), /tromso/i);
  }
  await visitor.goto(`/doc/${id}?q=tromso&hit=40#hit40`);
  await page.locator("#hit40:target").waitFor();
  assert.ok(await visitor.inside(seen));
}

/** Footnotes are followed, and the way back. */
async function footnotes(visitor, _, found) {
  const { page } = visitor;
  await visitor.goto(`/doc/${await found("lighthouse lit")}`);
  await page.locator(".text sup a").first().click();
  assert.match(await page.locator(":target").textContent(), /Built in 1889/);
  assert.ok(await visitor.inside(seen));
  await page.locator(":target a").first().click();
  assert.ok(await visitor.inside(seen));
  await visitor.accessible();
}

/** Offices over time, on the page of who held them and on the timeline. */
async function offices(visitor, room, found) {
  const { page } = visitor;
  const { mentions: names } = await room.api(`/documents/${await found("visitor")}`);
  const { entity } = names.find(({ text }) => text.includes("Kissinger"));
  await visitor.goto(`/entity/${encodeURIComponent(entity)}`);
  await page.locator(".offices li", { hasText: /1973.* to .*1977.*Secretary of State/s }).first().waitFor();
  // One name, in the order of a text, on every page; an index has the family name first.
  for (const path of [page.url(), "/", "/?q=kissinger", `/doc/${await found("visitor")}`, "/recent", "/network"]) {
    await visitor.goto(path);
    assert.doesNotMatch(await visitor.shownWords(), /Kissinger, Henry/, path);
  }
  await visitor.goto(`/entity/${encodeURIComponent(entity)}`);
  assert.match(await page.locator("h1").innerText(), /^Henry A\. Kissinger/);
  await visitor.accessible();
  await visitor.goto("/timeline");
  await page.locator(".lanes li", { hasText: "Secretary of State" }).first().waitFor();
  await visitor.accessible();
}

/** The places where somebody is named are read on without end, or turned over by pages. */
async function turned(visitor, room) {
  const { page } = visitor;
  const { id, documents } = (await room.api("/entities?label=PER"))[0];
  await visitor.goto(`/entity/${encodeURIComponent(id)}`);
  const hits = page.locator(".mentions .hit h3");
  assert.ok(documents > 10);
  if (visitor.setting.scripted) {
    // On phones other parts of the page are below the list.
    await page.evaluate(() => document.querySelector(".pages")?.scrollIntoView());
    await hits.nth(documents - 1).waitFor();
    assert.equal(await hits.count(), documents);
    assert.equal(new Set(await hits.locator("a").evaluateAll((all) => all.map((one) => one.pathname))).size, documents);
    return;
  }
  const first = await hits.allTextContents();
  await page.locator(".pages [rel=next]").click();
  await page.waitForURL(/offset=10/);
  assert.equal(await page.locator(".mentions .hit").count(), Math.min(documents, 20) - 10);
  await page.locator(".pages [rel=prev]").click();
  await page.waitForURL(/offset=0/);
  assert.deepEqual(await page.locator(".mentions .hit h3").allTextContents(), first);
}

export const shelves = {
  async "a million characters are read; footnotes, offices and pages of mentions are followed"(t, chromium, setting) {
    const { room, visitor, found } = await opened(t, chromium, setting);
    for (const act of [long, footnotes, offices, turned]) await act(visitor, room, found);
    visitor.clean();
  },
};
