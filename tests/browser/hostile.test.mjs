// Words of others are never run: every page of a hostile archive, with
// hostile decisions and hostile queries, is opened in a browser that would
// run them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DEEP, EVIL, FLAG, archive } from "./hostile.mjs";
import { Room, folder } from "./room.mjs";
import { Visitor, browser } from "./visitor.mjs";

const setting = { scripted: true, size: "desktop", scheme: "light" };
/** Elements and attributes that our own pages do not have. */
const FOREIGN = "iframe, object, embed, math, base, style, meta[http-equiv], svg:not(.icon, .histogram, .times, .lane, .world, .net, .sample), img, " +
  "script:not([src^='/assets/']), link:not([href^='/assets/'])";

/** What of others became mark-up. */
const foreign = ([selector, flag]) => {
  // What a document is, for reference managers, is data that no browser runs. A "<" in it would end it.
  const isData = (one) => one.matches("head > script[type='application/ld+json']:not([src])") &&
    !one.textContent.includes("<") && JSON.parse(one.textContent)["@context"] === "https://schema.org";
  const found = [...document.querySelectorAll(selector)].filter((one) => !isData(one)).map((one) => one.outerHTML.slice(0, 200));
  for (const one of document.querySelectorAll("*")) {
    for (const { name, value } of one.attributes) {
      const address = ["href", "src", "action", "formaction", "xlink:href"].includes(name);
      // Our card has its place from its module; the modules of charts place what they draw.
      const card = one.matches(".pop") && /^((left|top|max-height): [\d.]+px; ?)+$/.test(value);
      const placed = name === "style" && (card || one.closest(".canvas, .world, .net") !== null);
      const runs = name.startsWith("on") || name === "srcdoc" || (name === "style" && !placed);
      if (runs || (address && !/^(\/(?!\/)|#|\?)/.test(value))) found.push(`${name}="${value.slice(0, 200)}"`);
    }
  }
  if (window[flag] !== undefined) found.push("a script ran");
  return found;
};

const files = folder({ after });
let room, chromium, visitor;
before(async () => {
  room = await Room.open("serve", archive(files));
  chromium = await browser();
  visitor = await Visitor.open(chromium, room.url, setting);
});
after(() => Promise.all([chromium.close(), room.close()]));

/** Opens a page, clicks and focuses what others could have put there. */
async function inert(path, statuses = [200]) {
  visitor.expected = new Set(statuses.filter((status) => status >= 400));
  const answer = await visitor.page.goto(path, { waitUntil: "load" });
  assert.ok(statuses.includes(answer.status()), `${path}: ${answer.status()}`);
  await visitor.page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  const text = await visitor.page.evaluate(() => document.body.innerText + document.title);
  assert.doesNotMatch(text, /[\0\u202a-\u202e\u2066-\u2069\u2028\u2029]/, path);
  assert.deepEqual(await visitor.page.evaluate(foreign, [FOREIGN, FLAG]), [], path);
  assert.equal(new URL(visitor.page.url()).origin, room.url);
  visitor.clean();
}

test("decisions, tags, notes and saved searches of hostile words", async () => {
  const { hits } = await room.api("/search?limit=100");
  for (const [number, words] of EVIL.entries()) {
    const on = hits[number % hits.length].id;
    const { entity } = await room.api("/decisions", { action: "create", label: "PER", name: words, reason: words });
    for (const wish of [
      { action: "keyword", on, words: words.slice(0, 200) },
      { action: "note", on, words },
      { action: "note", on: entity, words },
    ]) {
      await room.api("/decisions", { ...wish, reason: words });
    }
    const saved = await fetch(`${room.url}/api/v1/searches/${encodeURIComponent(words)}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "osei" }),
    });
    assert.ok([204, 400].includes(saved.status), `${saved.status} ${await saved.text()}`);
    await inert(`/entity/${encodeURIComponent(entity)}`);
  }
});

test("names, notes and queries of 10,000 nested tags", async () => {
  const { hits } = await room.api("/search?limit=1");
  const send = (wish) => fetch(`${room.url}/api/v1/decisions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ reason: DEEP, ...wish }),
  });
  const wishes = [
    { action: "create", label: "PER", name: DEEP },
    { action: "note", on: hits[0].id, words: DEEP },
    { action: "keyword", on: hits[0].id, words: DEEP },
  ];
  for (const wish of wishes) {
    const answer = await send(wish);
    assert.ok([201, 400].includes(answer.status), `${wish.action}: ${answer.status}`);
    const { entity } = await answer.json();
    if (entity) await inert(`/entity/${encodeURIComponent(entity)}`);
  }
  await inert(`/doc/${hits[0].id}`);
  await inert("/recent");
  await inert(`/?q=${encodeURIComponent(DEEP.slice(0, 1_500))}`, [200, 400]);
  // Too long to be read at all.
  const { status } = await fetch(`${room.url}/?q=${encodeURIComponent(DEEP)}`);
  assert.ok([400, 414, 431].includes(status), `${status}`);
});

test("every document, its file, and the cards of its names", async () => {
  const { hits } = await room.api("/search?limit=100");
  assert.ok(hits.length >= EVIL.length, `${hits.length} documents`);
  for (const { id } of hits) {
    await inert(`/doc/${id}?statements=shown`);
    await inert(`/doc/${id}?beside=raw&q=osei`);
    await inert(`/doc/${id}/raw?start=10&end=400`);
    const { mentions: names } = await room.api(`/documents/${id}`);
    for (const { start } of names.slice(0, 2)) await inert(`/doc/${id}/name/${start}`);
  }
});

test("a card that pops up over hostile words", async () => {
  const { hits } = await room.api("/search?q=osei&limit=5");
  for (const { id } of hits) {
    await inert(`/doc/${id}`);
    await visitor.page.locator(".text a.n").first().click();
    await visitor.page.getByRole("dialog").waitFor();
    assert.deepEqual(await visitor.page.evaluate(foreign, [FOREIGN, FLAG]), [], id);
  }
});

test("entities, lists, and the pages of the room", async () => {
  for (const { id } of await room.api("/entities")) await inert(`/entity/${encodeURIComponent(id)}`);
  const pages = ["/", "/recent", "/recent?offset=50", "/add", "/help", "/?sort=oldest&offset=20"];
  const charts = ["/timeline", "/map", "/network", "/network?by=letter"];
  for (const path of [...pages, ...charts]) await inert(path);
});

test("queries, addresses and what is typed into forms", async () => {
  const { hits } = await room.api("/search?limit=1");
  for (const words of EVIL) {
    const query = encodeURIComponent(words);
    await inert(`/?q=${query}`, [200, 400]);
    await inert(`/?q=osei+NOT+%22${query}`, [200, 400]);
    await inert(`/doc/${query}`, [400, 404]);
    await inert(`/entity/${query}`, [400, 404]);
    await inert(`/doc/${hits[0].id}?q=${query}`);
    await inert(`/doc/${hits[0].id}?q=osei&entity=${query}`, [404]);
    for (const chart of ["map", "network", "timeline"]) await inert(`/${chart}?q=${query}`, [200, 400]);
  }
});
