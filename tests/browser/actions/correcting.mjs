// Decisions of users, and undoing them.

import assert from "node:assert/strict";
import { unfold } from "./searching.mjs";

const doc = ({ document }) => `/doc/${document.cable_id ?? document.id}`;
const home = ({ id }) => `/entity/${encodeURIComponent(id)}`;

/** Opens the card of the name at `start` as a reader would, where it is corrected. */
async function correct(visitor, known) {
  const { page, setting } = visitor;
  await visitor.goto(doc(known));
  await page.locator(`a.n[href$="/name/${known.name.start}"]`).first().click();
  if (setting.scripted) await page.getByRole("dialog").waitFor();
  else await page.waitForURL(/\/name\//);
}

/** The name at the landmark, as the archive has it now. */
async function name(room, known) {
  const { mentions } = await room.api(`/documents/${known.document.id}`);
  return mentions.find(({ start }) => start === known.name.start);
}

/** Takes back the last decision on the page of decisions. */
async function undo(visitor, action) {
  const { page } = visitor;
  await visitor.goto("/recent");
  const last = page.locator("tbody tr").first();
  assert.match(await last.textContent(), new RegExp(`ana.*${action}`, "s"));
  await last.getByRole("button", { name: "Undo" }).click();
  await page.locator("tbody tr").nth(1).getByText("undone").waitFor();
}

/** Confirms a merge on the page that shows what it will do. */
async function confirmMerge(page) {
  await page.getByRole("heading", { name: "Merge", level: 1 }).waitFor();
  await page.getByText("Moves to it").waitFor();
  assert.equal(await page.getByRole("radio").first().isChecked(), true, "the documents seen");
  await page.getByRole("button", { name: "Merge" }).click();
  await page.waitForURL("**/entity/**");
}

const everywhere = {
  async "a name is rejected, and is a name again"(visitor, known, room) {
    const { page } = visitor;
    await correct(visitor, known);
    await page.getByRole("button", { name: "Not a name" }).click();
    await page.locator("#changed").waitFor();
    assert.equal(await name(room, known), undefined);
    await undo(visitor, "is not a name");
    assert.equal((await name(room, known)).text, known.name.text);
  },

  async "a name gets another label here"(visitor, known, room) {
    const { page } = visitor;
    await correct(visitor, known);
    await page.locator(".correct").getByRole("button", { name: "organisation" }).click();
    await page.locator(`a.n.org.decided[href$="/name/${known.name.start}"]`).first().waitFor();
    assert.equal((await name(room, known)).label, "ORG");
    await undo(visitor, "is a name");
    assert.equal((await name(room, known)).label, known.name.label);
  },

  async "a name is somebody else"(visitor, known, room) {
    const { page } = visitor;
    await correct(visitor, known);
    const { id, name: other } = (await room.api("/entities?label=PER")).find(({ id }) => id !== known.name.entity);
    await page.getByLabel("It is", { exact: true }).fill(other);
    await page.getByRole("button", { name: "Choose" }).click();
    await page.getByRole("heading", { name: "Who or what is it?" }).waitFor();
    await visitor.accessible();
    const row = page.locator("li", { has: page.locator(`a[href="${home({ id })}"]`) });
    await row.getByRole("button", { name: "This one" }).click();
    await page.locator("#changed").waitFor();
    assert.equal((await name(room, known)).entity, id);
    await undo(visitor, "linked");
    assert.equal((await name(room, known)).entity, known.name.entity);
  },

  async "a document's mentions are split off"(visitor, known, room) {
    const { page } = visitor;
    await correct(visitor, known);
    await page.getByLabel("In this document it is someone or something else, named").fill("Another one");
    await page.getByRole("button", { name: "Not the same" }).click();
    await page.locator(".cast").getByRole("link", { name: "Another one" }).waitFor();
    assert.notEqual((await name(room, known)).entity, known.name.entity);
    await undo(visitor, "moved");
    assert.equal((await name(room, known)).entity, known.name.entity);
  },

  async "documents and entities get keywords and notes"(visitor, known) {
    const { page } = visitor;
    for (const address of [doc(known), home(known.person)]) {
      await visitor.goto(address);
      for (const [label, words] of [["Keyword", "to check"], ["Note", "ask the registry\nin the morning"]]) {
        const form = page.locator("form.remark", { has: page.getByLabel(label, { exact: true }) });
        await form.getByLabel(label).fill(words);
        await form.getByRole("button", { name: "Add" }).click();
        await page.locator(".remarks li", { hasText: words.split("\n")[0] }).waitFor();
      }
      if (address === doc(known)) {
        await page.locator(".remarks a.tag").click();
        await page.locator(".hit").first().waitFor();
        await visitor.goto(address);
      }
      for (let left = 2; left > 0; left -= 1) {
        assert.equal(await page.locator(".remarks li").count(), left);
        await page.locator(".remarks").getByRole("button", { name: "Undo" }).first().click();
        await page.locator(".remarks li").nth(left - 1).waitFor({ state: "detached" });
      }
    }
  },

  async "an entity is renamed and retyped"(visitor, { person }, room) {
    const { page } = visitor;
    await visitor.goto(home(person));
    await page.getByLabel("Name", { exact: true }).fill("The Ambassador");
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("heading", { name: "The Ambassador" }).waitFor();
    await undo(visitor, "renamed");
    await visitor.goto(home(person));
    await page.getByLabel("Label", { exact: true }).selectOption("organisation");
    await page.getByRole("button", { name: "Change" }).click();
    await page.locator(".entity-page .facts", { hasText: "organisation" }).first().waitFor();
    await undo(visitor, "is: ");
    assert.equal((await room.api(`/entities/${person.id}`)).label, "PER");
  },

  async "doubts are settled with a click"(visitor, _, room) {
    const { page } = visitor;
    // Surnames that nothing decided are merged, but never kept apart.
    const known = ({ id }) => !id.endsWith("@*");
    const doubtful = async () => {
      for (const { id } of await room.api("/entities")) {
        const entity = await room.api(`/entities/${encodeURIComponent(id)}`);
        if (entity.possible_duplicates.some(known)) return entity;
      }
      throw new Error("nobody is doubted");
    };
    const entity = await doubtful();
    const other = entity.possible_duplicates.find(known);
    for (const [button, action] of [["Keep apart", "is not"], ["Merge", "merged"]]) {
      await visitor.goto(home(entity));
      await page.locator(".doubts li", { has: page.locator(`a[href="${home(other)}"]`) })
        .getByRole("button", { name: button }).click();
      if (button === "Merge") await confirmMerge(page);
      await page.locator(`.doubts a[href="${home(other)}"]`).waitFor({ state: "detached" });
      const now = await room.api(`/entities/${encodeURIComponent(entity.id)}`);
      assert.equal(now.mentions > entity.mentions, button === "Merge");
      await undo(visitor, action);
    }
    await visitor.goto(home(entity));
    await page.getByLabel("The same as (a name)").fill(other.name);
    await page.locator("form", { has: page.getByLabel("The same as (a name)") })
      .getByRole("button", { name: "Merge" }).click();
    await page.getByRole("heading", { name: "Which one is it?" }).waitFor();
    await page.locator("li", { has: page.locator(`a[href="${home(other)}"]`) })
      .getByRole("button", { name: "Merge" }).click();
    await confirmMerge(page);
    await page.waitForLoadState();
    await undo(visitor, "merged");
  },
};

const plain = {
  async "a name that was not found is marked by its words"(visitor, known) {
    const { page } = visitor;
    await visitor.goto("/doc/09PORTLOUIS171");
    await unfold(page, "Add a name that was not found");
    await page.getByLabel("Name, exactly as in the text").fill("lawyer");
    await page.getByLabel("Label", { exact: true }).selectOption("person");
    await page.getByRole("button", { name: "Add name", exact: true }).click();
    await page.locator("a.n.per.decided", { hasText: /^lawyer$/ }).waitFor();
    await undo(visitor, "is a name");
  },
};

/** Where on the screen the words stand. */
const place = (words) => {
  const walk = document.createTreeWalker(document.querySelector(".text"), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    node.parentElement.scrollIntoView({ block: "center" });
    const { left, right, top, bottom } = range.getBoundingClientRect();
    return { left, right, middle: (top + bottom) / 2 };
  }
  return null;
};

const scripted = {
  async "words that are selected become a name"(visitor) {
    const { page } = visitor;
    await visitor.goto("/doc/09PORTLOUIS171");
    const { left, right, middle } = await page.evaluate(place, "lawyer");
    await page.mouse.move(left + 1, middle);
    await page.mouse.down();
    await page.mouse.move(right - 1, middle, { steps: 4 });
    await page.mouse.up();
    const offer = page.getByRole("dialog", { name: "The selected words" });
    await offer.getByRole("button", { name: "Mark a name" }).click();
    await offer.getByText("“lawyer” is a").waitFor();
    await visitor.accessible();
    await offer.getByRole("button", { name: "person" }).click();
    await page.locator("a.n.per.decided", { hasText: /^lawyer$/ }).waitFor();
    await undo(visitor, "is a name");
  },
};

/** What is decided in a setting. */
export const correcting = (setting) => ({ ...everywhere, ...(setting.scripted ? scripted : plain) });
