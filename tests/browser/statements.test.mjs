// Statements: in the margin of a document, corrected there, and on the page of a person.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Room, chancery, folder } from "./room.mjs";
import { HALF_OF_SETTINGS, Visitor, browser, words } from "./visitor.mjs";

const TELEGRAM = `UNCLAS VALLETTA 000001

SUBJECT: THE PORT

1. (U) Minister Karim Benhaddou met Ines Okafor in Valletta. Benhaddou told Okafor that the port would open in May. Okafor replied that the fund had no money.

2. (U) End of report.
`;

// The tests that only read share a room.
let chromium, shared;
const ends = [];
before(async () => {
  [chromium, shared] = await Promise.all([browser(), openArchive({ after: (end) => { ends.push(end); } })]);
});
after(async () => {
  await chromium.close();
  for (const end of ends) await end();
});

const folded = (text) => text.replace(/\s+/g, " ").trim();

async function openArchive(t) {
  const [files, archive] = [folder(t), folder(t)];
  writeFileSync(join(files, "09VALLETTA1.txt"), TELEGRAM);
  chancery("add", archive, files, "--engine", "fast");
  return Room.during(t, "serve", archive);
}

for (const setting of HALF_OF_SETTINGS) {
  test(`statements are shown, corrected and undone ${words(setting)}`, { timeout: 120_000 }, async (t) => {
    const room = await openArchive(t);
    const visitor = await Visitor.open(chromium, room.url, setting);
    t.after(() => visitor.close());
    const { page } = visitor;
    const notes = page.locator(".margin-note.statement");
    const shown = async () => (await notes.allInnerTexts()).map(folded);

    // In the margin, on demand.
    await visitor.goto("/doc/09VALLETTA1?q=port");
    assert.equal(await notes.count(), 0);
    await page.getByRole("link", { name: "Show statements" }).click();
    await notes.first().waitFor();
    assert.match(page.url(), /q=port/);
    const [told, replied] = await shown();
    assert.match(told, /^Karim Benhaddou to Ines Okafor, “told” · (sure|likely|possible) the port would open in May/);
    assert.match(replied, /^Ines Okafor, perhaps to Karim Benhaddou, “replied” · (sure|likely|possible) the fund had no money/);
    await visitor.accessible();

    // Another speaker.
    await notes.nth(0).getByRole("link", { name: "Correct this" }).click();
    await page.getByRole("heading", { name: "Who says this?" }).waitFor();
    await visitor.accessible();
    await page.getByLabel("The speaker is").selectOption({ label: "Ines Okafor" });
    await page.getByRole("button", { name: "Change" }).click();
    await page.locator(".margin-note.statement", { hasText: "decided by a person" }).waitFor();
    assert.match((await shown())[0], /^Ines Okafor .*speaker decided by a person/);
    assert.match(page.url(), /statements=shown#said\d+$/);
    assert.equal((await room.api("/search?q=said:okafor+about:may")).total, 1);
    assert.equal((await room.api("/search?q=said:benhaddou")).total, 0);

    // No statement, and back.
    await notes.nth(1).getByRole("link", { name: "Correct this" }).click();
    await page.getByRole("button", { name: "No statement" }).click();
    await page.locator(".margin-note.rejected").waitFor();
    assert.equal((await room.api("/documents/09VALLETTA1/statements")).statements.length, 1);
    await page.locator(".margin-note.rejected").getByRole("button", { name: "Undo" }).click();
    await page.locator(".margin-note.rejected").waitFor({ state: "detached" });
    await notes.nth(0).getByRole("link", { name: "Correct this" }).click();
    await page.getByRole("button", { name: "Undo the speaker" }).click();
    await notes.first().waitFor();
    await page.locator(".margin-note.statement", { hasText: "decided by a person" }).waitFor({ state: "detached" });
    assert.deepEqual(await shown().then((all) => all.map((one) => one.slice(0, 5))), ["Karim", "Ines "]);
    await page.getByRole("link", { name: "Hide statements" }).click();
    await notes.first().waitFor({ state: "detached" });
    visitor.clean();
  });

  test(`a person's statements are listed by date and by hearer ${words(setting)}`, { timeout: 120_000 }, async (t) => {
    const room = shared;
    const visitor = await Visitor.open(chromium, room.url, setting);
    t.after(() => visitor.close());
    const { page } = visitor;
    const person = (await room.api("/entities?label=PER")).find(({ name }) => name.includes("Benhaddou"));
    await visitor.goto(`/entity/${encodeURIComponent(person.id)}`);
    const links = page.locator(".statement-links");
    assert.match(folded(await links.innerText()), /Says something in 1 document: by date, by hearer/);
    await links.getByRole("link", { name: "by date" }).first().click();
    await page.locator(".listed-statement").first().waitFor();
    assert.match(folded(await page.locator(".hit").innerText()), /Karim Benhaddou to Ines Okafor.*the port would open in May/);
    await visitor.accessible();
    await page.getByRole("link", { name: "By hearer" }).click();
    assert.equal(folded(await page.locator(".party-group h2").innerText()), "To Ines Okafor 1");
    await visitor.accessible();
    await page.getByRole("link", { name: "Hears" }).click();
    assert.equal(folded(await page.locator(".party-group h2").innerText()), "By Ines Okafor 1");
    // A statement leads to its place in the margin.
    await page.locator(".listed-statement .to-passage").click();
    await page.locator(".margin-note:target", { hasText: "the fund had no money" }).waitFor();
    const exported = await (await fetch(`${room.url}/export?format=tei&statements=true`)).text();
    assert.equal(exported.match(/<said /g).length, 2);
    assert.equal((await fetch(`${room.url}/export?format=conll&statements=true`)).status, 400);
    // Nothing that is said names him.
    await visitor.goto(`/entity/${encodeURIComponent(person.id)}`);
    assert.equal(await links.getByRole("link", { name: "Who says what about" }).count(), 0);
    visitor.clean();
  });
}
