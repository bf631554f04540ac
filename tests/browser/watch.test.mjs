// The visitor sees what is wrong: a page on which everything is.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { Visitor, browser } from "./visitor.mjs";

const BAD = `<!doctype html><html><title>Bad</title>
<script>alert(1)</script>
<script src="/bad.js"></script>
<img src="http://127.0.0.2:9/elsewhere.png">
<p style="color: #ddd">low</p>`;

test("faults are seen", async (t) => {
  const server = createServer((request, response) => {
    const script = request.url === "/bad.js";
    response.setHeader("content-type", script ? "text/javascript" : "text/html");
    response.setHeader("content-security-policy", "script-src 'self'");
    response.end(script ? "alert('a'); console.error('b'); missing()" : BAD);
  }).listen(0, "127.0.0.1");
  const chromium = await browser();
  t.after(() => Promise.all([chromium.close(), server.close()]));
  await new Promise((done) => server.listening ? done() : server.once("listening", done));
  const url = `http://127.0.0.1:${server.address().port}`;

  const kinds = (visitor) => [...new Set(visitor.faults.map((fault) => fault.split(/[: ]/)[0]))].sort();
  for (const scripted of [true, false]) {
    const visitor = await Visitor.open(chromium, url, { scripted, size: "desktop", scheme: "light" });
    await visitor.goto("/");
    const rules = (await visitor.violations()).map(({ rule }) => rule.split(":")[0]);
    assert.deepEqual(rules.sort(), ["color-contrast", "html-has-lang", "image-alt"]);
    const scripts = scripted ? ["dialog", "policy", "script"] : [];
    assert.deepEqual(kinds(visitor), ["console", "request", ...scripts].sort(), visitor.faults.join("\n"));
    await visitor.close();
  }
});
