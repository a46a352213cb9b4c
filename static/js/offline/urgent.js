/* A child at risk now, recorded: under the clock of the press, written while it is typed, sent before anything else. */

import { drop, keep, put, thing } from "./ledger.js";
import { ask, make, mark, one, when, words } from "./page.js";
import { suspicions } from "./textguard.js";

const dialog = one("[data-dialog=risk]");
const form = one("form", dialog);
let open = null; // {vault, visit, sent}
let draft = null;

/** From now on the panel records for this visit; `sent` says so and sends at once. */
export async function record(vault, visit, sent) {
  open = { vault, visit, sent };
  const [kept] = (await vault.all("draft", { visit })).filter(({ value }) => value.what === "concern");
  if (kept) draft = { id: kept.id, ...kept.value };
  vault.onLock(write);
}

function read() {
  const data = new FormData(form);
  const fields = Object.fromEntries(["category", "seen", "told", "told_at"].map((name) => [name, data.get(name) ?? ""]));
  return { ...draft, ...fields };
}

async function write() {
  if (!draft || !open || !dialog.open) return;
  draft = read();
  const { id, ...value } = draft;
  await open.vault.write([put("draft", id, open.visit, value)]);
}

/* What may name a person is said beside the field, while it is typed. It stands in nobody's way: it can be taken out later. */
function look() {
  const place = one("[data-named]", dialog);
  const found = suspicions(form.elements.seen.value).map(({ text }) => `“${text}”`);
  const said = found.length ? words.person_concern.replace("@", () => found.join(", ")) : "";
  if (place.textContent !== said) place.replaceChildren(...(said ? [mark("warn"), make("span", {}, said)] : []));
}

let timer = null;
form.addEventListener("input", () => {
  look();
  timer ??= setTimeout(() => {
    timer = null;
    write();
  }, 500);
});

/** Opens the panel. `at` = when the button was first pressed; a draft keeps the clock it began with. */
export async function press(at = new Date().toISOString()) {
  if (dialog.open) return;
  for (const element of dialog.querySelectorAll("[data-open]")) element.hidden = false;
  one("[data-shut]", dialog).hidden = true;
  draft ??= { id: crypto.randomUUID(), what: "concern", since: at, pressed_at: at, category: "", seen: "", told: "", told_at: "" };
  for (const name of ["seen", "told", "told_at"]) form.elements[name].value = draft[name];
  for (const input of form.elements.category) input.checked = input.value === draft.category;
  look();
  one("[data-pressed]", dialog).textContent = when(draft.pressed_at);
  while ((await ask(dialog)) === "keep") {
    draft = read();
    if (draft.category) return recorded();
    one(".fault", dialog).replaceChildren(mark("warn"), make("span", {}, words.category_missing));
  }
  await closed();
}

/* Closed without recording: what was typed stays as a draft with its clock, an empty one goes. */
async function closed() {
  draft = read();
  const { id, ...value } = draft;
  const empty = !(draft.category || draft.seen || draft.told);
  await open.vault.write([empty ? drop("draft", id) : put("draft", id, open.visit, value)]);
  if (empty) draft = null;
}

function hour(time) {
  if (!/^\d\d:\d\d/.test(time)) return null;
  const at = new Date();
  at.setHours(Number(time.slice(0, 2)), Number(time.slice(3, 5)), 0, 0);
  return at.toISOString();
}

async function recorded() {
  const { vault, visit, sent } = open;
  const { id, category, seen, told, told_at: at, pressed_at: clock } = draft;
  const body = { do: "concern", concern: id, category, seen, told, told_at: hour(at), pressed_at: clock };
  await keep(vault, visit, thing("concern", visit, id), body, undefined, { also: [drop("draft", id)] });
  draft = null;
  form.reset();
  sent(words.concern_kept);
}
