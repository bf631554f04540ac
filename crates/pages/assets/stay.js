// @ts-check
// Decisions without leaving the place: the form is sent, and what changed in the answer
// takes the place of what is shown. The page neither moves nor loads again, and says
// beside the change how to take it back.

/** The script that shows cards closes them when this event comes. */
const DONE = "chancery:decided";

/** An answer is awaited: a second click would decide the next thing unseen. */
let busy = false;

const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

/** The address of this page without the last decision and the part that it showed. */
function here() {
  const query = new URLSearchParams(location.search);
  for (const name of ["done", "to"]) query.delete(name);
  return location.pathname + (query.size ? `?${query}` : "");
}

/** Keeps what a reader unfolded. */
function replace(old, fresh) {
  const open = [...old.querySelectorAll("details")].map((one) => one.open);
  [...fresh.querySelectorAll("details")].forEach((one, at) => { one.open ||= open[at] ?? false; });
  const top = old.scrollTop;
  old.replaceWith(fresh);
  fresh.scrollTop = top;
}

/** Replaces the elements that differ. The same elements in the same order are compared one by one. */
function update(old, fresh) {
  if (!old || !fresh) return;
  const [before, after] = [[...old.children], [...fresh.children]];
  const same = before.length === after.length && before.length > 0
    && before.every((one, at) => one.tagName === after[at].tagName
      && one.getAttribute("data-start") === after[at].getAttribute("data-start"));
  if (!same) return replace(old, fresh);
  before.forEach((one, at) => { if (one.outerHTML !== after[at].outerHTML) replace(one, after[at]); });
}

/** Something on the screen, by which the page is held in its place. */
function holdPlace() {
  const blocks = [...document.querySelectorAll(".document [data-start]")];
  const at = blocks.findIndex((one) => one.getBoundingClientRect().bottom > 80);
  const start = blocks[at]?.getAttribute("data-start");
  const [top, y] = [blocks[at]?.getBoundingClientRect().top, scrollY];
  return () => {
    const block = start && document.querySelector(`.document [data-start="${start}"]`);
    // How far what is on the screen moved in the page.
    const by = block ? block.getBoundingClientRect().top + scrollY - (top + y) : 0;
    if (scrollY !== y + by) scrollTo({ top: y + by, behavior: "instant" });
  };
}

/** What a decision can change. Other parts have buttons that scripts showed. */
const PARTS = [".document .card > h1", ".document .card-actions > form", ".document .as-sent > .lines", ".document > .text", ".document > .footnotes > ol", ".document-page > .side"];

function showDocument(fresh) {
  for (const part of PARTS) update(document.querySelector(part), fresh.querySelector(part));
  // The form of the button beside the change, and what was said of a change of no words.
  document.querySelectorAll("#undo-change, .document-page > .change").forEach((one) => one.remove());
  const [form, change] = [fresh.querySelector("#undo-change"), fresh.querySelector(".document-page > .change")];
  if (form) document.querySelector(".document")?.append(form);
  if (change) document.querySelector(".document")?.before(change);
}

/** Shows an answer in the place of this page. False if it is another page. */
function show(fresh, form) {
  const place = holdPlace();
  const page = /** @type {HTMLElement | null} */ (document.querySelector(".document-page"));
  const other = /** @type {HTMLElement | null} */ (fresh.querySelector(".document-page"));
  const [old, swapped] = [document.querySelector("[data-swap]"), fresh.querySelector("[data-swap]")];
  const choice = fresh.querySelector("article.narrow");
  const card = form?.closest(".pop");
  const key = document.activeElement?.getAttribute("data-key");
  if (page && other && page.dataset.document === other.dataset.document) {
    document.dispatchEvent(new CustomEvent(DONE));
    showDocument(fresh);
    /** @type {HTMLElement | null} */ (document.querySelector("#changed button"))?.focus({ preventScroll: true });
  } else if (old && swapped) {
    replace(old, swapped);
    const again = key && document.querySelector(`[data-key="${key}"]`);
    /** @type {HTMLElement | null} */ (again || document.querySelector("#changed button"))?.focus({ preventScroll: true });
  } else if (card && choice) {
    card.replaceChildren(choice);
    /** @type {HTMLElement | null} */ (choice.querySelector("button, a"))?.focus();
  } else {
    return false;
  }
  place();
  return true;
}

/** Says in a form why a decision was not made. */
function complain(form, words) {
  const line = form.querySelector(".warning") ?? document.createElement("p");
  line.className = "warning";
  line.setAttribute("role", "alert");
  line.textContent = words;
  form.append(line);
}

const samePage = (address) => new URL(address).pathname === location.pathname;

async function send(form, button) {
  const fields = new URLSearchParams(/** @type {any} */ (new FormData(form, button)));
  if (document.querySelector(".document-page")) fields.set("back", here());
  const action = button?.getAttribute("formaction") ?? form.getAttribute("action");
  const answer = await fetch(action, { method: "POST", body: fields });
  const fresh = await parse(answer);
  if (!answer.ok) {
    complain(form, fresh.querySelector("main .lead")?.textContent ?? answer.statusText);
  } else if ((answer.redirected && !samePage(answer.url)) || !show(fresh, form)) {
    location.href = answer.redirected ? answer.url : form.closest("[data-document]") ? here() : location.href;
  }
}

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("[data-stay]")) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  try {
    await send(form, /** @type {HTMLElement | null} */ (event.submitter));
  } catch {
    complain(form, "The server does not answer: nothing was changed.");
  } finally {
    busy = false;
  }
});

// A link to the same kind of page, such as the next doubt.
document.addEventListener("click", async (event) => {
  const link = event.target instanceof Element ? /** @type {HTMLAnchorElement | null} */ (event.target.closest("a[data-stay]")) : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  try {
    const answer = await fetch(link.href);
    if (!answer.ok || !show(await parse(answer), null)) location.href = link.href;
    else history.replaceState(history.state, "", link.href);
  } catch {
    location.href = link.href;
  } finally {
    busy = false;
  }
});
