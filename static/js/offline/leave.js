/* Signing out: may the browser forget everything of this site? Not while anything is unsent, and not over the head of somebody else
   who took a visit along on the same device: then only one's own store goes. */

import { eraseStore, stores } from "./vault.js";
import { askSession } from "./contact.js";

const PATIENCE = 3000;

async function look() {
  const found = await stores();
  if (!found.length) return true;
  const user = (await askSession())?.user;
  const mine = found.filter((store) => store.owner === user);
  if (mine.some((store) => store.waiting.count)) return false;
  if (mine.length === found.length) return true;
  for (const store of mine) await eraseStore(store.id);
  return false;
}

/** Whether the whole device may be cleared with the session; never waits long, and "no" when in doubt. */
export function nothingWaits() {
  const late = new Promise((resolve) => setTimeout(() => resolve(false), PATIENCE));
  return Promise.race([look().catch(() => false), late]);
}
