// What is done on the search page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** The query of the page that is open. */
const query = (page) => new URL(page.url()).searchParams.get("q");

/** The search box at the top. */
export const searchBox = (page) => page.getByLabel("Search the archive");

/** Opens a fold of the page by its words. */
export const unfold = (page, words) => page.locator("summary", { hasText: words }).first().click();

/** The documents that the page says it found. */
export const count = async (page) => parseInt((await page.locator("#found").textContent()).replace(",", ""), 10);

export const searching = {
  async "a query finds documents and sets off its words"(visitor, { word }) {
    const { page } = visitor;
    await visitor.goto("/?q=");
    const all = await count(page);
    await searchBox(page).fill(word);
    await searchBox(page).press("Enter");
    await page.waitForURL(`**/?q=${word}`);
    const some = await count(page);
    assert.ok(some > 0 && some < all, `${some} of ${all}`);
    assert.match(await page.locator(".snippet mark").first().textContent(), new RegExp(word, "i"));
  },

  async "help for queries stands beside the box"(visitor) {
    await visitor.goto("/?q=");
    await unfold(visitor.page, "How to search");
    await visitor.page.getByText("sending post, TAGS").waitFor();
  },

  async "a query without meaning is told where it is wrong"(visitor) {
    await visitor.goto("/?q=%22open");
    await visitor.page.getByText("The quote is not closed, at \"open").waitFor();
  },

  async "every facet narrows, every part can be taken out"(visitor) {
    const { page } = visitor;
    for (const facet of ["Posts", "Classification", "TAGS", "People", "Places", "Organisations"]) {
      await visitor.goto("/?q=");
      const first = page.locator("details.facet", { has: page.getByRole("heading", { name: facet }) }).locator("li").first();
      const expected = parseInt(await first.locator(".count").textContent(), 10);
      await first.locator("a.include").click();
      await page.waitForURL(/q=/);
      assert.equal(await count(page), expected, `${facet}: ${query(page)}`);
    }
    await visitor.goto("/?q=");
    await page.locator(".histogram a").first().click();
    await page.waitForURL(/q=date/);
    const narrowed = await count(page);
    assert.ok(narrowed > 0);

    await page.locator("details.facet li a.include:visible").first().click();
    await page.locator(".chips a").first().waitFor();
    await page.locator(".chips a").last().click();
    await page.locator(".chips li").nth(1).waitFor({ state: "detached" });
    assert.equal(await count(page), narrowed);
  },

  async "results are sorted"(visitor) {
    const { page } = visitor;
    await visitor.goto("/?q=");
    for (const [name, turn] of [["oldest first", 1], ["newest first", -1]]) {
      await page.getByRole("link", { name }).click();
      await page.locator("[aria-current=true]", { hasText: name }).waitFor();
      const days = await page.locator(".hit time").evaluateAll((all) => all.map((one) => one.getAttribute("datetime")));
      assert.deepEqual(days, [...days].sort((a, b) => turn * a.localeCompare(b)));
    }
  },

  async "results are turned over by pages, and on a phone facets are a click away"(visitor) {
    const { page, setting } = visitor;
    await visitor.goto("/?limit=5");
    const first = await page.locator(".hit h2").allTextContents();
    await page.locator(".pages [rel=next]").click();
    await page.waitForURL(/offset=5/);
    assert.ok(!first.includes(await page.locator(".hit h2").first().textContent()));
    await page.locator(".pages [rel=prev]").click();
    await page.waitForURL((url) => !url.search.includes("offset"));
    const narrow = page.getByRole("link", { name: "Narrow" });
    assert.equal(await narrow.isVisible(), setting.size === "phone");
    if (setting.size === "phone") {
      await narrow.click();
      assert.ok(await visitor.inside(() => document.querySelector("#facets").getBoundingClientRect().top < innerHeight));
    }
  },

  async "pages have numbers, and none is past the last"(visitor) {
    const { page } = visitor;
    await visitor.goto("/?limit=5");
    const all = await count(page);
    const pages = page.locator(".pages .page");
    assert.equal(parseInt((await pages.last().textContent()).replace(/\D/g, ""), 10), Math.ceil(all / 5));
    await pages.filter({ hasText: "2" }).first().click();
    await page.locator(".pages [aria-current]", { hasText: "2" }).waitFor();
    await page.locator(".pages", { hasText: `6–10 of ${all}` }).waitFor();
    await visitor.goto("/?limit=5&offset=100000");
    assert.doesNotMatch(await page.locator(".pages").innerText(), /100,001/);
    await page.getByRole("link", { name: "Previous" }).click();
    await page.locator(".hit").first().waitFor();
  },

  async "passages below a result are sentences, and not its title again"(visitor, { word, person }) {
    const { page } = visitor;
    for (const query of [word, `person:${word}`, "", `entity:"${person.id}"`]) {
      await visitor.goto(`/?q=${encodeURIComponent(query)}`);
      for (const hit of await page.locator(".hit").all()) {
        const title = (await hit.locator("h2").textContent()).trim();
        const passages = await hit.locator(".snippet").allTextContents();
        for (const passage of passages) {
          assert.match(passage, /^(… )?[\p{L}\p{N}"“‘(\[]/u, query);
          if (passages.length === 1) continue;
          assert.ok(passage.split(/\s+/).length >= 4, passage);
          assert.ok(!title.toLowerCase().includes(passage.trim().toLowerCase()), passage);
        }
      }
    }
  },

  async "searches are saved, found again and forgotten"(visitor, { word }) {
    const { page } = visitor;
    await visitor.goto(`/?q=${word}`);
    await unfold(page, "Saved searches");
    await page.getByLabel("Save this search as").fill("Mine <b>&");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved searches (1)").waitFor();
    await visitor.goto("/?q=");
    await unfold(page, "Saved searches");
    await page.getByRole("link", { name: "Mine <b>&" }).click();
    await page.waitForURL(`**/?q=${word}`);
    await unfold(page, "Saved searches");
    await visitor.accessible();
    await page.getByRole("button", { name: "Delete Mine <b>&" }).click();
    await page.getByText("Saved searches (1)").waitFor({ state: "detached" });
  },

  async "the result is exported in every format"(visitor, { word }, room) {
    const { page, setting } = visitor;
    // The files are the same in every setting.
    if (setting.scripted || setting.size === "phone") return;
    /** What the files begin with, or have in them. */
    const formats = {
      quotations: /^\{\\rtf1/, hits: /^ï»¿id,/, ris: /^TY  - /, passages: /^ï»¿document,date,paragraph,passage,citation,/,
      citations: /^\S/, bibtex: /^@/, "csl-json": /^\[\{/, index: /^\S{1,4}\n\n/, ead: /<ead /, text: /^--- /, brackets: /\[(PER|LOC|ORG|MISC) /, conll: /\t(O|B-)/, jsonl: /^\{"/,
      standoff: /^PK/, brat: /^PK/, w3c: /"@context"/, tei: /<TEI /, spacy: /"spans"/, csv: /,(PER|LOC|ORG|MISC),/,
      parquet: /^PAR1/, arrow: /^ARROW1/, ftm: /"schema":/, gexf: /<gexf /, graphml: /<graphml /,
      geojson: /"FeatureCollection"/,
    };
    await visitor.goto(`/?q=${word}`);
    await unfold(page, "Export");
    // The three that most people want are in sight, the others folded.
    assert.equal(await page.locator(".formats a:visible").count(), 3);
    await unfold(page, "More forms");
    const links = page.locator(".formats a");
    const addresses = await links.evaluateAll((all) => all.map((one) => new URL(one.href).searchParams.get("format")));
    // Some formats have a second link, with statements.
    assert.deepEqual([...new Set(addresses)], Object.keys(formats));
    for (const [name, content] of Object.entries(formats)) {
      // Chromium lets go of the eleventh download of a second.
      await page.waitForTimeout(150);
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        links.and(page.locator(`[href*="format=${name}&"]`)).first().click(),
      ]);
      const bytes = readFileSync(await download.path());
      assert.match(bytes.toString("latin1"), content, name);
      if (bytes.toString("latin1").startsWith("PK")) {
        assert.match(download.suggestedFilename(), /\.zip$/);
        // The end of a zip file says how many files are in it: two for each document, and for brat its classes.
        const { total } = await room.api(`/search?q=${word}`);
        assert.equal(bytes.readUInt16LE(bytes.length - 12), 2 * total + (name === "brat" ? 1 : 0), name);
      }
    }
  },

  async "a file of queries is answered by a table"(visitor, { word }) {
    const { page } = visitor;
    await visitor.goto("/?q=");
    await unfold(page, "Many searches at once");
    const queries = { name: "queries.txt", mimeType: "text/plain", buffer: Buffer.from(`${word}\n(${word}\nnowhereatall\n`) };
    await page.getByLabel("A text file with one search per line").setInputFiles(queries);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Run" }).click(),
    ]);
    const table = readFileSync(await download.path(), "utf8");
    assert.ok(table.split("\n").some((line) => line.startsWith(`${word}\t`)), table.slice(0, 400));
    // A line that cannot be searched is in the table with the reason, and loses no other.
    assert.match(table, /parenthesis/);
    assert.match(table, /nowhereatall/);
  },
};
