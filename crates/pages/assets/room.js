// @ts-check
// The entry point of the scripts. All that they add is also a link or a form.
import "./keys.js";
import "./stay.js";

document.documentElement.classList.add("scripted");
if (document.querySelector("[data-suggest]")) import("./suggest.js");
if (document.querySelector(".text")) {
  import("./card.js");
  import("./select.js");
  import("./hits.js");
}
if (document.querySelector(".document-page, .home-page")) import("./home.js");
if (document.querySelector(".passage-line")) import("./copy.js");
if (document.querySelector("[data-endless]")) import("./more.js");
if (document.querySelector("[data-parts]")) import("./parts.js");
if (document.querySelector(".histogram")) import("./facet.js");
if (document.querySelector("[data-chart]")) import("./chart.js");
if (document.querySelector("#drop")) import("./upload.js");
