// @ts-check
// Shows the card of a name over the text: after the pointer has rested on the
// name, or at once on a click or Enter. The content is that of the card's page.

const delay = 350;
/** Height of the bar at the top, and of the largest and the smallest card, in pixels. */
const [BAR, LARGEST, SMALLEST] = [60, 440, 160];
let pop = null;
let owner = null;
let timer = 0;
let pinned = false;

function close() {
  clearTimeout(timer);
  pop?.remove();
  owner?.removeAttribute("aria-describedby");
  pop = owner = null;
  pinned = false;
}

async function open(name, pin) {
  if (owner === name) {
    pinned ||= pin;
    if (pin) pop?.focus({ preventScroll: true });
    return;
  }
  close();
  owner = name;
  pinned = pin;
  let page;
  try {
    const response = await fetch(`${name.getAttribute("href")}?part=card`);
    if (!response.ok) throw new Error(response.statusText);
    page = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    if (pin) location.href = name.href;
    return;
  }
  if (owner !== name) return;
  pop = document.createElement("div");
  pop.className = "pop";
  pop.id = "pop";
  pop.tabIndex = -1;
  pop.setAttribute("role", "dialog");
  pop.setAttribute("aria-label", `About ${name.textContent}`);
  pop.append(...page.body.childNodes);
  pop.addEventListener("pointerenter", () => clearTimeout(timer));
  pop.addEventListener("pointerleave", closeLater);
  document.body.append(pop);
  position(name);
  if (pin) pop.focus({ preventScroll: true });
}

function position(name) {
  if (getComputedStyle(pop).position === "fixed") return;
  const box = name.getClientRects()[0] ?? name.getBoundingClientRect();
  const left = Math.min(box.left, document.documentElement.clientWidth - pop.offsetWidth - 16);
  // The card is on the side with room for it, and no higher than the room.
  const room = { below: innerHeight - box.bottom - 16, above: box.top - BAR - 16 };
  const below = room.below >= pop.offsetHeight || room.below >= room.above;
  pop.style.maxHeight = `${Math.min(LARGEST, Math.max(SMALLEST, below ? room.below : room.above))}px`;
  pop.style.left = `${Math.max(16, left) + scrollX}px`;
  pop.style.top = `${(below ? box.bottom + 6 : box.top - pop.offsetHeight - 6) + scrollY}px`;
}

function closeLater() {
  clearTimeout(timer);
  if (!pinned) timer = setTimeout(close, delay);
}

const nameOf = (target) => (target instanceof Element ? target.closest("a.n") : null);
/** @type {HTMLElement | null} */
const page = document.querySelector(".document-page");

page?.addEventListener("pointerover", (event) => {
  const name = nameOf(event.target);
  if (!name || event.pointerType !== "mouse" || pinned) return;
  clearTimeout(timer);
  timer = setTimeout(() => open(name, false), delay);
});
page?.addEventListener("pointerout", (event) => nameOf(event.target) && closeLater());
page?.addEventListener("click", (event) => {
  const name = nameOf(event.target);
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!name || !plain || String(getSelection()) !== "") return;
  event.preventDefault();
  open(name, true);
});
document.addEventListener("pointerdown", (event) => {
  if (pop && !pop.contains(event.target) && !nameOf(event.target)) close();
});
document.addEventListener("chancery:decided", close);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !pop) return;
  const name = owner;
  close();
  name?.focus({ preventScroll: true });
});
