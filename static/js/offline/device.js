/* The offline page: opens the store of this device, shows what was taken along and what waits, takes visits along, saves and loads
   the rescue file, clears the device. The words stand in the page; this module puts them where they belong. */

import { createStore, eraseAll, eraseStore, openCarried, openStore, stores } from "./vault.js";
import { send } from "./outbox.js";
import { everythingOf, waiting } from "./ledger.js";
import { every, language, make, mark, one, show, words } from "./page.js";
import { newPassphrase, normalise } from "./passphrase.js";
import { askSession, forgetPages, keepPages, register, report } from "./contact.js";

const DAY = 86400000;
const line = one("[data-line]");
const news = one("[data-news]");
const warnings = one("[data-warnings]");
one("[data-late]").remove();
const state = { vault: null, session: null, taking: null, drawn: "", install: null };

// --- Words -----------------------------------------------------------------------------------------------------------------

// A day may end in a point of its own ("2025 ж."): a sentence needs no second one.
const say = (key, ...parts) =>
  parts.reduce((text, part) => text.replace("@", () => part), words[key] ?? words.broken).replace("..", ".");
// As the server writes days: not every browser knows Kazakh months.
const dayOf = (iso) => {
  const day = new Date(iso);
  return words.days[day.getMonth()].replace("22", day.getDate()).replace("1111", day.getFullYear());
};
const momentOf = (iso) => `${dayOf(iso)}, ${new Date(iso).toTimeString().slice(0, 5)}`;
const sizeOf = (bytes) => {
  const unit = bytes < 1e6 ? "kilobyte" : bytes < 1e9 ? "megabyte" : "gigabyte";
  const number = bytes / { kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9 }[unit];
  const style = { style: "unit", unit, maximumFractionDigits: number < 10 ? 1 : 0 };
  return new Intl.NumberFormat(language, style).format(number);
};
const notice = (kind, name, ...children) =>
  make("div", { class: `notice ${kind}` }, mark(name), make("div", { class: "stack" }, ...children));
const tell = (kind, text, ...more) => {
  const name = { bad: "warn", warn: "warn", good: "saved" }[kind] ?? "info";
  news.replaceChildren(notice(kind === "good" ? "" : kind, name, make("p", {}, text), ...more));
};
const hush = () => news.replaceChildren();
const codeOf = (error) => (error?.code in words ? error.code : "broken");

/* One act of a button or form: its fault is said, never swallowed; the button rests meanwhile. */
function act(element, kind, work, place) {
  element?.addEventListener(kind, async (event) => {
    event.preventDefault();
    const button = element.matches("form") ? one("button", element) : element;
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    if (place) fault(place, "");
    try {
      await work(event);
    } catch (error) {
      if (place) fault(place, say(codeOf(error)));
      else tell("bad", say(codeOf(error)));
      if (!error?.code) console.error(error);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
}

function fault(id, text) {
  const field = document.getElementById(id);
  document.getElementById(`${id}-fault`).textContent = text;
  field.toggleAttribute("aria-invalid", Boolean(text));
  if (text) field.focus();
}

// --- Rooms -----------------------------------------------------------------------------------------------------------------

function rooms(...open) {
  for (const room of every("[data-room]")) room.hidden = !open.includes(room.dataset.room);
  one("[data-lock-now]").hidden = !open.includes("open");
  const heading = one(`[data-room="${open[0]}"] h2`);
  if (state.started && heading) {
    heading.tabIndex = -1;
    heading.focus();
  }
  state.started = true;
}

async function locked() {
  const found = await stores();
  if (!found.length && !state.taking) return rooms("empty");
  if (!found.length || (state.session?.user && state.taking && !found.some((store) => store.owner === state.session.user))) return prepare();
  await warnLocked(found);
  clearing();
  rooms("locked", "clear");
  one("#pass").focus();
}

async function warnLocked(found) {
  const since = found.map((store) => store.waiting.since).filter(Boolean).sort()[0];
  const old = since && Date.now() - new Date(since) > DAY;
  warnings.replaceChildren(...(old ? [notice("bad", "warn", make("p", {}, say("old_locked", dayOf(since))))] : []));
}

// --- A new store: words drawn, written down, typed back ------------------------------------------------------------------------

async function prepare() {
  if (!state.session?.signed_in) {
    const link = make("a", { class: "button", href: "/account/login/" }, words.sign_in_link);
    tell("warn", state.session ? words.sign_in : words.no_network, ...(state.session ? [make("p", { class: "acts" }, link)] : []));
    return rooms("empty");
  }
  await drawWords();
  rooms("new");
}

async function drawWords() {
  state.drawn = await newPassphrase(language, JSON.parse(document.body.dataset.lists));
  one("[data-six]").replaceChildren(...state.drawn.split(" ").map((word) => make("li", {}, word)));
}

act(one("[data-draw]"), "click", drawWords);
act(one("[data-written]"), "click", () => {
  one("[data-six]").replaceChildren();
  rooms("again");
  one("#again").focus();
});
act(one("[data-back]"), "click", () => {
  one("[data-six]").replaceChildren(...state.drawn.split(" ").map((word) => make("li", {}, word)));
  one("#again").value = "";
  fault("again", "");
  rooms("new");
});
act(one("[data-again]"), "submit", async () => {
  const typed = one("#again");
  if (normalise(typed.value) !== normalise(state.drawn)) return fault("again", words.differ);
  show(line, "none", "saving", words.opening);
  const vault = await createStore(state.session.user, typed.value);
  state.drawn = typed.value = "";
  await opened(vault);
}, "again");
act(one("[data-prepare]"), "click", async () => {
  state.session = await askSession();
  await prepare();
});

// --- Opening and locking ---------------------------------------------------------------------------------------------------

act(one("[data-unlock]"), "submit", async () => {
  const typed = one("#pass");
  show(line, "none", "saving", words.opening);
  try {
    const vault = await openStore(typed.value);
    typed.value = "";
    await opened(vault);
  } finally {
    if (!state.vault) connected();
  }
}, "pass");

async function opened(vault) {
  state.vault = vault;
  vault.lockAfter(Number(document.body.dataset.lock));
  vault.onLocked(() => {
    state.vault = null;
    wipePage();
    locked();
    connected();
  });
  hush();
  await expire(vault);
  await contact(vault);
  if (state.taking) await take(vault, state.taking);
  await fill(vault);
  rooms("open", "clear");
  connected();
}

/* What was readable is not left standing behind the lock. */
function wipePage() {
  for (const place of ["[data-visits]", "[data-ledger] tbody", "[data-warnings]", "[data-news]"]) one(place).replaceChildren();
  for (const field of every("input")) field.value = "";
  one("[data-second]").hidden = true;
  one("[data-first]").hidden = false;
}

act(one("[data-lock-now]"), "click", () => state.vault.lock());

function connected() {
  if (navigator.onLine) line.replaceChildren();
  else show(line, "warn", "unsent", words.offline);
}
addEventListener("online", connected);
addEventListener("offline", connected);

// --- What may no longer be kept ----------------------------------------------------------------------------------------------

/* A store whose last day has passed and in which nothing waits dies unopened; with unsent work it waits for its owner. */
async function expireLocked() {
  const today = new Date().toISOString().slice(0, 10);
  for (const store of await stores()) {
    if (store.until && store.until < today && !store.waiting.count) {
      await eraseStore(store.id);
      tell("warn", words.expired_store);
    }
  }
}

/* An account that was closed: at the next contact, whoever is signed in. */
async function eraseClosed() {
  for (const store of await stores()) {
    if (state.session && store.owner === state.session.user) continue;
    const answer = await askSession(store.owner);
    if (answer?.closed) {
      await eraseStore(store.id);
      tell("bad", words.closed);
    }
  }
}

async function remove(vault, visit, ended) {
  await vault.write([...(await everythingOf(vault, visit.id)), { put: { kind: "ended", id: visit.id, value: { ended } } }]);
}

async function expire(vault) {
  const notes = [];
  for (const visit of await vault.all("visit")) {
    const left = new Date(visit.value.copy?.until ?? 8.64e15) - Date.now();
    const name = visit.value.about?.institution ?? "";
    const { count } = await waiting(vault, visit.id);
    if (left > 7 * DAY) continue;
    if (left <= 0 && !count) {
      await remove(vault, visit, "expired");
      notes.push(notice("warn", "info", make("p", {}, say("expired", name))));
    } else {
      const key = left <= 0 ? "ended" : left <= DAY ? "ends_today" : left <= 3 * DAY ? "ends_soon" : "ends_week";
      notes.push(notice(left <= DAY ? "bad" : "warn", "clock", make("p", {}, say(key, name))));
    }
  }
  warnings.replaceChildren(...notes);
}

/* What the server says of this person's copies, and what it should know of them. Without a network: nothing. */
async function contact(vault) {
  state.session = await askSession();
  if (!state.session?.signed_in || state.session.user !== vault.user) return;
  for (const id of state.session.wipe) {
    const value = await vault.get("visit", id);
    if (!value) continue;
    const name = value.about?.institution ?? "";
    const waits = (await waiting(vault, id)).count;
    if (!waits) await remove(vault, { id }, "withdrawn");
    warnings.append(notice("warn", "info", make("p", {}, say(waits ? "withdrawn_waits" : "withdrawn", name))));
  }
  await tellServer(vault);
}

async function tellServer(vault) {
  const device = await vault.get("device", "device");
  if (!device || !state.session?.csrf) return;
  const copies = [];
  for (const { id } of await vault.all("visit")) {
    const { count, since } = await waiting(vault, id);
    copies.push({ visit: id, unsent: count, since, ended: "" });
  }
  const ended = await vault.all("ended");
  for (const { id, value } of ended) copies.push({ visit: id, ended: value.ended });
  if (copies.length && (await report(device, copies, state.session.csrf))) {
    await vault.write(ended.map(({ id }) => ({ drop: { kind: "ended", id } })));
  }
}

// --- Taking along ------------------------------------------------------------------------------------------------------------

async function take(vault, visit) {
  state.taking = null;
  history.replaceState(null, "", location.pathname + location.search);
  if (!state.session?.signed_in) {
    const link = make("p", { class: "acts" }, make("a", { class: "button", href: "/account/login/" }, words.sign_in_link));
    return tell("warn", state.session ? words.sign_in : words.no_network, ...(state.session ? [link] : []));
  }
  if (state.session.user !== vault.user) return tell("bad", words.someone_else);
  show(line, "none", "saving", words.taking);
  let device = await vault.get("device", "device");
  if (!device) {
    device = crypto.randomUUID();
    await vault.write([{ put: { kind: "device", id: "device", value: device } }]);
  }
  const response = await fetch(`/visits/${visit}/along/`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": state.session.csrf },
    body: JSON.stringify({ device }),
    cache: "no-store",
    redirect: "error",
  });
  const answer = await response.json();
  if (!response.ok) return tell("bad", say("refused", answer.detail ?? response.status));
  if (answer.visit !== visit) throw new Error("another visit");
  await vault.write([{ put: { kind: "visit", id: visit, visit, value: { ...answer, device } } }]);
  await navigator.storage?.persist?.();
  const kept = await keepDocuments(answer);
  tell(kept ? "good" : "warn", say("taken", answer.about.institution), make("p", {}, words.kept), ...(kept ? [] : [make("p", {}, words.not_documents)]));
}

/* The blank documents: in the language of this page first, then in the others. */
async function keepDocuments({ checklist, questionnaire }) {
  const kinds = [checklist.document, checklist.standards, questionnaire?.document].filter(Boolean);
  const tongues = [language, ...Object.keys(checklist.document).filter((code) => code !== language)];
  let whole = true;
  for (const code of tongues) whole = (await keepPages(kinds.map((kind) => kind[code]).filter(Boolean), language)) && whole;
  return whole;
}

// --- What is here --------------------------------------------------------------------------------------------------------------

async function fill(vault) {
  const visits = (await vault.all("visit")).sort((a, b) => (a.value.about.first_day < b.value.about.first_day ? 1 : -1));
  one("[data-visits]").replaceChildren(...visits.map((visit) => entry(vault, visit)));
  one("[data-none]").hidden = visits.length > 0;
  await fillLedger(vault);
  await fillDevice();
  clearing(vault);
}

function entry(vault, { id, value }) {
  const { about, checklist, copy } = value;
  const address = `${checklist.document[language]}#visit=${id}`;
  const open = make("a", { class: "button slim", href: address }, words.fill);
  act(open, "click", async () => {
    await vault.carry();
    location.assign(address);
  });
  const drop = make("button", { class: "button second slim", type: "button" }, words.drop);
  act(drop, "click", async () => {
    if ((await waiting(vault, id)).count) return tell("warn", words.drop_waits);
    await remove(vault, { id }, "cleared");
    await fill(vault);
    tell("good", say("dropped", about.institution));
    await contact(vault);
  });
  const anew = make("button", { class: "button second slim", type: "button" }, words.again);
  act(anew, "click", async () => {
    state.session = await askSession();
    await take(vault, id);
    await fill(vault);
    connected();
  });
  const days = about.first_day === about.last_day ? dayOf(about.first_day) : `${dayOf(about.first_day)} – ${dayOf(about.last_day)}`;
  return make(
    "li",
    {},
    mark("sheet"),
    make("div", { class: "stack" }, make("h3", {}, about.institution), make("p", {}, `${about.region}, ${days}`), make("p", { class: "acts" }, open, anew, drop)),
    make("p", { class: "due" }, copy?.until ? say("until", dayOf(copy.until)) : ""),
  );
}

/* What waits, by kind: never what was said. Talks and what is being typed show the day only. */
async function fillLedger(vault) {
  const rows = new Map();
  const count = (key, value, number = 1) => {
    const row = rows.get(key) ?? { number: 0, since: null, bytes: 0 };
    row.number += number;
    row.bytes += value.bytes || 0;
    if (value.since && (!row.since || value.since < row.since)) row.since = value.since;
    rows.set(key, row);
  };
  for (const { value } of await vault.all("change")) count(value.faults ? "faulty" : value.body.do, value);
  for (const { value } of await vault.all("talk")) count("talk", value);
  for (const { value } of await vault.all("delivery")) count("way", value, value.entries.length + value.talks.length);
  for (const { value } of await vault.all("draft")) count("draft", value);
  for (const { value } of await vault.all("rescued")) count("rescued", value.value ?? {});
  const body = [...rows].map(([key, row]) => {
    const quiet = key === "talk" || key === "draft" || key === "way";
    const since = row.since ? (quiet ? dayOf(row.since) : momentOf(row.since)) : "";
    const heads = every("[data-ledger] thead th").map((cell) => cell.textContent);
    const cells = [String(row.number), since, row.bytes ? sizeOf(row.bytes) : ""];
    return make("tr", {}, make("th", { scope: "row" }, words[key] ?? key), ...cells.map((text, place) => make("td", { "data-head": heads[place + 1] }, text)));
  });
  one("[data-ledger] tbody").replaceChildren(...body);
  const { count: number, since } = await waiting(vault);
  one("[data-ledger]").hidden = !body.length;
  one("[data-clear-ledger]").hidden = body.length > 0 || !(await vault.all("visit")).length;
  one("[data-sending]").hidden = !number;
  if (since && Date.now() - new Date(since) > DAY) {
    warnings.prepend(notice("bad", "warn", make("p", {}, say("old", dayOf(since)))));
  }
}

act(one("[data-send]"), "click", async () => {
  const place = one("[data-sent]");
  show(place, "none", "saving", words.sending);
  const { state: how, detail } = await send(state.vault);
  const said = { offline: "send_offline", sign_in: "send_sign_in", other_person: "someone_else" }[how] ?? how;
  const good = how === "sent" || how === "nothing";
  warnings.replaceChildren();
  await contact(state.vault);
  await fill(state.vault);
  one("[data-sending]").hidden = false;
  show(place, good ? "good" : "warn", good ? "saved" : "unsent", say(said, detail ?? ""));
});

async function fillDevice() {
  const lasting = await navigator.storage?.persisted?.();
  one("[data-persist]").textContent = lasting ? words.persists : words.may_vanish;
  const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
  one("[data-room-left]").textContent = quota ? say("room", sizeOf(usage), sizeOf(quota - usage)) : words.room_unknown;
  const installed = matchMedia("(display-mode: standalone)").matches;
  one("[data-installing]").hidden = !state.install;
  one("[data-install-hint]").hidden = lasting || installed || Boolean(state.install);
}
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  state.install = event;
  one("[data-installing]").hidden = false;
});
act(one("[data-install]"), "click", async () => {
  await state.install.prompt();
  state.install = null;
  await navigator.storage?.persist?.();
  await fillDevice();
});

// --- The rescue file -------------------------------------------------------------------------------------------------------------

act(one("[data-rescue]"), "submit", async () => {
  const typed = one("#rescue");
  const file = await state.vault.rescue(typed.value);
  typed.value = "";
  const address = URL.createObjectURL(file);
  make("a", { href: address, download: `${new Date().toISOString().slice(0, 10)}.voice` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  tell("good", words.rescued_file);
}, "rescue");

act(one("[data-restore]"), "submit", async () => {
  const [file] = one("#file").files;
  if (!file) return fault("file-words", words.no_file);
  const { added, same, differ } = await state.vault.restore(file, one("#file-words").value);
  one("#file-words").value = one("#file").value = "";
  await fill(state.vault);
  tell("good", say("restored", added, same, differ));
}, "file-words");

// --- Clearing: two taps ------------------------------------------------------------------------------------------------------------

function clearing(vault) {
  one("[data-clear-says]").textContent = vault ? words.clear_open : words.clear_locked;
  one("[data-second]").hidden = true;
  one("[data-first]").hidden = false;
}

act(one("[data-clear]"), "click", async () => {
  const mine = (await stores()).filter((store) => !state.vault || store.owner === state.vault.user);
  const since = mine.map((store) => store.waiting.since).filter(Boolean).sort()[0];
  const number = state.vault ? (await waiting(state.vault)).count : mine.reduce((sum, store) => sum + store.waiting.count, 0);
  one("[data-loss]").textContent = since ? say("clear_loss", number, dayOf(since)) : words.clear_sure;
  one("[data-first]").hidden = true;
  one("[data-second]").hidden = false;
  one("[data-erase]").focus();
});
act(one("[data-keep]"), "click", () => clearing(state.vault));
act(one("[data-erase]"), "click", async () => {
  const { vault } = state;
  if (vault) {
    const device = await vault.get("device", "device");
    const copies = (await vault.all("visit")).map(({ id }) => ({ visit: id, ended: "cleared" }));
    const session = await askSession();
    await vault.clear();
    if (device && copies.length && session?.user === vault.user) await report(device, copies, session.csrf);
  } else {
    await eraseAll();
  }
  if (!(await stores()).length) await forgetPages();
  warnings.replaceChildren();
  await locked();
  tell("good", words.cleared);
});

// --- Start -------------------------------------------------------------------------------------------------------------------------

const hash = new URLSearchParams(location.hash.slice(1));
for (const link of every("[data-tongue]")) {
  act(link, "click", async () => {
    if (state.vault) await state.vault.carry();
    await keepPages([link.getAttribute("href")], link.lang);
    location.assign(link.getAttribute("href") + location.hash);
  });
}

async function start() {
  state.taking = hash.get("take");
  connected();
  await register();
  await expireLocked();
  const carried = await openCarried();
  if (carried) return opened(carried);
  if (navigator.onLine && ((await stores()).length || state.taking)) {
    state.session = await askSession();
    await eraseClosed();
  }
  await locked();
}

start().catch((error) => {
  tell("bad", say(codeOf(error)));
  rooms("empty");
  if (!error?.code) console.error(error);
});
