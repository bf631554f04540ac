// What is done on the page of a document.

import assert from "node:assert/strict";
import { unfold } from "./searching.mjs";

const doc = ({ document }) => `/doc/${document.cable_id ?? document.id}`;

/** Whether a place of the page is in the window, and nothing lies over it. */
const inWindow = (selector) => {
  const one = document.querySelector(selector);
  const { left, right, top, bottom } = one.getClientRects()[0];
  const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return top >= 0 && bottom <= innerHeight && (one.contains(above) || above.contains(one));
};

/** What is looked at, in all settings. */
const everywhere = {
  async "the header unfolds, redactions say so, the page prints without its frame"(visitor, known, room) {
    const { page } = visitor;
    const { hits } = await room.api("/search?q=XXXXXXXXXXXX");
    await visitor.goto(`/doc/${hits[0].id}`);
    await unfold(page, "The header as it was sent");
    await page.locator(".lines", { hasText: "AMEMBASSY" }).first().waitFor();
    await page.locator(".redaction.blank", { hasText: "withheld: XXXX" }).first().waitFor();
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("header.top").isVisible(), false);
    assert.equal(await page.locator(".side").isVisible(), false);
    assert.ok((await page.pdf()).length > 5_000);
    await page.emulateMedia({ media: null });
  },

  async "what corrects a name is in view with its card"(visitor, known) {
    const { page, setting } = visitor;
    await visitor.goto(doc(known));
    await page.locator(`a.n[href$="/name/${known.name.start}"]`).first().click();
    if (!setting.scripted) {
      // The card is a page, which scrolls.
      await page.waitForURL(/\/name\//);
      await page.locator(".correct .labels").waitFor();
      return;
    }
    await page.getByRole("dialog").waitFor();
    assert.ok(await visitor.inside(inWindow, ".correct .labels"));
  },

  async "page lines are folded"(visitor) {
    const { page } = visitor;
    await visitor.goto("/doc/09PORTLOUIS214");
    const folded = page.locator(".page-lines").first();
    assert.equal(await folded.locator("pre").isVisible(), false);
    await folded.locator("summary").click();
    assert.match(await folded.locator("pre").innerText(), /PORT LOUIS/);
  },

  async "paragraphs have addresses"(visitor) {
    const { page } = visitor;
    await visitor.goto("/doc/09PORTLOUIS214#par3");
    assert.equal(await page.locator(":target").getAttribute("id"), "par3");
    assert.ok(await visitor.inside(inWindow, "#par3 .margin"));
  },

  async "references lead to documents, which say what cites them"(visitor) {
    const { page } = visitor;
    await visitor.goto("/doc/09PORTLOUIS231");
    await page.locator(".fields").getByRole("link", { name: "09PORTLOUIS214" }).click();
    await page.locator(".facts", { hasText: "09PORTLOUIS214" }).first().waitFor();
    const cited = page.locator("section", { has: page.getByRole("heading", { name: "Cited by" }) });
    await cited.locator("a[href^='/doc/']").first().click();
    await page.locator(".fields").getByRole("link", { name: "09PORTLOUIS214" }).waitFor();
  },

  async "one turns to the next in the series and back"(visitor) {
    const { page } = visitor;
    await visitor.goto("/doc/09PORTLOUIS231");
    await page.locator(".neighbours [rel=next]").click();
    await page.waitForURL((url) => !url.pathname.includes("09PORTLOUIS231"));
    await page.locator(".neighbours [rel=prev]", { hasText: "09PORTLOUIS231" }).click();
    await page.locator(".facts", { hasText: "09PORTLOUIS231" }).first().waitFor();
  },

  async "the places of a name are found in the page"(visitor, known) {
    const { page } = visitor;
    await visitor.goto(doc(known));
    await page.locator(".cast ul a").first().click();
    await page.waitForURL(/entity=.*#hit1/);
    assert.ok(await visitor.inside(inWindow, "#hit1"));
    const places = await page.locator("mark[id]").count();
    await page.getByText(`${places} hit`).first().waitFor();
    await page.getByRole("link", { name: "Clear", exact: true }).click();
    await page.locator("mark[id]").first().waitFor({ state: "detached" });
  },

  async "the file stands beside the text, the place set off"(visitor, known) {
    const { page } = visitor;
    await visitor.goto(doc(known));
    await page.getByRole("link", { name: "Show source beside the text" }).click();
    await page.getByRole("link", { name: "Paragraph 2 in the file" }).click();
    const [text, raw] = [page.locator("#par2"), page.locator(".raw-block:target")];
    const words = (await text.textContent()).replace(/[¶↔]|Copy/g, "").trim().slice(0, 20);
    assert.ok((await raw.textContent()).includes(words), `${words} in ${await raw.textContent()}`);
    await page.getByRole("link", { name: "Show source only" }).click();
    await page.getByRole("link", { name: "Show the text" }).click();
    await page.locator("#par1").waitFor();
  },

  async "an entity's page leads to its documents, months and company"(visitor, { person }) {
    const { page } = visitor;
    const home = `/entity/${encodeURIComponent(person.id)}`;
    await visitor.goto(home);
    await page.locator(".mentions .hit a").first().click();
    await page.locator("#hit1").waitFor();
    await visitor.goto(home);
    await page.locator(".histogram a").first().click();
    await page.locator(".hit").first().waitFor();
    await visitor.goto(home);
    await page.getByRole("link", { name: /with both/ }).first().click();
    await page.locator(".hit").first().waitFor();
    await visitor.goto(home);
    const all = await page.locator(".mentions .hit").count();
    await page.getByLabel("Only in documents with").fill("nowhereatall");
    await page.getByRole("button", { name: "Filter" }).click();
    await page.getByText("No passages.").waitFor();
    await page.locator(".chips a").click();
    await page.locator(".chips").waitFor({ state: "detached" });
    assert.equal(await page.locator(".mentions .hit").count(), all);
    const [quotes] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Save these passages" }).click(),
    ]);
    assert.equal(quotes.suggestedFilename(), "quotes.rtf");
    await page.locator(".to-passage").last().click();
    await page.locator("mark[id]").first().waitFor();
    await visitor.goto(home);
    await page.locator(".spellings summary").first().click();
    await page.locator(".why").first().waitFor();
  },
};

/** Without scripts a name leads to the page of its card. */
const plain = {
  async "a name leads to its card"(visitor, known) {
    const { page } = visitor;
    await visitor.goto(doc(known));
    await page.locator(".text a.n").first().click();
    await page.waitForURL(/\/name\/\d+$/);
    await page.locator(".name-card").waitFor();
  },
};

const scripted = {
  async "a name's card pops up, is read, and closes"(visitor, known) {
    const { page, setting } = visitor;
    await visitor.goto(doc(known));
    const name = page.locator(".text a.n.per").first();
    const card = page.getByRole("dialog");
    if (setting.size === "desktop") {
      await name.hover();
      await card.getByText("Mentions", { exact: true }).waitFor();
      await page.mouse.move(0, 0);
      await card.waitFor({ state: "detached" });
    }
    await name.click();
    await card.getByText("Mentions", { exact: true }).waitFor();
    await visitor.accessible();
    assert.ok(await visitor.inside(() => document.activeElement.matches(".pop")), "it has the focus");
    await page.keyboard.press("Escape");
    await card.waitFor({ state: "detached" });
    assert.ok(await name.evaluate((one) => one === document.activeElement), "the name has the focus again");
    await page.keyboard.press("Enter");
    await card.waitFor();
    assert.equal(new URL(page.url()).pathname, doc(known));
  },

  async "keys do what the help says"(visitor, known) {
    const { page } = visitor;
    const press = (key) => page.keyboard.press(key);
    const here = () => page.locator(".here").getAttribute("id");
    await visitor.goto(`${doc(known)}?q=${known.word}`);
    await press("j");
    const first = await here();
    await press("j");
    assert.notEqual(await here(), first);
    await press("k");
    assert.equal(await here(), first);
    await visitor.goto(`${doc(known)}?q=${known.word}#`);
    await press("n");
    assert.equal(await here(), "hit1");
    await press("p");
    assert.equal(await here(), "hit1");
    await press("e");
    assert.ok(await visitor.inside(() => document.activeElement.closest(".cast") !== null));
    await press("/");
    await page.keyboard.type("j?");
    assert.equal(await page.locator("#q-top").inputValue(), "j?");
    await visitor.goto("/doc/09PORTLOUIS231");
    await press("]");
    await page.waitForURL((url) => !url.pathname.includes("09PORTLOUIS231"));
    await press("[");
    await page.locator(".facts", { hasText: "09PORTLOUIS231" }).first().waitFor();
    await press("?");
    await page.waitForURL("**/help#keys");
    await visitor.goto(`/?q=${known.word}`);
    await press("j");
    await press("Enter");
    await page.waitForURL(/\/doc\//);
  },
};

/** What is done there in a setting. */
export const reading = (setting) => ({ ...everywhere, ...(setting.scripted ? scripted : plain) });
