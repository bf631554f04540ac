// @ts-check
// Moves and zooms the map and the network: by dragging and
// pinching, by the wheel with Ctrl, and by buttons, which also take arrow keys.
// Dots and labels keep their size on the screen; labels show where they have
// room.
import "./vendor/d3-color-3.1.1/d3-color.min.js";
import "./vendor/d3-dispatch-3.0.2/d3-dispatch.min.js";
import "./vendor/d3-ease-3.0.2/d3-ease.min.js";
import "./vendor/d3-interpolate-3.0.2/d3-interpolate.min.js";
import "./vendor/d3-selection-3.0.1/d3-selection.min.js";
import "./vendor/d3-timer-3.0.2/d3-timer.min.js";
import "./vendor/d3-transition-3.0.2/d3-transition.min.js";
import "./vendor/d3-drag-3.0.1/d3-drag.min.js";
import "./vendor/d3-zoom-3.0.1/d3-zoom.min.js";

const { select, zoom, zoomIdentity } = globalThis.d3;

// Below this width, in pixels, dots and labels do not shrink with the chart.
const narrow = 760;

export function pan(figure) {
  const svg = figure.querySelector("svg");
  const ground = svg.querySelector(".ground");
  const marks = [...svg.querySelectorAll(".dot, .label")].map((node) => ({
    node,
    home: node.getAttribute("transform"),
  }));
  const labels = [...svg.querySelectorAll(".label")];
  const quick = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const box = svg.viewBox.baseVal;

  const frame = svg.parentElement;
  const scrolls = () => frame.scrollWidth > frame.clientWidth + 1;

  const zoomed = zoom()
    .scaleExtent([1, 24])
    .extent([[0, 0], [box.width, box.height]])
    .translateExtent([[0, 0], [box.width, box.height]])
    .filter((event) => {
      // Where the frame scrolls, one finger scrolls until the picture is zoomed in.
      if (event.touches && scrolls()) return event.touches.length > 1 || svg.classList.contains("near");
      return !event.button && (event.type !== "wheel" || event.ctrlKey || event.metaKey);
    })
    .on("zoom", ({ transform }) => {
      ground.setAttribute("transform", transform.toString());
      svg.classList.toggle("near", transform.k > 1);
      size(transform.k);
    })
    .on("end", showLabels);

  function size(k) {
    const scale = Math.max(1, narrow / svg.clientWidth) / k;
    for (const { node, home } of marks) node.setAttribute("transform", `${home} scale(${scale})`);
  }

  // Shows the labels that have room. Larger dots have precedence.
  function showLabels() {
    const taken = [];
    const own = svg.getBoundingClientRect();
    for (const label of labels) {
      label.classList.remove("crowded");
      const at = label.getBoundingClientRect();
      const inside = at.left >= own.left && at.right <= own.right;
      const meets = (other) =>
        at.left < other.right && other.left < at.right && at.top < other.bottom && other.top < at.bottom;
      if (!inside || taken.some(meets)) label.classList.add("crowded");
      else taken.push(at);
    }
  }

  // Scrolls to the dots of most documents: they lie first.
  function showBusiest() {
    const dots = [...svg.querySelectorAll(".dot")].slice(0, 12);
    if (!scrolls() || dots.length === 0) return;
    const middles = dots.map((dot) => {
      const { left, right } = dot.getBoundingClientRect();
      return (left + right) / 2;
    }).sort((one, other) => one - other);
    const middle = middles[Math.floor(middles.length / 2)];
    frame.scrollLeft += middle - frame.getBoundingClientRect().left - frame.clientWidth / 2;
  }

  const picture = select(svg).call(zoomed).on("dblclick.zoom", null);
  const animated = () => (quick ? picture : picture.transition().duration(250));
  const by = {
    in: () => animated().call(zoomed.scaleBy, 1.6),
    out: () => animated().call(zoomed.scaleBy, 1 / 1.6),
    all: () => animated().call(zoomed.transform, zoomIdentity),
  };
  const keys = {
    "+": by.in, "=": by.in, "-": by.out, 0: by.all,
    ArrowLeft: () => animated().call(zoomed.translateBy, 60, 0),
    ArrowRight: () => animated().call(zoomed.translateBy, -60, 0),
    ArrowUp: () => animated().call(zoomed.translateBy, 0, 60),
    ArrowDown: () => animated().call(zoomed.translateBy, 0, -60),
  };
  for (const button of figure.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", by[button.dataset.zoom]);
    button.addEventListener("keydown", (event) => {
      if (event.key.startsWith("Arrow")) {
        event.preventDefault();
        keys[event.key]();
      }
    });
    button.disabled = false;
  }
  showBusiest();
  new ResizeObserver(() => {
    size(globalThis.d3.zoomTransform(svg).k);
    showLabels();
  }).observe(svg);
}
