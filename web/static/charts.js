// Lets people walk through a chart with the arrow keys or a pointer: it says the value of each bar, from its own table.
const SVG = "http://www.w3.org/2000/svg";
const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

function readable(figure) {
  const drawing = figure.querySelector("svg.bars > svg");
  const rows = [...figure.querySelectorAll(".numbers tbody tr")];
  const head = figure.querySelector(".numbers thead th:last-child")?.textContent;
  const said = figure.querySelector(".reading");
  const line = document.createElementNS(SVG, "line");
  let at = -1;
  line.setAttribute("class", "at");

  function say(place) {
    at = Math.min(Math.max(place, 0), rows.length - 1);
    const x = `${(100 * (at + 0.5)) / rows.length}%`;
    for (const [name, value] of Object.entries({ x1: x, x2: x, y1: "0%", y2: "100%" })) line.setAttribute(name, value);
    drawing.append(line);
    said.textContent = `${rows[at].cells[0].textContent} · ${head}: ${rows[at].cells[1].textContent}`;
  }

  function forget() {
    line.remove();
    at = -1;
    said.textContent = "";
  }

  function pressed(event) {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    say(at + step);
  }

  function pointed(event) {
    const box = drawing.ownerSVGElement.getBoundingClientRect();
    say(Math.floor(((event.clientX - box.left) / box.width) * rows.length));
  }

  const outer = drawing.ownerSVGElement;
  outer.setAttribute("tabindex", "0");
  outer.addEventListener("keydown", pressed);
  outer.addEventListener("pointermove", pointed);
  for (const end of ["blur", "pointerleave"]) outer.addEventListener(end, forget);
}

for (const figure of document.querySelectorAll("figure.chart:has(svg.bars)")) readable(figure);
