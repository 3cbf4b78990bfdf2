// Lets people walk through a chart with the arrow keys or a pointer: it says the value of each bar, from its own table,
// and leads where the table does, by Enter or a click. A finger reads first, and then touches what was said.
const SVG = "http://www.w3.org/2000/svg";
const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

function readable(figure) {
  const drawing = figure.querySelector("svg.bars > svg");
  const rows = [...figure.querySelectorAll(".numbers tbody tr")];
  const head = figure.querySelector(".numbers thead th:last-child")?.textContent;
  const said = figure.querySelector(".reading");
  const line = document.createElementNS(SVG, "line");
  let at = -1;
  let isFinger = false;
  line.setAttribute("class", "at");

  function say(place) {
    at = Math.min(Math.max(place, 0), rows.length - 1);
    const x = `${(100 * (at + 0.5)) / rows.length}%`;
    for (const [name, value] of Object.entries({ x1: x, x2: x, y1: "0%", y2: "100%" })) line.setAttribute(name, value);
    drawing.append(line);
    said.replaceChildren(named(), ` · ${head}: ${rows[at].cells[1].textContent}`);
  }

  function leads() {
    return at < 0 ? null : rows[at].querySelector("a");
  }

  function named() {
    return leads()?.cloneNode(true) ?? rows[at].cells[0].textContent;
  }

  function follow(event) {
    leads()?.dispatchEvent(new MouseEvent("click", event)); // with its keys, so that Ctrl opens a tab
  }

  function forget(event) {
    if (event.pointerType === "touch" || said.contains(event.relatedTarget)) return;
    line.remove();
    at = -1;
    said.textContent = "";
  }

  function pressed(event) {
    const step = STEPS[event.key];
    if (event.key === "Enter") follow(event);
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    say(at + step);
  }

  function pointed(event) {
    isFinger = event.pointerType === "touch";
    const box = drawing.ownerSVGElement.getBoundingClientRect();
    say(Math.floor(((event.clientX - box.left) / box.width) * rows.length));
  }

  function clicked(event) {
    if (!isFinger) follow(event);
  }

  const outer = drawing.ownerSVGElement;
  outer.setAttribute("tabindex", "0");
  outer.addEventListener("keydown", pressed);
  outer.addEventListener("pointerdown", pointed);
  outer.addEventListener("pointermove", pointed);
  outer.addEventListener("click", clicked);
  outer.classList.toggle("leads", rows.some((row) => row.querySelector("a")));
  for (const end of ["blur", "pointerleave"]) outer.addEventListener(end, forget);
}

for (const figure of document.querySelectorAll("figure.chart:has(svg.bars)")) readable(figure);
