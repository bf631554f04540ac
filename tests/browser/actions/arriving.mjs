// The first run: an empty archive, the first files; and a server with a password.

import assert from "node:assert/strict";
import { join } from "node:path";
import { Room, folder } from "../room.mjs";
import { Visitor } from "../visitor.mjs";

const TELEGRAM = `UNCLAS OSLO 000012

E.O. 12958: N/A
TAGS: PREL, NO
SUBJECT: NORWAY: A HARBOUR IS DREDGED

1. Harbour master Ingrid Solbakken said on May 3 that the harbour of Tromso is dredged.

BRATTEGARD
`;

const files = [
  { name: "09OSLO12.txt", mimeType: "text/plain", buffer: Buffer.from(TELEGRAM) },
  { name: "blank.txt", mimeType: "text/plain", buffer: Buffer.from("\n") },
  { name: "torn.zip", mimeType: "application/zip", buffer: Buffer.from("PK\x03\x04 no zip") },
];

/** Lets files fall on the page. */
const drop = (files) => {
  const carried = new DataTransfer();
  for (const { name, text } of files) carried.items.add(new File([text], name));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const event = new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true });
    document.querySelector("#drop").dispatchEvent(event);
  }
};

export const arriving = {
  async "an empty archive says how to begin, takes files and tells how far it is"(t, chromium, setting) {
    const room = await Room.during(t, "serve", join(folder(t), "archive"));
    const visitor = await Visitor.open(chromium, room.url, setting);
    t.after(() => visitor.close());
    const { page } = visitor;
    await visitor.goto("/");
    await page.getByRole("heading", { name: "Welcome" }).waitFor();
    await visitor.accessible();
    if (setting.scripted) {
      await page.evaluate(drop, files.map(({ name, buffer }) => ({ name, text: buffer.toString("latin1") })));
      await page.locator(".upload").first().waitFor();
      await visitor.accessible();
    } else {
      await page.getByLabel("Choose files").setInputFiles(files);
      await page.getByRole("button", { name: "Add" }).click();
      await page.locator(".upload").waitFor();
      while (await page.getByRole("link", { name: "Refresh" }).count()) {
        await page.waitForTimeout(300);
        await visitor.goto("/add");
      }
    }
    const done = page.locator(".upload", { hasText: /3 files: done, 1 document, .*2 files with problems/ });
    await done.waitFor({ timeout: 60_000 });
    assert.equal(await page.getByText("This archive is empty").isVisible(), false);
    await visitor.accessible();
    await page.getByRole("link", { name: "Show the documents" }).click();
    await page.getByRole("link", { name: "NORWAY: A HARBOUR IS DREDGED" }).click();
    await page.locator("a.n.per", { hasText: "Ingrid Solbakken" }).waitFor();
    await visitor.goto("/add");
    const problems = page.locator("section", { hasText: "Files that could not be read" });
    for (const file of ["torn.zip", "blank.txt"]) await problems.getByText(file).waitFor();
    await visitor.accessible();
    visitor.clean();
  },

  async "a server with a password opens with it"(t, chromium, setting) {
    const room = await Room.during(t, "demo", "--password", "a long word");
    const visitor = await Visitor.open(chromium, room.url, setting);
    t.after(() => visitor.close());
    const { page } = visitor;
    await visitor.goto("/", 401);
    await visitor.accessible();
    await page.getByLabel("Password").fill("another");
    await page.getByRole("button", { name: "Enter" }).click();
    await page.getByText("wrong password").waitFor();
    await page.getByLabel("Password").fill("a long word");
    await page.getByRole("button", { name: "Enter" }).click();
    await page.getByLabel("What are you looking for?").waitFor();
    visitor.clean();
  },
};
