// @ts-check
// The network as a graph that users can move and zoom, drawn with WebGL. The
// server computes the positions, so the chart is the same each time.
import "./vendor/graphology-0.26.0/graphology.umd.min.js";
import "./vendor/sigma-3.0.3/sigma.min.js";

const { graphology: Graph, Sigma } = globalThis;

// Maximum length of a label, in characters, as on the server; longer are cut.
const maxLabel = 34;
// Font of labels, its size, and the height of a line, in pixels.
const [font, height, line] = ["system-ui, sans-serif", 12, 15];
const pen = document.createElement("canvas").getContext("2d");
pen.font = `${height}px ${font}`;

const documents = (count) => `${count} document${count === 1 ? "" : "s"}`;
const cut = (label) => (label.length > maxLabel ? `${label.slice(0, maxLabel).trimEnd()}…` : label);

// The nodes whose labels have room. Larger dots have precedence.
function labelsWithRoom(graph, picture, width) {
  const taken = [];
  const size = (node) => graph.getNodeAttribute(node, "size");
  const nodes = graph.nodes().sort((one, other) => size(other) - size(one));
  return new Set(nodes.filter((node) => {
    const { x, y, size, label } = graph.getNodeAttributes(node);
    const at = picture.graphToViewport({ x, y });
    const left = at.x + size;
    const own = { left, right: left + 6 + pen.measureText(label).width, top: at.y - line / 2, bottom: at.y + line / 2 };
    const meets = (other) =>
      own.left < other.right && other.left < own.right && own.top < other.bottom && other.top < own.bottom;
    if (own.right > width || taken.some(meets)) return false;
    taken.push(own);
    return true;
  }));
}

export async function net(figure) {
  const response = await fetch(figure.dataset.source);
  if (!response.ok) throw new Error(response.statusText);
  const { nodes, edges } = await response.json();
  const letters = figure.dataset.source.includes("by=letter");
  const hrefs = [...figure.querySelectorAll(".dots a")].map((link) => link.getAttribute("href"));

  const canvas = document.createElement("div");
  canvas.className = "canvas";
  canvas.setAttribute("aria-hidden", "true");
  // The drawing of the server is what is printed: WebGL leaves paper empty.
  const svg = figure.querySelector("svg");
  svg.before(canvas);
  svg.classList.add("for-print");

  const shape = canvas.clientWidth / canvas.clientHeight;

  // Dots are smaller on narrow screens, so that there is space between them.
  const scale = Math.min(1, 0.3 + canvas.clientWidth / 1000);
  const most = Math.max(...nodes.map((node) => node.documents), 1);
  const graph = new Graph({ type: letters ? "directed" : "undirected" });
  nodes.forEach((node, n) => {
    graph.addNode(n, {
      x: node.position[0] * shape,
      y: -node.position[1],
      size: scale * Math.max(4, 18 * Math.sqrt(node.documents / most)),
      // All dots are round here, so organisations get a mark in their label.
      label: node.label === "ORG" ? `▪ ${cut(node.name)}` : cut(node.name),
      kind: { PER: "per", ORG: "org" }[node.label] ?? "org",
      description: `${node.name}: ${documents(node.documents)}`,
    });
  });
  for (const edge of edges.filter((edge) => edge.drawn)) {
    graph.mergeEdge(edge.source, edge.target, {
      size: 0.8 + 5 * edge.strength,
      type: letters ? "arrow" : "line",
      description: `${nodes[edge.source].name} ${letters ? "→" : "and"} ${nodes[edge.target].name}: ${documents(edge.documents)}`,
    });
  }

  let colours = {};
  const readColours = () => {
    const style = getComputedStyle(figure);
    for (const name of ["per", "org", "loc", "ink", "line", "edge", "now"]) {
      colours[name] = style.getPropertyValue(`--${name}`).trim();
    }
  };
  readColours();
  let chosen = null;
  let near = new Set();
  let labelled = new Set();
  let picture;
  try {
    picture = new Sigma(graph, canvas, {
      labelColor: { color: colours.ink },
      labelFont: font,
      labelSize: height,
      stagePadding: 40,
      // Every label is either forced or empty.
      labelRenderedSizeThreshold: Infinity,
      enableEdgeEvents: true,
      zIndex: true,
      minCameraRatio: 0.05,
      maxCameraRatio: 2,
      nodeReducer: (node, data) => {
        const off = chosen !== null && !near.has(node);
        const shown = chosen === null ? labelled.has(node) : !off;
        return { ...data, color: off ? colours.line : colours[data.kind], label: shown ? data.label : "", zIndex: off ? 0 : 1, forceLabel: shown };
      },
      edgeReducer: (edge, data) => {
        const own = chosen !== null && graph.extremities(edge).includes(chosen);
        return { ...data, color: own ? colours.now : colours.edge, hidden: chosen !== null && !own, zIndex: own ? 1 : 0 };
      },
      defaultDrawNodeHover: () => {},
    });
  } catch (error) {
    canvas.remove();
    svg.classList.remove("for-print");
    throw error;
  }

  const refreshLabels = () => {
    labelled = labelsWithRoom(graph, picture, canvas.clientWidth);
    picture.refresh({ skipIndexation: true });
  };
  refreshLabels();
  picture.on("resize", refreshLabels);

  const status = figure.querySelector("[data-told]");
  const hint = status.textContent;
  const choose = (node) => {
    chosen = node;
    near = new Set(node === null ? [] : [node, ...graph.neighbors(node)]);
    status.textContent = node === null ? hint : graph.getNodeAttribute(node, "description");
    canvas.classList.toggle("over", node !== null);
    picture.refresh({ skipIndexation: true });
  };
  const open = (href) => { location.href = href; };
  picture.on("enterNode", ({ node }) => choose(node));
  picture.on("leaveNode", () => choose(null));
  picture.on("clickNode", ({ node }) => open(hrefs[node]));
  picture.on("enterEdge", ({ edge }) => { status.textContent = graph.getEdgeAttribute(edge, "description"); });
  picture.on("leaveEdge", () => { status.textContent = hint; });
  picture.on("clickEdge", ({ edge }) => {
    const [one, other] = graph.extremities(edge);
    const line = svg.querySelector(`line[data-one="${one}"][data-other="${other}"]`);
    if (line) open(line.closest("a").getAttribute("href"));
  });
  // The wheel scrolls the page; with Ctrl it zooms.
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  }, { capture: true });

  const camera = picture.getCamera();
  let ratio = camera.ratio;
  camera.on("updated", (state) => {
    if (state.ratio === ratio) return;
    ratio = state.ratio;
    refreshLabels();
  });
  const by = { in: () => camera.animatedZoom(), out: () => camera.animatedUnzoom(), all: () => camera.animatedReset() };
  for (const button of figure.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", by[button.dataset.zoom]);
    button.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const { x, y, ratio } = camera.getState();
      camera.animate({ x: x + step[0] * ratio, y: y + step[1] * ratio });
    });
    button.disabled = false;
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    readColours();
    picture.setSetting("labelColor", { color: colours.ink });
  });
}
