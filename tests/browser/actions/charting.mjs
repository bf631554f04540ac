// What is done on the timeline, the map and the network.

import assert from "node:assert/strict";
import { count } from "./searching.mjs";

/** The documents that the words of a dot, a bar or a link speak of. */
const documents = (words) => parseInt(/([\d,]+)( documents?)?$/.exec(words.trim())[1].replace(",", ""), 10);

/** Clicks what opens documents: as many must be found as it says. */
async function opens(visitor, link, words) {
  const expected = documents(words);
  await link.click();
  await visitor.page.locator("#found").waitFor();
  assert.equal(await count(visitor.page), expected, visitor.page.url());
}

/** The title of a mark in a picture. */
const title = (mark) => mark.locator("title").first().textContent();

const everywhere = {
  async "a search is looked at in all views"(visitor, { word }) {
    const { page } = visitor;
    await visitor.goto(`/?q=${word}`);
    for (const view of ["Timeline", "Map", "Network", "List"]) {
      await page.locator(".views").getByRole("link", { name: view }).click();
      await page.locator(".views [aria-current]", { hasText: view }).waitFor();
      assert.equal(new URL(page.url()).searchParams.get("q"), word);
    }
    await visitor.goto("/map");
    await page.getByRole("searchbox", { name: "Query" }).fill(word);
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.waitForURL(`**/map?q=${word}`);
  },

  async "an entity is looked at on the map, with its passages"(visitor, { person }) {
    const { page } = visitor;
    await visitor.goto(`/entity/${encodeURIComponent(person.id)}`);
    await page.locator(".views").getByRole("link", { name: "Map" }).click();
    const row = page.locator(".chart-table tbody tr").first();
    // Only what stands in its paragraphs is counted; its passages in all documents with both are read.
    const near = parseInt(await row.locator(".number").textContent(), 10);
    await row.locator(".number a").click();
    await page.locator("#mentions").waitFor();
    assert.match(page.url(), /\/entity\/.*#mentions$/);
    assert.ok(parseInt(await page.locator(".mentions .bar .quiet").textContent(), 10) >= near);
    assert.ok(near > 0);
  },

  async "a bar of the timeline and its row open its documents"(visitor, { word }) {
    const { page } = visitor;
    await visitor.goto(`/timeline?q=${word}`);
    const bar = page.locator(".bars a").last();
    await opens(visitor, bar, await title(bar));
    await visitor.goto(`/timeline?q=${word}`);
    const row = page.locator(".chart-table tbody tr").first();
    await opens(visitor, row.locator(".number a"), await row.locator(".number").textContent());
  },

  async "a day that documents speak of opens its passage"(visitor) {
    const { page } = visitor;
    await visitor.goto("/timeline");
    const passage = page.locator("section.events .snippet").first();
    const words = await passage.locator("mark").textContent();
    await passage.getByRole("link").click();
    assert.equal(await page.locator("#hit1").textContent(), words);
    await visitor.goto("/timeline");
    // The last lies above the others.
    const dot = page.locator(".times .events a").last();
    const day = (await title(dot)).slice(0, 10);
    await dot.locator("circle").click();
    await page.waitForURL(`**/timeline#day-${day}`);
    await page.locator(`[id="day-${day}"] .snippet`).first().waitFor();
  },

  async "a time is looked at more closely, and all times again"(visitor) {
    const { page } = visitor;
    await visitor.goto("/timeline");
    await page.getByLabel("From").fill("2009-06");
    await page.getByLabel("Until").fill("2009-08");
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.waitForURL(/q=date:2009-06\.\.2009-08/);
    const days = await page.locator(".bars a").evaluateAll((bars) => bars.map((bar) => bar.dataset.period));
    assert.ok(days.length > 1 && days.every((day) => day >= "2009-06" && day < "2009-09"), days.join());
    await page.getByRole("link", { name: "All dates" }).click();
    await page.waitForURL((url) => url.search === "");
  },

  async "a dot of the map and its row open their documents"(visitor) {
    const { page } = visitor;
    await visitor.goto("/map");
    // The smallest lies above the others.
    const dot = page.locator(".dots a").last();
    await opens(visitor, dot.locator(".dot"), await title(dot));
    await visitor.goto("/map");
    for (const heading of ["Places named", "Sending posts"]) {
      const table = page.locator("section", { has: page.getByRole("heading", { name: heading }) });
      const row = table.locator("tbody tr").first();
      await opens(visitor, row.locator(".number a"), await row.locator(".number").textContent());
      await visitor.goto("/map");
    }
  },

  async "the map is as high as a hand on a phone, and moves sideways in its frame"(visitor) {
    const { page, setting } = visitor;
    await visitor.goto("/map");
    const { height, wider } = await visitor.inside(() => {
      const frame = document.querySelector(".map-frame");
      return { height: frame.clientHeight, wider: frame.scrollWidth - frame.clientWidth };
    });
    assert.ok(height >= 300, `${height} pixels high`);
    assert.equal(wider > 100, setting.size === "phone", `${wider} pixels wider than its frame`);
    await page.getByRole("group", { name: "Map" }).focus();
  },

  async "a pair of the network and everybody in it open their documents"(visitor) {
    const { page } = visitor;
    for (const address of ["/network", "/network?by=letter"]) {
      await visitor.goto(address);
      const pair = page.locator(".chart-table tbody tr").first().locator(".number a");
      await opens(visitor, pair, await pair.textContent());
      await visitor.goto(address);
      await page.getByText("All names in the chart").click();
      const one = page.locator(".columns a.count").first();
      await opens(visitor, one, await one.textContent());
    }
  },

  async "the network is of who wrote to whom, and as large as is asked for"(visitor) {
    const { page } = visitor;
    await visitor.goto("/network");
    await page.getByRole("link", { name: "wrote to each other" }).click();
    await page.locator("[aria-current=true]", { hasText: "wrote to each other" }).waitFor();
    await page.getByText("An arrow points from a sender to an addressee").waitFor();
    await page.getByRole("link", { name: "25", exact: true }).click();
    await page.waitForURL(/by=letter&size=25/);
    const { nodes } = await visitor.inside(async () => (await fetch("/api/v1/network?by=letter&size=25")).json());
    assert.ok(nodes.length > 1 && nodes.length <= 25);
  },
};

const plain = {
  async "a dot of the network opens its page"(visitor) {
    await visitor.goto("/network");
    const dot = visitor.page.locator(".dots a").last();
    const name = (await title(dot)).split(":")[0];
    await dot.locator(".dot").click();
    await visitor.page.getByRole("heading", { name, level: 1 }).waitFor();
  },
};

/** Where the map is moved to, as soon as it is `wanted`: it glides. */
async function moved(page, wanted) {
  const ground = page.locator(".world .ground");
  for (let waits = 0; ; waits += 1) {
    const at = (await ground.getAttribute("transform")) ?? "";
    if (wanted(at)) return at;
    assert.ok(waits < 250, `the map stays at ${at}`);
    await page.waitForTimeout(40);
  }
}

const scripted = {
  async "the map is moved by its buttons and arrows, and tells what is under the pointer"(visitor) {
    const { page } = visitor;
    await visitor.goto("/map");
    await page.getByRole("button", { name: "Zoom in" }).click();
    const near = await moved(page, (at) => at.endsWith("scale(1.6)"));
    await page.keyboard.press("ArrowLeft");
    await moved(page, (at) => at !== near);
    await page.getByRole("button", { name: "Show all" }).click();
    await moved(page, (at) => at === "translate(0,0) scale(1)");
    if (visitor.setting.size === "desktop") {
      const dot = page.locator(".dots a").last();
      const told = await title(dot);
      await dot.locator(".dot").hover();
      assert.equal(await page.locator("[data-told]").textContent(), told);
    }
  },

  async "bars are drawn over to look closer"(visitor) {
    const { page } = visitor;
    if (visitor.setting.size !== "desktop") return;
    await visitor.goto("/timeline?q=date:2009");
    const [first, last] = await Promise.all([page.locator(".bars a .hit").first(), page.locator(".bars a .hit").last()]
      .map((bar) => bar.boundingBox()));
    await page.mouse.move(first.x + 2, first.y + 20);
    await page.mouse.down();
    await page.mouse.move((first.x + last.x) / 2, first.y + 40, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/q=date:2009-\d\d(-\d\d)?\.\.2009-/);
  },

  async "the network has squares and circles, every name on demand, and leads to people"(visitor) {
    const { page } = visitor;
    await visitor.goto("/network");
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.getByRole("button", { name: "Show all" }).click();
    assert.ok(await page.locator("svg.net .dot.org rect").count() > 0, "organisations are squares");
    assert.equal(await page.locator("svg.net .dot.per rect").count(), 0, "people are none");
    if (visitor.setting.size !== "desktop") return;
    const told = await under(page, page.locator("svg.net"));
    const label = page.locator("svg.net .label.asked");
    assert.ok(await label.isVisible());
    assert.ok(told.startsWith((await label.textContent()).replace("…", "")), told);
    await page.mouse.down();
    await page.mouse.up();
    await page.waitForURL("**/entity/**");
    await page.getByRole("heading", { name: told.split(":")[0], level: 1 }).waitFor();
  },

  async "a network of nothing says so"(visitor) {
    await visitor.goto("/network?q=nowhereatall");
    await visitor.page.getByText("There is nothing to draw").waitFor();
    assert.equal(await visitor.page.locator("svg.net").count(), 0);
  },
};

/** Moves the pointer over a picture until it is on a dot; what that tells. */
async function under(page, picture) {
  await picture.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await picture.boundingBox();
  for (let down = 0.1; down < 1; down += 0.04) {
    for (let along = 0.05; along < 1; along += 0.015) {
      await page.mouse.move(x + width * along, y + height * down);
      const told = await page.locator("[data-told]").textContent();
      if (/^[^→]*: \d+ documents?$/.test(told) && !told.includes(" and ")) return told;
    }
  }
  throw new Error("there is no dot under the pointer anywhere");
}

/** What is done there in a setting. */
export const charting = (setting) => ({ ...everywhere, ...(setting.scripted ? scripted : plain) });
