// The page of a document: redactions, copying, citations, addresses, notes, print.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { find, openShelf } from "./document/shelf.mjs";
import { Room } from "./room.mjs";
import { SETTINGS, Visitor, browser } from "./visitor.mjs";

// What tests only read is opened once.
let chromium, shelf, demo;
const ends = [];
before(async () => {
  const file = { after: (end) => { ends.push(end); } };
  [chromium, shelf, demo] = await Promise.all([browser(), openShelf(file), Room.during(file, "demo")]);
});
after(async () => {
  await chromium.close();
  for (const end of ends) await end();
});

const [DESKTOP, BARE] = [true, false].map((scripted) =>
  SETTINGS.find((one) => one.scripted === scripted && one.size === "desktop" && one.scheme === "light"));

async function visit(t, room, setting = DESKTOP) {
  const visitor = await Visitor.open(chromium, room.url, setting);
  t.after(() => visitor.close());
  await visitor.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: room.url });
  return visitor;
}

const D7 = "/doc/frus1969-76ve99/d7";

/** Selects the code points `from` to `to` of the reading text, as a reader with a mouse. */
const select = ({ from, to }) => {
  const place = (at, isEnd) => {
    for (const block of document.querySelectorAll(".document [data-start]")) {
      let offset = Number(block.dataset.start);
      const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
      for (let text = walk.nextNode(); text; text = walk.nextNode()) {
        if (text.parentElement.closest("[data-extra]")) continue;
        const letters = [...text.data];
        if (isEnd ? at > offset && at <= offset + letters.length : at >= offset && at < offset + letters.length) {
          return [text, letters.slice(0, at - offset).join("").length];
        }
        offset += letters.length;
      }
    }
    return null;
  };
  for (const folded of document.querySelectorAll(".as-sent")) folded.open = true;
  const [start, end] = [place(from, false), place(to, true)];
  if (!start || !end) return false;
  getSelection().setBaseAndExtent(...start, ...end);
  return true;
};

const clipboard = (visitor) => visitor.page.evaluate(() => navigator.clipboard.readText());
const folded = (words) => words.replace(/\s+/g, " ").trim();

/** Numbers that look random and are the same in every run. */
function* chance(seed) {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

async function checkSelections(visitor, room, path, id, count) {
  const { text } = await room.api(`/documents/${id}`);
  const letters = [...text];
  await visitor.goto(path);
  const numbers = chance(count);
  let checked = 0;
  for (let tries = 0; checked < count && tries < 3 * count; tries++) {
    const from = Math.floor(numbers.next().value * letters.length);
    const length = 1 + Math.floor(numbers.next().value ** 2 * 400);
    const to = Math.min(from + length, letters.length);
    if (!(await visitor.inside(select, { from, to }))) continue;
    await visitor.page.keyboard.press("Control+c");
    const expected = folded(letters.slice(from, to).join(""));
    if (expected === "") continue;
    assert.equal(folded(await clipboard(visitor)), expected, `${path} ${from}..${to}`);
    checked++;
  }
  assert.equal(checked, count, "selections between blocks are few");
}

test("what a selection copies equals the words of the text", { timeout: 240_000 }, async (t) => {
  const volume = await find(shelf, "consul");
  const cable = await find(shelf, "subject:nets");
  await checkSelections(await visit(t, shelf), shelf, D7, volume.id, 200);
  await checkSelections(await visit(t, shelf), shelf, `/doc/${cable.id}`, cable.id, 100);
  const visitor = await visit(t, demo);
  await checkSelections(visitor, demo, "/doc/09PORTLOUIS214", "09PORTLOUIS214", 200);
  visitor.clean();
});

test("without scripts the browser copies the same words", { timeout: 120_000 }, async (t) => {
  const room = shelf;
  const visitor = await visit(t, room, BARE);
  const volume = await find(room, "consul");
  const { text } = await room.api(`/documents/${volume.id}`);
  await visitor.goto(D7);
  const letters = [...text];
  for (const words of ["1. This advice", "without consulting [2 lines not declassified].", "Mr. XXXXXXXXXXXX and"]) {
    const from = letters.join("").indexOf(words);
    assert.ok(await visitor.inside(select, { from, to: from + words.length }));
    await visitor.page.keyboard.press("Control+c");
    assert.equal(folded(await visitor.inside(() => navigator.clipboard.readText())), words);
  }
});

test("the words of redactions are shown, read and printed; source notes are no redactions", async (t) => {
  const room = shelf;
  const visitor = await visit(t, room);
  const { page } = visitor;
  await visitor.goto(D7);
  const bars = page.locator(".redaction");
  const words = (await bars.allInnerTexts()).map(folded);
  for (const one of ["[name not declassified]", "[2 lines not declassified]", "[dollar amount not declassified]", "[1½ lines not declassified]"]) {
    assert.ok(words.includes(one), `${one} in ${words}`);
  }
  const tree = await page.locator(".text").first().ariaSnapshot();
  assert.match(tree, /name not declassified/);
  assert.match(tree, /withheld: XXXXXXXXXXXX/);
  const visible = (bar) => {
    const { color, backgroundColor } = getComputedStyle(bar);
    return color !== backgroundColor && bar.getClientRects().length > 0;
  };
  for (const media of ["screen", "print"]) {
    await page.emulateMedia({ media });
    assert.ok((await bars.evaluateAll((all, test) => all.every(eval(test)), visible.toString()).catch(() => true)));
  }
  await page.emulateMedia({ media: null });
  await visitor.goto("/doc/frus1969-76ve99/d8");
  assert.match(await page.locator(".text").first().innerText(), /Job 79–01025A, Box 80, Folder 5/);
  for (const bar of await bars.allInnerTexts()) assert.doesNotMatch(bar, /Box 80/);
  visitor.clean();
});

const CITED = "Foreign Relations of the United States, 1969–1976, Volume E–99, Documents on Tafara, 1969–1972, " +
  "eds. Ama B. Osei and Carl Roe (Washington: Government Printing Office, 2006), Document 7, " +
  "https://history.state.gov/historicaldocuments/frus1969-76ve99/d7.";

test("a document, a paragraph and a selection are copied with their citation by one click", async (t) => {
  const room = shelf;
  const visitor = await visit(t, room);
  const { page } = visitor;
  await visitor.goto(D7);
  await page.getByRole("button", { name: "Copy citation" }).click();
  assert.equal(await clipboard(visitor), CITED);
  await page.locator("#par2").hover();
  await page.locator("#par2").getByRole("button", { name: "Copy the paragraph with its citation" }).click();
  const copied = await clipboard(visitor);
  assert.match(copied, /^“2\. The nets cost \[dollar amount not declassified\] a year\. Nobody paid\.”\nForeign Relations/);
  assert.match(copied, /d7, para\. 2\.$/);
  await selectByMouse(page, "#par1");
  await page.getByRole("button", { name: "Copy with citation" }).click();
  assert.match(await clipboard(visitor), /“.*\[name not declassified\].*”\nForeign Relations of the United States/s);
  await page.locator(".cite summary").click();
  const file = page.waitForEvent("download");
  await page.getByRole("link", { name: /^RIS/ }).click();
  assert.equal((await file).suggestedFilename(), "frus1969-76ve99-d7.ris");
  visitor.clean();
});

/** Selects a paragraph with the mouse, from its first to its last words. */
async function selectByMouse(page, selector) {
  const boxes = await page.locator(selector).evaluate((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const lines = [...range.getClientRects()].filter((box) => box.width > 40);
    const [first, last] = [lines[1] ?? lines[0], lines[lines.length - 1]];
    return { x: first.left + 3, y: first.top + first.height / 2, toX: last.right - 3, toY: last.top + last.height / 2 };
  });
  await page.mouse.move(boxes.x, boxes.y);
  await page.mouse.down();
  await page.mouse.move(boxes.toX, boxes.toY, { steps: 5 });
  await page.mouse.up();
}

test("the bar of a selection comes in order and leaves plain copying alone", async (t) => {
  const room = shelf;
  const visitor = await visit(t, room);
  const { page } = visitor;
  await visitor.goto(D7);
  await selectByMouse(page, "#par1");
  const bar = page.locator(".selection-bar");
  await bar.waitFor();
  assert.deepEqual(await bar.getByRole("button").allInnerTexts(), ["Copy", "Copy with citation", "Note", "Mark a name"]);
  assert.ok(await page.evaluate(() => !document.activeElement.closest(".selection-bar")), "the focus stays");
  const selected = folded(await page.evaluate(() => String(getSelection())));
  await page.keyboard.press("Control+c");
  assert.equal(folded(await clipboard(visitor)), selected);
  const covered = await page.evaluate(() => {
    const box = document.querySelector(".selection-bar").getBoundingClientRect();
    return [...getSelection().getRangeAt(0).getClientRects()].some((line) => line.bottom > box.top + 1 && line.top < box.bottom);
  });
  assert.equal(covered, false, "the bar covers the words");
  await page.keyboard.press("Escape");
  await bar.waitFor({ state: "detached" });
  visitor.clean();
});

test("reference managers find the document in its page", async (t) => {
  const room = shelf;
  const visitor = await visit(t, room, BARE);
  const { page } = visitor;
  await visitor.goto(D7);
  const tag = (name) => page.locator(`meta[name=${name}]`).first().getAttribute("content");
  assert.match(await tag("citation_inbook_title"), /Volume E–99/);
  assert.equal(await tag("citation_public_url"), "https://history.state.gov/historicaldocuments/frus1969-76ve99/d7");
  const schema = JSON.parse(await page.locator("script[type='application/ld+json']").textContent());
  assert.equal(schema.isPartOf.editor[0], "Ama B. Osei");
  const coins = new URLSearchParams(await page.locator(".Z3988").getAttribute("title"));
  assert.equal(coins.get("rft.genre"), "bookitem");
  assert.match(coins.get("rft.atitle"), /^Document 7\. Memorandum From the Consul/);
  visitor.clean();
});

test("every document has a readable address, to which the old one leads", async (t) => {
  const room = shelf;
  const visitor = await visit(t, room);
  const { page } = visitor;
  for (const [query, address] of [
    ["consul", "frus1969-76ve99/d7"],
    ["mends", "notes-on-nets.txt"],
    ["subject:talks", null],
    ["harbour", "rows.csv/2"],
    ["path:nets.eml", null],
  ]) {
    const { id } = await find(room, query);
    await visitor.goto(`/doc/${id.slice(0, 16)}?q=nets`);
    const url = new URL(page.url());
    if (address) assert.equal(decodeURIComponent(url.pathname), `/doc/${address}`, query);
    assert.doesNotMatch(url.pathname, /\/doc\/[0-9a-f]{16}$/, query);
    assert.equal(url.search, "?q=nets");
    await visitor.goto(url.pathname);
  }
  await visitor.goto("/doc/frus1969-76ve99/d99", 404);
  // A telegram that the volume prints with its lines of transmission is found by both.
  await visitor.goto("/doc/frus1969-76ve99/d9");
  assert.equal(new URL(page.url()).pathname, "/doc/71TAFARA321");
  assert.match(await (await fetch(`${room.url}/doc/71TAFARA321/cite/text`)).text(), /Volume E–99.*Document 9, .*frus1969-76ve99\/d9\.$/);
  assert.equal((await room.api("/search?q=classification:secret")).hits[0].subject, "7. Memorandum From the Consul (Roe) to the Secretary of State", "its source note says so");
  await visitor.goto(D7);
  const trail = page.getByRole("navigation", { name: "Volume" }).getByRole("listitem");
  assert.deepEqual(await trail.allInnerTexts(), [
    "Foreign Relations of the United States, 1969–1976, Volume E–99, Documents on Tafara, 1969–1972",
    "Tafara", "The Nets Affair", "Document 7",
  ]);
  const title = await page.locator("h1").evaluate((one) => {
    const words = /** @type {HTMLElement} */ (one.cloneNode(true));
    for (const extra of words.querySelectorAll("[data-extra]")) extra.remove();
    return words.textContent;
  });
  assert.equal(title, "7. Memorandum From the Consul (Roe) to the Secretary of State");
  assert.match(await page.locator("#par2").innerText(), /The nets cost/);
  assert.match(await page.locator("#par2-2").innerText(), /Ama Osei left/);
  // It goes on paragraph 2, and is cited so.
  assert.equal(await page.locator("#par2-2").getAttribute("data-place"), "para. 2");
  visitor.clean();
});

test("a note on a passage takes two clicks, stands in the margin, is found, exported and undone", async (t) => {
  const room = await openShelf(t);
  const visitor = await visit(t, room);
  const { page } = visitor;
  await visitor.goto(D7);
  await selectByMouse(page, "#par1");
  await page.getByRole("button", { name: "Note", exact: true }).click();
  await page.keyboard.type("Ask Roe about this.");
  await page.locator(".note-form").getByLabel("Keyword").fill("advice");
  await page.locator(".note-form .green input").check();
  await page.locator(".note-form").getByRole("button", { name: "Save note" }).click();
  const note = page.locator(".margin-note");
  await note.getByText("Ask Roe about this.").waitFor();
  assert.equal(new URL(page.url()).pathname, D7);
  assert.match(folded(await page.locator(".passage.green").first().innerText()), /\w/);
  await page.locator(".passages a").first().click();
  assert.match(page.url(), /#note\d+$/);
  await visitor.accessible();
  assert.equal((await room.api("/search?q=keyword:advice")).total, 1);
  assert.equal((await room.api("/search?q=note:roe")).total, 1);
  await visitor.goto("/highlights?q=roe");
  await page.locator("blockquote").first().waitFor();
  await visitor.accessible();
  const { "@graph": [annotation] } = await (await fetch(`${room.url}/highlights/export`)).json();
  const [position, quote] = annotation.target.selector;
  const { text } = await room.api(`/documents/${(await find(room, "consul")).id}`);
  assert.equal([...text].slice(position.start, position.end).join(""), quote.exact);
  assert.equal(annotation.body.find(({ purpose }) => purpose === "commenting").value, "Ask Roe about this.");
  await visitor.goto(D7);
  const offered = await page.locator("#keywords option").evaluateAll((all) => all.map((one) => one.value));
  assert.deepEqual(offered, ["advice"]);
  await note.getByRole("button", { name: "Undo" }).click();
  await note.waitFor({ state: "detached" });
  assert.equal((await room.api("/search?q=keyword:advice")).total, 0);
  await page.getByRole("button", { name: "☆ Star" }).click();
  await page.getByRole("button", { name: "★ Starred" }).waitFor();
  assert.equal((await room.api("/search?q=keyword:starred")).total, 1);
  await page.getByRole("button", { name: "★ Starred" }).click();
  await page.getByRole("button", { name: "☆ Star" }).waitFor();
  visitor.clean();
});

test("without scripts a passage is noted by its words", async (t) => {
  const room = await openShelf(t);
  const visitor = await visit(t, room, BARE);
  const { page } = visitor;
  await visitor.goto(D7);
  await page.getByText("Add a note on a passage").click();
  await page.getByLabel("Passage, exactly as in the text").fill("proceeded without consulting");
  await page.locator("#passage-note").fill("Why?");
  await page.locator("#note-a-passage").getByRole("button", { name: "Save note" }).click();
  assert.equal(await page.locator(".passage.yellow").innerText(), "proceeded without consulting");
  await page.locator(".margin-note", { hasText: "Why?" }).waitFor();
  visitor.clean();
});

test("a telegram that has all its sections says so, and the file beside it opens at its text", async (t) => {
  const room = demo;
  const visitor = await visit(t, room);
  const { page } = visitor;
  await visitor.goto("/doc/09PORTLOUIS214");
  assert.match(await page.locator(".document .facts").innerText(), /all 2 sections/);
  assert.doesNotMatch(await page.locator(".document-page").innerText(), /section 1 of/);
  await page.getByRole("link", { name: "Show source beside the text" }).click();
  const first = page.locator(".raw-block").first();
  await first.waitFor();
  const seen = await first.evaluate((one) => {
    const [box, pane] = [one.getBoundingClientRect(), one.closest(".raw").getBoundingClientRect()];
    return box.top >= pane.top - 1 && box.top < pane.bottom;
  });
  assert.ok(seen, "the text of the file is in its pane");
  visitor.clean();
});

for (const [name, width] of [["A4", 210], ["Letter", 216]]) {
  test(`a document is whole on ${name}`, async (t) => {
    const room = demo;
    const visitor = await visit(t, room);
    const { page } = visitor;
    await visitor.goto("/doc/09PORTLOUIS214");
    await page.emulateMedia({ media: "print" });
    // The width of the paper inside its margins.
    await page.setViewportSize({ width: Math.floor(((width - 32) / 25.4) * 96), height: 1000 });
    const outside = await page.evaluate(() => {
      const all = [...document.querySelectorAll(".document *")].filter((one) => one.getClientRects().length > 0);
      return all.filter((one) => {
        const { left, right, width } = one.getBoundingClientRect();
        return width > 1 && (left < -1 || right > innerWidth + 1);
      }).map((one) => one.outerHTML.slice(0, 80));
    });
    assert.deepEqual(outside, []);
    assert.match(await page.locator(".source-line").innerText(), /telegram 214, .*2009.*09PORTLOUIS214/);
    assert.ok(await page.locator(".source-line").isVisible());
    const addressees = page.locator(".fields details li");
    for (const one of await addressees.all()) assert.ok(await one.isVisible(), "an addressee is folded");
    await page.emulateMedia({ media: null });
  });
}

test("a printed search says what was searched, a printed network has its dots", async (t) => {
  const room = demo;
  const visitor = await visit(t, room);
  const { page } = visitor;
  await visitor.goto("/?q=minister");
  await page.emulateMedia({ media: "print" });
  assert.match(await page.locator(".printed").innerText(), /minister/);
  assert.ok(await page.locator(".printed").isVisible());
  await page.emulateMedia({ media: null });
  await visitor.goto("/network?q=minister");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("svg.net").isVisible());
  assert.ok((await page.locator("svg.net .dot").count()) > 0);
  await page.emulateMedia({ media: null });
});
