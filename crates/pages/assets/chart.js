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
});
figure.addEventListener("pointerleave", () => {
  status.textContent = hint;
  highlightLines(null);
});

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
  async network() {
    // Without WebGL even loading the library fails.
    if (document.createElement("canvas").getContext("webgl2") === null) return charts.map();
    const { net } = await import("./net.js");
    await net(figure).catch(charts.map);
  },
  async timeline() {
    const { brush } = await import("./brush.js");
    brush(figure);
  },
};
charts[figure.dataset.chart]();
