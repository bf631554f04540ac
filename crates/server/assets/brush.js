// Draw over bars of the timeline to look at their time more closely.

export function brush(figure) {
  const svg = figure.querySelector("svg");
  const form = figure.querySelector("form.closer");
  const bars = [...svg.querySelectorAll("[data-period]")];
  const band = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  band.setAttribute("class", "band");
  band.setAttribute("y", "0");
  band.setAttribute("height", "190");
  let from = null;
  let drawn = false;

  const at = (event) => event.clientX - svg.getBoundingClientRect().left;
  const between = (left, right) =>
    bars.filter((bar) => {
      const own = bar.querySelector(".hit").getBoundingClientRect();
      const start = own.left - svg.getBoundingClientRect().left;
      return start < right && start + own.width > left;
    });

  svg.addEventListener("pointerdown", (event) => {
    // A finger scrolls the page; the form is for it.
    if (event.button !== 0 || event.pointerType === "touch") return;
    event.preventDefault();
    from = at(event);
    drawn = false;
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  addEventListener("pointermove", (event) => {
    if (from === null || (!drawn && Math.abs(at(event) - from) < 5)) return;
    if (!drawn) svg.append(band);
    drawn = true;
    const [left, right] = [from, at(event)].sort((one, other) => one - other);
    band.setAttribute("x", left);
    band.setAttribute("width", right - left);
    const inside = between(left, right);
    if (inside.length === 0) return;
    form.elements.from.value = inside[0].dataset.period;
    form.elements.until.value = inside.at(-1).dataset.period;
  });
  addEventListener("pointerup", (event) => {
    if (from === null) return;
    const [left, right] = [from, at(event)].sort((one, other) => one - other);
    from = null;
    if (drawn && between(left, right).length > 0) form.requestSubmit();
  });
  // What was a drawing is no click on a bar.
  svg.addEventListener("click", (event) => drawn && event.preventDefault(), { capture: true });
}
