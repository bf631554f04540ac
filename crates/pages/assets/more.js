// @ts-check
// A list without end: near its end the next page is fetched and added. The links to the
// pages stay, and lead on where the list ends.

/** How far before the end, in pixels, the next page is fetched. */
const AHEAD = 1200;

const list = /** @type {HTMLElement} */ (document.querySelector("[data-endless]"));

const watch = () => {
  const pages = document.querySelector(".pages");
  const next = /** @type {HTMLAnchorElement | null} */ (pages?.querySelector("[rel=next]") ?? null);
  if (!pages || !next) return;
  const near = new IntersectionObserver(async ([{ isIntersecting }]) => {
    if (!isIntersecting) return;
    near.disconnect();
    try {
      const answer = await fetch(next.href);
      if (!answer.ok) return;
      const more = new DOMParser().parseFromString(await answer.text(), "text/html");
      list.append(...more.querySelectorAll("[data-endless] > li"));
      const later = more.querySelector(".pages");
      if (later) pages.replaceWith(later);
      watch();
    } catch {
      // The server is gone: the links to the pages are still here.
    }
  }, { rootMargin: `0px 0px ${AHEAD}px` });
  near.observe(pages);
};
watch();
