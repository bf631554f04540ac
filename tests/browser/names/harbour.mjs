// Archives of invented telegrams whose names are to be corrected or separated.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chancery } from "../room.mjs";

export const heading = (number, subject) => `P 031102Z MAY 75
FM AMEMBASSY OSLO
TO RUEHC/SECSTATE WASHDC PRIORITY
UNCLAS OSLO ${String(number).padStart(6, "0")}

E.O. 12958: N/A
TAGS: PREL, NO
SUBJECT: ${subject}

`;

/** A folder with an archive of these files; `remove` deletes it. */
export function archiveOf(files) {
  const path = mkdtempSync(join(tmpdir(), "chancery-names-"));
  const from = join(path, "files");
  mkdirSync(from);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(from, name), text);
  const archive = join(path, "archive");
  chancery("add", archive, from, "--engine", "fast", "--quiet");
  return { archive, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A long report that names one man in every second paragraph, and two other telegrams that do. */
export const REPORT = {
  "report.txt": heading(10, "A HARBOUR IS WATCHED") + Array.from({ length: 60 }, (_, n) => (n % 2 === 0
    ? `${n + 1}. (U) Harbour master Ingrid Solbakken told the consul that boat number ${n + 3} had left the harbour of Tromso in the night, and that it carried nets and nothing else.\n\n`
    : `${n + 1}. (U) The lighthouse was lit ${n + 2} times, and the weather was as it had been in the weeks before, with snow on the roads and no boats to be seen from the quay.\n\n`)).join(""),
  "visit.txt": `${heading(11, "A VISITOR IS SHOWN THE HARBOUR")}1. (U) Harbour master Ingrid Solbakken showed Foreign Minister Einar Halvik the lighthouse on May 3, 1975.\n`,
  "nets.txt": `${heading(12, "NETS ARE SOLD")}1. (U) Harbour master Ingrid Solbakken sold nets to Foreign Minister Einar Halvik and to the wife of Gunnar Eknes.\n`,
};

const FIRST = ["Sol", "Brek", "Tor", "Lin", "Hal", "Vest", "Nord", "Ek", "Fjell", "Gran", "Storm"];
const LAST = ["bakken", "berg", "dahl", "heim", "lund", "mark", "nes", "rud", "stad", "vik", "moen"];
const GIVEN = ["Ingrid", "Astrid", "Kari", "Liv", "Sigrid", "Olav", "Nils", "Harald", "Einar", "Gunnar", "Anders"];

/** Telegrams that name somebody whole, and others that say the surname alone. */
export const MANY = Object.fromEntries(FIRST.flatMap((first, x) => LAST.flatMap((last, y) => {
  const [family, n] = [first + last, x * LAST.length + y];
  const name = `${GIVEN[(x + y) % GIVEN.length]} ${family}`;
  return [
    [`a${n}.txt`, `${heading(1000 + n, `BOATS OF DAY ${n}`)}1. (U) Harbour master ${name} told the consul on day ${n} that ${n + 3} boats had left the harbour of Tromso.\n\n2. (U) ${name} will count them again.\n`],
    [`b${n}.txt`, `${heading(3000 + n, `NETS OF DAY ${n}`)}1. (U) Colonel ${family} said in Bergen on day ${n} that ${n + 2} nets were sold and ${n + 5} barrels of herring paid for.\n`],
  ];
})));
