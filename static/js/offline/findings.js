/* A finding, raised in place: written to the store while it is typed, kept as a change when it is saved. */

import { drop, keep, put, thing } from "./ledger.js";
import { ask, every, make, mark, one, part, words } from "./page.js";
import { suspicions } from "./textguard.js";

/** Opens the form for a new finding on `indicator`, for one that was begun, or for `standing` ({id, value}); resolves to it when
    it was saved, else to null. `likely` = [[code, words], …]: what it may rest on. */
export async function finding(vault, visit, { indicator, likely, standing = null }) {
  const begun = standing ? null : (await vault.all("draft", { visit })).find(({ value }) => value.what === "finding" && value.indicator === indicator);
  const id = standing?.id ?? begun?.id ?? crypto.randomUUID();
  const since = begun?.value.since ?? new Date().toISOString();
  const dialog = one("dialog", part("finding"));
  const form = one("form", dialog);
  document.body.append(dialog);
  offer(form, likely);
  fill(form, standing?.value ?? begun?.value ?? { text: "", severity: "", sources: [], indicators: indicator ? [indicator] : [] });
  const write = () => vault.write([put("draft", id, visit, { what: "finding", since, indicator, ...read(form) })]);
  let open = true;
  let timer = null;
  const asked = new Set();
  vault.onLock(() => open && write());
  form.addEventListener("input", () => {
    timer ??= setTimeout(() => {
      timer = null;
      if (open) write();
    }, 500);
  });
  try {
    while ((await ask(dialog)) === "keep") {
      const value = read(form);
      if (!faults(form, value) && !named(form, value, asked)) {
        open = false;
        const body = { do: "finding", finding: id, base: 0, ...value };
        await keep(vault, visit, thing("finding", visit, id), body, value, { also: [drop("draft", id)] });
        return { id, value };
      }
    }
    open = false;
    const value = read(form);
    await (value.text || value.severity ? write() : vault.write([drop("draft", id)]));
    return null;
  } finally {
    dialog.remove();
  }
}

function offer(form, likely) {
  const list = one("[data-rests]", form);
  for (const [code, title] of likely) {
    const tick = one("label", form).closest("form").querySelector('[name="sources"]').closest("label").cloneNode(true);
    const input = one("input", tick);
    input.name = "indicators";
    input.value = code;
    one("span", tick).textContent = title;
    list.append(tick);
  }
}

const ticked = (form, name) => every(`[name="${name}"]:checked`, form).map((input) => input.value);
const read = (form) => ({
  text: form.elements.text.value,
  severity: ticked(form, "severity")[0] ?? "",
  sources: ticked(form, "sources"),
  indicators: ticked(form, "indicators"),
});

function fill(form, { text, severity, sources = [], indicators = [] }) {
  form.elements.text.value = text;
  for (const input of every("[name=severity]", form)) input.checked = input.value === severity;
  for (const input of every("[name=sources]", form)) input.checked = sources.includes(input.value);
  for (const input of every("[name=indicators]", form)) input.checked = indicators.includes(input.value);
}

function faults(form, value) {
  const missing = { text: !value.text.trim() && words.text_missing, severity: !value.severity && words.severity_missing };
  for (const [name, said] of Object.entries(missing)) {
    one(`[data-fault=${name}]`, form).replaceChildren(...(said ? [mark("warn"), make("span", {}, said)] : []));
  }
  return missing.text || missing.severity;
}

/* A text that may name a person is asked about once; saved again as it is, it stands. */
function named(form, { text }, asked) {
  const found = suspicions(text).map((one_) => `“${one_.text}”`);
  if (!found.length || asked.has(text)) return false;
  asked.add(text);
  const said = words.person_finding.replace("@", () => found.join(", "));
  one("[data-fault=text]", form).replaceChildren(mark("warn"), make("span", {}, said));
  form.elements.text.focus();
  return true;
}
