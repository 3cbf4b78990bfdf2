// Keys for people who like them: each page can be used without. `?` lists them; there, they can be turned off, because
// whoever dictates text types keys without meaning to.
const PLACES = {
  h: "totals", d: "today", t: "top-artists", p: "history", f: "discoveries",
  w: "activity", o: "devices", r: "recap", q: "gaps", a: "account",
};
const WAIT = 1500; // milliseconds between g and the letter of a page
const OFF = "keys-off";
const list = document.querySelector("#keys");
const choice = list?.querySelector("input");
let begun = 0;

function place(word) {
  const links = [...document.querySelectorAll(".pages a")];
  return links.find((link) => link.pathname.split("/").includes(word));
}

function row(link, letter) {
  const [term, about] = [document.createElement("dt"), document.createElement("dd")];
  for (const key of ["g", letter]) {
    const typed = document.createElement("kbd");
    typed.textContent = key;
    term.append(typed, " ");
  }
  about.textContent = link.textContent.trim();
  return [term, about];
}

function show() {
  list.querySelector("dl[data-pages]").replaceChildren(
    ...Object.entries(PLACES).flatMap(([letter, word]) => (place(word) ? row(place(word), letter) : [])),
  );
  if (!list.open) list.showModal();
}

function search() {
  const field = document.querySelector("input[type=search], input[name=q]");
  const link = [...document.querySelectorAll("a")].find((each) => each.pathname.split("/").includes("search"));
  if (field) field.focus();
  else link?.click();
  return Boolean(field || link);
}

const isTyping = (target) => target.closest?.("input, select, textarea, [contenteditable], dialog");
const isOff = () => localStorage.getItem(OFF) === "yes";

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target) || isOff()) return;
  const letter = event.timeStamp - begun < WAIT ? event.key : "";
  begun = event.key === "g" ? event.timeStamp : -WAIT;
  if (letter in PLACES) place(PLACES[letter])?.click();
  else if (event.key === "?") show();
  else if (event.key !== "/" || !search()) return;
  event.preventDefault();
}

if (list) {
  begun = -WAIT;
  choice.checked = !isOff();
  choice.addEventListener("change", () => localStorage.setItem(OFF, choice.checked ? "no" : "yes"));
  const opener = document.querySelector("button[data-keys]");
  opener.classList.remove("waiting");
  opener.addEventListener("click", show);
  list.querySelector("button").addEventListener("click", () => list.close());
  document.addEventListener("keydown", pressed);
}
