// @ts-check
// Adds a name that was not found: the user selects its words. Offsets count code
// points of the reading text: the block's start, which it carries in an
// attribute, and those within the block.

/** @type {HTMLElement | null} */
const page = document.querySelector(".document-page");
let pop = null;

const countPoints = (words) => [...words].length;

// Code points between the start of a block and a position in it, without those
// that the page added to the text.
function offset(block, node, at) {
  let count = 0;
  const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  range.setStart(block, 0);
  range.setEnd(node, at);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    if (text.parentElement.closest("[data-extra]")) continue;
    if (text === node) return count + countPoints(/** @type {Text} */ (text).data.slice(0, at));
    if (range.comparePoint(text, 0) > 0) return count;
    count += countPoints(/** @type {Text} */ (text).data);
  }
  return count;
}

const blockOf = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest("[data-start]");

function selectedSpan() {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const block = blockOf(range.startContainer);
  if (!block || block !== blockOf(range.endContainer)) return null;
  const start = Number(block.dataset.start);
  let from = start + offset(block, range.startContainer, range.startOffset);
  let to = start + offset(block, range.endContainer, range.endOffset);
  const words = selection.toString();
  from += countPoints(words) - countPoints(words.trimStart());
  to -= countPoints(words) - countPoints(words.trimEnd());
  if (to <= from || to - from > 200) return null;
  return { from, to, words: words.trim(), range };
}

function addField(form, name, value) {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = name;
  input.value = value;
  form.append(input);
}

function showForm(choice) {
  close();
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/decide";
  form.className = "row";
  addField(form, "back", `${page.dataset.address}`);
  addField(form, "action", "add");
  addField(form, "document", page.dataset.document);
  addField(form, "start", choice.from);
  addField(form, "end", choice.to);
  const label = document.createElement("label");
  label.textContent = `“${choice.words}” is a`;
  form.append(label);
  for (const [value, name] of [["PER", "person"], ["LOC", "place"], ["ORG", "organisation"], ["MISC", "other"]]) {
    const button = document.createElement("button");
    button.name = "label";
    button.value = value;
    button.textContent = name;
    form.append(button);
  }
  pop = document.createElement("div");
  pop.className = "pop mark-pop";
  pop.setAttribute("role", "dialog");
  pop.setAttribute("aria-label", "Add a name");
  pop.append(form);
  document.body.append(pop);
  if (getComputedStyle(pop).position !== "fixed") {
    const box = choice.range.getBoundingClientRect();
    const left = Math.min(box.left, document.documentElement.clientWidth - pop.offsetWidth - 16);
    pop.style.left = `${Math.max(16, left) + scrollX}px`;
    pop.style.top = `${box.bottom + scrollY + 8}px`;
  }
}

function close() {
  pop?.remove();
  pop = null;
}

document.addEventListener("pointerup", (event) => {
  if (pop?.contains(event.target)) return;
  setTimeout(() => {
    const choice = selectedSpan();
    if (choice) showForm(choice);
    else close();
  });
});
document.addEventListener("keyup", (event) => {
  if (event.key === "Escape") close();
  else if (event.shiftKey || event.key === "Shift") {
    const choice = selectedSpan();
    if (choice) showForm(choice);
  }
});
