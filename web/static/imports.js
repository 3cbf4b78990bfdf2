// The page of imports with a script: dropped files, the progress of an upload, and that of an import. Without one, the
// same form works, and the page reloads itself.

const EVERY = 1000; // milliseconds between two looks at an import

function refuse(form, sentence) {
  const sending = form.querySelector(".sending");
  sending.querySelector("[role=status]").textContent = sentence;
  sending.querySelector("progress").hidden = true;
  sending.hidden = form.querySelector("button").disabled = false;
  form.classList.remove("is-sending");
}

function sendWithProgress(form) {
  const sending = form.querySelector(".sending");
  const bar = sending.querySelector("progress");
  const status = sending.querySelector("[role=status]");
  const request = new XMLHttpRequest();

  const say = (percent) => {
    bar.value = percent;
    status.textContent = form.dataset.sending.replace("{percent}", percent);
  };
  const fail = (sentence) => refuse(form, sentence || form.dataset.failed);

  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.onprogress = (event) => event.lengthComputable && say(Math.floor((100 * event.loaded) / event.total));
  request.onerror = request.onabort = () => fail();
  request.onload = () => {
    if (request.status === 200) location.assign(form.action);
    else fail(request.response && request.response.detail);
  };
  const data = new FormData(form); // before the fields are disabled
  form.classList.add("is-sending");
  form.querySelector("button").disabled = true;
  sending.hidden = bar.hidden = false;
  say(0);
  request.send(data);
}

function takeDropped(form) {
  // The whole page takes files: a browser would open a file that is dropped beside the form.
  const over = (isOver) => (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("over", isOver);
  };
  document.addEventListener("dragover", over(true));
  document.addEventListener("dragleave", over(false));
  document.addEventListener("drop", (event) => {
    over(false)(event);
    if (!event.dataTransfer.files.length || form.classList.contains("is-sending")) return;
    form.querySelector("[type=file]").files = event.dataTransfer.files;
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const size = Array.from(form.querySelector("[type=file]").files).reduce((sum, file) => sum + file.size, 0);
    if (size > Number(form.dataset.most)) refuse(form, form.dataset.tooMuch);
    else sendWithProgress(form);
  });
}

async function watch(job) {
  try {
    const answer = await fetch(job.dataset.progress, { headers: { Accept: "application/json" } });
    const { state, percent, sentence } = await answer.json();
    if (state !== job.dataset.state && !(state === "running" && job.dataset.state === "waiting")) return location.reload();
    if (state === "running") job.querySelector("progress").value = percent;
    job.querySelector("[role=status]").textContent = sentence;
  } catch {
    // the service is being restarted, or the network is away: look again
  }
  setTimeout(watch, EVERY, job);
}

const form = document.querySelector(".drop");
if (form) takeDropped(form);
const job = document.querySelector("[data-progress]");
if (job) setTimeout(watch, EVERY, job);
