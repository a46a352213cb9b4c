/* Sends what waits, and forgets nothing before its receipt has been verified.

   A delivery is frozen before its first byte is sent: number, body, and what is in it, in one write. It is sent again and again
   with the same bytes until a receipt names its number and the SHA-256 of those bytes. A page with status 200, a receipt of something
   else, a broken answer are no receipts. An edit made meanwhile is another delivery. */

import { alone, drop, everythingOf, put, waiting } from "./ledger.js";

const SEND = "voice: send";
const PATIENCE = 90000;
const MOST = { changes: 100, bytes: 200000, talks: 8 };
const ORDER = ["answer", "finding", "rating", "finish"];
const text = new TextEncoder();

class Stop extends Error {
  constructor(state, detail = "") {
    super(state);
    this.state = state;
    this.detail = detail;
  }
}

/** Sends everything of this store; resolves to {state, detail, receipts}, never rejects for what the network does.
    state: sent, nothing, busy, offline, sign_in, other_person, no_receipt, refused, locked. */
export function send(vault) {
  return navigator.locks.request(SEND, { ifAvailable: true }, async (lock) => {
    if (!lock) return { state: "busy", receipts: [] };
    const receipts = [];
    try {
      if (!(await waiting(vault)).count) return { state: "nothing", receipts };
      const session = await freshSession(vault);
      let refused = null;
      for (const visit of await visitsThatWait(vault)) {
        try {
          await sendVisit(vault, visit, session.csrf, receipts);
        } catch (error) {
          // One visit that is not taken does not hold up the others; without network or session there is no going on.
          if (error.state !== "refused") throw error;
          refused = error;
        }
      }
      for (const visit of session.wipe ?? []) await vault.write(await everythingOf(vault, visit));
      if (refused) throw refused;
      return { state: "sent", receipts };
    } catch (error) {
      if (error instanceof Stop) return { state: error.state, detail: error.detail, receipts };
      if (error?.code === "locked") return { state: "locked", receipts };
      throw error;
    }
  });
}

async function sendVisit(vault, visit, csrf, receipts) {
  let limit = MOST;
  for (let delivery = await next(vault, visit, limit); delivery; delivery = await next(vault, visit, limit)) {
    const answer = await post(delivery, csrf);
    if (answer.smaller) limit = { changes: Math.max(1, limit.changes >> 2), bytes: limit.bytes >> 2, talks: 1 };
    if (answer.results) {
      await apply(vault, delivery, answer);
      receipts.push(answer);
    } else {
      await thaw(vault, delivery, answer.fault);
    }
  }
}

/* Who is signed in now, with a token that is good now. Cached or foreign pages are not believed. */
async function freshSession(vault) {
  let session = null;
  try {
    const response = await fetch("/session/", { cache: "no-store", credentials: "same-origin", redirect: "error" });
    if (!response.ok) throw new Stop("no_receipt");
    session = await response.json();
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(error instanceof SyntaxError ? "no_receipt" : "offline");
  }
  if (typeof session?.signed_in !== "boolean") throw new Stop("no_receipt");
  if (!session.signed_in) throw new Stop("sign_in");
  if (session.user !== vault.user) throw new Stop("other_person");
  return session;
}

async function visitsThatWait(vault) {
  const kinds = await Promise.all(["change", "delivery", "talk"].map((kind) => vault.all(kind)));
  const [changes] = kinds;
  const urgent = (visit) => changes.some((record) => record.visit === visit && record.value.body.do === "concern");
  const visits = [...new Set(kinds.flat().map((record) => record.visit))];
  return visits.sort((a, b) => urgent(b) - urgent(a));
}

/* The next delivery of a visit: a concern before all, then one that was frozen earlier, then what waits now. */
function next(vault, visit, limit) {
  return alone(async () => {
    const changes = (await vault.all("change", { visit })).map(({ value }) => value).filter((value) => !value.faults);
    const concerns = changes.filter(({ body }) => body.do === "concern");
    const frozen = (await vault.all("delivery", { visit })).map(({ value }) => value).sort((a, b) => (a.since < b.since ? -1 : 1));
    const urgent = (delivery) => delivery.entries.some(({ body }) => body.do === "concern");
    const earlier = frozen.find(urgent) ?? (concerns.length ? null : frozen[0]);
    if (earlier) return earlier;
    if (concerns.length) return freeze(vault, visit, concerns, []);
    const talks = (await vault.all("talk", { visit })).filter(({ value }) => !value.faults).slice(0, limit.talks);
    const entries = fitting(changes, limit);
    return entries.length || talks.length ? freeze(vault, visit, entries, talks) : null;
  });
}

/* As many as fit, a request to finish after everything else. */
function fitting(changes, limit) {
  const rank = ({ body }) => ORDER.indexOf(body.do);
  const sorted = changes.sort((a, b) => rank(a) - rank(b) || (a.since < b.since ? -1 : 1));
  const chosen = [];
  let bytes = 0;
  for (const entry of sorted) {
    if (chosen.length && (chosen.length >= limit.changes || bytes + entry.bytes > limit.bytes)) break;
    chosen.push(entry);
    bytes += entry.bytes;
  }
  return chosen;
}

async function freeze(vault, visit, entries, talks) {
  const about = await vault.get("visit", visit);
  const left = await waiting(vault, visit);
  const number = crypto.randomUUID();
  const unsent = Math.max(0, left.count - entries.length - talks.length);
  const body = JSON.stringify({
    format: 1,
    id: number,
    visit,
    ...(about?.open ? { open: about.open } : {}),
    ...(about?.device ? { device: { id: about.device, unsent, since: unsent ? left.since : null } } : {}),
    changes: entries.map((entry) => entry.body),
    talks: talks.map(({ id, value }) => ({ id, sealed: value.sealed })),
  });
  const delivery = {
    number,
    visit,
    body,
    entries,
    talks: talks.map(({ id, value }) => ({ id, value })),
    since: [...entries, ...talks.map(({ value }) => value)].map((one) => one.since).sort()[0],
    bytes: text.encode(body).length,
  };
  await vault.write([
    put("delivery", number, visit, delivery),
    ...entries.map((entry) => drop("change", entry.thing)),
    ...talks.map(({ id }) => drop("talk", id)),
  ]);
  return delivery;
}

/* Takes a delivery apart again that the server has not kept: too large, its number taken by another body, or unreadable. With a
   `fault` (of the only thing in it) that thing waits until it is changed. */
function thaw(vault, delivery, fault) {
  return alone(async () => {
    const faulty = fault ? { faults: [fault] } : {};
    const steps = [drop("delivery", delivery.number)];
    for (const entry of delivery.entries) {
      // What was changed meanwhile already stands for it.
      if (!(await vault.get("change", entry.thing))) steps.push(put("change", entry.thing, delivery.visit, { ...entry, ...faulty }));
    }
    for (const { id, value } of delivery.talks) steps.push(put("talk", id, delivery.visit, { ...value, ...faulty }));
    await vault.write(steps);
  });
}

/* Resolves to a verified receipt, or says how to try otherwise: {smaller}, {again}, {fault}. Throws Stop. */
async function post(delivery, csrf) {
  const bytes = text.encode(delivery.body);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  let response;
  let answer = null;
  try {
    response = await fetch("/api/deliveries/", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
      body: bytes,
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: stop.signal,
    });
    answer = await response.json();
  } catch (error) {
    if (!response || !(error instanceof SyntaxError)) throw new Stop("offline");
  } finally {
    clearTimeout(timer);
  }
  const single = delivery.entries.length + delivery.talks.length === 1;
  const detail = typeof answer?.detail === "string" ? answer.detail : "";
  if (response.status === 401) throw new Stop("sign_in");
  if (response.status === 413 && !single) return { smaller: true };
  if (response.status === 400 && detail) return single ? { fault: detail } : { smaller: true };
  if (response.status === 409 && detail) return { again: true };
  if ([403, 404, 413].includes(response.status) && detail) throw new Stop("refused", detail);
  if (!response.ok || !(await verified(answer, delivery, bytes))) throw new Stop("no_receipt");
  return answer;
}

async function verified(answer, delivery, bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return (
    answer?.delivery === delivery.number &&
    answer.hash === hex &&
    Array.isArray(answer.results) &&
    answer.results.length === delivery.entries.length &&
    Array.isArray(answer.talks) &&
    delivery.talks.every(({ id }) => answer.talks.some((talk) => talk.id === id))
  );
}

const saidBy = ({ do: what, ...body }) => {
  if (what === "rating") return { step: body.step };
  const { base, made, origin, indicator, finding, ...value } = body;
  return value;
};

/* What the receipt says, for each entry, in one write with the end of the delivery. */
function apply(vault, delivery, receipt) {
  return alone(async () => {
    const { visit } = delivery;
    const steps = [drop("delivery", delivery.number)];
    for (const [place, entry] of delivery.entries.entries()) {
      const result = receipt.results[place];
      if (entry.body.do === "concern") {
        // Whatever is wrong with it, a concern is never dropped unseen.
        if (result.outcome === "faulty") steps.push(put("change", entry.thing, visit, { ...entry, faults: result.faults ?? [] }));
        continue;
      }
      if (entry.body.do === "finish") {
        if (result.outcome === "faulty") steps.push(put("change", entry.thing, visit, { ...entry, faults: result.faults ?? [] }));
        else steps.push(put("answer", entry.thing, visit, { value: null, outcome: result.outcome, base: null, stood: null }));
        continue;
      }
      steps.push(...(await outcome(vault, visit, entry, result, receipt.received_at)));
    }
    for (const talk of receipt.talks) {
      const sent = delivery.talks.find(({ id }) => id === talk.id);
      if (sent && talk.outcome === "faulty") steps.push(put("talk", talk.id, visit, { ...sent.value, faults: [] }));
    }
    const about = await vault.get("visit", visit);
    if (about?.open) steps.push(put("visit", visit, visit, { ...about, open: undefined }));
    await vault.write(steps);
    const finished = receipt.results.some(({ outcome: one }) => one === "done");
    if (finished && !(await waiting(vault, visit)).count) await vault.write(await everythingOf(vault, visit));
  });
}

async function outcome(vault, visit, entry, result, at) {
  const [record, newer] = await Promise.all([vault.get("answer", entry.thing), vault.get("change", entry.thing)]);
  const { difference, faults, theirs, ...standing } = record ?? { value: saidBy(entry.body), base: entry.body.base, stood: null };
  const steps = [];
  const rating = entry.body.do === "rating";
  let made = standing;
  if (result.outcome === "saved" || result.outcome === "same") {
    const base = rating ? entry.body.step : (result.version ?? standing.base);
    made = { ...standing, base, stood: saidBy(entry.body), sent: at };
    if (newer) steps.push(put("change", entry.thing, visit, { ...newer, body: { ...newer.body, base } }));
  } else if (result.outcome === "theirs") {
    if (!newer) made = { ...standing, value: result.standing, base: result.version ?? result.standing?.version, stood: result.standing, theirs: true };
  } else if (result.outcome === "difference") {
    const beside = { ...result.standing, version: result.standing?.version ?? result.version };
    made = { ...standing, difference: { id: result.difference, standing: beside, mine: saidBy(entry.body), base: standing.stood } };
  } else if (result.outcome === "late") {
    made = { ...standing, late: true };
  } else {
    made = { ...standing, faults: result.faults ?? [] };
    if (!newer) steps.push(put("change", entry.thing, visit, { ...entry, faults: result.faults ?? [] }));
  }
  return [...steps, put("answer", entry.thing, visit, made)];
}
