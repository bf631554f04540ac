// What a reader does first: looks at the home, types a name and chooses it, looks through
// indexes, and goes from result to result. The clicks of frequent jobs are counted.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { count, searchBox, unfold } from "./searching.mjs";

const doc = ({ document }) => `/doc/${document.cable_id ?? document.id}`;

/** The name of a person in an index: family name first. */
const listed = (name) => (name.includes(",") ? name : name.replace(/^(.+) (\S+)$/, "$2, $1"));

/** Counts what a reader does: clicks, and Enter. */
class Clicks {
  made = 0;
  constructor(page) { this.page = page; }
  async click(locator) {
    this.made += 1;
    await locator.click();
  }
  async enter() {
    this.made += 1;
    await this.page.keyboard.press("Enter");
  }
}

/** What no page may show to a reader. */
const MACHINE_WORDS = /\bentity:|\bn-[0-9a-f]{12}|chancery (stats|search|add) |\/tmp\//;

const everywhere = {
  async "the home says what is here, and leads to it"(visitor, { person }) {
    const { page } = visitor;
    await visitor.goto("/");
    await page.getByText(/^[\d,]+ documents/).waitFor();
    for (const tile of ["Documents", "Posts", "Classification", "People", "Places", "Organisations", "Saved searches", "To settle", "Recent decisions"]) {
      await page.getByRole("heading", { name: tile, exact: true, level: 2 }).waitFor();
    }
    await page.locator(".tile").getByRole("link", { name: person.name, exact: true }).first().click();
    await page.waitForURL(/\/entity\//);
    await visitor.goto("/");
    await page.getByLabel("What are you looking for?").fill(person.name);
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=/);
    assert.ok(await count(page) > 0);
  },

  async "a search that is saved is on the home with its count"(visitor, { word }) {
    const { page } = visitor;
    await visitor.goto(`/?q=${word}`);
    const found = await count(page);
    await unfold(page, "Saved searches");
    await page.getByLabel("Save this search as").fill("Kept");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved searches (1)").waitFor();
    await visitor.goto("/");
    await page.locator("li[data-saved=Kept]", { hasText: String(found) }).waitFor();
    await page.getByRole("link", { name: "Kept" }).click();
    await page.waitForURL(`**/?q=${word}`);
    await unfold(page, "Saved searches");
    await page.getByRole("button", { name: "Delete Kept" }).click();
    await page.getByText("Saved searches (1)").waitFor({ state: "detached" });
  },

  async "indexes are sorted, parted by letters and limited by a search"(visitor, { person, word }) {
    const { page } = visitor;
    for (const index of ["People", "Places", "Organisations"]) {
      await visitor.goto(`/${index.toLowerCase()}`);
      const counts = await page.locator("td.number").allTextContents();
      assert.deepEqual(counts.map(Number), counts.map(Number).sort((a, b) => b - a), index);
      await page.getByRole("columnheader", { name: "Name" }).getByRole("link").click();
      await page.locator("th[aria-sort=ascending]", { hasText: "Name" }).waitFor();
      const names = await page.locator("tbody th").allTextContents();
      const bare = (name) => name.normalize("NFD").replace(/[^\p{L}\p{N}\s]/gu, "").toLowerCase().trim();
      const plain = names.map((name) => bare(name.replace("not identified", "")));
      assert.deepEqual(plain, [...plain].sort(), index);
    }
    await visitor.goto("/people");
    const letter = listed(person.name).normalize("NFD").match(/\p{L}/u)[0].toUpperCase();
    await page.locator(".letters").getByRole("link", { name: letter, exact: true }).click();
    await page.locator(".letters [aria-current]", { hasText: letter }).waitFor();
    for (const name of await page.locator("tbody th").allTextContents()) {
      assert.equal(name.trim().normalize("NFD").match(/\p{L}/u)[0].toUpperCase(), letter);
    }
    await page.locator("tbody th a", { hasText: listed(person.name) }).first().click();
    await page.waitForURL(/\/entity\//);
    await visitor.goto("/people");
    const all = parseInt(await page.locator("h1 .count").textContent(), 10);
    await page.getByLabel("Named in documents with").fill(word);
    await page.getByRole("button", { name: "Filter" }).click();
    await page.waitForURL(/q=/);
    const some = parseInt(await page.locator("h1 .count").textContent(), 10);
    assert.ok(some > 0 && some < all, `${some} of ${all}`);
  },

  async "years, numbers and heads of columns stay whole on every width"(visitor) {
    const { page } = visitor;
    await page.setViewportSize({ width: 390, height: 844 });
    await visitor.goto("/people");
    const broken = await visitor.inside(() => [...document.querySelectorAll("td.year, td.number, thead th")]
      .filter((cell) => cell.checkVisibility() && cell.firstChild)
      .filter((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        const tops = [...range.getClientRects()].map(({ top }) => top);
        return Math.max(...tops) - Math.min(...tops) > 12;
      }).map((cell) => cell.textContent));
    assert.deepEqual(broken, []);
  },

  async "documents are listed by date, and turned round"(visitor) {
    const { page } = visitor;
    await visitor.goto("/documents");
    const days = () => page.locator("tbody time").evaluateAll((all) => all.map((one) => one.getAttribute("datetime")));
    const oldest = await days();
    assert.deepEqual(oldest, [...oldest].sort());
    await page.getByRole("columnheader", { name: "Date" }).getByRole("link").click();
    await page.waitForURL(/sort=newest/);
    const newest = await days();
    assert.deepEqual(newest, [...newest].sort().reverse());
    await page.locator("tbody th a").first().click();
    await page.waitForURL(/\/doc\//);
  },

  async "results remember: the next one, and back to all"(visitor) {
    const { page } = visitor;
    await visitor.goto("/?q=harbour+OR+port&sort=oldest");
    const titles = await page.locator(".hit h2").allTextContents();
    assert.ok(titles.length > 2);
    const clicks = new Clicks(page);
    await page.locator(".hit h2 a").first().click();
    await page.locator(".trail", { hasText: `1 of ` }).waitFor();
    await clicks.click(page.getByRole("link", { name: /^Next result/ }));
    assert.equal(clicks.made, 1);
    await page.locator(".trail", { hasText: `2 of ` }).waitFor();
    assert.ok((await page.locator(".document h1").textContent()).includes(titles[1].trim()));
    await page.getByRole("link", { name: /^Previous result/ }).click();
    await page.locator(".trail", { hasText: `1 of ` }).waitFor();
    await page.getByRole("link", { name: "Back to results" }).click();
    await page.waitForURL(/sort=oldest/);
    assert.deepEqual(await page.locator(".hit h2").allTextContents(), titles);
  },

  async "hits are gone through one by one, each with its words"(visitor, known) {
    const { page } = visitor;
    await visitor.goto(`${doc(known)}?entity=${encodeURIComponent(known.person.id)}`);
    const hits = await page.locator("mark[id]").count();
    if (hits === 0) return;
    await page.locator(".found", { hasText: `1 of ${hits} hit` }).waitFor();
    await page.getByRole("link", { name: "Next hit" }).click();
    const second = Math.min(2, hits);
    await page.locator(".found", { hasText: `${second} of ${hits} hit` }).waitFor();
    const words = await page.locator(".found .hit-words mark").textContent();
    assert.equal(words, await page.locator(`#hit${second}`).textContent());
    assert.ok(page.url().endsWith(`#hit${second}`));
  },

  async "what was typed is kept, and what was meant is offered"(visitor, { word }) {
    const { page } = visitor;
    for (const [typed, said] of [
      [`(${word}`, /parenthesis is not closed/], [`"${word}`, /quote is not closed/],
      [`persn:${word}`, /no field/], [`${word} OR`, /missing/], [`https://example.org/x/${word}.html`, /address/],
    ]) {
      await visitor.goto(`/?q=${encodeURIComponent(typed)}`);
      await page.locator(".notice[role=status]", { hasText: said }).waitFor();
      assert.equal(await searchBox(page).inputValue(), typed);
    }
    await visitor.goto(`/?q=(${word}`);
    assert.ok(await count(page) > 0, "its words are searched for");
    await visitor.goto(`/?q=persn:${word}`);
    await page.locator(".hint-of-query a").click();
    await page.waitForURL(/q=person/);
    await visitor.goto(`/?q=Person:${word}`);
    assert.ok(await count(page) > 0, "a field in capitals is a field");
    await visitor.goto(`/?q=${word}+or+nowhereatall`);
    await page.locator(".hint-of-query a").click();
    assert.ok(await count(page) > 0);
    await visitor.goto(`/?q=${word.slice(0, 2)}*${word.slice(-2)}`);
    assert.ok(await count(page) > 0);
  },

  async "an empty result says which word to leave out"(visitor, { word }) {
    const { page } = visitor;
    await visitor.goto(`/?q=${word}+nowhereatall`);
    assert.equal(await count(page), 0);
    await page.locator(".left-out a", { hasText: "nowhereatall" }).click();
    await page.waitForURL((url) => url.searchParams.get("q") === word);
    assert.ok(await count(page) > 0);
  },

  async "a facet is included or excluded by a click, and never shows an id"(visitor, { word, person }) {
    const { page } = visitor;
    await visitor.goto(`/?q=${word}`);
    const all = await count(page);
    const people = page.locator("details.facet", { has: page.getByRole("heading", { name: "People" }) });
    const first = people.locator("li").first();
    const named = parseInt(await first.locator(".count").textContent(), 10);
    await first.locator("a.exclude").click();
    await page.locator(".chip.excluded").waitFor();
    assert.equal(await count(page), all - named);
    assert.doesNotMatch(await page.locator("body").innerText(), MACHINE_WORDS);
    assert.doesNotMatch(await page.title(), MACHINE_WORDS);
    assert.equal(await searchBox(page).inputValue(), word);
    // What the box does not show is kept.
    await searchBox(page).fill(`${word} nowhereatall`);
    await searchBox(page).press("Enter");
    await page.waitForURL(/nowhereatall/);
    await page.locator(".chip.excluded").waitFor();
    for (const path of ["/", "/people", "/add", "/recent", `/entity/${encodeURIComponent(person.id)}`, "/?q=nowhereatall"]) {
      await visitor.goto(path);
      assert.doesNotMatch(await page.locator("body").innerText(), MACHINE_WORDS, path);
    }
  },

  async "a name that is searched for has a card, one click from its page"(visitor, { person }) {
    const { page } = visitor;
    const clicks = new Clicks(page);
    await visitor.goto("/");
    await page.getByLabel("What are you looking for?").fill(person.name.replace(",", ""));
    await clicks.enter();
    await page.locator(".entity-card").first().waitFor();
    await clicks.click(page.locator(".entity-card .subject", { hasText: person.name }).first());
    await page.waitForURL(/\/entity\//);
    assert.equal(clicks.made, 2, "find a person's page");
  },

  async "a result is exported by two clicks, in words"(visitor, { word }) {
    const { page } = visitor;
    await visitor.goto(`/?q=${word}`);
    const clicks = new Clicks(page);
    await clicks.click(page.locator("summary", { hasText: "Export" }));
    const download = page.waitForEvent("download");
    await clicks.click(page.getByRole("link", { name: "A table of documents for Excel" }));
    assert.match((await download).suggestedFilename(), /\.csv$/);
    assert.equal(clicks.made, 2, "export");
    const [quotes] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Quotes with their sources for Word" }).click(),
    ]);
    assert.equal(quotes.suggestedFilename(), "quotes.rtf");
    const written = readFileSync(await quotes.path(), "latin1");
    assert.match(written, new RegExp(`\\{\\\\b ${word}\\}`, "i"), "what was searched for is bold");
    const first = (await page.locator(".hit h2").first().textContent()).trim();
    assert.ok(written.includes(first), `${first} is a source`);
  },

  async "a misspelt name is answered by the right one"(visitor, { person }) {
    const { page } = visitor;
    const family = person.name.includes(",") ? person.name.split(",")[0] : person.name.split(" ").at(-1);
    const typed = family.slice(0, 2) + family.slice(3);
    await visitor.goto(`/?q=${encodeURIComponent(typed)}`);
    if (await count(page) === 0) {
      await page.locator(".suggestions a", { hasText: new RegExp(family, "i") }).first().click();
      assert.ok(await count(page) > 0);
    }
    // What is advised is never what was asked for.
    await visitor.goto(`/?q=${encodeURIComponent("qqzzxx~1")}`);
    assert.equal(await count(page), 0);
    assert.doesNotMatch(await page.locator(".nothing").innerText(), /~/);
  },

  async "a wide page has one left and one right edge"(visitor) {
    const { page } = visitor;
    await page.setViewportSize({ width: 1440, height: 900 });
    for (const path of ["/?q=", "/people", "/documents"]) {
      await visitor.goto(path);
      const { brand, content, right, inner } = await visitor.inside(() => {
        const main = document.querySelector("main");
        const style = getComputedStyle(main);
        const box = main.getBoundingClientRect();
        return {
          brand: document.querySelector(".top .home").getBoundingClientRect().left,
          content: box.left + parseFloat(style.paddingLeft),
          right: box.right - parseFloat(style.paddingRight),
          inner: main.firstElementChild.getBoundingClientRect().right,
        };
      });
      assert.ok(Math.abs(brand - content) < 2, `${path}: the name stands at ${brand}, the content at ${content}`);
      assert.ok(Math.abs(right - inner) < 2, `${path}: the content ends at ${inner}, the page at ${right}`);
    }
  },

  async "the top bar stays in view"(visitor) {
    const { page } = visitor;
    await visitor.goto("/people");
    await visitor.inside(() => scrollTo(0, document.body.scrollHeight));
    assert.equal(await visitor.inside(() => Math.round(document.querySelector("header.top").getBoundingClientRect().top)), 0);
    await page.locator("header.top a.home").click();
    await page.waitForURL((url) => url.pathname === "/");
  },

  async "nothing sticks out at 400 % zoom"(visitor, known) {
    const { page } = visitor;
    await page.setViewportSize({ width: 320, height: 256 });
    for (const path of ["/", "/?q=", `/?q=${known.word}`, "/people", "/documents", doc(known), "/add", "/help", "/styles"]) {
      await visitor.goto(path);
      const wider = await visitor.inside(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wider, 0, path);
    }
  },

  async "narrow pages have a menu"(visitor) {
    const { page, setting } = visitor;
    await visitor.goto("/documents");
    const open = page.getByRole("link", { name: "Menu" });
    assert.equal(await open.isVisible(), setting.size === "phone");
    if (setting.size !== "phone") return;
    await open.click();
    await page.getByRole("navigation", { name: "Menu" }).getByRole("link", { name: "People" }).click();
    await page.waitForURL("**/people");
  },
};

/** Presses Tab until this has the focus, as a reader without a mouse. */
async function tabTo(page, locator, most = 120) {
  const wanted = locator.first();
  for (let presses = 0; presses < most; presses += 1) {
    if (await wanted.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${locator}`);
}

const keyboard = {
  async "a person's page, an export and the next result are reached by the keyboard alone"(visitor, { person, word }) {
    const { page } = visitor;
    await visitor.goto("/documents");
    await page.keyboard.press("/");
    await page.keyboard.type(person.name.slice(0, 5));
    await page.getByRole("option", { name: person.name }).first().waitFor();
    while (await page.locator("[role=option][aria-selected=true]", { hasText: person.name }).count() === 0) {
      await page.keyboard.press("ArrowDown");
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/entity\//);
    await page.getByRole("heading", { name: person.name, level: 1 }).waitFor();

    await visitor.goto(`/?q=${word}`);
    await tabTo(page, page.locator("summary", { hasText: "Export" }));
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByRole("link", { name: "A table of documents for Excel" }));
    const [table] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.match(table.suggestedFilename(), /\.csv$/);

    await visitor.goto("/?q=harbour+OR+port");
    await tabTo(page, page.locator(".hit h2 a"));
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByRole("link", { name: /^Next result/ }));
    await page.keyboard.press("Enter");
    await page.locator(".trail", { hasText: "2 of " }).waitFor();
  },
};

const scripted = {
  async "a person is one choice away while typing"(visitor, { person }) {
    const { page } = visitor;
    const clicks = new Clicks(page);
    await visitor.goto("/documents");
    const family = person.name.split(",")[0];
    await searchBox(page).pressSequentially(family.slice(0, 4));
    const option = page.getByRole("option", { name: person.name }).first();
    await option.waitFor();
    await visitor.accessible();
    await clicks.click(option);
    await page.waitForURL(/\/entity\//);
    assert.equal(clicks.made, 1, "find a person's page");
  },

  async "suggestions are chosen by keys, and leave what was typed alone"(visitor, { person }) {
    const { page } = visitor;
    await visitor.goto("/documents");
    const box = searchBox(page);
    await box.pressSequentially(person.name.slice(0, 4));
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.getByRole("option").first().getAttribute("aria-selected"), "true");
    await page.keyboard.press("Escape");
    await page.getByRole("option").first().waitFor({ state: "hidden" });
    assert.equal(await box.inputValue(), person.name.slice(0, 4));
    await box.fill("");
    await box.pressSequentially("pers");
    const field = page.getByRole("option", { name: /^person:/ });
    await field.click();
    assert.equal(await box.inputValue(), "person:");
  },

  async "the home goes on where a reader was"(visitor, known) {
    const { page } = visitor;
    await visitor.goto(doc(known));
    const title = (await page.locator(".document h1").textContent()).trim();
    await visitor.goto("/");
    await page.locator("#go-on").getByRole("link", { name: title }).click();
    await page.waitForURL(/\/doc\//);
  },

  async "keys of one letter can be switched off"(visitor, known) {
    const { page } = visitor;
    await visitor.goto("/help#keys");
    await page.getByLabel(/Switch off the keys/).check();
    await visitor.goto(doc(known));
    await page.keyboard.press("j");
    assert.equal(await page.locator(".here").count(), 0);
    await visitor.goto("/help#keys");
    await page.getByLabel(/Switch off the keys/).uncheck();
    await visitor.goto(doc(known));
    await page.keyboard.press("j");
    assert.equal(await page.locator(".here").count(), 1);
  },

  async "dates are chosen by dragging over the facet"(visitor) {
    const { page, setting } = visitor;
    if (setting.size === "phone") return;
    await visitor.goto("/?q=");
    const bars = page.locator(".facets .histogram a");
    const [first, last] = [await bars.first().boundingBox(), await bars.last().boundingBox()];
    const y = first.y + first.height - 1;
    await page.mouse.move(first.x + 1, y);
    await page.mouse.down();
    await page.mouse.move(last.x + last.width - 1, y, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/date/);
    assert.ok(await count(page) > 0);
  },
};

/** What is done there in a setting. */
export const finding = (setting) => ({
  ...everywhere,
  ...(setting.scripted ? scripted : {}),
  ...(setting.scripted && setting.size === "desktop" ? keyboard : {}),
});
