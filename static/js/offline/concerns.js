/* What the office did with a child at risk who was reported from a visit: as the server last said it, and when it said so. Without a
   word of what was seen. Known without a network, too: it is kept with the visit, encrypted like everything else. */

import { askSession } from "./contact.js";
import { put } from "./ledger.js";
import { make, one, show, when, words } from "./page.js";

const AGAIN = 60000; // while the office has not taken it

/* What the server says of the concerns of every visit in this store. */
function learn(vault, { now, concerns }, visits) {
  const said = (visit) => ({ at: now, concerns: concerns.filter((one_) => one_.visit === visit) });
  return vault.write(visits.map(({ id }) => put("concern", id, id, said(id))));
}

function line({ pressed_at: pressed, state }, at) {
  const place = make("p");
  const said = words[`concern_${state}`].replace("@", () => when(pressed)).replace("@", () => when(at));
  show(place, state === "received" ? "warn" : "good", state === "received" ? "clock" : "saved", said);
  return place;
}

/** Shows what is known of this visit's concerns. `now()` asks the server first, and goes on asking until the office has them. */
export function follow(vault, visit) {
  const place = make("div", { role: "status", "data-concerns": "" });
  one("[data-unsent]").after(place);
  let timer = null;

  async function look() {
    if (vault.locked) return false;
    const known = await vault.get("concern", visit);
    place.replaceChildren(...(known?.concerns ?? []).map((concern) => line(concern, known.at)));
    return Boolean(known?.concerns.some(({ state }) => state === "received"));
  }

  async function now() {
    clearTimeout(timer);
    const session = navigator.onLine ? await askSession() : null;
    if (vault.locked) return;
    if (session?.user === vault.user && Array.isArray(session.concerns)) {
      const visits = await vault.all("visit");
      // Submitted meanwhile: then nothing of the visit is kept any more.
      if (visits.some(({ id }) => id === visit)) await learn(vault, session, visits);
    }
    if (await look()) timer = setTimeout(now, AGAIN);
  }

  return { look, now, stop: () => clearTimeout(timer) };
}
