/* Keying from paper by keys alone: a digit answers and goes on, Enter goes on, arrows move, Backspace clears, PageDown turns. What
   is keyed is saved by itself; nothing is stored in the browser. Without this module the same form posts. */

const form = document.querySelector("[data-keying]");
const all = document.querySelector("[data-all]");
const saves = !("plain" in form.dataset);
const RESTING = 700;
const AGAIN = [3000, 8000, 20000, 60000];

for (const element of document.querySelectorAll("[data-keys]")) element.hidden = false;
if (saves) for (const element of form.querySelectorAll("[data-without-script]")) element.hidden = true;

/* --- Where the keys are ------------------------------------------------------------------------------------------------ */

const lines = () => [...form.querySelectorAll("[data-line]")].filter((line) => !line.hidden);
const partsOf = (line) => (line.matches("[data-part]") ? [line] : [...line.querySelectorAll("[data-part]")]);
const name = (part) => part.dataset.part;
const inputs = (part) => [...part.querySelectorAll("input, textarea")];
const turning = form.querySelector("[data-turn=next], .acts button");

function enter(part) {
  const found = inputs(part);
  const target = found.find((input) => input.checked) || found[0];
  target.focus();
  if (target.matches("textarea, input[type=text]")) target.select();
  part.scrollIntoView({ block: "nearest" });
}

/* Where Enter and a digit go on to: the number always, sources and notes when the person wishes it. */
const stopsAt = (part) => ["answers", "number"].includes(name(part)) || (name(part) === "sources" && "sources" in form.dataset) || (name(part) === "note" && "note" in form.dataset);

function goOn(line, part) {
  const parts = partsOf(line);
  const next = parts.slice(parts.indexOf(part) + 1).find(stopsAt);
  if (next) return enter(next);
  const rows = lines();
  const below = rows[rows.indexOf(line) + 1];
  return below ? enter(partsOf(below)[0]) : turning.focus();
}

function move(line, part, step) {
  const rows = lines();
  const target = rows[rows.indexOf(line) + step];
  if (target) enter(partsOf(target).find((one) => name(one) === name(part)) || partsOf(target)[0]);
  else if (step > 0) turning.focus();
}

function aside(line, part, step) {
  const parts = partsOf(line);
  const target = parts[parts.indexOf(part) + step];
  if (target) enter(target);
}

/* --- Keys -------------------------------------------------------------------------------------------------------------- */

/* The digit of the key itself: on the Kazakh keyboard the upper row writes letters. */
function digitOf(event) {
  const found = /^(?:Digit|Numpad)([1-9])$/.exec(event.code) || /^([1-9])$/.exec(event.key);
  return found ? Number(found[1]) : 0;
}

function choose(line, part, digit) {
  const input = inputs(part)[digit - 1];
  if (!input) return;
  const several = input.type === "checkbox";
  if (several || !input.checked) {
    input.checked = several ? !input.checked : true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  input.focus();
  if (!several) goOn(line, part);
}

function clear(part) {
  const chosen = inputs(part).filter((input) => input.checked);
  for (const input of chosen) input.checked = false;
  if (chosen.length) chosen[0].dispatchEvent(new Event("change", { bubbles: true }));
}

function turn(way) {
  const button = form.querySelector(`[data-turn=${way}]`);
  if (button) form.requestSubmit(button);
}

form.addEventListener("keydown", (event) => {
  if (event.altKey || event.metaKey || event.isComposing) return;
  if (saves && (event.key === "PageDown" || event.key === "PageUp")) {
    event.preventDefault();
    turn(event.key === "PageDown" ? "next" : "previous");
    return;
  }
  if (event.ctrlKey) return;
  const part = event.target.closest("[data-part]");
  const line = event.target.closest("[data-line]");
  if (event.target.closest(".acts") && event.key === "ArrowUp") {
    event.preventDefault();
    enter(partsOf(lines().at(-1))[0]);
  }
  if (!part || !line) return;
  const writing = event.target.matches("textarea, input[type=text]");
  const digit = writing ? 0 : digitOf(event);
  const acts = {
    Enter: () => goOn(line, part),
    NumpadEnter: () => goOn(line, part),
    ArrowDown: () => move(line, part, 1),
    ArrowUp: () => move(line, part, -1),
    ArrowRight: writing ? null : () => aside(line, part, 1),
    ArrowLeft: writing ? atStart(event.target) && (() => aside(line, part, -1)) : () => aside(line, part, -1),
    Backspace: writing ? null : () => clear(part),
    Delete: writing ? null : () => clear(part),
  };
  const act = digit ? () => choose(line, part, digit) : acts[event.key];
  if (!act || (event.shiftKey && event.key === "Enter" && event.target.matches("textarea"))) return;
  event.preventDefault();
  act();
});

function atStart(field) {
  return field.selectionStart === 0 && field.selectionEnd === 0;
}

/* --- Saving ------------------------------------------------------------------------------------------------------------- */

const dirty = new Set();
let sending = false;
let posting = false;
let waiting = null; // the button that was pressed while something was under way
let tries = 0;
let timer;

function show(kind, mark, words) {
  all.className = `status save ${kind}`;
  const text = document.createElement("span");
  text.textContent = words;
  all.replaceChildren(document.querySelector(`template[data-mark="${mark}"]`).content.cloneNode(true), text);
}

/* Only lines that were touched are sent, each with the version it was made from. */
function bodyOf(codes) {
  const everything = new FormData(form);
  const body = new FormData();
  body.append("csrfmiddlewaretoken", everything.get("csrfmiddlewaretoken"));
  for (const [field, value] of everything) {
    if (codes.some((code) => field.endsWith(`-${code}`))) body.append(field, value);
  }
  return body;
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

async function save() {
  if (sending || posting || !dirty.size) return;
  sending = true;
  const codes = [...dirty];
  dirty.clear();
  const slow = setTimeout(() => show("is-none", "saving", form.dataset.saving), 1000);
  let told = null;
  let response = null;
  try {
    response = await fetch(location.href, { method: "POST", body: bodyOf(codes), headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!response.redirected && response.ok) told = await response.json();
  } catch {
    told = null;
  }
  clearTimeout(slow);
  sending = false;
  if (waiting) clearTimeout(timer);
  if (told && "versions" in told) kept(told, codes);
  else {
    for (const code of codes) dirty.add(code);
    show("is-warn", "unsent", response && (response.redirected || response.status === 403) ? form.dataset.signedOut : form.dataset.unsent);
    later(AGAIN[Math.min(tries, AGAIN.length - 1)]);
    tries += 1;
  }
  if (waiting) {
    const button = waiting;
    waiting = null;
    form.requestSubmit(button);
  }
}

function kept({ versions, refused }, codes) {
  tries = 0;
  for (const [code, version] of Object.entries(versions)) {
    document.getElementById(code).querySelector("[data-version]").value = version;
  }
  for (const code of codes) {
    const fault = document.getElementById(code).querySelector("[data-faults]");
    fault.hidden = !(code in refused);
    fault.querySelector("span").textContent = (refused[code] || []).join(" ");
  }
  const wrong = form.querySelectorAll("[data-faults]:not([hidden])").length;
  if (wrong) show("is-bad", "unsent", form.dataset.wrong);
  else if (dirty.size) later(0);
  else show("is-good", "saved", form.dataset.allSaved);
}

if (saves) {
  const touched = (event) => {
    const line = event.target.closest("[data-line]");
    if (!line) return;
    dirty.add(line.dataset.code);
    // What is said of before is not said of this.
    if (all.matches(".is-good")) all.replaceChildren();
    later(RESTING);
  };
  form.addEventListener("change", touched);
  form.addEventListener("input", touched);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    // The form carries everything itself, from versions that stand: what is under way comes first.
    if (sending) {
      event.preventDefault();
      waiting = event.submitter;
    } else posting = true;
  });
  addEventListener("online", () => later(0));
  addEventListener("beforeunload", (event) => {
    if (!posting && (dirty.size || sending)) event.preventDefault();
  });
}

/* The first line without an answer has the keys. */
const open = lines().find((line) => !partsOf(line)[0].querySelector(":checked"));
if (!document.querySelector("[data-focus]")) {
  if (open || lines()[0]) enter(partsOf(open || lines()[0])[0]);
  else turning.focus();
}
