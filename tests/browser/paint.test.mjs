// When a document page is painted first, in a window that has seen nothing
// yet. Printed: how long that takes is the machine's affair too.

import assert from "node:assert/strict";
import { test } from "node:test";
import { landmarks } from "./pages.mjs";
import { Room } from "./room.mjs";
import { Visitor, browser } from "./visitor.mjs";

const setting = { scripted: true, size: "desktop", scheme: "light" };

test("a document page is painted", async (t) => {
  const room = await (process.env.ARCHIVE ? Room.during(t, "serve", process.env.ARCHIVE) : Room.during(t, "demo"));
  const known = await landmarks(room);
  const chromium = await browser();
  t.after(() => chromium.close());
  const painted = [];
  for (let round = 0; round < 9; round += 1) {
    const visitor = await Visitor.open(chromium, room.url, setting);
    await visitor.goto(`/doc/${known.document.id}`);
    const first = await visitor.page.evaluate(() => new Promise((done) => {
      // The first paint may be told before that of the first words.
      const watch = new PerformanceObserver((list) => {
        const [paint] = list.getEntriesByName("first-contentful-paint");
        if (paint) done(paint.startTime);
      });
      watch.observe({ type: "paint", buffered: true });
    }));
    painted.push(Math.round(first));
    await visitor.close();
  }
  painted.sort((one, other) => one - other);
  assert.ok(painted[0] > 0);
  console.log(`first contentful paint of ${known.document.cable_id ?? known.document.id}, ms: ${painted.join(" ")}`);
});
