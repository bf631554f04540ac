// @ts-check
// Copies words of the text as they stand there, with a citation if the reader wants one:
// of the document, of a paragraph, of a selection.
import { blockOf, passageOfBlock, selectedPassage } from "./words.js";

/** @type {HTMLElement | null} */
const page = document.querySelector(".document-page");

/** The citation of the document of a block; of a numbered paragraph and its items, or of a
 * footnote, with its place. Without a block, that of the page. */
export function citation(block) {
  const whole = (block ?? page)?.closest("[data-citation]")?.dataset.citation ?? "";
  const place = block?.dataset.place;
  return place ? `${whole.replace(/\.$/, "")}, ${place}.` : whole;
}

/** Words in quotation marks, and under them where they are from. */
export const quoteWithCitation = (passage) => `“${passage.words.trim()}”\n${citation(passage.first)}`;

/** Writes to the clipboard, and says so beside the button. */
export async function copyText(words, button) {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    // Pages over plain HTTP from another machine have no clipboard of their own.
    const area = document.createElement("textarea");
    area.value = words;
    area.className = "unseen";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  if (!button) return;
  const before = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = before; }, 1500);
}

// What is copied with the keys or the menu of the browser is the text alone.
document.addEventListener("copy", (event) => {
  if (event.target instanceof HTMLElement && event.target.matches("input, textarea")) return;
  const passage = selectedPassage();
  if (!passage || !event.clipboardData) return;
  event.clipboardData.setData("text/plain", passage.words);
  event.preventDefault();
});

const whole = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-copy=citation]"));
if (whole) {
  whole.hidden = false;
  whole.addEventListener("click", () => copyText(citation(null), whole));
}

// Passages on the page of an entity have a button each; more of them come while one reads.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-copy=passage]");
  const line = button && /** @type {HTMLElement | null} */ (button.closest(".passage-line"));
  const words = line?.querySelector("[data-words]")?.textContent;
  if (line && words) copyText(quoteWithCitation({ words, first: line }), button);
});

// One button goes to the paragraph under the pointer or with the focus.
const button = document.createElement("button");
button.type = "button";
button.className = "copy-paragraph";
button.dataset.extra = "";
button.textContent = "Copy";
button.setAttribute("aria-label", "Copy the paragraph with its citation");
button.title = "Copy the paragraph with its citation";
/** @type {HTMLElement | null} */
let owner = null;

function moveTo(target) {
  const block = target instanceof Node ? blockOf(target) : null;
  if (!block?.matches(".par") || block === owner) return;
  owner = block;
  block.querySelector(".anchor")?.after(button);
}

button.addEventListener("click", () => {
  const passage = owner && passageOfBlock(owner);
  if (passage) copyText(quoteWithCitation(passage), button);
});
page?.addEventListener("pointerover", (event) => moveTo(event.target));
page?.addEventListener("focusin", (event) => moveTo(event.target));
