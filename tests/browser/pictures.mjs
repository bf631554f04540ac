// Pictures of every page, to be looked at: `pictures.mjs FOLDER [ARCHIVE]`,
// of the demo where no archive is given. One file for each page and setting.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PAGES, decisions, landmarks } from "./pages.mjs";
import { Room } from "./room.mjs";
import { SETTINGS, Visitor, browser } from "./visitor.mjs";

const [folder, archive] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const room = await (archive ? Room.open("serve", archive) : Room.open("demo"));
const chromium = await browser();
try {
  const known = await landmarks(room);
  if (!archive) await decisions(room, known);
  for (const setting of SETTINGS.filter(({ scripted }) => scripted)) {
    const visitor = await Visitor.open(chromium, room.url, setting, { deviceScaleFactor: 1 });
    const shoot = async (name) => {
      // Charts are drawn by modules that come after the page.
      await visitor.page.waitForLoadState("networkidle");
      await visitor.page.waitForTimeout(300);
      const path = join(folder, `${name}-${setting.size}-${setting.scheme}.png`);
      return visitor.page.screenshot({ path, animations: "disabled" });
    };
    for (const page of PAGES) {
      await visitor.goto(page.path(known), page.status);
      await shoot(page.name);
    }
    await visitor.goto(`/doc/${known.document.id}`);
    await visitor.page.locator(`a.n[href$="/name/${known.name.start}"]`).first().click();
    await visitor.page.getByRole("dialog").waitFor();
    await shoot("document-card");
    await visitor.close();
  }
} finally {
  await Promise.all([chromium.close(), room.close()]);
}
