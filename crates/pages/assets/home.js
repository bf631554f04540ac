// @ts-check
// The first page: the documents that were read last, which this browser remembers and no
// server, and the saved searches.

const READ = "chancery-read";

/** Documents that are remembered. */
const MOST = 5;

/** @param {string} name @param {any} none */
function recall(name, none) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "") ?? none;
  } catch {
    return none;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing shows nothing.
  }
}

const page = /** @type {HTMLElement | null} */ (document.querySelector(".document-page"));
if (page) {
  const address = page.dataset.address;
  const title = document.querySelector(".document h1")?.textContent?.trim() ?? "";
  const facts = document.querySelector(".document .facts")?.textContent?.trim() ?? "";
  const others = recall(READ, []).filter((one) => one.address !== address);
  remember(READ, [{ address, title, facts }, ...others].slice(0, MOST));
}

const goOn = document.querySelector("#go-on");
const read = goOn ? recall(READ, []) : [];
if (goOn && read.length > 0) {
  goOn.querySelector("ul")?.replaceChildren(...read.map(({ address, title, facts }) => {
    const line = document.createElement("li");
    const link = document.createElement("a");
    // Only a document of this server.
    link.href = String(address).startsWith("/doc/") ? address : "/";
    link.textContent = title;
    const more = document.createElement("span");
    more.className = "facts";
    more.textContent = ` ${facts}`;
    line.append(link, more);
    return line;
  }));
  goOn.removeAttribute("hidden");
}

// What a saved search finds is no longer new once it was opened.
for (const line of document.querySelectorAll("[data-saved]")) {
  if (!line.querySelector(".new")) continue;
  line.querySelector("a")?.addEventListener("click", () => {
    const name = /** @type {HTMLElement} */ (line).dataset.saved ?? "";
    navigator.sendBeacon("/searches", new URLSearchParams({ seen: name, back: "/" }));
  });
}
