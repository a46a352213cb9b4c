/* Two answers to one indicator: what stood before, what was written on this device, what stands on the server. The person
   chooses; neither is deleted. Works from the keyboard alone, with or without a connection. */

import { settle } from "./ledger.js";
import { one, part, when, words } from "./page.js";

/** Draws every open difference. `open` = [{id (thing), record, title, body, labels, third}]. `settled(thing, value)` is told. */
export function differences(vault, visit, open, settled) {
  const list = one("[data-differences]");
  const focused = list.contains(document.activeElement);
  list.replaceChildren(...open.map((difference) => drawn(vault, visit, difference, settled)));
  if (focused) (one("section", list) ?? one("main")).focus();
}

function drawn(vault, visit, { id, record, title, body, labels, third }, settled) {
  const { difference } = record;
  const box = one("section", part("difference"));
  const { standing } = difference;
  one("h2", box).textContent = title;
  one("[data-base]", box).textContent = inWords(difference.base, labels);
  one("[data-mine]", box).textContent = inWords(difference.mine, labels);
  const by = [standing.by, standing.at && (/^\d{4}-/.test(standing.at) ? when(standing.at) : standing.at)].filter(Boolean).join(", ");
  one("[data-theirs]", box).textContent = by ? `${inWords(standing, labels)}\n${by}` : inWords(standing, labels);
  box.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-keep]");
    if (!button) return;
    const value = button.dataset.keep === "theirs" ? plain(standing, difference.mine) : difference.mine;
    if (button.dataset.keep === "third") {
      third();
      return;
    }
    await settle(vault, visit, id, body(value), value, record);
    await settled(id, value);
  });
  return box;
}

/* What stands on the server, in the fields that this device writes. */
function plain(standing, mine) {
  return Object.fromEntries(Object.keys(mine).map((name) => [name, standing[name] ?? (Array.isArray(mine[name]) ? [] : null)]));
}

/** One side in words: answer, number, evidence, note. */
export function inWords(side, labels) {
  if (!side) return words.not_answered;
  if ("step" in side) return labels.step(side.step);
  if ("text" in side) return side.text;
  const lines = [labels.choice(side.choice), side.measurement, (side.sources ?? []).map(labels.source).join(", "), side.note];
  return lines.filter((line) => line !== null && line !== undefined && line !== "").join("\n") || words.not_answered;
}
