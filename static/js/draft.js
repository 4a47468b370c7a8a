// What is typed is kept in this browser until it is saved, so that a lost page or connection loses nothing.
// It is offered to the one who typed it and to nobody else; logging out clears it (members/views.py).

const AGE = 7 * 24 * 60 * 60 * 1000; // a week, then it is old news
const PATIENCE = 10_000; // milliseconds: a page that was to be left and still stands is worked on

// A browser may refuse to store, or hold what it cannot read: then there is no draft, and all else works.
function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function store(key, kept) {
  try {
    if (kept) localStorage.setItem(key, JSON.stringify(kept));
    else localStorage.removeItem(key);
  } catch {
    // No room, or forbidden.
  }
}

function dropOldOnes() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("draft:") && !(Date.now() - recall(key)?.at < AGE)) store(key, null);
    }
  } catch {
    // Forbidden to look.
  }
}

// Keep the form's changed words under its address and user; offer those that an earlier visit left.
// `isSame` tells whether two texts of a cell are the same amount.
export function keepDraft(form, cells, isSame) {
  const key = `draft:${form.dataset.user}:${location.pathname}`;
  const isFresh = "fresh" in form.dataset; // else it already shows what was typed
  const fields = () => [
    ...cells(),
    ...form.querySelectorAll("fieldset input[type=text], fieldset textarea, fieldset select"),
  ];
  const first = (field) => field.defaultValue ?? [...field.options].find((each) => each.defaultSelected)?.value ?? "";
  const untouched = (field) => (isFresh ? first(field) : (field.options?.[0].value ?? ""));
  const original = new Map(fields().map((field) => [field.name, untouched(field)]));
  const isChanged = (field, text) =>
    field.dataset.shown === undefined ? text !== original.get(field.name) : !isSame(text, field.dataset.shown);

  dropOldOnes();
  let left = recall(key);
  if (left?.sent && document.querySelector(".saved")) left = null;
  let waiting = isFresh ? leftWords() : {}; // offered, and neither taken nor thrown away yet
  let leaving = false;
  let pause;

  function leftWords() {
    const words = left?.words ?? {};
    const known = fields().filter((field) => Object.hasOwn(words, field.name) && isChanged(field, words[field.name]));
    return Object.fromEntries(known.map((field) => [field.name, words[field.name]]));
  }

  function changed() {
    const touched = fields().filter((field) => isChanged(field, field.value));
    return Object.fromEntries(touched.map((field) => [field.name, field.value]));
  }

  function keep(more = {}) {
    clearTimeout(pause);
    const words = { ...waiting, ...changed() };
    const seen = Object.keys(waiting).length ? left.seen : form.elements.seen.value;
    store(key, Object.keys(words).length ? { at: Date.now(), seen, words, ...more } : null);
  }

  // The words go back under the posting that they were typed under: what others changed since is then asked about.
  function restore() {
    const words = waiting;
    waiting = {};
    if (Number(left.seen) < Number(form.elements.seen.value)) form.elements.seen.value = left.seen;
    for (const field of fields()) {
      if (!Object.hasOwn(words, field.name)) continue;
      field.value = words[field.name];
      const folded = field.closest("details");
      if (folded) folded.open = true;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  const offer = document.querySelector("[data-draft]");
  if (Object.keys(waiting).length) {
    offer.hidden = false;
    const answer = (act) => () => {
      act();
      keep();
      offer.hidden = true;
      cells()[0]?.focus();
    };
    offer.querySelector("[data-restore]").addEventListener("click", answer(restore));
    offer.querySelector("[data-forget]").addEventListener("click", answer(() => (waiting = {})));
  } else {
    keep();
  }

  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(keep, 50);
  });
  window.addEventListener("pagehide", () => leaving || keep());
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("beforeunload", (event) => {
    if (leaving || !Object.keys(changed()).length) return;
    event.preventDefault();
    event.returnValue = true; // for browsers that do not know better
  });
  return {
    leave() {
      keep({ sent: true });
      leaving = true;
      setTimeout(() => (leaving = false), PATIENCE);
    },
  };
}
