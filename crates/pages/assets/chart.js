// @ts-check
// Interaction with the timeline, the map and the network.

/** @type {HTMLElement} */
const figure = document.querySelector("[data-chart]");
const status = figure.querySelector("[data-told]");
const hint = status.textContent;

// The description of the dot, line or bar under the pointer.
const describe = (target) => {
  const mark = target instanceof Element && target.closest(".dot, line, .bars a, .events a");
  return mark ? mark.querySelector("title")?.textContent : null;
};
figure.addEventListener("pointerover", (event) => {
  status.textContent = describe(event.target) ?? hint;
  /** @type {SVGElement | false} */
  const dot = event.target instanceof Element && event.target.closest("[data-dot]");
  highlightLines(dot ? dot.dataset.dot : null);
  showName(dot ? dot.dataset.dot : null);
});
figure.addEventListener("pointerleave", () => {
  status.textContent = hint;
  highlightLines(null);
  showName(null);
});

// Shows the name of a dot, also where it has no room.
function showName(dot) {
  figure.querySelectorAll(".label").forEach((label, n) => label.classList.toggle("asked", dot === String(n)));
}

// Highlights the lines of a dot.
function highlightLines(dot) {
  const lines = figure.querySelector(".lines");
  if (!lines) return;
  lines.classList.toggle("chosen", dot !== null);
  for (const line of lines.querySelectorAll("line")) {
    line.classList.toggle("here", dot !== null && (line.dataset.one === dot || line.dataset.other === dot));
  }
}

const charts = {
  async map() {
    const { pan } = await import("./pan.js");
    pan(figure);
  },
  network: () => charts.map(),
  async timeline() {
    const { brush } = await import("./brush.js");
    brush(figure);
  },
};
charts[figure.dataset.chart]();
