/* One encrypted store per person on this device.

   A random key of 256 bits encrypts every record; it lies here wrapped by a key derived from the person's six words. Unwrapped it
   exists only in the memory of the document that was unlocked, where no script can read it out. What lies on the disk in clear:
   that a store exists, whose (a number that only the server can read), until which day, and on which days something unsent was
   written. Kind, id, visit and value of a record are not readable, sizes are rounded up.

   Errors carry a `code`, never a sentence: the page has the words.
     wrong        these words open no store here           none    nothing is kept on this device
     exists       this person has a store here already     locked  the store was locked meanwhile
     full         the device has no room left              other   the file belongs to another person
     unavailable  this window may keep nothing             newer   written by a newer version: nothing was touched
     damaged      a record or file cannot be read: nothing was changed */

import { normalise } from "./passphrase.js";
import { turn } from "./turns.js";

const NAME = "voice";
const ROUNDS = 600000; // OWASP's figure for PBKDF2-HMAC-SHA-256
const BLOCK = 512; // sizes are rounded up to this many bytes
const AT_ONCE = 6; // records: how many are read in one step
const PATIENCE = 3000; // how long locking waits for what is being typed
const WAITING = new Set(["change", "delivery", "talk", "draft"]);
const RESCUE = "voice of the child: rescue";

/* Step n turns a record {kind, id, visit, value} of format n + 1 into one of format n + 2, or into nothing. Stores of every earlier
   format stay readable: a step is added, never changed. */
export const STEPS = [];
const format = () => STEPS.length + 1;

export class VaultError extends Error {
  constructor(code, cause) {
    super(code, { cause });
    this.name = this.constructor.name;
    this.code = code;
  }
}
export class WrongPassphrase extends VaultError {
  constructor() {
    super("wrong");
  }
}

const text = new TextEncoder();
const letters = new TextDecoder();
const random = (length) => crypto.getRandomValues(new Uint8Array(length));
const day = (time) => (time ? new Date(time) : new Date()).toISOString().slice(0, 10);

function toBase64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}
const fromBase64 = (coded) => Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));

/* JSON that also carries bytes, padded with spaces so that its length says little. */
function pack(thing) {
  const coded = JSON.stringify(thing, (_name, value) => {
    if (value instanceof ArrayBuffer) return { $bytes: toBase64(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) return { $bytes: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    return value;
  });
  const bytes = text.encode(coded);
  const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK).fill(32);
  padded.set(bytes);
  return padded;
}
const unpack = (bytes) =>
  JSON.parse(letters.decode(bytes), (_name, value) =>
    value && typeof value.$bytes === "string" && Object.keys(value).length === 1 ? fromBase64(value.$bytes) : value,
  );

// --- Keys ----------------------------------------------------------------------------------------------------------------

async function fromWords(passphrase, salt, rounds) {
  const words = await crypto.subtle.importKey("raw", text.encode(normalise(passphrase)), "PBKDF2", false, ["deriveKey"]);
  const rule = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(rule, words, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt", "unwrapKey"]);
}

/* A new master key wrapped by the words; the bytes themselves are overwritten at once. */
async function wrapNew(passphrase) {
  const salt = random(16);
  const iv = random(12);
  const bytes = random(32);
  const outer = await fromWords(passphrase, salt, ROUNDS);
  const wrapped = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, outer, bytes));
  const master = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
  bytes.fill(0);
  return { lock: { salt, rounds: ROUNDS, iv, wrapped }, keys: await branch(master) };
}

/* The keys behind a wrapped master key, or null when the words do not open it. */
async function unwrap(lock, passphrase) {
  const outer = await fromWords(passphrase, lock.salt, lock.rounds);
  try {
    const rule = { name: "AES-GCM", iv: lock.iv };
    return await branch(await crypto.subtle.unwrapKey("raw", lock.wrapped, outer, rule, "HKDF", false, ["deriveKey"]));
  } catch (error) {
    if (error.name === "OperationError") return null;
    throw error;
  }
}

async function branch(master) {
  const rule = (info) => ({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: text.encode(info) });
  const [data, names] = await Promise.all([
    crypto.subtle.deriveKey(rule("records"), master, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
    crypto.subtle.deriveKey(rule("names"), master, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]),
  ]);
  return { data, names };
}

async function opaque(keys, kind, id) {
  const named = text.encode(JSON.stringify([kind, id]));
  return toBase64(new Uint8Array(await crypto.subtle.sign("HMAC", keys.names, named)).subarray(0, 18));
}

/* Bytes = IV, then ciphertext. The place of a record is bound to it, so two cannot be exchanged. */
async function encrypt(key, place, thing) {
  const iv = random(12);
  const rule = { name: "AES-GCM", iv, additionalData: text.encode(place) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(rule, key, pack(thing)));
  const bytes = new Uint8Array(12 + sealed.length);
  bytes.set(iv);
  bytes.set(sealed, 12);
  return bytes;
}

async function decrypt(key, place, bytes) {
  const rule = { name: "AES-GCM", iv: bytes.subarray(0, 12), additionalData: text.encode(place) };
  try {
    return unpack(new Uint8Array(await crypto.subtle.decrypt(rule, key, bytes.subarray(12))));
  } catch (error) {
    throw new VaultError("damaged", error);
  }
}

const place = (store, key) => `${store} ${key}`;

// --- The database: opened when needed, opened again when the browser has closed it ----------------------------------------

let connection = null;

function connect() {
  connection ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      // Only ever adds: an upgrade that makes a store anew loses what is in it.
      const { result } = request;
      if (!result.objectStoreNames.contains("stores")) result.createObjectStore("stores", { keyPath: "id" });
      if (!result.objectStoreNames.contains("records")) {
        const records = result.createObjectStore("records", { keyPath: ["store", "key"] });
        records.createIndex("waiting", ["store", "waiting"]);
      }
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = () => {
        connection = null;
      };
      database.onversionchange = () => {
        database.close();
        connection = null;
      };
      resolve(database);
    };
    request.onerror = () => reject(request.error);
  }).catch((error) => {
    connection = null;
    throw plain(error);
  });
  return connection;
}

/* What a browser's error means for the person. A fault of ours stays what it is. */
function plain(error) {
  if (!(error instanceof DOMException) || error.name === "DataCloneError") return error;
  return new VaultError(error.name === "QuotaExceededError" ? "full" : "unavailable", error);
}

/* One transaction: `work(stores, records)` makes its requests at once; resolves to what it returned (a request: its result) when
   everything is on the disk. A connection that the browser has closed is opened again, once: the work can be repeated. */
async function transact(mode, work, again = true) {
  const database = await connect();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(["stores", "records"], mode, { durability: "strict" });
      let made;
      transaction.oncomplete = () => resolve(made instanceof IDBRequest ? made.result : made);
      transaction.onabort = () => reject(transaction.error || new DOMException("closed", "AbortError"));
      made = work(transaction.objectStore("stores"), transaction.objectStore("records"));
    });
  } catch (error) {
    const closed = ["InvalidStateError", "AbortError", "UnknownError"].includes(error?.name);
    if (!closed || !again) throw plain(error);
    connection = null;
    return transact(mode, work, false);
  }
}

const of = (store) => IDBKeyRange.bound([store], [store, []]);
const unsentOf = (store) => IDBKeyRange.bound([store, ""], [store, "\uffff"]);

// --- What can be said without the words ------------------------------------------------------------------------------------

/** Every store on this device as it looks locked: `id`, `owner`, `until` (a day), `waiting` (how many records are unsent, since which day). */
export async function stores() {
  const asked = await transact("readonly", (heads, records) => {
    const found = [];
    const all = heads.getAll();
    all.onsuccess = () => {
      for (const head of all.result.filter((one) => one.live)) {
        const unsent = records.index("waiting");
        found.push([head, unsent.count(unsentOf(head.id)), unsent.get(unsentOf(head.id))]);
      }
    };
    return found;
  });
  return asked.map(([head, count, first]) => ({
    id: head.id,
    owner: head.owner,
    until: head.until,
    format: head.format,
    waiting: { count: count.result, since: first.result?.waiting ?? null },
  }));
}

/** Whether anything is kept here, of this person or of anybody. */
export async function anyStore(user) {
  return (await stores()).some((store) => user === undefined || store.owner === user);
}

/** Erases one store, locked or not: its key first, in the same transaction as everything in it. */
export function eraseStore(id) {
  return transact("readwrite", (heads, records) => {
    heads.delete(id);
    records.delete(of(id));
  });
}

/** Erases everything that anybody keeps on this device. */
export function eraseAll() {
  return transact("readwrite", (heads, records) => {
    heads.clear();
    records.clear();
  });
}

// --- Opening ---------------------------------------------------------------------------------------------------------------

/** A new store for this person (an opaque number from the server), opened. */
export async function createStore(user, passphrase) {
  if (await anyStore(user)) throw new VaultError("exists");
  const { lock, keys } = await wrapNew(passphrase);
  const head = { id: crypto.randomUUID(), owner: user, format: format(), lock, until: "", live: true };
  await transact("readwrite", (heads) => heads.add(head));
  return new Vault(head, keys);
}

/** The store that these words open, whosever it is. A store of an earlier format is brought up to date first. */
export async function openStore(passphrase) {
  const heads = (await transact("readonly", (all) => all.getAll())).filter((head) => head.live);
  if (!heads.length) throw new VaultError("none");
  for (const head of heads) {
    const keys = await unwrap(head.lock, passphrase);
    if (keys) return new Vault(await upToDate(head.id, keys), keys);
  }
  throw new WrongPassphrase();
}

/** The store that the page before this one handed over (`vault.carry()`), or null: then the words are asked for. */
export async function openCarried() {
  const worker = navigator.serviceWorker?.controller;
  if (!worker) return null;
  const carried = await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => resolve(event.data);
    setTimeout(() => resolve(null), 1000);
    worker.postMessage({ act: "take" }, [port2]);
  });
  if (!carried?.keys) return null;
  const head = await transact("readonly", (heads) => heads.get(carried.store));
  return head?.live ? new Vault(head, carried.keys) : null;
}

/* Copy, verify, delete: the old records go only after the new ones were read back and are equal. One window does it at a time; a
   copy that was interrupted was never live and is thrown away. */
function upToDate(id, keys) {
  return navigator.locks.request("voice: bring a store up to date", async () => {
    const heads = await transact("readonly", (all) => all.getAll());
    const head = heads.find((one) => one.id === id && one.live);
    if (!head) throw new VaultError("none");
    if (head.format > format()) throw new VaultError("newer");
    if (head.format === format()) return head;
    for (const broken of heads.filter((one) => !one.live)) await eraseStore(broken.id);
    const fresh = { ...head, id: crypto.randomUUID(), format: format(), live: false };
    const [copies, expected] = await copied(head, fresh.id, keys);
    await transact("readwrite", (stored, records) => {
      stored.put(fresh);
      for (const copy of copies) records.put(copy);
    });
    const back = await transact("readonly", (_heads, records) => records.getAll(of(fresh.id)));
    for (const row of back) {
      const record = await decrypt(keys.data, place(fresh.id, row.key), row.data);
      if (expected.get(row.key) !== plainly(record)) throw new VaultError("damaged");
    }
    if (back.length !== expected.size) throw new VaultError("damaged");
    const live = { ...fresh, live: true };
    await transact("readwrite", (stored, records) => {
      stored.put(live);
      stored.delete(head.id);
      records.delete(of(head.id));
    });
    return live;
  });
}

/* The rows of a store as the steps make them anew, and what each must say when it is read back. */
async function copied(head, id, keys) {
  const rows = await transact("readonly", (_heads, records) => records.getAll(of(head.id)));
  const expected = new Map();
  const copies = [];
  for (const row of rows) {
    const record = stepped(await decrypt(keys.data, place(head.id, row.key), row.data), head.format);
    if (!record) continue;
    const copy = { ...(await sealed(id, keys, record)), ...(row.waiting && { waiting: row.waiting }) };
    expected.set(copy.key, plainly(record));
    copies.push(copy);
  }
  return [copies, expected];
}

const plainly = (thing) => letters.decode(pack(thing));
const stepped = (record, from) => STEPS.slice(from - 1).reduce((made, step) => made && step(made), record);

async function sealed(store, keys, record) {
  const key = await opaque(keys, record.kind, record.id);
  const row = { store, key, data: await encrypt(keys.data, place(store, key), record) };
  if (WAITING.has(record.kind)) row.waiting = day(record.value?.since);
  return row;
}

// --- An open store ---------------------------------------------------------------------------------------------------------

export class Vault {
  #head;
  #keys;
  #queue = Promise.resolve();
  #known = new Map(); // opaque key -> {kind, visit}: what need not be decrypted to be left out
  #before = [];
  #after = [];
  #locking = null;
  #rest = () => {};

  constructor(head, keys) {
    this.#head = head;
    this.#keys = keys;
  }

  /** The opaque number of the person whose store this is. */
  get user() {
    return this.#head.owner;
  }

  get locked() {
    return this.#keys === null;
  }

  #open() {
    if (this.#keys === null) throw new VaultError("locked");
    return this.#keys;
  }

  /** One value, or null. */
  async get(kind, id) {
    const keys = this.#open();
    const key = await opaque(keys, kind, id);
    const row = await transact("readonly", (_heads, records) => records.get([this.#head.id, key]));
    return row ? (await this.#read(keys, row)).value : null;
  }

  /** Every record of a kind, `{id, visit, value}` each, in no order; with `visit`, of that visit only. */
  async all(kind, { visit } = {}) {
    const wanted = (known) => known.kind === kind && (visit === undefined || known.visit === visit);
    const records = await this.#everything(wanted, WAITING.has(kind));
    return records.map(({ id, visit: its, value }) => ({ id, visit: its, value }));
  }

  /* `unsent`: true or false, when all that is wanted waits to be sent or none of it does. */
  async #everything(wanted, unsent) {
    const keys = this.#open();
    const { id } = this.#head;
    const rows = await transact("readonly", (_heads, records) =>
      unsent ? records.index("waiting").getAll(unsentOf(id)) : records.getAll(of(id)),
    );
    const asked = ({ key, waiting }) => (unsent ?? Boolean(waiting)) === Boolean(waiting) && (!this.#known.has(key) || wanted(this.#known.get(key)));
    const maybe = rows.filter(asked);
    const records = [];
    while (maybe.length) {
      await turn();
      records.push(...(await Promise.all(maybe.splice(0, AT_ONCE).map((row) => this.#read(keys, row)))));
    }
    return records.filter(wanted);
  }

  async #read(keys, row) {
    const record = await decrypt(keys.data, place(this.#head.id, row.key), row.data);
    this.#known.set(row.key, { kind: record.kind, visit: record.visit ?? null });
    return { ...record, visit: record.visit ?? null };
  }

  /** Puts and drops, all or none, on the disk when this resolves. Writes are done in the order in which they were asked for. */
  write(changes) {
    this.#open();
    const done = this.#queue.then(() => this.#write(changes));
    this.#queue = done.catch(() => {});
    return done;
  }

  async #write(changes) {
    const keys = this.#open();
    const steps = await Promise.all(
      changes.map(async ({ put, drop }) => {
        if (drop) return { drop: await opaque(keys, drop.kind, drop.id) };
        return { put: await sealed(this.#head.id, keys, { kind: put.kind, id: put.id, visit: put.visit ?? null, value: put.value }) };
      }),
    );
    const untils = changes.map(({ put }) => (put?.kind === "visit" && put.value?.copy?.until) || "").filter(Boolean).map(day);
    let gone = false;
    await transact("readwrite", (heads, records) => {
      const asked = heads.get(this.#head.id);
      asked.onsuccess = () => {
        // Erased meanwhile, in another tab or by expiry: nothing may be written that no key would ever open.
        if (!asked.result) {
          gone = true;
          asked.transaction.abort();
          return;
        }
        const until = [asked.result.until, ...untils].sort().at(-1);
        if (until !== asked.result.until) heads.put({ ...asked.result, until });
        for (const step of steps) {
          if (step.put) records.put(step.put);
          else records.delete([this.#head.id, step.drop]);
        }
      };
    }).catch((error) => {
      throw gone ? new VaultError("none") : error;
    });
    changes.forEach(({ put }, number) => {
      if (put) this.#known.set(steps[number].put.key, { kind: put.kind, visit: put.visit ?? null });
    });
  }

  /** Erases every record of a visit, all or none. */
  async forget(visit) {
    const records = await this.#everything((known) => known.visit === visit);
    await this.write(records.map(({ kind, id }) => ({ drop: { kind, id } })));
  }

  // --- Locking

  /** `fn` is called when the store is about to lock and may still write what is being typed; its promise is waited for, briefly. */
  onLock(fn) {
    this.#before.push(fn);
  }

  /** `fn` is called when the key is gone: the page takes away what it shows. */
  onLocked(fn) {
    this.#after.push(fn);
  }

  /** Forgets the key, after everything that was asked to be written. */
  lock() {
    this.#locking ??= (async () => {
      this.#rest();
      const written = Promise.allSettled(this.#before.map(async (fn) => fn())).then(() => this.#queue);
      await Promise.race([written, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
      this.#keys = null;
      this.#known.clear();
      for (const fn of this.#after) fn();
    })();
    return this.#locking;
  }

  /** Locks after so many minutes without a touch; a device that slept longer locks when it wakes. */
  lockAfter(minutes) {
    this.#rest();
    let touched = Date.now();
    const touch = () => {
      if (!this.#late(touched, minutes)) touched = Date.now();
      else this.lock();
    };
    const look = () => this.#late(touched, minutes) && this.lock();
    const acts = ["pointerdown", "keydown", "input", "wheel", "touchstart"];
    for (const act of acts) addEventListener(act, touch, { capture: true, passive: true });
    document.addEventListener("visibilitychange", look);
    const timer = setInterval(look, 5000);
    this.#rest = () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      for (const act of acts) removeEventListener(act, touch, { capture: true });
    };
  }

  #late(touched, minutes) {
    return Date.now() - touched >= minutes * 60000;
  }

  /** Hands the open store to the next page of this device, through the memory of the worker, for a few seconds and for one taking. */
  async carry() {
    const keys = this.#open();
    await this.#queue;
    const worker = navigator.serviceWorker?.controller;
    if (!worker) return;
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      setTimeout(resolve, 1000);
      worker.postMessage({ act: "carry", store: this.#head.id, keys }, [port2]);
    });
  }

  /** Erases this person's store and locks. */
  async clear() {
    this.#open();
    await eraseStore(this.#head.id);
    this.#before = [];
    await this.lock();
  }

  // --- The rescue file: everything of this store under the same words, in one file

  /** A file with everything that is kept here, read back before it is given. The words must be those of this store. */
  async rescue(passphrase) {
    this.#open();
    if (!(await unwrap(this.#head.lock, passphrase))) throw new WrongPassphrase();
    await this.#queue;
    const records = await this.#everything(() => true);
    const { lock, keys } = await wrapNew(passphrase);
    const data = await encrypt(keys.data, RESCUE, { owner: this.#head.owner, format: this.#head.format, records });
    const coded = { ...lock, salt: toBase64(lock.salt), iv: toBase64(lock.iv), wrapped: toBase64(lock.wrapped) };
    const file = new Blob([`${JSON.stringify({ what: RESCUE, format: 1, lock: coded, data: toBase64(data) })}\n`], {
      type: "application/octet-stream",
    });
    const back = await readRescue(file, passphrase);
    if (back.records.length !== records.length) throw new VaultError("damaged");
    return file;
  }

  /** Puts back what a rescue file holds. What stands here differently stays; the file's version is kept beside it as kind "rescued".
      Resolves to how many records were `added`, were the `same`, `differ`. */
  async restore(file, passphrase) {
    this.#open();
    const { owner, format: written, records } = await readRescue(file, passphrase);
    if (owner !== this.#head.owner) throw new VaultError("other");
    if (written > format()) throw new VaultError("newer");
    const counts = { added: 0, same: 0, differ: 0 };
    const changes = [];
    for (const record of records.map((one) => stepped(one, written)).filter(Boolean)) {
      const standing = await this.get(record.kind, record.id);
      if (standing === null) {
        counts.added += 1;
        changes.push({ put: record });
      } else if (plainly(standing) === plainly(record.value)) {
        counts.same += 1;
      } else {
        counts.differ += 1;
        changes.push({ put: { kind: "rescued", id: `${record.kind}/${record.id}`, visit: record.visit, value: record } });
      }
    }
    if (changes.length) await this.write(changes);
    return counts;
  }
}

async function readRescue(file, passphrase) {
  let read;
  try {
    read = JSON.parse(await file.text());
    if (read.what !== RESCUE) throw new Error("another file");
  } catch (error) {
    throw new VaultError("damaged", error);
  }
  if (read.format > 1) throw new VaultError("newer");
  const { salt, rounds, iv, wrapped } = read.lock;
  const keys = await unwrap({ salt: fromBase64(salt), rounds, iv: fromBase64(iv), wrapped: fromBase64(wrapped) }, passphrase);
  if (!keys) throw new WrongPassphrase();
  return decrypt(keys.data, RESCUE, fromBase64(read.data));
}
