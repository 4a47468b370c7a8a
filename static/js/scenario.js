// Sliders beside the amounts, and the answer at once. Every figure comes from the server, by the same rule.
import { readAll } from "./readout.js";

const form = document.querySelector("form[data-scenario]");
const answer = document.querySelector(".answer");
const WAIT = 120;
const kronor = new Intl.NumberFormat("sv-SE", { maximumFractionDigits: 0 });
// What a slider has set for a whole party, until the server has divided it.
const wholes = new Map();
let timer;
let asking;

const amountIn = (text) => Number(text.replace(/[\s\u00a0\u202f]/g, "").replace(",", "."));

function slider(label, largest, step) {
  const range = document.createElement("input");
  Object.assign(range, { type: "range", min: 0, max: largest, step });
  range.setAttribute("aria-label", `${form.dataset.slider} ${label}`);
  return range;
}

// A slider says its amount as people read it, and keeps to the field: never in the way of what is typed.
function settle(range, amount) {
  const known = Number.isFinite(amount) ? amount : 0;
  range.value = known;
  range.setAttribute("aria-valuetext", `${kronor.format(known)} kr`);
}

function fieldsOf(party) {
  return [...party.querySelectorAll("input[data-largest]")];
}

function settleAll() {
  for (const field of form.querySelectorAll("input[data-largest]")) {
    settle(field.nextElementSibling, amountIn(field.value));
  }
  for (const party of form.querySelectorAll("[data-sum]")) {
    if (wholes.has(party.dataset.sum)) continue;
    settle(party.querySelector("[data-whole]"), fieldsOf(party).reduce((sum, field) => sum + amountIn(field.value), 0));
  }
}

function addSliders() {
  for (const field of form.querySelectorAll("input[data-largest]")) {
    const range = slider(field.labels[0].textContent.trim(), field.dataset.largest, field.dataset.step);
    range.addEventListener("input", () => {
      field.value = kronor.format(range.value);
      settle(range, Number(range.value));
      ask();
    });
    field.after(range);
  }
  for (const party of form.querySelectorAll("[data-sum]")) {
    const { largest, step } = fieldsOf(party)[0].dataset;
    const range = slider(party.dataset.label, largest, step);
    range.dataset.whole = "";
    range.addEventListener("input", () => {
      wholes.set(party.dataset.sum, range.value);
      settle(range, Number(range.value));
      ask();
    });
    party.querySelector("legend").after(range);
  }
}

function ask() {
  clearTimeout(timer);
  timer = setTimeout(fetchAnswer, WAIT);
}

async function fetchAnswer() {
  asking?.abort();
  asking = new AbortController();
  const sent = new Map(wholes);
  const query = new URLSearchParams(new FormData(form));
  for (const [name, amount] of sent) query.set(name, amount);
  const outcome = document.getElementById("resultat");
  outcome.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(`?${query}`, { signal: asking.signal });
    if (!response.ok) throw new Error(response.statusText);
    show(new DOMParser().parseFromString(await response.text(), "text/html"), sent);
  } catch (error) {
    if (error.name === "AbortError") return;
    outcome.removeAttribute("aria-busy");
    answer.textContent = form.dataset.failed;
  }
}

function show(page, sent) {
  const outcome = page.getElementById("resultat");
  document.getElementById("resultat").replaceWith(outcome);
  answer.textContent = page.querySelector(".answer").textContent.trim();
  document.title = page.title;
  for (const [name, amount] of sent) if (wholes.get(name) === amount) wholes.delete(name);
  for (const group of page.querySelectorAll("[data-field]")) showField(group);
  settleAll();
  readAll(outcome);
  if (outcome.dataset.address) history.replaceState(null, "", `?${outcome.dataset.address}`);
}

// The field as the server wrote it, with what is wrong in it; what is being typed stays as it is.
function showField(written) {
  const group = form.querySelector(`[data-field="${CSS.escape(written.dataset.field)}"]`);
  const field = group.querySelector("input[name]");
  const other = written.querySelector("input[name]");
  if (field !== document.activeElement) field.value = other.value;
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (other.hasAttribute(name)) field.setAttribute(name, other.getAttribute(name));
    else field.removeAttribute(name);
  }
  group.querySelector(".errorlist")?.remove();
  const fault = written.querySelector(".errorlist");
  if (fault) field.before(fault);
}

addSliders();
settleAll();
form.addEventListener("input", (event) => {
  if (event.target.matches("input[type=text]")) ask();
});
form.addEventListener("change", settleAll);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
