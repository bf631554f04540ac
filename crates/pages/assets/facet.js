// @ts-check
// Drag over bars of a small histogram to choose their dates. Each bar is a link too.

for (const svg of document.querySelectorAll(".histogram[data-query]")) {
  const bars = /** @type {SVGAElement[]} */ ([...svg.querySelectorAll("a[data-period]")]);
  let from = -1;
  let to = -1;
  let dragged = false;
  const at = (event) => bars.findIndex((bar) => bar.getBoundingClientRect().right >= event.clientX);
  const chosen = () => bars.slice(Math.min(from, to), Math.max(from, to) + 1);
  const paint = () => bars.forEach((bar) =>
    bar.querySelector("rect")?.classList.toggle("chosen", dragged && chosen().includes(bar)));

  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => {
    const { button, pointerType } = /** @type {PointerEvent} */ (event);
    // Touch scrolls the page; touch users have the links.
    if (button !== 0 || pointerType === "touch") return;
    from = to = at(event);
    dragged = false;
  });
  addEventListener("pointermove", (event) => {
    if (from < 0) return;
    const place = at(event);
    to = place < 0 ? bars.length - 1 : place;
    dragged ||= to !== from;
    paint();
  });
  addEventListener("pointerup", () => {
    if (from < 0) return;
    const periods = chosen().map((bar) => bar.dataset.period);
    from = -1;
    if (!dragged) return;
    const dates = `date:${periods[0]}..${periods.at(-1)}`;
    const { path, query } = /** @type {SVGElement} */ (svg).dataset;
    location.href = `${path}?q=${encodeURIComponent(`${query} ${dates}`.trim())}`;
  });
  // The end of a drag is not a click on a bar.
  svg.addEventListener("click", (event) => dragged && event.preventDefault(), { capture: true });
}
