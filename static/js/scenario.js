// Sliders beside the amounts, and the answer at once. Every figure comes from the server, by the same rule.
import { readAll } from "./readout.js";

const form = document.querySelector("form[data-scenario]");
const answer = document.querySelector(".answer");
const WAIT = 120;
const kronor = new Intl.NumberFormat("sv-SE", { maximumFractionDigits: 0 });
// What a slider has set for a whole party, until the server has divided it; and the members' amounts that it
// divides by, as they stood when it was first moved: a party taken down to nothing comes back as it was.
const wholes = new Map();
const grounds = new Map();
let timer;
let asking;

// Kronor as the server writes them; anything else is for the server to read.
function amountIn(text) {
  const plain = text.replace(/\s/g, "");
  return /^[0-9]*(,[0-9]+)?$/.test(plain) ? Number(plain.replace(",", ".")) : NaN;
}

function slider(label, largest, step) {
  const range = document.createElement("input");
  Object.assign(range, { type: "range", min: 0, max: largest, step });
  range.setAttribute("aria-label", `${form.dataset.slider} ${label}`);
  return range;
}

// A slider says its amount as people read it. One that only the server can read ("8,5 mnkr") moves it later.
function settle(range, amount) {
  if (!Number.isFinite(amount)) return;
  range.value = amount;
  range.setAttribute("aria-valuetext", `${kronor.format(amount)} kr`);
}

function fieldsOf(party) {
  return [...party.querySelectorAll("input[data-largest]")];
}

// Every slider where the amounts of the page stand, or those that the server has answered with.
function settleAll(page = document) {
  const said = (field) => amountIn(page.getElementById(field.id).value);
  for (const field of form.querySelectorAll("input[data-largest]")) settle(field.nextElementSibling, said(field));
  for (const party of form.querySelectorAll("[data-sum]")) {
    if (wholes.has(party.dataset.sum)) continue;
    settle(party.querySelector("[data-whole]"), fieldsOf(party).reduce((sum, field) => sum + said(field), 0));
  }
}

function addSliders() {
  for (const field of form.querySelectorAll("input[data-largest]")) {
    const range = slider(field.labels[0].textContent.trim(), field.dataset.largest, field.dataset.step);
    range.addEventListener("input", () => {
      field.value = kronor.format(range.value);
      leaveGround(field);
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
      const { sum } = party.dataset;
      if (!grounds.has(sum)) grounds.set(sum, fieldsOf(party).map((field) => [field.name, field.value]));
      wholes.set(sum, range.value);
      settle(range, Number(range.value));
      ask();
    });
    party.querySelector("legend").after(range);
  }
}

// A member's own amount is what its party is divided by from now on.
function leaveGround(field) {
  const sum = field.closest("[data-sum]")?.dataset.sum;
  wholes.delete(sum);
  grounds.delete(sum);
}

// An answer to what was asked before is of no use any more: it would take the slider back under the hand.
function ask() {
  clearTimeout(timer);
  asking?.abort();
  timer = setTimeout(fetchAnswer, WAIT);
}

async function fetchAnswer() {
  asking?.abort();
  asking = new AbortController();
  const sent = new Map(wholes);
  const query = new URLSearchParams(new FormData(form));
  for (const [name, amount] of sent) {
    for (const [member, was] of grounds.get(name)) query.set(member, was);
    query.set(name, amount);
  }
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
    answer.classList.add("failed");
  }
}

function show(page, sent) {
  const outcome = page.getElementById("resultat");
  document.getElementById("resultat").replaceWith(outcome);
  answer.textContent = page.querySelector(".answer").textContent.trim();
  answer.classList.remove("failed");
  document.title = page.title;
  for (const [name, amount] of sent) if (wholes.get(name) === amount) wholes.delete(name);
  for (const group of page.querySelectorAll("[data-field]")) showField(group);
  settleAll(page);
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

// On a telephone the answer lies over the foot of the page; what has focus does not stay behind it.
function uncover(event) {
  const { top, bottom } = answer.getBoundingClientRect();
  const hidden = event.target.getBoundingClientRect().bottom - top;
  if (Math.abs(bottom - window.innerHeight) < 2 && hidden > 0) window.scrollBy(0, hidden + 16);
}

addSliders();
settleAll();
form.parentElement.classList.add("live");
form.addEventListener("focusin", uncover);
form.addEventListener("input", (event) => {
  if (!event.target.matches("input[type=text]")) return;
  leaveGround(event.target);
  ask();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
