/* The document before and after it is unlocked. The key lives in this document only: after a reload the words are asked for again. */

import { ask, every, make, mark, one, show, turn, words } from "./page.js";
import { card, codesOf, sections } from "./sections.js";
import { openCarried, openStore } from "./vault.js";

const { code, number, family } = document.body.dataset;
const door = one("[data-door]");
const unlock = one("[data-unlock]");
const field = one("input", unlock);
const fault = one(".fault", unlock);

/* The first section, while the person types the words. */
async function ahead() {
  for (const name of codesOf(sections[0])) {
    await turn();
    sections[0].append(card(name));
  }
}
const first = ahead();

/* A child at risk: the clock starts at the first press. Locked, the number and what to say appear; unlocked, it is recorded too. */
let pressed = null;
let record = null;
one("[data-risk]").addEventListener("click", () => {
  pressed ??= new Date().toISOString();
  if (record) pressed = void record(pressed);
  else ask(one("[data-dialog=risk]"));
});
for (const dialog of every("dialog")) dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(""));

function wrong(key) {
  fault.replaceChildren(mark("warn"), make("span", {}, words[key] ?? words.unavailable));
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

unlock.addEventListener("submit", async (event) => {
  event.preventDefault();
  fault.replaceChildren();
  field.removeAttribute("aria-invalid");
  try {
    const vault = await openStore(field.value);
    field.value = "";
    await choose(vault);
  } catch (error) {
    if (!error.code) throw error;
    wrong(error.code);
  }
});

const mine = ({ value }) => value.checklist?.code === code && String(value.checklist.number) === number && value.checklist.family === family;

/* The visit that was asked for, or the only one of this checklist, opens at once. Several: the person says which. */
async function choose(vault) {
  const visits = (await vault.all("visit")).filter(mine);
  if (!visits.length) {
    await vault.lock();
    wrong("other_edition");
    return;
  }
  const named = new URLSearchParams(location.hash.slice(1)).get("visit");
  if (named) history.replaceState(null, "", location.pathname);
  const [only] = visits.length === 1 ? visits : visits.filter(({ id }) => id === named);
  if (only) return open(vault, only);
  const form = one("[data-visits]");
  const select = one("select", form);
  select.replaceChildren(...visits.map(({ id, value }) => make("option", { value: id }, `${value.about.institution}, ${value.about.first_day}`)));
  unlock.hidden = true;
  form.hidden = false;
  select.focus();
  form.onsubmit = (event) => {
    event.preventDefault();
    open(vault, visits.find(({ id }) => id === select.value));
  };
}

async function open(vault, visit) {
  const [{ fill }] = await Promise.all([import("./fill.js"), first]);
  if (!(await fill(vault, visit, (press) => (record = press)))) return;
  door.hidden = true;
}

show(one("[data-line]"), "none", "locked", one("h2", door).textContent.trim());
const carried = await openCarried().catch(() => null);
if (carried) await choose(carried);
