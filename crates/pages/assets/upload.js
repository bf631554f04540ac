// @ts-check
// Uploads dropped or chosen files, and shows their progress.

/** @type {HTMLFormElement} */
const form = document.querySelector("#drop");
/** @type {HTMLInputElement} */
const files = form.querySelector("input[type=file]");
const uploads = document.querySelector("#uploads");

for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
}
for (const kind of ["dragleave", "drop"]) {
  document.addEventListener(kind, () => form.classList.remove("over"));
}
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer?.files.length) upload(event.dataTransfer.files);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (files.files.length) upload(files.files);
});

async function upload(list) {
  const body = new FormData();
  for (const file of list) body.append("files", file, file.name);
  uploads.textContent = "Sending…";
  try {
    const response = await fetch("/api/v1/uploads", { method: "POST", body });
    if (!response.ok) throw new Error((await response.json()).error);
    form.reset();
    showProgress();
  } catch (error) {
    uploads.textContent = `Upload failed: ${error.message}`;
  }
}

async function showProgress() {
  const response = await fetch("/add/progress");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  uploads.replaceChildren(...page.body.childNodes);
  if (uploads.querySelector('[data-over="false"]')) setTimeout(showProgress, 800);
}

if (uploads.querySelector('[data-over="false"]')) showProgress();
