// When pages are painted first: in a window that has seen nothing yet, and again once
// the browser has style and scripts. Printed: how long that takes is the machine's
// affair too, so it runs only on demand: `PAINT=1`, or `ARCHIVE` with another archive
// than the demo.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PAGES, landmarks } from "./pages.mjs";
import { Room } from "./room.mjs";
import { Visitor, browser } from "./visitor.mjs";

const setting = { scripted: true, size: "desktop", scheme: "light" };

/** How often each page is opened warm. */
const ROUNDS = 9;

const painted = () => new Promise((done) => {
  // The first paint may be told before that of the first words.
  const watch = new PerformanceObserver((list) => {
    const [paint] = list.getEntriesByName("first-contentful-paint");
    if (paint) done(paint.startTime);
  });
  watch.observe({ type: "paint", buffered: true });
});

const asked = Boolean(process.env.PAINT ?? process.env.ARCHIVE);

test("pages are painted", { timeout: 600_000, skip: !asked }, async (t) => {
  const room = await (process.env.ARCHIVE ? Room.during(t, "serve", process.env.ARCHIVE) : Room.during(t, "demo"));
  const known = await landmarks(room);
  const chromium = await browser();
  t.after(() => chromium.close());
  const shown = ["home", "results", "people", "person", "document", "timeline", "map"];
  for (const { name, path } of PAGES.filter((page) => shown.includes(page.name))) {
    const visitor = await Visitor.open(chromium, room.url, setting);
    const times = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      await visitor.goto(path(known));
      times.push(Math.round(await visitor.page.evaluate(painted)));
    }
    await visitor.close();
    const [cold, ...warm] = times;
    warm.sort((one, other) => one - other);
    assert.ok(warm[0] > 0);
    console.log(`first contentful paint of ${name}: cold ${cold} ms, warm median ${warm[(ROUNDS - 1) / 2]} ms (${warm.join(" ")})`);
  }
});
