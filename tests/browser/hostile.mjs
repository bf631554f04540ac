// An archive of files that try to run something, each in every place where
// words of others are shown. All are invented here.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chancery } from "./room.mjs";

/** What runs sets this, opens a dialog, or asks for an address. */
export const FLAG = "ranWhatWasRead";

const run = `window.${FLAG}=1`;

/** Words that would run as mark-up, as addresses, or after an entity is read twice. */
export const EVIL = [
  `<script>${run};alert(1)</script>`,
  `"><script src="http://evil.example/x.js"></script>`,
  `'><img src=x onerror="${run}">`,
  `</title></textarea></style></pre><svg/onload=${run}>`,
  `<svg><script xlink:href="data:text/javascript,${run}"></script></svg>`,
  `<math href="javascript:${run}">m</math>`,
  `<a href="javascript:${run}" autofocus onfocus=${run}>a</a>`,
  `<iframe srcdoc="<script>parent.${FLAG}=1</script>"></iframe>`,
  `<object data="data:text/html,<script>${run}</script>"></object>`,
  `<meta http-equiv=refresh content="0;url=http://evil.example/">`,
  `<base href="http://evil.example/"><link rel=stylesheet href=//evil.example/x.css>`,
  `<form action=http://evil.example/><button autofocus formaction=javascript:${run}>go</button></form>`,
  `<style>@import url(http://evil.example/y.css);*{background:url(//evil.example/z)}</style>`,
  `&lt;script&gt;${run}&lt;/script&gt; &amp;lt;img src=x onerror=${run}&amp;gt; &#60;script&#62;${run}&#60;/script&#62;`,
  `{{constructor.constructor('${run}')()}} \${${run}} <%= ${run} %>`,
  `javascript:${run}`,
  `data:text/html,<script>${run}</script>`,
  `\u202egnp.exe\u2066 \u2028${run}\u2029 \u0000<scr\u0000ipt>${run}</scr\u0000ipt>`,
  `<!--><script>${run}</script--> ]]><script>${run}</script>`,
];

/** 10,000 nested tags. */
export const DEEP = `${"<div>".repeat(10_000)}<b onclick=${run}>deep</b>`;

/** A telegram with such words in every field, in its text, and in names. */
const telegram = (words, number) => `C O N F I D E N T I A L OSLO ${String(number).padStart(6, "0")}

SIPDIS ${words}

FM AMEMBASSY OSLO ${words}
TO RUEHC/SECSTATE WASHDC ${words}
E.O. 12958: DECL: 06/15/2019 ${words}
TAGS: PREL, NO, ${words}
SUBJECT: ${words} AND MINISTER KOFI OSEI

REF: A. OSLO ${number + 1} ${words}

Classified By: Ambassador ${words} for reasons 1.4 (b) and (d).

1. (C) Minister Kofi ${words} Osei told "${words}" in Lome that Ama Osei of the ${words} Commission met President ${words}.

2. (C/${words}) ${words}

OSEI ${words}
`;

/** The same as a cable's web page, and as a volume with notes. */
const page = (words) => `<html><head><title>${words}</title></head><body onload=${run}>
<h3>Viewing cable 09OSLO900, ${words}</h3><pre>${telegram(words, 900)}</pre>${words}</body></html>`;

const volume = (words) => {
  const safe = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\0", "").replaceAll('"', "&quot;");
  return `<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/><text><body>
<div type="document" xml:id="d1" n="1" subtype="historical-document">
<head>1. ${safe}<note n="1" xml:id="d1fn1">Footnote ${safe} by <persName>${safe} Osei</persName>.</note></head>
<p><persName onclick="${run}">Kofi ${safe} Osei</persName> said ${safe}. <ref target="javascript:${run}">${safe}</ref></p>
</div></body></text></TEI>`;
};

/** What a file may be called: no slash and no null byte, 255 bytes at most. */
const named = (words) => Buffer.from(words.replace(/[/\0]/g, "")).subarray(0, 120).toString().replace(/\ufffd+$/, "");

/** Makes the archive in `folder`; returns its path. */
export function archive(folder) {
  const [files, made] = [join(folder, "files"), join(folder, "archive")];
  mkdirSync(files);
  EVIL.forEach((words, number) => {
    writeFileSync(join(files, `${number} ${named(words)}.txt`), telegram(words, number + 1));
  });
  writeFileSync(join(files, "all.html"), page(EVIL.join("\n")));
  writeFileSync(join(files, "volume.xml"), volume(EVIL.join(" ")));
  writeFileSync(join(files, "deep.txt"), telegram(DEEP, 800));
  writeFileSync(join(files, "deep.html"), page(DEEP));
  writeFileSync(join(files, `torn ${named(EVIL[2])}.zip`), "PK\x03\x04 no zip");
  chancery("add", made, files, "--quiet");
  return made;
}
