// @ts-check
// What can be done with selected words: copy them, copy them with their citation, write a
// note, mark a name. The bar takes neither the focus nor the selection, so that the keys
// of the browser go on working.
import { copyText, quoteWithCitation } from "./copy.js";
import { selectedPassage } from "./words.js";

/** @type {HTMLElement | null} */
const page = document.querySelector(".document-page");
/** @type {HTMLElement | null} */
let bar = null;

/** Longer names are not marked. */
const MAX_NAME = 200;

function button(words, act) {
  const one = document.createElement("button");
  one.type = "button";
  one.textContent = words;
  // A press would move the focus, and with it the selection.
  one.addEventListener("pointerdown", (event) => event.preventDefault());
  one.addEventListener("mousedown", (event) => event.preventDefault());
  one.addEventListener("click", () => act(one));
  return one;
}

function addField(form, name, value) {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = name;
  input.value = String(value);
  form.append(input);
}

function noteForm(passage) {
  const template = /** @type {HTMLTemplateElement} */ (document.querySelector("#note-form"));
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const form = /** @type {HTMLFormElement} */ (copy.firstElementChild);
  addField(form, "start", passage.start);
  addField(form, "end", passage.end);
  return form;
}

function nameForm(passage) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/decide";
  form.dataset.stay = "";
  form.className = "row";
  const fields = { back: page?.dataset.address, action: "add", document: page?.dataset.document,
    start: passage.start, end: passage.end };
  for (const [name, value] of Object.entries(fields)) addField(form, name, value);
  const label = document.createElement("label");
  label.textContent = `“${passage.words.trim()}” is a`;
  form.append(label);
  for (const [value, name] of [["PER", "person"], ["LOC", "place"], ["ORG", "organisation"], ["MISC", "other"]]) {
    const choice = document.createElement("button");
    choice.name = "label";
    choice.value = value;
    choice.textContent = name;
    form.append(choice);
  }
  return form;
}

/** Puts a form in the place of the buttons. */
function showForm(form) {
  bar?.classList.add("open");
  bar?.replaceChildren(form);
  /** @type {HTMLElement | null} */ (form.querySelector("textarea, button"))?.focus();
}

function showBar(passage) {
  close();
  bar = document.createElement("div");
  bar.className = "pop selection-bar";
  bar.setAttribute("role", "dialog");
  bar.setAttribute("aria-label", "The selected words");
  bar.append(
    button("Copy", (one) => copyText(passage.words, one)),
    button("Copy with citation", (one) => copyText(quoteWithCitation(passage), one)),
    button("Note", () => showForm(noteForm(passage))),
  );
  if (passage.isOneBlock && passage.end - passage.start <= MAX_NAME) {
    bar.append(button("Mark a name", () => showForm(nameForm(passage))));
  }
  document.body.append(bar);
  place(passage.range);
}

function place(range) {
  if (!bar || getComputedStyle(bar).position === "fixed") return;
  const lines = range.getClientRects();
  const box = lines[lines.length - 1] ?? range.getBoundingClientRect();
  const left = Math.min(box.left, document.documentElement.clientWidth - bar.offsetWidth - 16);
  bar.style.left = `${Math.max(16, left) + scrollX}px`;
  bar.style.top = `${box.bottom + scrollY + 10}px`;
}

function close() {
  bar?.remove();
  bar = null;
}

const isInBar = (target) => bar !== null && target instanceof Node && bar.contains(target);

document.addEventListener("pointerup", (event) => {
  if (isInBar(event.target)) return;
  // The browser clears a selection after the button is up.
  setTimeout(() => {
    const passage = selectedPassage();
    if (passage) showBar(passage);
    else close();
  });
});
document.addEventListener("chancery:decided", close);
document.addEventListener("keyup", (event) => {
  if (event.key === "Escape") close();
  else if (!isInBar(event.target) && (event.shiftKey || event.key === "Shift")) {
    const passage = selectedPassage();
    if (passage) showBar(passage);
  }
});
