// Files that are dropped, and how far their reading is.

const form = document.querySelector("#drop");
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
  if (event.dataTransfer?.files.length) send(event.dataTransfer.files);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (files.files.length) send(files.files);
});

async function send(list) {
  const body = new FormData();
  for (const file of list) body.append("files", file, file.name);
  uploads.textContent = "Sending…";
  try {
    const answer = await fetch("/api/v1/uploads", { method: "POST", body });
    if (!answer.ok) throw new Error((await answer.json()).error);
    form.reset();
    follow();
  } catch (error) {
    uploads.textContent = `It could not be sent: ${error.message}`;
  }
}

async function follow() {
  const answer = await fetch("/add/progress");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  uploads.replaceChildren(...page.body.childNodes);
  if (uploads.querySelector('[data-over="false"]')) setTimeout(follow, 800);
}

if (uploads.querySelector('[data-over="false"]')) follow();
