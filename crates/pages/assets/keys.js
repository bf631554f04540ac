// @ts-check
// Keyboard shortcuts: j k next and previous paragraph or result, n p next and
// previous hit, / search, ? help, [ ] previous and next document, e names.

const isTextField = (target) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

let current = { paragraph: -1, hit: -1 };

function targets(kind) {
  const selector = kind === "hit" ? ".text mark[id], .lines mark[id], h1 mark[id]" : ".par, .hit";
  return [...document.querySelectorAll(selector)];
}

// The first one that has not been scrolled past. Used before any is chosen.
function firstVisible(all) {
  return all.findIndex((one) => one.getBoundingClientRect().bottom > 80);
}

function step(kind, by) {
  const all = targets(kind);
  if (all.length === 0) return;
  const from = current[kind] < 0 ? firstVisible(all) - (by > 0 ? 1 : 0) : current[kind];
  const at = Math.min(Math.max(from + by, 0), all.length - 1);
  current[kind] = at;
  document.querySelectorAll(".here").forEach((one) => one.classList.remove("here"));
  const one = all[at];
  one.classList.add("here");
  const target = /** @type {HTMLElement} */ (one.matches(".hit") ? one.querySelector("a") : one);
  target.focus({ preventScroll: true });
  one.scrollIntoView({ block: kind === "hit" ? "center" : "nearest" });
  if (kind === "hit") document.dispatchEvent(new CustomEvent("chancery:hit", { detail: one }));
}

/** Goes on by `by` hits from the hit with this number. */
export function stepHit(by, number) {
  if (current.hit < 0) current.hit = targets("hit").findIndex((one) => one.id === `hit${number}`);
  step("hit", by);
}

/** Goes on by a hit. The bar of the hits leads to those that this page does not show. */
function stepOrFollow(by, link) {
  const all = targets("hit");
  // The address may lead to one of them.
  if (current.hit < 0) current.hit = all.findIndex((one) => one.matches(":target"));
  if (current.hit >= 0 && !all[current.hit + by]) follow(link);
  else step("hit", by);
}

const follow = (selector) => document.querySelector(selector)?.click();

const keys = {
  j: () => step("paragraph", 1),
  k: () => step("paragraph", -1),
  n: () => stepOrFollow(1, ".next-hit"),
  p: () => stepOrFollow(-1, ".previous-hit"),
  "/": () => /** @type {HTMLInputElement | null} */ (document.querySelector("#q") ?? document.querySelector("#q-top"))?.select(),
  "?": () => { location.href = "/help#keys"; },
  "[": () => follow(".neighbours a[rel=prev]"),
  "]": () => follow(".neighbours a[rel=next]"),
  e: () => /** @type {HTMLElement | null} */ (document.querySelector(".cast a, .cast summary"))?.focus(),
};

// Keys of one letter can be switched off (WCAG 2.1.4). This browser remembers it.
const OFF = "chancery-keys-off";
let off = false;
try {
  off = localStorage.getItem(OFF) === "yes";
} catch {
  // A browser that keeps nothing has the keys on.
}
const box = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-keys-off]"));
if (box) {
  box.checked = off;
  box.addEventListener("change", () => {
    off = box.checked;
    try {
      localStorage.setItem(OFF, off ? "yes" : "no");
    } catch {
      // Then it holds for this page.
    }
  });
}

document.addEventListener("keydown", (event) => {
  if (off || event.ctrlKey || event.metaKey || event.altKey || isTextField(event.target)) return;
  // A page may have buttons with keys.
  const button = /^[a-z]$/.test(event.key) ? document.querySelector(`[data-key="${event.key}"]`) : null;
  const action = button ? () => /** @type {HTMLElement} */ (button).click() : keys[event.key];
  if (action && !(button && event.repeat)) {
    event.preventDefault();
    action();
  }
});
