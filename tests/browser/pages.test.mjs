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

for (const [number, setting] of settings.entries()) {
  describe(words(setting), () => {
    // What a page weighs is seen in the first setting, in windows that have kept nothing.
    const weighed = number === 0;
    let shared;
    before(async () => { shared = await Visitor.open(chromium, room.url, setting); });
    after(() => shared.close());
    for (const page of PAGES) {
      test(page.name, async () => {
        const visitor = weighed ? await Visitor.open(chromium, room.url, setting, { weighed }) : shared;
        if (!weighed) await visitor.comeAgain();
        await visitor.goto(page.path(known), page.status);
        const { moved, wider } = await visitor.inside(unrest);
        assert.ok(moved <= STEADY, `the layout moved by ${moved}`);
        assert.equal(wider, 0, "pixels that stick out at the side");
        await visitor.accessible();
        if (weighed && !page.heavy) assert.ok(visitor.weight > 1_000 && visitor.weight < HEAVIEST, `${visitor.weight} bytes`);
        assert.doesNotMatch(await visitor.shownWords(), MACHINE_WORDS);
        if (weighed) weights.set(page.name, visitor.weight);
        visitor.clean();
        if (weighed) await visitor.close();
      });
    }
  });
}
