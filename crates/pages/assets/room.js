// @ts-check
// The entry point of the scripts. All that they add is also a link or a form.
import "./keys.js";

document.documentElement.classList.add("scripted");
if (document.querySelector(".text")) {
  import("./card.js");
  import("./select.js");
}
if (document.querySelector("[data-chart]")) import("./chart.js");
if (document.querySelector("#drop")) import("./upload.js");
