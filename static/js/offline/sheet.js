/* The document before and after it is unlocked. The key lives in this document only: after a reload the words are asked for again. */

import { ask, every, make, mark, one, show, words } from "./page.js";
import { ahead, drawMarks } from "./sections.js";
import { openCarried, openStore } from "./vault.js";

const { code, number, family } = document.body.dataset;
const door = one("[data-door]");
const unlock = one("[data-unlock]");
const field = one("input", unlock);
const fault = one(".fault", unlock);

one("[data-late]").remove();
const first = ahead();

/* What fills the document, while the person types the words. */
const filling = () => import("./fill.js");
field.addEventListener(
  "input",
  () => {
    filling().catch(() => {});
    drawMarks();
  },
  { once: true },
);

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
  door.hidden = false;
  unlock.hidden = false;
  one("[data-visits]").hidden = true;
  fault.replaceChildren(mark("warn"), make("span", {}, words[key] ?? words.unavailable));
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

/* Whatever goes wrong is said, and what was kept stays as it is. */
async function tried(work) {
  try {
    await work();
  } catch (error) {
    wrong(error.code ?? "broken");
    if (!error.code) console.error(error);
  }
}

unlock.addEventListener("submit", (event) => {
  event.preventDefault();
  fault.replaceChildren();
  field.removeAttribute("aria-invalid");
  tried(async () => {
    const vault = await openStore(field.value);
    field.value = "";
    await choose(vault);
  });
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
  door.hidden = false;
  unlock.hidden = true;
  form.hidden = false;
  select.focus();
  form.onsubmit = (event) => {
    event.preventDefault();
    tried(() => open(vault, visits.find(({ id }) => id === select.value)));
  };
}

async function open(vault, visit) {
  const [{ fill }] = await Promise.all([filling(), first]);
  if (await fill(vault, visit, (press) => (record = press))) return;
  await vault.lock();
  wrong("elsewhere");
}

show(one("[data-line]"), "none", "locked", one("h2", door).textContent.trim());
const carried = await openCarried().catch(() => null);
if (carried) await tried(() => choose(carried));
else door.hidden = false;
