// Everything that people do in the reading room, with scripts and without, on a
// desktop and on a phone, each in an archive of its own. What is done does not
// hang on colours: each scheme has half of them.

import { after, before, describe, test } from "node:test";
import { arriving } from "./actions/arriving.mjs";
import { charting } from "./actions/charting.mjs";
import { correcting } from "./actions/correcting.mjs";
import { finding } from "./actions/finding.mjs";
import { reading } from "./actions/reading.mjs";
import { shelves } from "./actions/shelves.mjs";
import { searching } from "./actions/searching.mjs";
import { landmarks } from "./pages.mjs";
import { Room } from "./room.mjs";
import { HALF_OF_SETTINGS, Visitor, browser, words } from "./visitor.mjs";

let chromium;
before(async () => { chromium = await browser(); });
after(() => chromium.close());

for (const setting of HALF_OF_SETTINGS) {
  describe(words(setting), () => {
    let room, known, visitor;
    before(async () => {
      room = await Room.open("demo");
      known = await landmarks(room);
      visitor = await Visitor.open(chromium, room.url, setting);
    });
    after(() => Promise.all([visitor.close(), room.close()]));

    const acts = { ...searching, ...finding(setting), ...reading(setting), ...charting(setting), ...correcting(setting) };
    for (const [name, act] of Object.entries(acts)) {
      test(name, { timeout: 60_000 }, async () => {
        await visitor.comeAgain();
        await act(visitor, known, room);
        visitor.clean();
      });
    }
    for (const [name, act] of Object.entries({ ...arriving, ...shelves })) {
      test(name, { timeout: 120_000 }, (t) => act(t, chromium, setting));
    }
  });
}
