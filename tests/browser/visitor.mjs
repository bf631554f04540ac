// A browser with somebody before it, who notes whatever is not as it should
// be: errors in the console, violations of the Content-Security-Policy,
// dialogs, requests that leave the server.

import { gzipSync } from "node:zlib";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const sizes = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};

/** How long something may take to come, in milliseconds, on a busy machine. */
const PATIENCE = 15_000;

/** Every way in which a page is looked at. */
export const SETTINGS = [true, false].flatMap((scripted) =>
  Object.keys(sizes).flatMap((size) =>
    ["light", "dark"].map((scheme) => ({ scripted, size, scheme })),
  ),
);

/** Half of the settings: each two of their values meet in one of them. */
export const HALF_OF_SETTINGS = SETTINGS.filter(({ scripted, size, scheme }) =>
  (scheme === "light") === (scripted === (size === "desktop")));

/** A setting in words. */
export const words = ({ scripted, size, scheme }) =>
  `${scripted ? "with" : "without"} JavaScript, ${size}, ${scheme}`;

/** Starts the browser. It finds no name but the machine's own. */
export function browser(...more) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ...(more.length ? more : ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]),
    ],
  });
}

export class Visitor {
  /** What was wrong so far, in words. */
  faults = [];
  /** Bytes of what was received, packed with gzip as a server on a network would, headers
   * included; counted only where a test asks for it. */
  weight = 0;
  /** Statuses of failure that are expected of the next pages. */
  expected = new Set();

  /** Opens a window on the server at `url`; what it receives is weighed on demand. */
  static async open(browser, url, setting, { weighed = false, ...more } = {}) {
    const { size, scheme } = setting;
    const context = await browser.newContext({
      ...sizes[size],
      ...more,
      baseURL: url,
      colorScheme: scheme,
      reducedMotion: "reduce",
      acceptDownloads: true,
    });
    const visitor = new Visitor();
    visitor.context = context;
    visitor.setting = setting;
    visitor.origin = new URL(url).origin;
    context.setDefaultTimeout(PATIENCE);
    visitor.watchRequests(weighed);
    await visitor.openPage();
    return visitor;
  }

  async openPage() {
    this.page = await this.context.newPage();
    this.inspector = await this.context.newCDPSession(this.page);
    await this.scripts(this.setting.scripted);
    await this.watchPage();
  }

  /**
   * Comes again as a stranger: with another page and nothing stored, but with the style and
   * scripts that the browser has kept, which makes pages quicker than in another window.
   */
  async comeAgain() {
    const { page, inspector, origin } = this;
    await inspector.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
    Object.assign(this, { faults: [], weight: 0, expected: new Set() });
    await this.openPage();
    await page.close();
  }

  /** Lets scripts of pages run, or not. */
  scripts(run) {
    return this.inspector.send("Emulation.setScriptExecutionDisabled", { value: !run });
  }

  watchRequests(weighed) {
    const { context } = this;
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== this.origin && !["data:", "blob:"].includes(url.protocol)) {
        this.faults.push(`request to ${url.href}`);
      }
    });
    if (!weighed) return;
    context.on("requestfinished", async (request) => {
      const sizes = await request.sizes().catch(() => null);
      const body = await request.response().then((response) => response?.body()).catch(() => null);
      const packed = body ? gzipSync(body).length : sizes?.responseBodySize ?? 0;
      if (sizes) this.weight += packed + sizes.responseHeadersSize;
    });
  }

  async watchPage() {
    const { page, inspector, faults } = this;
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      const status = /responded with a status of (\d+)/.exec(message.text())?.[1];
      if (!this.expected.has(Number(status))) faults.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`script: ${error}`));
    page.on("dialog", (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    inspector.on("Audits.issueAdded", ({ issue }) => {
      const detail = issue.details.contentSecurityPolicyIssueDetails;
      if (detail) faults.push(`policy: ${detail.violatedDirective} ${detail.blockedURL ?? "inline"}`);
    });
    await inspector.send("Audits.enable");
  }

  /** Goes to a page; its status must be the expected. */
  async goto(path, status = 200) {
    this.expected = new Set(status >= 400 ? [status] : []);
    const answer = await this.page.goto(path);
    // A place in the same page is no new answer.
    if (answer) assert.equal(answer.status(), status, path);
    await this.page.waitForLoadState();
  }

  /** Runs a function in the page, also where the page's own scripts do not. */
  async inside(run, argument) {
    if (!this.setting.scripted) await this.scripts(true);
    try {
      return await this.page.evaluate(run, argument);
    } finally {
      if (!this.setting.scripted) await this.scripts(false);
    }
  }

  /** What axe finds against WCAG 2.2 AA, with everything unfolded. */
  async violations() {
    await this.inside(axe);
    const found = await this.inside(async (tags) => {
      const folded = [...document.querySelectorAll("details:not([open])")];
      for (const one of folded) one.open = true;
      const result = await axe.run({ runOnly: tags, resultTypes: ["violations"] });
      for (const one of folded) one.open = false;
      return result.violations.map(({ id, help, nodes }) => ({
        rule: `${id}: ${help}`,
        at: nodes.map((node) => `${node.target} ${node.html.slice(0, 160)}`).slice(0, 5),
      }));
    }, WCAG);
    return found;
  }

  /** The words of the page with everything unfolded, and its title. */
  shownWords() {
    return this.inside(() => {
      const folded = [...document.querySelectorAll("details:not([open])")];
      for (const one of folded) one.open = true;
      const words = `${document.title}\n${document.body.innerText}`;
      for (const one of folded) one.open = false;
      return words;
    });
  }

  async accessible() {
    assert.deepEqual(await this.violations(), [], this.page.url());
  }

  /** Nothing was wrong. */
  clean() {
    assert.deepEqual(this.faults, []);
  }

  async close() {
    await this.context.close();
  }
}
