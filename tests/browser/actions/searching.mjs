// What is done on the search page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** The query of the page that is open. */
const query = (page) => new URL(page.url()).searchParams.get("q");

/** Opens a fold of the page by its words. */
export const unfold = (page, words) => page.locator("summary", { hasText: words }).first().click();

/** The documents that the page says it found. */
const count = async (page) => parseInt(await page.locator("#found").textContent(), 10);

export const searching = {
  async "a query finds documents and sets off its words"(visitor, { word }) {
    const { page } = visitor;
    await visitor.goto("/");
    const all = await count(page);
    await page.getByLabel("What are you looking for?").fill(word);
    await page.getByLabel("What are you looking for?").press("Enter");
    await page.waitForURL(`**/?q=${word}`);
    const some = await count(page);
    assert.ok(some > 0 && some < all, `${some} of ${all}`);
    assert.match(await page.locator(".snippet mark").first().textContent(), new RegExp(word, "i"));
  },

  async "help for queries stands beside the box"(visitor) {
    await visitor.goto("/");
    await unfold(visitor.page, "How to ask");
    await visitor.page.getByText("sending post, TAGS").waitFor();
  },

  async "a query without meaning is told where it is wrong"(visitor) {
    await visitor.goto("/?q=%22open", 400);
    await visitor.page.getByText("query, column").waitFor();
  },

  async "every facet narrows, every part can be taken out"(visitor) {
    const { page } = visitor;
    for (const facet of ["Posts", "Classification", "TAGS", "People", "Places", "Organisations"]) {
      await visitor.goto("/");
      const first = page.locator("details.facet", { has: page.getByRole("heading", { name: facet }) }).locator("li").first();
      const expected = parseInt(await first.locator(".count").textContent(), 10);
      await first.getByRole("link").click();
      await page.waitForURL(/q=/);
      assert.equal(await count(page), expected, `${facet}: ${query(page)}`);
    }
    await visitor.goto("/");
    await page.locator(".histogram a").first().click();
    await page.waitForURL(/q=date/);
    const narrowed = await count(page);
    assert.ok(narrowed > 0);

    await page.locator("details.facet li a:visible").first().click();
    await page.locator(".chips a").first().waitFor();
    await page.locator(".chips a").last().click();
    await page.locator(".chips").waitFor({ state: "detached" });
    assert.equal(await count(page), narrowed);
  },

  async "results are sorted"(visitor) {
    const { page } = visitor;
    await visitor.goto("/");
    for (const [name, turn] of [["oldest first", 1], ["newest first", -1]]) {
      await page.getByRole("link", { name }).click();
      await page.locator("[aria-current=true]", { hasText: name }).waitFor();
      const days = await page.locator(".hit time").allTextContents();
      assert.deepEqual(days, [...days].sort((a, b) => turn * a.localeCompare(b)));
    }
  },

  async "searches are saved, found again and forgotten"(visitor, { word }) {
    const { page } = visitor;
    await visitor.goto(`/?q=${word}`);
    await unfold(page, "Saved searches");
    await page.getByLabel("Save this search as").fill("Mine <b>&");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved searches (1)").waitFor();
    await visitor.goto("/");
    await unfold(page, "Saved searches");
    await page.getByRole("link", { name: "Mine <b>&" }).click();
    await page.waitForURL(`**/?q=${word}`);
    await unfold(page, "Saved searches");
    await visitor.accessible();
    await page.getByRole("button", { name: "Forget Mine <b>&" }).click();
    await page.getByText("Saved searches (1)").waitFor({ state: "detached" });
  },

  async "the result is exported in every format"(visitor, { word }) {
    const { page } = visitor;
    const formats = [
      ["table (CSV)", ".csv", /^id,|,/],
      ["JSON lines", ".jsonl", /^\{"/],
      ["columns (CoNLL)", ".conll", /\t(O|B-)/],
      ["brackets", ".brackets.txt", /\[(PER|LOC|ORG|MISC) /],
      ["plain text", ".txt", /\w/],
    ];
    await visitor.goto(`/?q=${word}`);
    await unfold(page, "Export");
    for (const [name, ending, content] of formats) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name }).click(),
      ]);
      assert.ok(download.suggestedFilename().endsWith(ending), download.suggestedFilename());
      const text = readFileSync(await download.path(), "utf8");
      assert.match(text, content, name);
      assert.match(text, new RegExp(word, "i"), name);
    }
  },

  async "a file of queries is answered by a table"(visitor, { word }) {
    const { page } = visitor;
    await visitor.goto("/");
    await unfold(page, "Many searches at once");
    const queries = { name: "queries.txt", mimeType: "text/plain", buffer: Buffer.from(`${word}\nnowhereatall\n`) };
    await page.getByLabel("A file with a query on every line").setInputFiles(queries);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Run" }).click(),
    ]);
    const table = readFileSync(await download.path(), "utf8");
    assert.ok(table.split("\n").some((line) => line.startsWith(`${word}\t`)), table.slice(0, 400));
  },
};
