// What pages claim: named days, dates far from the others, who is whom, where posts are, and
// documents that have no date or id.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { archiveOf } from "./names/harbour.mjs";
import { Room } from "./room.mjs";
import { SETTINGS, Visitor, browser } from "./visitor.mjs";

const telegram = (post, number, [day, month, year], subject, text) => `P ${day}1102Z ${month} ${year}
FM AMEMBASSY ${post}
TO RUEHC/SECSTATE WASHDC PRIORITY
UNCLAS ${post} ${String(number).padStart(6, "0")}

E.O. 12958: N/A
TAGS: PREL, NO
SUBJECT: ${subject}

${text}
`;

// So many telegrams that one of another time is one in fifty.
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN"];
const DAYS = Array.from({ length: 10 }, (_, day) => day);
const FILES = {
  ...Object.fromEntries(MONTHS.flatMap((month, n) => DAYS.map((day) => [
    `nets${n}-${day}.txt`,
    telegram(["OSLO", "LA PAZ", "TRIPOLI", "SANTIAGO"][day % 4], 100 + 10 * n + day, [`${10 + day}`, month, "06"], `NETS OF ${month}`, `1. (U) The nets of ${month} were sold on day ${day}.`),
  ]))),
  "attacks.txt": telegram("OSLO", 11, ["09", "MAY", "06"], "HARBOURS ARE GUARDED",
    "1. (U) In the wake of the September 11 attacks the harbours were guarded."),
  "old.txt": telegram("OSLO", 12, ["09", "MAY", "66"], "AN OLD BOAT", "1. (U) An old boat was sold."),
  "brothers.txt": telegram("OSLO", 13, ["10", "MAY", "06"], "TWO BROTHERS", `1. (U) President Einar Halvik opened the harbour of Tromso.

2. (U) Provincial Council Chief Olav Halvik, the half-brother of President Halvik, sold nets. Olav Halvik has ten boats.`),
  "before.txt": telegram("OSLO", 14, ["11", "AUG", "01"], "A BOAT BEFORE", "1. (U) A boat was bought."),
  "held-06OSLO77.txt": "The nets of Tromso are kept in the harbour, and a seal was seen there.\n",
  "leaflet on seals.txt": "The seals of Tromso are counted in winter. A walrus was seen.\n",
};

let chromium, archive, room, visitor;
before(async () => {
  archive = archiveOf(FILES);
  [chromium, room] = await Promise.all([browser(), Room.open("serve", archive.archive)]);
  const setting = SETTINGS.find((one) => one.scripted && one.size === "desktop" && one.scheme === "light");
  visitor = await Visitor.open(chromium, room.url, setting);
});
after(async () => {
  await Promise.all([chromium.close(), room.close()]);
  archive.remove();
});

const shown = () => visitor.page.locator("main").innerText();

test("a named day is of its year, and a year far from the others squeezes nothing", async () => {
  await visitor.goto("/timeline");
  assert.match(await shown(), /1 document long before these \(9 May 1966\)/);
  const bars = await visitor.page.locator(".bars a").evaluateAll((all) => all.map((one) => one.dataset.period));
  assert.ok(bars.length >= 6 && bars.every((period) => period >= "2001"), bars.join());
  assert.match(await shown(), /11 September 2001/);
  assert.doesNotMatch(await shown(), /11 September 200[^1]/);
  visitor.clean();
});

test("brothers are two, and certainty is said in words", async () => {
  const { page } = visitor;
  await visitor.goto("/doc/06OSLO13");
  for (const [words, other] of [["Olav Halvik", "Einar"], ["Einar Halvik", "Olav"]]) {
    await page.locator(".text a.n", { hasText: words }).first().click();
    const card = page.getByRole("dialog");
    await card.getByText("Mentions", { exact: true }).waitFor();
    const said = await card.innerText();
    assert.doesNotMatch(said, /\d\s?%/);
    assert.match(said, /\b(sure|likely|possible)\b/i);
    assert.doesNotMatch(said.split("Mentions")[0], new RegExp(other), words);
    await page.keyboard.press("Escape");
  }
  visitor.clean();
});

test("posts are on the map where their embassies are", async () => {
  const { posts } = await room.api("/map");
  // The towns of the same names in Mexico, Lebanon and Panama are not meant.
  for (const [name, north, east] of [["OSLO", 59.9, 10.7], ["LA PAZ", -16.5, -68.1], ["TRIPOLI", 32.9, 13.2], ["SANTIAGO", -33.5, -70.6]]) {
    const at = posts.find((post) => post.name === name)?.coordinates;
    assert.ok(at && Math.abs(at[0] - north) < 0.5 && Math.abs(at[1] - east) < 0.5, `${name}: ${at}`);
  }
});

test("documents without date or id show what they have; a date is said once, in words", async () => {
  const { page } = visitor;
  await visitor.goto("/?q=walrus");
  await page.locator(".hit", { hasText: "leaflet on seals" }).waitFor();
  await visitor.goto("/?q=seal");
  await page.locator(".hit .facts", { hasText: "06OSLO77" }).waitFor();
  await visitor.goto("/doc/06OSLO13");
  const card = await page.locator(".document header.card").innerText();
  assert.equal(card.split("The header as it was sent")[0].match(/10 May 2006/g)?.length, 1, card);
  assert.doesNotMatch(card.split("The header as it was sent")[0], /2006-05-10/);
  visitor.clean();
});
