// Names are corrected where they stand, and doubts are settled with keys: the reader stays
// at the place, and every decision can be taken back there.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { archiveOf, MANY, REPORT } from "./names/harbour.mjs";
import { Room } from "./room.mjs";
import { SETTINGS, Visitor, browser } from "./visitor.mjs";

let chromium;
before(async () => { chromium = await browser(); });
after(() => chromium.close());

const setting = (scripted, size = "desktop") =>
  SETTINGS.find((one) => one.scripted === scripted && one.size === size && one.scheme === "light");

async function open(t, files, scripted = true, size = "desktop") {
  const { archive, remove } = archiveOf(files);
  const room = await Room.open("serve", archive);
  const visitor = await Visitor.open(chromium, room.url, setting(scripted, size));
  t.after(async () => {
    await visitor.close();
    await room.close();
    remove();
  });
  return { room, visitor, page: visitor.page };
}

/** The report, its names with these words, and one in the middle of it. */
async function report(room, words) {
  const { hits } = await room.api("/search?q=lighthouse+harbour+watched");
  const document = await room.api(`/documents/${hits[0].id}`);
  const names = document.mentions.filter(({ text }) => text === words);
  assert.ok(names.length >= 10, `${names.length} times ${words}`);
  return { path: `/doc/${document.cable_id}`, id: document.id, names, name: names[Math.floor(names.length / 2)] };
}

const link = (page, { start }) => page.locator(`a.n[href$="/name/${start}"]`);
const top = (locator) => locator.evaluate((one) => one.getBoundingClientRect().top);
const height = (page) => page.evaluate(() => scrollY);

/** Counts clicks and keys from now on. */
const counted = (page) => page.evaluate(() => {
  window.clicks = 0;
  addEventListener("click", (event) => { if (event.isTrusted) window.clicks += 1; }, true);
});

test("a wrong name is corrected in two clicks, and the page does not move", { timeout: 120_000 }, async (t) => {
  const { room, visitor, page } = await open(t, REPORT);
  const { path, name, names, id } = await report(room, "Ingrid Solbakken");
  await visitor.goto(path);
  await link(page, name).scrollIntoViewIfNeeded();
  await counted(page);
  const [before, paragraph] = [await height(page), page.locator(".par", { has: link(page, name) })];
  const place = await paragraph.getAttribute("data-start");
  const block = page.locator(`.par[data-start="${place}"]`);
  const at = await top(block);
  // Positions are rounded to pixels.
  const isAt = async (y) => assert.ok(Math.abs(await height(page) - y) <= 1, `${await height(page)} is not ${y}`);
  assert.ok(before > 1000, "the name is far below the head of the page");

  await link(page, name).click();
  await page.getByRole("dialog").getByRole("button", { name: "Not a name" }).click();
  const note = page.locator("#changed");
  await note.getByText("changed").waitFor();
  assert.equal(await page.evaluate(() => window.clicks), 2);
  await isAt(before);
  assert.ok(Math.abs(await top(block) - at) <= 1);
  assert.equal(new URL(page.url()).pathname, path);
  assert.equal(await block.locator("#changed").count(), 1, "the note is where the name was");
  assert.equal(await link(page, name).count(), 0);
  await visitor.accessible();

  // A label, and undo, at the same place; the keyboard is at the button.
  await page.keyboard.press("Enter");
  await note.getByText("undone").waitFor();
  assert.equal(await link(page, name).count(), 1);
  await isAt(before);
  await link(page, name).click();
  await page.getByRole("dialog").getByRole("button", { name: "place" }).click();
  await page.locator(`a.n.loc.decided[href$="/name/${name.start}"]`).waitFor();
  assert.equal(await page.locator("a.n.loc.decided").count(), 1);
  await isAt(before);

  // All of them here, undone by one click.
  await note.getByRole("button", { name: "undo" }).click();
  await note.getByText("undone").waitFor();
  await link(page, name).click();
  await page.getByLabel(`all ${names.length} here`).check();
  await page.getByRole("dialog").getByRole("button", { name: "organisation" }).click();
  await note.getByText(`${names.length} changed here`).waitFor();
  assert.equal(await page.locator("a.n.org.decided").count(), names.length);
  await isAt(before);
  await note.getByRole("button", { name: "undo" }).click();
  await note.getByText(`${names.length} undone here`).waitFor();
  assert.equal(await page.locator("a.n.org.decided").count(), 0);
  const { mentions } = await room.api(`/documents/${id}`);
  assert.equal(mentions.filter(({ text, label }) => text === name.text && label === "PER").length, names.length);
  visitor.clean();
});

test("a name is changed everywhere where nothing was decided", { timeout: 120_000 }, async (t) => {
  const { room, visitor, page } = await open(t, REPORT);
  const { path, name, names } = await report(room, "Ingrid Solbakken");
  const others = (await room.api("/search?q=nets+sold")).hits[0].id;
  const labels = async (id) => (await room.api(`/documents/${id}`)).mentions
    .filter(({ text }) => text === name.text).map(({ label, decided }) => [label, decided]);
  // Somebody decided one of them before: that stays.
  const visit = (await room.api("/search?q=visitor")).hits[0].id;
  const [first] = (await room.api(`/documents/${visit}`)).mentions.filter(({ text }) => text === name.text);
  await room.api("/decisions", { action: "add", document: visit, start: first.start, end: first.end, label: "PER", entity: first.entity });
  await visitor.goto(path);
  await link(page, name).click();
  await page.getByLabel("everywhere not yet decided").check();
  await page.getByRole("dialog").getByRole("button", { name: "other" }).click();
  await page.locator("#changed").getByText(`${names.length + 1} changed in 2 documents`).waitFor();
  assert.deepEqual(await labels(others), [["MISC", true]]);
  assert.deepEqual(await labels(visit), [["PER", true]]);
  await page.locator("#changed").getByRole("button", { name: "undo" }).click();
  await page.locator("#changed").getByText("undone").waitFor();
  assert.deepEqual(await labels(others), [["PER", false]]);
  visitor.clean();
});

test("a name becomes that of another by typing some letters", { timeout: 120_000 }, async (t) => {
  const { room, visitor, page } = await open(t, REPORT);
  const { path, name, id } = await report(room, "Ingrid Solbakken");
  await visitor.goto(path);
  // It is marked as a place first: the label is that of the last decision.
  await link(page, name).click();
  const card = page.getByRole("dialog");
  await card.getByRole("button", { name: "place" }).click();
  await page.locator(`a.n.loc.decided[href$="/name/${name.start}"]`).waitFor();
  await link(page, name).click();
  await card.getByLabel("It is", { exact: true }).fill("Halv");
  await visitor.accessible();
  await card.getByRole("option", { name: /Einar Halvik/ }).click();
  await page.locator(`a.n.per.decided[href$="/name/${name.start}"]`).waitFor();
  const now = (await room.api(`/documents/${id}`)).mentions.find(({ start }) => start === name.start);
  const halvik = (await room.api("/entities?name=Halvik"))[0];
  assert.equal(now.entity, halvik.id);
  await page.locator("#changed").getByRole("button", { name: "undo" }).click();
  await page.locator("#changed").getByText("undone").waitFor();

  // Words that no name has are answered in the card, and the page stays.
  await link(page, name).click();
  await card.getByLabel("It is", { exact: true }).fill("Nobody Atall");
  await card.getByRole("button", { name: "Choose" }).click();
  await card.getByText("Nothing in the archive has the name").waitFor();
  await page.keyboard.press("Escape");

  // Not the same: all of this document are of another one.
  await link(page, name).click();
  await card.getByRole("button", { name: "Not the same" }).click();
  await page.locator("#changed").getByText("changed here").waitFor();
  const split = (await room.api(`/documents/${id}`)).mentions.find(({ start }) => start === name.start);
  assert.notEqual(split.entity, name.entity);
  visitor.clean();
});

test("without scripts a correction comes back to its place", { timeout: 120_000 }, async (t) => {
  const { room, visitor, page } = await open(t, REPORT, false);
  const { path, name } = await report(room, "Ingrid Solbakken");
  await visitor.goto(path);
  await link(page, name).click();
  await page.waitForURL(/\/name\//);
  await page.getByRole("button", { name: "Not a name" }).click();
  await page.waitForURL(/done=\d+#changed$/);
  const inWindow = () => {
    const { top, bottom } = document.querySelector("#changed").getBoundingClientRect();
    return top > 60 && bottom < innerHeight;
  };
  assert.ok(await visitor.inside(inWindow));
  assert.equal(await link(page, name).count(), 0);
  await page.locator("#changed").getByRole("button", { name: "undo" }).click();
  await page.locator("#changed").getByText("undone").waitFor();
  assert.ok(await visitor.inside(inWindow));
  assert.equal(await link(page, name).count(), 1);
  visitor.clean();
});

test("two names are merged by typing one, after a look at both; the richer one remains", { timeout: 120_000 }, async (t) => {
  const { room, visitor, page } = await open(t, REPORT);
  const [rich, poor] = await Promise.all(["Solbakken", "Eknes"].map(async (name) => (await room.api(`/entities?name=${name}`))[0]));
  await visitor.goto(`/entity/${encodeURIComponent(rich.id)}`);
  await counted(page);
  await page.getByLabel("The same as (a name)").fill("Ekn");
  await page.getByRole("option", { name: /Gunnar Eknes/ }).click();
  await page.waitForURL(/\/merge\?/);
  const [kept, moved] = [page.getByRole("region", { name: "Remains" }), page.getByRole("region", { name: "Moves to it" })];
  await kept.getByRole("link", { name: rich.name }).waitFor();
  await moved.getByText("the wife of").waitFor();
  await page.getByText(`1 mention of ${poor.name} in 1 document will belong to ${rich.name}.`).waitFor();
  await visitor.accessible();
  await page.getByRole("button", { name: "Merge" }).click();
  await page.getByRole("heading", { name: rich.name, level: 1 }).waitFor();
  await page.locator("#changed").getByText("merged").waitFor();
  assert.equal((await room.api(`/entities/${encodeURIComponent(poor.id)}`)).id, rich.id);
  await page.locator("#changed").getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Redo" }).waitFor();
  assert.equal((await room.api(`/entities/${encodeURIComponent(poor.id)}`)).id, poor.id);
  visitor.clean();
});

/** What the page of doubts says now. */
const state = (page) => page.evaluate(() => ({
  pair: document.querySelector("[data-pair]")?.getAttribute("data-pair") ?? null,
  open: Number(document.querySelector(".open-doubts").textContent.replace(",", "")),
  settled: Number(document.querySelector(".settled-doubts").textContent.replace(",", "")),
  y: scrollY,
  answers: document.querySelector(".answers")?.getBoundingClientRect().top,
}));

/** Presses a key and waits until the page shows something else. */
async function press(page, key) {
  const before = await state(page);
  await page.keyboard.press(key);
  await page.waitForFunction(
    ([pair, open, settled]) => document.querySelector("[data-pair]")?.getAttribute("data-pair") !== pair
      || document.querySelector(".open-doubts").textContent.replace(",", "") !== String(open)
      || document.querySelector(".settled-doubts").textContent.replace(",", "") !== String(settled),
    [before.pair, before.open, before.settled],
  );
  return [before, await state(page)];
}

test("a hundred doubts are settled with the keyboard; none is lost, each can be undone", { timeout: 900_000 }, async (t) => {
  const { archive, remove } = archiveOf(MANY);
  let room = await Room.open("serve", archive);
  const visitor = await Visitor.open(chromium, room.url, setting(true));
  t.after(async () => {
    await visitor.close();
    await room.close();
    remove();
  });
  const { page } = visitor;
  await visitor.goto("/doubts");
  const start = await state(page);
  assert.ok(start.open >= 100, `${start.open} doubts`);
  assert.equal(start.settled, 0);
  await visitor.accessible();
  await page.evaluate(() => scrollTo({ top: 60, behavior: "instant" }));

  // Skip leaves a doubt open, and the way back finds it.
  const [first, second] = await press(page, "n");
  assert.equal(second.open, start.open);
  assert.notEqual(second.pair, first.pair);
  await page.getByRole("link", { name: "from the start" }).click();
  await page.waitForFunction((pair) => document.querySelector("[data-pair]").getAttribute("data-pair") === pair, first.pair);

  await page.evaluate(() => { window.same = true; });
  const place = await state(page);
  for (let count = 1; count <= 100; count += 1) {
    const [before, now] = await press(page, count % 3 === 0 ? "d" : "s");
    assert.equal(now.settled, count);
    assert.equal(now.open, before.open - 1, `doubt ${count}: ${before.pair}`);
    assert.deepEqual([now.y, now.answers], [place.y, place.answers], "the page does not jump");
    // Now and then one is taken back at once, and decided again.
    if (count % 25 === 0) {
      const [, undone] = await press(page, "u");
      assert.deepEqual([undone.settled, undone.open], [count - 1, now.open + 1]);
      const [, again] = await press(page, "s");
      assert.equal(again.settled, count);
    }
  }
  assert.equal(await page.evaluate(() => window.same), true, "the page was never loaded again");

  // The server is killed: what it acknowledged is there.
  const before = await room.api("/decisions");
  const died = once(room.child, "exit");
  room.child.kill("SIGKILL");
  await died;
  room = await Room.open("serve", archive);
  const log = [];
  for (let offset = 0; log.length < before.total; offset += 100) log.push(...(await room.api(`/decisions?offset=${offset}`)).decisions);
  assert.equal(log.length, before.total);
  const settled = log.filter(({ action, undone }) => ["merge", "apart"].includes(action) && !undone);
  assert.equal(settled.length, 100);
  assert.equal((await room.api("/doubts")).settled, 100);

  // Each is undone by itself, and is then a doubt again.
  for (const { number } of settled) await room.api("/decisions", { action: "undo", decision: number });
  const end = await room.api("/doubts");
  assert.deepEqual([end.settled, end.open], [0, start.open]);
  assert.deepEqual(visitor.faults, []);
});
