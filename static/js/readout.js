// Comfort for charts: what a mark says is written under the chart, and the arrow keys go from mark to mark.
// Without it every mark is a link with its words in it. No figure is worked out here.

const PREVIOUS = ["ArrowLeft", "ArrowUp"];
const NEXT = ["ArrowRight", "ArrowDown"];

function marksOf(chart) {
  return [...chart.querySelectorAll(".mark")];
}

function wordsOf(mark) {
  return mark.querySelector("title").textContent;
}

// One stop for the Tab key in each drawing: the mark that was read last.
function stopAt(chart, mark) {
  for (const each of marksOf(chart)) each.setAttribute("tabindex", each === mark ? "0" : "-1");
}

function onKey(event) {
  const mark = event.target.closest?.(".mark");
  if (!mark || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const chart = mark.ownerSVGElement;
  const marks = marksOf(chart);
  const place = marks.indexOf(mark);
  const targets = { Home: 0, End: marks.length - 1 };
  if (PREVIOUS.includes(event.key)) targets[event.key] = place - 1;
  if (NEXT.includes(event.key)) targets[event.key] = place + 1;
  if (!(event.key in targets)) return;
  event.preventDefault();
  marks[targets[event.key]]?.focus();
}

function readOut(figure) {
  const line = figure.querySelector(".readout");
  const { keys, touch } = line.dataset;
  const isTouched = window.matchMedia("(hover: none)").matches;
  const hint = (isTouched && touch) || [line.textContent.trim(), keys].filter(Boolean).join(" ");
  let touched = null;
  const say = (mark) => {
    line.textContent = mark ? wordsOf(mark) : hint;
    line.classList.toggle("says", Boolean(mark));
  };
  const focused = () => figure.querySelector(".mark:focus");
  say(null);
  for (const chart of figure.querySelectorAll("svg.chart")) stopAt(chart, marksOf(chart)[0]);
  figure.addEventListener("focusin", (event) => {
    const mark = event.target.closest(".mark");
    if (!mark) return;
    stopAt(mark.ownerSVGElement, mark);
    say(mark);
  });
  figure.addEventListener("focusout", () => say(null));
  figure.addEventListener("pointerover", (event) => say(event.target.closest(".mark") ?? focused()));
  figure.addEventListener("pointerleave", () => say(focused()));
  figure.addEventListener("keydown", onKey);
  // A finger cannot hover: the first touch reads the mark, the second follows its link.
  figure.addEventListener("click", (event) => {
    const mark = event.target.closest(".mark");
    if (event.pointerType !== "touch" || !mark || mark === touched) return;
    event.preventDefault();
    touched = mark;
    mark.focus();
    say(mark);
  });
  // Escape takes away what hovers or is focused, wherever the focus is.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") say(null);
  });
}

// Makes the charts within an element readable; for what came to the page later.
export function readAll(root) {
  for (const figure of root.querySelectorAll("figure.charts")) readOut(figure);
}

readAll(document);
