// Every page, in half of the settings (in all of them with ALL_SETTINGS): it
// answers, nothing is wrong, axe finds no violation of WCAG 2.2 AA, nothing
// sticks out at the side or jumps.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PAGES, decisions, landmarks } from "./pages.mjs";
import { Room } from "./room.mjs";
import { HALF_OF_SETTINGS, SETTINGS, Visitor, browser, words } from "./visitor.mjs";

/** Bytes that a page may weigh, the map and the network aside. */
const HEAVIEST = 120_000;

/** What no page shows to a reader: ids, command lines, paths of the server. */
const MACHINE_WORDS = /\bentity:|\bn-[0-9a-f]{12}|\bchancery [a-z]+ [A-Za-z-]|\/tmp\/|--[a-z]+ /;

/** How far the layout may move by itself, as Chromium scores it. */
const STEADY = 0.02;

let room, chromium, known;
const weights = new Map();

before(async () => {
  [room, chromium] = await Promise.all([Room.open("demo"), browser()]);
  known = await landmarks(room);
  await decisions(room, known);
});

after(async () => {
  const kilobytes = [...weights].map(([name, bytes]) => `${name} ${Math.round(bytes / 1000)}`);
  console.log(`page weights, kB: ${kilobytes.join(", ")}`);
  await Promise.all([room.close(), chromium.close()]);
});

/** How far the layout moved, and by how much the page is wider than the window. */
const unrest = () => new Promise((done) => {
  const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  let moved = 0;
  const watch = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) moved += entry.value;
  });
  watch.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done({ moved, wider }), 50);
});

const settings = process.env.ALL_SETTINGS ? SETTINGS : HALF_OF_SETTINGS;

for (const setting of settings) {
  describe(words(setting), () => {
    for (const page of PAGES) {
      test(page.name, async () => {
        const visitor = await Visitor.open(chromium, room.url, setting, { weighed: setting.scripted });
        await visitor.goto(page.path(known), page.status);
        const { moved, wider } = await visitor.inside(unrest);
        assert.ok(moved <= STEADY, `the layout moved by ${moved}`);
        assert.equal(wider, 0, "pixels that stick out at the side");
        await visitor.accessible();
        if (!page.heavy) assert.ok(visitor.weight < HEAVIEST, `${visitor.weight} bytes`);
        assert.doesNotMatch(await visitor.shownWords(), MACHINE_WORDS);
        weights.set(page.name, Math.max(visitor.weight, weights.get(page.name) ?? 0));
        visitor.clean();
        await visitor.close();
      });
    }
  });
}
