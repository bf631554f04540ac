// The page of a person, for somebody who writes about that person tonight: passages with
// their paragraphs and citations, what they are saved as, offices, meetings, who is named
// with them, what others say about them, and their map and timeline.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { archiveOf, heading } from "./names/harbour.mjs";
import { Room } from "./room.mjs";
import { SETTINGS, Visitor, browser } from "./visitor.mjs";

const on = (day, number, subject) => heading(number, subject).replace("031102Z", `0${day}1102Z`);

const FILES = {
  "visit.txt": `${on(5, 21, "A MINISTER SEES THE HARBOUR")}1. (U) The weather in Stavanger was bad on May 3, 1975, and no boats left.

2. (U) Foreign Minister Einar Halvik met Ingrid Solbakken in Tromso on May 2, 1975. Halvik told Solbakken that the quay would be mended.

3. (U) Solbakken denied that Einar Halvik had sold the nets of the harbour. She said that the quay was old.

BARNWELL
`,
  "fish.txt": `${on(1, 22, "FISH ARE COUNTED")}1. (U) Foreign Minister Einar Halvik said that the herring had come back to the coast.

BARNWELL
`,
};

let chromium, room, halvik, remove;
before(async () => {
  const made = archiveOf(FILES);
  remove = made.remove;
  [chromium, room] = await Promise.all([browser(), Room.open("serve", made.archive)]);
  halvik = (await room.api("/entities?name=Halvik"))[0];
});
after(async () => {
  await Promise.all([chromium.close(), room.close()]);
  remove();
});

const folded = (text) => text.replace(/\s+/g, " ").trim();
const address = () => `/entity/${encodeURIComponent(halvik.id)}`;

async function visit(t, { scripted = true, size = "desktop" } = {}) {
  const setting = SETTINGS.find((one) => one.scripted === scripted && one.size === size && one.scheme === "light");
  const visitor = await Visitor.open(chromium, room.url, setting);
  t.after(() => visitor.close());
  await visitor.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: room.url });
  await visitor.goto(address());
  return visitor;
}

test("every passage has its paragraph, and is copied with its citation by one click", async (t) => {
  for (const size of ["desktop", "phone"]) {
    const visitor = await visit(t, { size });
    const { page } = visitor;
    const lines = page.locator(".passage-line");
    assert.deepEqual(await lines.locator(".to-passage").allInnerTexts(), ["¶1", "¶2", "¶2", "¶3"]);
    const document = (await room.api("/search?q=quay")).hits[0];
    const cited = folded(await (await fetch(`${room.url}/doc/${document.id}/cite/text`)).text());
    const line = lines.nth(3);
    await line.getByRole("button", { name: "Copy with citation" }).click();
    await line.getByText("Copied").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(folded(copied), `“3. (U) Solbakken denied that Einar Halvik had sold the nets of the harbour.” ${cited.replace(/\.$/, "")}, para. 3.`);
    await visitor.accessible();
    // The paragraph leads to the place.
    await line.locator(".to-passage").click();
    const mark = page.locator("mark:target");
    await mark.waitFor();
    assert.equal(await page.locator(".par", { has: mark }).getAttribute("data-place"), "para. 3");
    visitor.clean();
  }
});

test("exactly the passages of the page are saved, with their citations", async (t) => {
  const visitor = await visit(t, { scripted: false });
  const { page } = visitor;
  const saved = async (name) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
    return [file.suggestedFilename(), readFileSync(await file.path(), "utf8")];
  };
  const rows = (table) => table.trim().split("\r\n").slice(1);
  const [name, table] = await saved("a table for Excel");
  assert.equal(name, "passages.csv");
  assert.match(table, /^\ufeffdocument,date,paragraph,passage,citation,subject,id\r\n/);
  const found = rows(table);
  assert.equal(found.length, 4);
  assert.match(found[3], /^[^,]+,1975-05-05,para\. 3,3\. \(U\) Solbakken denied that Einar Halvik had sold the nets of the harbour\.,.*, para\. 3\./);
  // With a filter: its documents, and still only what names him.
  await visitor.goto(`${address()}?q=stavanger`);
  const shown = await page.locator(".passage-line").count();
  const narrowed = rows((await saved("a table for Excel"))[1]);
  assert.equal(narrowed.length, shown);
  assert.ok(narrowed.every((row) => row.includes("Halvik") && !row.includes("no boats left")), narrowed.join("\n"));
  const [quotes, rtf] = await saved("Save these passages");
  assert.equal(quotes, "quotes.rtf");
  assert.match(rtf, /, para\. 2\.\\par\}/);
  assert.match(rtf, /, para\. 3\.\\par\}/);
  assert.doesNotMatch(rtf, /no boats left/);
  visitor.clean();
});

test("offices and meetings lead to their passages", async (t) => {
  const visitor = await visit(t);
  const { page } = visitor;
  const acts = page.locator(".acts");
  const office = acts.locator("li", { hasText: "Foreign Minister" });
  assert.match(folded(await office.innerText()), /^Foreign Minister (likely |possible )?· 1 May 1975 to 5 May 1975$/);
  const meeting = acts.locator("li", { hasText: "Solbakken" });
  assert.match(folded(await meeting.innerText()), /Ingrid Solbakken in Troms\S+ (likely |possible )?· 2 May 1975/);
  await visitor.accessible();
  await meeting.locator(".to-passage").first().click();
  const mark = page.locator("mark:target");
  await mark.waitFor();
  assert.match(await page.locator(".par", { has: mark }).innerText(), /met Ingrid Solbakken/);
  // Nothing where there is nothing.
  const place = (await room.api("/entities?name=Stavanger"))[0];
  await visitor.goto(`/entity/${encodeURIComponent(place.id)}`);
  assert.equal(await acts.count(), 0);
  visitor.clean();
});

test("the name under a telegram is not of the company", async (t) => {
  const visitor = await visit(t, { scripted: false });
  const together = await visitor.page.locator("section", { has: visitor.page.locator("#together") }).innerText();
  assert.match(together, /Solbakken/);
  assert.doesNotMatch(together, /barnwell/i);
  visitor.clean();
});

test("what others say about a person is found by the person, and a denial is one", async (t) => {
  const visitor = await visit(t, { scripted: false });
  const { page } = visitor;
  await page.getByRole("link", { name: /Who says what about/ }).click();
  const said = page.locator(".listed-statement");
  assert.equal(await said.count(), 1);
  assert.match(folded(await said.innerText()), /Solbakken.*: denies that Einar Halvik had sold the nets/);
  await visitor.accessible();
  visitor.clean();
});

test("map and timeline of a person show what stands in the same paragraphs", async (t) => {
  const visitor = await visit(t, { scripted: false });
  const { page } = visitor;
  await page.locator(".views").getByRole("link", { name: "Map" }).click();
  const places = await page.locator("section", { has: page.locator("#places") }).innerText();
  assert.match(places, /Troms/);
  assert.doesNotMatch(places, /Stavanger/);
  // The name, and not the id, in the box and beside it.
  assert.doesNotMatch(await page.locator("body").innerText(), /entity:|n-[0-9a-f]{6}/);
  for (const box of await page.locator("input[type=search]").all()) assert.doesNotMatch(await box.inputValue(), /entity/);
  await page.locator(".chart-head .chip", { hasText: "Einar Halvik" }).waitFor();
  await visitor.accessible();
  // What the box does not show is kept.
  await page.getByRole("searchbox", { name: "Query" }).fill("herring");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.locator(".chart-head .chip", { hasText: "Einar Halvik" }).waitFor();
  assert.equal(await page.getByRole("searchbox", { name: "Query" }).inputValue(), "herring");
  await visitor.goto(address());
  await page.locator(".views").getByRole("link", { name: "Timeline" }).click();
  const days = folded(await page.locator("section.events").innerText());
  assert.match(days, /2 May 1975/);
  assert.doesNotMatch(days, /3 May/);
  await visitor.accessible();
  visitor.clean();
});

test("a merge names the two as they were", async (t) => {
  // The first words for him are a surname.
  const files = {
    "talks.txt": `${heading(31, "TALKS ON FISH")}1. (U) Minister Halvik came late. Foreign Minister Einar Halvik then spoke of herring.\n`,
    "nets.txt": `${heading(32, "NETS ARE SOLD")}1. (U) Harbour master Gunnar Eknes sold nets in Bergen.\n`,
  };
  const made = archiveOf(files);
  const other = await Room.open("serve", made.archive);
  t.after(async () => { await other.close(); made.remove(); });
  const [rich, poor] = await Promise.all(["Halvik", "Eknes"].map(async (name) => (await other.api(`/entities?name=${name}`))[0]));
  assert.deepEqual([rich.name, poor.name], ["Einar Halvik", "Gunnar Eknes"]);
  await other.api("/decisions", { action: "merge", from: poor.id, into: rich.id });
  const { message } = (await other.api("/decisions")).decisions[0];
  assert.match(message, /^merged (Gunnar Eknes into Einar Halvik|Einar Halvik into Gunnar Eknes) in 1 document$/);
});
