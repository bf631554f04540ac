// @ts-check
// Suggestions under a search box while its user types: people, places, posts, documents.
// The box is a combobox with a list (ARIA 1.2): arrows choose, Enter opens, Escape closes.

const KINDS = {
  person: "Person", place: "Place", organisation: "Organisation", other: "Name", post: "Post",
  document: "Document", field: "Field", search: "Saved search",
};

/** Milliseconds without a key before suggestions are asked for. */
const PAUSE = 60;

/**
 * Lets a box suggest.
 * @param {HTMLInputElement} input
 * @param {Element} parent Where the list is shown.
 * @param {{ id: string, names: boolean, take: (one: any, close: () => void) => void }} options
 */
function attach(input, parent, { id, names, take }) {
  const list = document.createElement("ul");
  list.className = "options";
  list.id = id;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  parent.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  /** @type {any[]} */
  let suggestions = [];
  let chosen = -1;
  let timer = 0;
  let request = new AbortController();

  const choose = (at) => {
    chosen = at;
    [...list.children].forEach((option, place) => {
      option.setAttribute("aria-selected", String(place === at));
      if (place === at) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    });
    if (at < 0) input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    clearTimeout(timer);
    request.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const part = (name, words) => {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = words;
    return span;
  };
  const show = () => {
    list.replaceChildren(...suggestions.map((one, place) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(part("name", one.name), part("kind", KINDS[one.kind]));
      if (one.detail) option.append(part("detail", one.detail));
      // The box keeps the focus.
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => take(one, close));
      return option;
    }));
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    choose(-1);
  };
  const ask = async () => {
    request.abort();
    request = new AbortController();
    const typed = input.value;
    if (!typed.trim()) return close();
    try {
      const { signal } = request;
      const query = new URLSearchParams({ q: typed.slice(0, 200), names_only: String(names) });
      const answer = await fetch(`/api/v1/suggestions?${query}`, { signal });
      if (!answer.ok || input.value !== typed) return;
      suggestions = await answer.json();
      show();
    } catch {
      // A newer request took its place, or the server is gone: the form still works.
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      const places = suggestions.length + 1;
      choose((chosen + 1 + by + places) % places - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      take(suggestions[chosen], close);
    }
  });
}

// The search boxes: a choice opens its page, or completes what was typed.
for (const form of document.querySelectorAll("[data-suggest]")) {
  const input = /** @type {HTMLInputElement} */ (form.querySelector("input[type=search]"));
  const take = (one, close) => {
    if (one.url) {
      location.href = one.url;
      return;
    }
    input.value = one.completion;
    close();
    input.focus();
  };
  attach(input, form, { id: /** @type {string} */ (input.dataset.list), names: false, take });
}

// Boxes that ask for a name, also in cards that come later: a choice sends the form with
// the id of who is meant, and not with the words.
document.addEventListener("focusin", (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  if (!input.matches("[data-choose]") || input.hasAttribute("role")) return;
  const form = /** @type {HTMLFormElement} */ (input.form);
  const take = (one, close) => {
    close();
    const id = document.createElement("input");
    id.type = "hidden";
    id.name = input.name;
    id.value = one.entity;
    input.removeAttribute("name");
    input.value = one.name;
    form.append(id);
    form.requestSubmit(input.closest(".row, form")?.querySelector("button"));
  };
  attach(input, input.parentElement ?? form, { id: `${input.id}-list`, names: true, take });
});
