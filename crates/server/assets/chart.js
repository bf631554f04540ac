// What scripts add to the timeline, the map and the network.

const figure = document.querySelector("[data-chart]");
const told = figure.querySelector("[data-told]");
const usual = told.textContent;

// The words of what is under the pointer, at once and in one place.
const words = (target) => {
  const mark = target instanceof Element && target.closest(".dot, line, .bars a, .events a");
  return mark ? mark.querySelector("title")?.textContent : null;
};
figure.addEventListener("pointerover", (event) => {
  told.textContent = words(event.target) ?? usual;
  const dot = event.target instanceof Element && event.target.closest("[data-dot]");
  choose(dot ? dot.dataset.dot : null);
});
figure.addEventListener("pointerleave", () => {
  told.textContent = usual;
  choose(null);
});

// The lines of a dot.
function choose(dot) {
  const lines = figure.querySelector(".lines");
  if (!lines) return;
  lines.classList.toggle("chosen", dot !== null);
  for (const line of lines.querySelectorAll("line")) {
    line.classList.toggle("here", dot !== null && (line.dataset.one === dot || line.dataset.other === dot));
  }
}

const kinds = {
  async map() {
    const { pan } = await import("./pan.js");
    pan(figure);
  },
  async network() {
    // The library must not even be loaded where there is no WebGL.
    if (document.createElement("canvas").getContext("webgl2") === null) return kinds.map();
    const { net } = await import("./net.js");
    await net(figure).catch(kinds.map);
  },
  async timeline() {
    const { brush } = await import("./brush.js");
    brush(figure);
  },
};
kinds[figure.dataset.chart]();
