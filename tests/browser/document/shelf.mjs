// An archive of invented documents of every kind that is cited, with redactions, page
// lines, markings and footnotes.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Room, chancery, folder } from "../room.mjs";

const VOLUME = `<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/ns/1.0"><teiHeader><fileDesc><titleStmt>
<title type="complete">Foreign Relations of the United States, 1969–1976, Volume E–99, Documents on Tafara, 1969–1972</title>
<editor role="primary">Ama B. Osei</editor><editor role="primary">Carl Roe</editor><editor role="general">D. Poe</editor></titleStmt>
<publicationStmt><publisher>United States Government Printing Office</publisher><pubPlace>Washington</pubPlace><date>2006</date>
<idno type="frus">frus1969-76ve99</idno></publicationStmt></fileDesc></teiHeader>
<text><body><div type="compilation" xml:id="comp1"><head>Tafara</head><div type="chapter" xml:id="ch1"><head>The Nets Affair</head>
<div type="document" xml:id="d7" n="7"><head>7. Memorandum From the Consul (Roe) to the Secretary of State<note n="1" xml:id="d7fn1">Source: National Archives, RG 59, Central Files 1970–73, POL 27 TAFARA. Secret; Nodis. 2 pages.</note></head>
<opener><dateline>Tafara, <date when="1971-03-04">March 4, 1971</date>.</dateline></opener>
<p>1. This advice was ignored and <hi rend="italic">[name not declassified]</hi> proceeded without consulting <hi rend="italic">[2 lines not declassified]</hi>.</p>
<p>2. The nets cost [<hi rend="italic">dollar amount not declassified</hi>] a year.<note n="2" xml:id="d7fn2">Roe meant the nets of the <hi rend="italic">[1½ lines not declassified]</hi> company.</note> Nobody paid.</p>
<p>Mr. XXXXXXXXXXXX and Ama Osei left for Tafara. They came back with <persName>Carl Roe</persName> in May.</p>
</div>
<div type="document" xml:id="d8" n="8"><head>8. Memorandum for the Record</head>
<p>[Source: Central Agency, Job 79–01025A, Box 80, Folder 5. Secret. 3 pages of source text not declassified.]</p></div>
<div type="document" xml:id="d9" n="9"><head>9. Telegram 321 From the Embassy in Tafara to the Department of State</head>
<p>TELEGRAM<lb/> TAFARA 321<lb/> R 041000Z MAR 71</p>
<list type="from"><head>FM</head><item>AMEMBASSY TAFARA</item></list><list type="to"><head>TO</head><item>SECSTATE WASHDC</item></list>
<p>1. HERRINGS ARE SOLD IN TAFARA.</p></div>
</div></div></body></text></TEI>
`;

const LETTER = `From: "Ama Osei" <ama@example.org>
To: carl@example.org
Date: Thu, 04 Mar 2010 10:00:00 +0000
Subject: The nets
Message-ID: <nets-1@example.org>
Content-Type: text/plain; charset=utf-8

Dear Carl,

The nets have come to Tafara.

Ama
`;

const paragraph = (number) => `${number}. (C) Paragraph ${number} says that Ama Osei, Minister of Nets, met Carl Roe in Tafara and that the talks went on until night, which nobody had expected of them.\n`;
const CABLE = `UNCLAS SECTION 01 OF 02 TAFARA 000321

SIPDIS

E.O. 12958: N/A
TAGS: PREL, PGOV, TF
SUBJECT: NETS: THE TALKS GO ON

REF: A. TAFARA 300

${Array.from({ length: 9 }, (_, at) => paragraph(at + 1)).join("\n")}
ROE
`;

/** Opens a room on the archive; it is closed when the test ends. */
export async function openShelf(t, more = {}) {
  const [files, archive] = [folder(t), folder(t)];
  const all = {
    "frus1969-76ve99.xml": VOLUME,
    "nets.eml": LETTER,
    "cable.txt": CABLE,
    "notes on nets.txt": "The nets of Tafara are old.\n\nAma Osei mends them.\n",
    "rows.csv": "date,text\n2010-03-04,\"Ama Osei went to Tafara with the nets of Carl Roe and came back.\"\n2010-03-05,\"Carl Roe stayed in Tafara and mended the other nets of the harbour.\"\n",
    ...more,
  };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(files, name), text);
  chancery("add", archive, files, "--engine", "fast");
  return Room.during(t, "serve", archive);
}

/** The document that a query finds. */
export async function find(room, query) {
  const { hits } = await room.api(`/search?q=${encodeURIComponent(query)}`);
  return hits[0];
}
