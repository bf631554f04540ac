// Pages of other sites, in a browser that reaches this server: they read
// nothing and change nothing.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { Room } from "./room.mjs";
import { Visitor, browser } from "./visitor.mjs";

const setting = { scripted: true, size: "desktop", scheme: "light" };

test("a name that is bound anew to this address is refused", async (t) => {
  const room = await Room.during(t, "demo");
  const chromium = await browser("--host-resolver-rules=MAP evil.example 127.0.0.1");
  t.after(() => chromium.close());
  const evil = room.url.replace("127.0.0.1", "evil.example");
  const visitor = await Visitor.open(chromium, evil, setting);
  for (const path of ["/", "/doc/09PORTLOUIS214", "/api/v1/search", "/export?format=jsonl"]) {
    await visitor.goto(path, 421);
    assert.doesNotMatch(await visitor.page.content(), /VELOUTIER|Veloutier|MAURITIUS/);
  }
  const read = await visitor.page.evaluate(async () => (await fetch("/api/v1/search")).status);
  assert.equal(read, 421);
});

test("another site's page neither writes nor reads nor frames", async (t) => {
  const room = await Room.during(t, "demo");
  const site = createServer((request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><title>Elsewhere</title>
      <form id="form" method="post" action="${room.url}/decide">
        <input name="action" value="keyword"><input name="on" value="09PORTLOUIS214"><input name="words" value="evil">
      </form>
      <iframe src="${room.url}/"></iframe>`);
  });
  await new Promise((done) => site.listen(0, "127.0.0.1", done));
  const chromium = await browser("--host-resolver-rules=MAP evil.example 127.0.0.1");
  t.after(() => Promise.all([chromium.close(), site.close()]));
  // Another host, and another port of the same host.
  for (const host of ["evil.example", "127.0.0.1"]) {
    const visitor = await Visitor.open(chromium, `http://${host}:${site.address().port}`, setting);
    await visitor.goto("/");
    const [sent, framed] = await visitor.page.evaluate(async (url) => {
      const plain = { method: "POST", mode: "no-cors", headers: { "content-type": "text/plain" } };
      const wish = JSON.stringify({ action: "keyword", on: "09PORTLOUIS214", words: "evil" });
      const asked = [
        fetch(`${url}/api/v1/decisions`, { ...plain, body: wish }),
        fetch(`${url}/searches`, { ...plain, body: new URLSearchParams("name=evil&query=evil") }),
        fetch(`${url}/api/v1/decisions`, { method: "POST", headers: { "content-type": "application/json" }, body: wish }),
        fetch(`${url}/api/v1/searches/evil`, { method: "DELETE" }),
        fetch(`${url}/api/v1/search`),
      ];
      const sent = (await Promise.allSettled(asked)).map(({ status }) => status);
      return [sent, document.querySelector("iframe").contentDocument === null];
    }, room.url);
    assert.deepEqual(sent, Array(5).fill("rejected"));
    assert.ok(framed, "the frame is not to be read");
    await visitor.page.evaluate(() => document.querySelector("#form").submit());
    await visitor.page.getByRole("heading", { name: "Refused" }).waitFor();
  }
  assert.equal((await room.api("/decisions")).total, 0);
  assert.deepEqual(await room.api("/searches"), []);
});
