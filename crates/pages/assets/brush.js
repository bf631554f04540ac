// @ts-check
// Drag over bars of the timeline to zoom in to their dates.

export function brush(figure) {
  const svg = figure.querySelector("svg");
  const form = figure.querySelector("form.closer");
  const bars = [...svg.querySelectorAll("[data-period]")];
  const band = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  band.setAttribute("class", "band");
  band.setAttribute("y", "0");
  band.setAttribute("height", "190");
  let dragStart = null;
  let dragged = false;

  const offset = (event) => event.clientX - svg.getBoundingClientRect().left;
  const barsBetween = (left, right) =>
    bars.filter((bar) => {
      const box = bar.querySelector(".hit").getBoundingClientRect();
      const start = box.left - svg.getBoundingClientRect().left;
      return start < right && start + box.width > left;
    });

  svg.addEventListener("pointerdown", (event) => {
    // Touch scrolls the page; touch users have the form.
    if (event.button !== 0 || event.pointerType === "touch") return;
    event.preventDefault();
    dragStart = offset(event);
    dragged = false;
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  addEventListener("pointermove", (event) => {
    if (dragStart === null || (!dragged && Math.abs(offset(event) - dragStart) < 5)) return;
    if (!dragged) svg.append(band);
    dragged = true;
    const [left, right] = [dragStart, offset(event)].sort((a, b) => a - b);
    band.setAttribute("x", left);
    band.setAttribute("width", String(right - left));
    const selected = barsBetween(left, right);
    if (selected.length === 0) return;
    form.elements.from.value = selected[0].dataset.period;
    form.elements.until.value = selected.at(-1).dataset.period;
  });
  addEventListener("pointerup", (event) => {
    if (dragStart === null) return;
    const [left, right] = [dragStart, offset(event)].sort((a, b) => a - b);
    dragStart = null;
    if (dragged && barsBetween(left, right).length > 0) form.requestSubmit();
  });
  // The end of a drag is not a click on a bar.
  svg.addEventListener("click", (event) => dragged && event.preventDefault(), { capture: true });
}
