/* A talk with a child, without a connection. While it lasts it is a draft under the passphrase; finished, it is sealed and the draft
   is dropped in the same write. A sealed talk cannot be opened again here. */

import { drop, put } from "./ledger.js";
import { ask, every, kept, language, make, mark, one, part, words } from "./page.js";
import { seal } from "./seal.js";

/** Whether a talk was begun and not finished. */
export const begun = async (vault, visit) => (await vault.all("draft", { visit })).find(({ value }) => value.what === "talk");

/** Opens the talk that was begun, or a new one. Resolves to "sealed", "later" or "dropped". */
export async function talk(vault, visit, about) {
  const questions = await questionsFor(about);
  const dialog = one("dialog", part("talk"));
  document.body.append(dialog);
  one("[data-questions]", dialog).append(questions);
  try {
    return await held(vault, visit, about, dialog);
  } finally {
    dialog.remove();
  }
}

/* The form comes from the blank questionnaire, which lies in the cache; the key stays in this document. */
async function questionsFor({ questionnaire, checklist }) {
  const response = await kept(questionnaire.document[language]);
  const blank = new DOMParser().parseFromString(await response.text(), "text/html");
  const questions = document.importNode(one("[data-questions]", blank), true);
  for (const question of every("[data-families]", questions)) {
    const families = question.dataset.families.split(" ");
    if (!families.includes("all") && !families.includes(checklist.family)) question.remove();
  }
  for (const section of every("section", questions)) if (!one("fieldset, ul", section)) section.remove();
  return questions;
}

async function held(vault, visit, about, dialog) {
  const form = one("form", dialog);
  const standing = await begun(vault, visit);
  const draft = standing ? { id: standing.id, since: standing.value.since } : { id: crypto.randomUUID(), since: new Date().toISOString() };
  fill(form, standing?.value.answers ?? {});
  const write = () => vault.write([put("draft", draft.id, visit, { what: "talk", since: draft.since, answers: read(form).answers })]);
  let open = true;
  vault.onLock(() => open && write());
  form.addEventListener("change", (event) => {
    exclude(event.target);
    route(form);
    write();
  });
  let dropped = false;
  one("[data-drop]", form).addEventListener("click", () => {
    dropped = true;
    dialog.close("");
  });
  for (;;) {
    const chosen = await ask(dialog);
    const { answers, asked } = read(form);
    const empty = !Object.values(answers).some((answer) => answer?.length);
    if (chosen === "keep" && empty) {
      one("p.fault", form).replaceChildren(mark("warn"), make("span", {}, words.talk_empty));
      continue;
    }
    open = false;
    if (chosen === "keep") {
      const { code, number } = about.questionnaire;
      const sealed = await seal({ edition: [code, number], answers, asked }, about.seal, visit, draft.id);
      // The day is enough to know how old unsent work is; the hour of a talk is nobody's business.
      const since = new Date(new Date().setHours(0, 0, 0, 0)).toISOString();
      await vault.write([put("talk", draft.id, visit, { sealed, since, bytes: sealed.length }), drop("draft", draft.id)]);
      return "sealed";
    }
    await (dropped || empty ? vault.write([drop("draft", draft.id)]) : write());
    return dropped || empty ? "dropped" : "later";
  }
}

const chosenIn = (question) => every("input:checked", question).map((input) => input.value);

/* Questions whose way is closed by an earlier answer are folded away and were not asked. */
function route(form) {
  for (const question of every("[data-if]", form)) {
    const opener = one(`[data-question="${question.dataset.if}"]`, form);
    const open = opener && !opener.hidden && chosenIn(opener).some((code) => question.dataset.is.split(" ").includes(code));
    question.hidden = !open;
  }
}

function exclude(input) {
  const question = input.closest("[data-excluding]");
  if (!question || !input.checked) return;
  const excluding = question.dataset.excluding.split(" ");
  const alone = excluding.includes(input.value);
  for (const other of every("input:checked", question)) {
    if (other !== input && (alone || excluding.includes(other.value))) other.checked = false;
  }
}

function read(form) {
  const open = every("[data-question]", form).filter((question) => !question.hidden);
  const answers = {};
  for (const question of open) {
    const chosen = chosenIn(question);
    const several = "multiple" in question.dataset;
    answers[question.dataset.question] = chosen.length ? (several ? chosen : chosen[0]) : null;
  }
  return { answers, asked: open.map((question) => question.dataset.question) };
}

function fill(form, answers) {
  for (const question of every("[data-question]", form)) {
    const given = [answers[question.dataset.question] ?? []].flat();
    for (const input of every("input", question)) input.checked = given.includes(input.value);
  }
  route(form);
}
