// Comfort for grids: keys, paste from Excel, sums that follow along, and typed words that survive.
// Every task works without it; the sums come from the server, which reckons with the same rule.
import { keepDraft } from "./draft.js";

const form = document.querySelector("form[data-grid]");
const LIVE_PAUSE = 250; // milliseconds after the last key
const PATIENCE = 10_000; // milliseconds for the server to say that it is there

const inputs = () => [...form.querySelectorAll("table.grid input")];
const plain = (text) => text.replace(/\s/g, "");
const isSame = (one, other) => plain(one) === plain(other);

// -- Moving about ---------------------------------------------------------------------------------

function cellsByRow() {
  return [...form.querySelectorAll("table.grid tbody tr")]
    .map((row) => [...row.cells].map((cell) => cell.querySelector("input")))
    .filter((row) => row.some(Boolean));
}

function placeOf(input) {
  const rows = cellsByRow();
  const row = rows.findIndex((cells) => cells.includes(input));
  return { rows, row, column: rows[row].indexOf(input) };
}

function go(target) {
  target?.focus();
  target?.select();
  return Boolean(target);
}

function move(input, down, right) {
  const { rows, row, column } = placeOf(input);
  for (let r = row + down, c = column + right; rows[r] && c >= 0 && c < rows[r].length; r += down, c += right) {
    if (rows[r][c]) return go(rows[r][c]);
  }
  return false;
}

// At the foot of a column Enter goes on at the top of the next, as one reads a letter.
function toNextColumn(input, backwards) {
  const { rows, column } = placeOf(input);
  const order = backwards ? [...rows].reverse() : rows;
  const step = backwards ? -1 : 1;
  for (let c = column + step; c >= 0 && c < rows[0].length; c += step) {
    const target = order.map((cells) => cells[c]).find(Boolean);
    if (target) return go(target);
  }
  return false;
}

function onKey(event) {
  const input = event.target;
  if (!input.matches("table.grid input") || event.altKey || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || (event.shiftKey && event.key !== "Enter")) return;
  const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  const atStart = all || input.selectionEnd === 0;
  const atEnd = all || input.selectionStart === input.value.length;
  const moves = {
    Enter: () => move(input, event.shiftKey ? -1 : 1, 0) || toNextColumn(input, event.shiftKey) || true,
    ArrowDown: () => move(input, 1, 0),
    ArrowUp: () => move(input, -1, 0),
    ArrowLeft: () => atStart && move(input, 0, -1),
    ArrowRight: () => atEnd && move(input, 0, 1),
    Escape: () => {
      set(input, input.dataset.shown);
      input.select();
      return true;
    },
  };
  if (moves[event.key]?.()) event.preventDefault();
}

function onShortcut(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-save]"));
}

// -- Filling in -----------------------------------------------------------------------------------

function set(input, text) {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// What Excel puts on the clipboard: tabs and line ends, and quotes around a cell that holds one of them.
function pastedRows(text) {
  const rows = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/gy)) {
    rows.at(-1).push((quoted?.replaceAll('""', '"') ?? bare).trim());
    if (!end) break;
    if (end === "\n") rows.push([]);
  }
  return rows;
}

function onPaste(event) {
  const input = event.target;
  if (!input.matches("table.grid input")) return;
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (!/[\t\n"]/.test(text)) return; // one value is pasted as anywhere
  event.preventDefault();
  const { rows, row, column } = placeOf(input);
  let outside = 0;
  pastedRows(text).forEach((values, down) => {
    values.forEach((value, right) => {
      const target = rows[row + down]?.[column + right];
      if (target) set(target, value);
      else if (value) outside += 1;
    });
  });
  const told = outside === 1 ? form.dataset.outsideOne : form.dataset.outside.replace("{count}", outside);
  tell("pasted", outside ? told : "");
}

function tell(subject, text) {
  const place = form.querySelector(`[data-told="${subject}"]`);
  if (place.textContent === text) return;
  const said = document.createElement("p");
  said.className = "warning";
  said.textContent = text;
  place.replaceChildren(...(text ? [said] : []));
}

// Whose amount is to stand: the cell says it too, and the sums follow.
function onChoice(event) {
  const choice = event.target;
  if (choice.form !== form || !choice.name.startsWith("choice.")) return;
  const input = document.getElementById(choice.name.slice("choice.".length));
  set(input, choice.dataset.text ?? input.dataset.shown);
}

// The postings behind the amount one stands in are one click away.
function showHistory(input) {
  const place = form.querySelector("[data-history-of]");
  place.hidden = !input.dataset.history;
  place.querySelector("a").href = input.dataset.history ?? "";
  place.querySelector("span").textContent = input.getAttribute("aria-label");
}

// -- Sums that follow along -----------------------------------------------------------------------

let pause, asking;

async function reckon() {
  clearTimeout(pause);
  asking?.abort();
  asking = new AbortController();
  const body = new FormData(form);
  body.set("action", "preview");
  try {
    const answer = await fetch(location.href, { method: "POST", body, signal: asking.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const isGrid = Boolean(page.querySelector("form[data-grid]")); // else logged out: saving keeps all
    if (isGrid) redraw(page);
    tell("connection", isGrid ? "" : form.dataset.stale);
  } catch (error) {
    if (error.name !== "AbortError") tell("connection", form.dataset.offline);
  }
}

// What is the same stays untouched, so that a screen reader says only what is new.
function redraw(page) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (!fresh || old.isEqualNode(fresh)) continue;
    old.className = fresh.className;
    old.replaceChildren(...fresh.childNodes);
  }
}

function onInput(event) {
  const input = event.target;
  if (!input.matches("table.grid input")) return;
  input.classList.toggle("changed", !isSame(input.value, input.dataset.shown));
  clearTimeout(pause);
  pause = setTimeout(reckon, LIVE_PAUSE);
}

// -- Saving: first see that the server is there, so that nothing typed is sent into nowhere -------

let isSending = false;
let isThere = false;

async function answers() {
  try {
    return (await fetch("/health/", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })).ok;
  } catch {
    return false;
  }
}

async function onSubmit(event) {
  const button = event.submitter;
  if (isThere) {
    isThere = false;
    return;
  }
  event.preventDefault();
  if (button?.value === "preview") reckon();
  if (isSending || button?.value === "preview") return;
  isSending = true; // a second press of the button sends nothing twice
  isThere = await answers();
  tell("connection", isThere ? "" : form.dataset.offline);
  setTimeout(() => (isSending = false), isThere ? PATIENCE : 0);
  if (!isThere) return;
  clearTimeout(pause);
  asking?.abort();
  draft.leave();
  form.requestSubmit(button);
}

let draft;
if (form) {
  form.querySelector("[data-no-script]")?.remove();
  form.querySelector("[data-keys]").hidden = false;
  form.addEventListener("keydown", onKey);
  form.addEventListener("paste", onPaste);
  form.addEventListener("input", onInput);
  form.addEventListener("submit", onSubmit);
  form.addEventListener("focusin", (event) => {
    if (!event.target.matches("table.grid input")) return;
    event.target.select();
    showHistory(event.target);
  });
  document.addEventListener("keydown", onShortcut);
  document.addEventListener("change", onChoice);
  window.addEventListener("online", reckon);
  window.addEventListener("pageshow", () => {
    isSending = false;
    // A page that is gone back to shows what was typed, but the sums of before.
    if (inputs().some((input) => input.value !== input.defaultValue)) reckon();
  });
  draft = keepDraft(form, inputs, isSame);
  document.querySelector(".problem, .kept[tabindex]")?.focus();
}
