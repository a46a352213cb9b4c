/* What stands on this device and what waits to be sent. A thing ("answer/VISIT/SEP-01", "finding/VISIT/ID", "rating/VISIT/A") and
   its entry in the ledger are always written together, so a crash leaves both or neither.

   kind "answer", id = thing: {value, base, stood, made?, difference?, faults?, late?, theirs?}; base = the server's version that
   `value` was made from, stood = what that version said, made = when it was written here. kind "change", id = thing:
   {thing, since, bytes, body}: at most one that is not under way. kind "delivery": {number, visit, body, entries, talks, since,
   bytes}: frozen until its receipt has been verified. */

const LEDGER = "voice: ledger";
const text = new TextEncoder();
export const size = (thing) => text.encode(JSON.stringify(thing)).length;
export const thing = (what, visit, id) => `${what}/${visit}/${id}`;
export const put = (kind, id, visit, value) => ({ put: { kind, id, visit, value } });
export const drop = (kind, id) => ({ drop: { kind, id } });

/** One at a time over all tabs: reads what stands, then writes. */
export const alone = (work) => navigator.locks.request(LEDGER, work);

/** Keeps a change and its entry, in one write together with `also`. A `base` in `body` is that of the first keeping; later it is
    the version that the server has named since. `beginning` = what the thing was before this device wrote it. */
export function keep(vault, visit, id, body, value, { also = [], beginning = null } = {}) {
  return alone(async () => {
    const [waiting, standing] = await Promise.all([vault.get("change", id), vault.get("answer", id)]);
    const record = standing ?? beginning ?? { base: body.base ?? null, stood: null };
    const made = new Date().toISOString();
    const steps = [put("change", id, visit, entryOf(id, body, record.base, waiting?.since ?? made, made)), ...also];
    if (value !== undefined) {
      const { faults, theirs, sent, ...rest } = record;
      steps.push(put("answer", id, visit, { ...rest, value, made }));
    }
    await vault.write(steps);
  });
}

function entryOf(id, body, base, since, made) {
  const whole = "base" in body ? { ...body, base, made } : { ...body, made };
  return { thing: id, since, bytes: size(whole), body: whole };
}

/** Chooses between two answers: the value that shall stand, made from what stands on the server now. */
export function settle(vault, visit, id, body, value, beginning) {
  return alone(async () => {
    const record = (await vault.get("answer", id)) ?? beginning;
    const { difference, faults, ...rest } = record;
    const made = new Date().toISOString();
    const entry = entryOf(id, body, difference.standing.version, made, made);
    await vault.write([
      put("change", id, visit, entry),
      put("answer", id, visit, { ...rest, value, base: difference.standing.version, stood: difference.standing }),
    ]);
  });
}

/** What waits, of one visit or of all: how many changes and talks, since when, how many bytes. */
export async function waiting(vault, visit) {
  const [changes, deliveries, talks] = await Promise.all(["change", "delivery", "talk"].map((kind) => vault.all(kind, { visit })));
  const values = [...changes, ...deliveries, ...talks].map((record) => record.value);
  const count = changes.length + talks.length + deliveries.reduce((sum, { value }) => sum + value.entries.length + value.talks.length, 0);
  return {
    count,
    since: values.map((value) => value.since).sort()[0] ?? null,
    bytes: values.reduce((sum, value) => sum + (value.bytes || 0), 0),
    faulty: changes.filter(({ value }) => value.faults).length,
  };
}

/** Everything that is kept of a visit, as drops. */
export async function everythingOf(vault, visit) {
  const kinds = ["visit", "answer", "change", "delivery", "talk", "draft", "rescued", "concern"];
  const found = await Promise.all(kinds.map((kind) => vault.all(kind, { visit })));
  return kinds.flatMap((kind, place) => found[place].map(({ id }) => drop(kind, id)));
}
