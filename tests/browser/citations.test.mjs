// Citations of documents of ten FRUS volumes: the text is what the Office of the Historian
// recommends, and citeproc-js prints the same parts in Chicago style from the CSL-JSON.

import assert from "node:assert/strict";
import { test } from "node:test";
import { noteInChicagoStyle } from "./document/chicago.mjs";
import { openShelf } from "./document/shelf.mjs";

// Id, title, editors, year and document: the title pages of the volumes.
const VOLUMES = [
  ["frus1955-57v17", "Foreign Relations of the United States, 1955–1957, Arab-Israeli Dispute, 1957, Volume XVII", ["Nina J. Noring"], 1990, 21],
  ["frus1964-68v18", "Foreign Relations of the United States, 1964–1968, Volume XVIII, Arab-Israeli Dispute, 1964–67", ["Harriet Dashiell Schwar"], 2000, 61],
  ["frus1969-76v12", "Foreign Relations of the United States, 1969–1976, Volume XII, Soviet Union, January 1969–October 1970", ["Erin R. Mahan"], 2006, 3],
  ["frus1969-76v20", "Foreign Relations of the United States, 1969–1976, Volume XX, Southeast Asia, 1969–1972", ["Daniel J. Lawler"], 2006, 100],
  ["frus1969-76v19p1", "Foreign Relations of the United States, 1969–1976, Volume XIX, Part 1, Korea, 1969–1972", ["Daniel J. Lawler", "Erin R. Mahan"], 2010, 75],
  ["frus1969-76v38p1", "Foreign Relations of the United States, 1969–1976, Volume XXXVIII, Part 1, Foundations of Foreign Policy, 1973–1976", ["Kristine L. Ahlberg", "Alexander Wieland"], 2012, 9],
  ["frus1969-76ve04", "Foreign Relations of the United States, 1969–1976, Volume E–4, Documents on Iran and Iraq, 1969–1972", ["Monica Belmonte"], 2006, 129],
  ["frus1969-76ve05p2", "Foreign Relations of the United States, 1969–1976, Volume E–5, Part 2, Documents on North Africa, 1969–1972", ["Monica L. Belmonte"], 2007, 1],
  ["frus1969-76ve09p1", "Foreign Relations of the United States, 1969–1976, Volume E–9, Part 1, Documents on North Africa, 1973–1976", ["Myra F. Burton"], 2014, 40],
  ["frus1977-80v01", "Foreign Relations of the United States, 1977–1980, Volume I, Foundations of Foreign Policy", ["Kristin L. Ahlberg"], 2014, 12],
];

const HEADING = "Telegram From the Embassy in Tafara to the Department of State";

const volume = ([id, title, editors, year, number]) => `<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>
<title type="complete">${title}</title>${editors.map((one) => `<editor role="primary">${one}</editor>`).join("")}<editor role="general">The General Editor</editor></titleStmt>
<publicationStmt><publisher>United States Government Printing Office</publisher><pubPlace>Washington</pubPlace><date>${year}</date><idno type="frus">${id}</idno></publicationStmt></fileDesc></teiHeader>
<text><body><div type="document" xml:id="d${number}" n="${number}"><head>${number}. ${HEADING}</head><p>The nets of volume ${id} are mended.</p></div></body></text></TEI>`;

/** What https://history.state.gov/historicaldocuments/citing-frus recommends. */
const recommended = ([id, title, editors, year, number]) =>
  `${title}, ${editors.length > 1 ? "eds." : "ed."} ${editors.join(" and ")} ` +
  `(Washington: Government Printing Office, ${year}), Document ${number}, ` +
  `https://history.state.gov/historicaldocuments/${id}/d${number}.`;

/** The same document as a note in Chicago style prints it. */
const inChicagoStyle = ([id, title, editors, year, number]) =>
  `Embassy in Tafara, “Document ${number}. ${HEADING},” in ${title}, ed. ${editors.join(" and ")} ` +
  `(Washington: Government Printing Office, ${year}), ` +
  `https://history.state.gov/historicaldocuments/${id}/d${number}.`;

test("ten documents are cited as recommended, by us and by citeproc-js", { timeout: 120_000 }, async (t) => {
  const files = Object.fromEntries(VOLUMES.map((one) => [`${one[0]}.xml`, volume(one)]));
  const room = await openShelf(t, files);
  for (const one of VOLUMES) {
    const address = `${room.url}/doc/${encodeURIComponent(`${one[0]}/d${one[4]}`)}`;
    const file = async (format) => (await fetch(`${address}/cite/${format}`)).text();
    assert.equal(await file("text"), recommended(one));
    const [item] = JSON.parse(await file("csl-json"));
    assert.equal((await noteInChicagoStyle(item)).replace(/\.?$/, "."), inChicagoStyle(one));
  }
});
