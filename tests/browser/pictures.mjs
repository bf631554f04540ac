// Pictures of every page, to be looked at: `pictures.mjs FOLDER [ARCHIVE]`,
// of the demo where no archive is given. One file for each page, width and
// scheme; `ONLY=home,map` takes some pages, `WIDTHS=390` some widths.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PAGES, decisions, landmarks } from "./pages.mjs";
import { Room } from "./room.mjs";
import { Visitor, browser } from "./visitor.mjs";

/** Heights of the windows, by width. */
const HEIGHTS = { 1440: 900, 1024: 768, 390: 844 };

/** Pages are pictured down to this, so that long lists stay readable. */
const LONGEST = 2400;

const widths = (process.env.WIDTHS ?? Object.keys(HEIGHTS).join()).split(",").map(Number);
const only = process.env.ONLY?.split(",");
const [folder, archive] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const room = await (archive ? Room.open("serve", archive) : Room.open("demo"));
const chromium = await browser();
try {
  const known = await landmarks(room);
  if (!archive) await decisions(room, known);
  for (const width of widths) {
    for (const scheme of ["light", "dark"]) {
      const size = width < 500 ? "phone" : "desktop";
      const visitor = await Visitor.open(chromium, room.url, { scripted: true, size, scheme }, {
        deviceScaleFactor: 1, viewport: { width, height: HEIGHTS[width] },
      });
      const { page } = visitor;
      const shoot = async (name) => {
        // Charts are drawn by modules that come after the page.
        await page.waitForLoadState("networkidle");
        await page.waitForTimeout(300);
        const high = await page.evaluate(() => document.documentElement.scrollHeight);
        // A place in the page is shown as it is scrolled to.
        const whole = new URL(page.url()).hash === "" && high <= LONGEST * 1.5;
        await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), fullPage: whole, animations: "disabled" });
      };
      for (const picture of PAGES.filter(({ name }) => !only || only.includes(name))) {
        await visitor.goto(picture.path(known), picture.status);
        await shoot(picture.name);
      }
      if (!only || only.includes("document-card")) {
        await visitor.goto(`/doc/${known.document.id}`);
        await page.locator(`a.n[href$="/name/${known.name.start}"]`).first().click();
        await page.getByRole("dialog").waitFor();
        await shoot("document-card");
      }
      await visitor.close();
    }
  }
} finally {
  await Promise.all([chromium.close(), room.close()]);
}
