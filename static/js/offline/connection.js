/* The line in the frame: what waits, whether there is a connection, what the last sending came to. And when to send by itself. */

import { follow } from "./concerns.js";
import { waiting } from "./ledger.js";
import { send } from "./outbox.js";
import { every, one, show, when, words } from "./page.js";

const AGAIN = [5000, 15000, 60000, 300000];
const REST = 2500; // after a change, so that a note is not sent letter by letter
const SAID = { sign_in: "sign_in", other_person: "other_person", no_receipt: "no_receipt", refused: "refused", offline: "offline" };

/** Starts sending for a store. `arrived` is called after receipts; `writing` tells whether something is not in the store yet. Gives
    {soon, now, look, takeBack, stop}. */
export function connect(vault, visit, arrived, writing) {
  const places = every("[data-line], [data-unsent]");
  let timer = null;
  let tries = 0;
  let last = null;
  let stopped = false;
  const told = follow(vault, visit);
  told.look();

  async function look() {
    if (vault.locked) return;
    const { count, since, faulty } = await waiting(vault, visit);
    const reason = SAID[last?.state] ? words[SAID[last.state]] : navigator.onLine ? "" : words.offline;
    const detail = [reason, last?.detail].filter(Boolean).join(" ");
    for (const place of places) {
      const long = place.hasAttribute("data-unsent");
      // That something could not be kept stays said.
      if (!count && writing()) {
        if (!place.matches(".is-bad")) place.replaceChildren();
      } else if (!count) show(place, "good", "saved", words.all_sent);
      else show(place, "warn", faulty === count ? "warn" : "unsent", `${words.not_sent} ${count}${long ? ` (${when(since)}). ${detail}` : ""}`);
    }
  }

  async function now() {
    clearTimeout(timer);
    if (stopped || vault.locked) return last;
    for (const place of places) if (place.hasAttribute("data-unsent")) show(place, "none", "saving", words.sending);
    last = await send(vault);
    if (last.receipts.length) await arrived(last.receipts);
    await look();
    if (["sent", "nothing"].includes(last.state) && !stopped) await told.now();
    const failed = ["offline", "no_receipt", "busy"].includes(last.state);
    tries = failed ? tries + 1 : 0;
    if (failed && !stopped) timer = setTimeout(now, AGAIN[Math.min(tries, AGAIN.length) - 1]);
    return last;
  }

  function soon() {
    look();
    clearTimeout(timer);
    timer = setTimeout(now, navigator.onLine ? REST : AGAIN.at(-1));
  }

  /* Somebody begins to write: from now on not everything was sent. */
  function takeBack() {
    for (const place of places) if (place.matches(".is-good")) place.replaceChildren();
  }

  const online = () => now();
  addEventListener("online", online);
  addEventListener("offline", look);
  one("[data-send]")?.addEventListener("click", online);
  return {
    soon,
    now,
    look,
    takeBack,
    stop() {
      stopped = true;
      clearTimeout(timer);
      told.stop();
      removeEventListener("online", online);
      removeEventListener("offline", look);
    },
  };
}
