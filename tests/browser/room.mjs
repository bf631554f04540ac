// The program itself, serving an archive on a free port.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "../..");
const program = process.env.CHANCERY ?? join(root, "target/debug/chancery");

const ends = new WeakMap();

/** Does something when the test `t` ends, before what was asked for earlier: a server ends before its folder goes. */
function atEnd(t, end) {
  if (!ends.has(t)) {
    ends.set(t, []);
    t.after(async () => { for (const one of ends.get(t).reverse()) await one(); });
  }
  ends.get(t).push(end);
}

/** A folder that is gone when the test `t` ends. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "chancery-browser-"));
  atEnd(t, () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Runs a command of the program to its end. That some files failed (1) is an answer. */
export function chancery(...words) {
  const done = spawnSync(program, words, { encoding: "utf8" });
  if (done.status !== 0 && done.status !== 1) throw new Error(`chancery ${words.join(" ")}: ${done.error ?? done.stderr}`);
  return done.stdout;
}

/** An open reading room: `url` ends without a slash. */
export class Room {
  constructor(child, said) {
    this.child = child;
    this.url = said.url.replace(/\/$/, "");
    this.archive = said.archive;
  }

  /** Opens one by a command: `demo`, or `serve FOLDER`. */
  static async open(...words) {
    const child = spawn(program, [...words, "--port", "0", "--author", "ana"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface(child.stdout)) {
      return new Room(child, JSON.parse(line));
    }
    throw new Error(`chancery ${words.join(" ")} ended without an address`);
  }

  /** One that is closed when the test `t` ends. */
  static async during(t, ...words) {
    const room = await Room.open(...words);
    atEnd(t, () => room.close());
    return room;
  }

  close() {
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.kill("SIGINT");
    return ended;
  }

  /** What the API says at a path under /api/v1. */
  async api(path, body) {
    const send = body && {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    const answer = await fetch(`${this.url}/api/v1${path}`, send);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
