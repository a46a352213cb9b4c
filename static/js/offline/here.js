/* The home page: whether something on this device has not been sent yet. Red after a day: then it is in danger of being lost. */

import { stores } from "./vault.js";

const place = document.querySelector("[data-here]");
const since = (await stores().catch(() => [])).map((store) => store.waiting.since).filter(Boolean).sort()[0];
if (since) {
  // The short form of all three languages: not every browser knows Kazakh months.
  place.querySelector("[data-since]").textContent = since.split("-").reverse().join(".");
  if (Date.now() - new Date(since) > 2 * 86400000) place.className = "notice bad";
  place.hidden = false;
}
