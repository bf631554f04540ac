// @ts-check
// Moves from hit to hit without loading the page again, and keeps the bar of hits true.
import { stepHit } from "./keys.js";

const bar = document.querySelector(".found");
const stepper = /** @type {HTMLElement | null} */ (document.querySelector("[data-hits]"));

/** Letters of context before and after; the line is cut at its end. */
const BEFORE = 28;
const AFTER = 120;

function around(mark) {
  const block = mark.closest(".par, .line, .heading, h1, li, p") ?? mark.parentElement;
  const words = document.createRange();
  words.selectNodeContents(block);
  words.setEndBefore(mark);
  const before = words.toString().slice(-BEFORE).replace(/^\S*\s/, "");
  words.selectNodeContents(block);
  words.setStartAfter(mark);
  const set = document.createElement("mark");
  set.textContent = mark.textContent;
  return ["… ", before, set, words.toString().slice(0, AFTER)];
}

/** The links of the bar, and how many hits each goes on. @type {[string, number][]} */
const WAYS = [["previous-hit", -1], ["next-hit", 1]];

if (bar && stepper) {
  document.addEventListener("chancery:hit", (event) => {
    const mark = /** @type {CustomEvent} */ (event).detail;
    const number = Number(mark.id.replace("hit", ""));
    const place = bar.querySelector(".hit-number");
    if (place) place.textContent = String(number);
    bar.querySelector(".hit-words")?.replaceChildren(...around(mark));
    stepper.dataset.hit = String(number);
    for (const [name, by] of WAYS) {
      const link = /** @type {HTMLAnchorElement | null} */ (bar.querySelector(`.${name}`));
      const to = Math.min(Math.max(number + by, 1), Number(stepper.dataset.hits));
      if (link) link.href = link.href.replace(/hit=\d+#hit\d+$/, `hit=${to}#hit${to}`);
    }
    history.replaceState(history.state, "", `#${mark.id}`);
  });
  for (const [name, by] of WAYS) {
    bar.querySelector(`.${name}`)?.addEventListener("click", (event) => {
      const to = Number(stepper.dataset.hit) + by;
      if (to < 1 || to > Number(stepper.dataset.hits)) return event.preventDefault();
      // Another part of a long document has it: the link leads there. A page that was opened
      // elsewhere goes on from what is on the screen.
      const [here, next] = [0, by].map((more) => document.getElementById(`hit${Number(stepper.dataset.hit) + more}`));
      if (!next && (here || !document.querySelector("mark[id]"))) return;
      event.preventDefault();
      stepHit(by, Number(stepper.dataset.hit));
    });
  }
}
