/* Keeps what can be opened without a network: the offline page, blank documents that were asked for, and the files they name.
   Nothing of a person, a visit or a session: such pages are never kept, and sending is no business of this worker. An old worker
   therefore harms nobody: whatever it does not keep goes to the network, untouched. */

const VERSION = "{{ version }}";
const PAGES = {{ pages|safe }};
const OPEN = /^\/(offline\/|blank\/)/;
const DOCUMENTS = "voice documents";
const FILES = "voice files";
const CHOSEN = "/offline/chosen";
const CARRY = 20000;
const PATIENCE = 60000;

/* Given up in the end: while a new worker renews what is kept, pages wait for it. */
const bare = (address) =>
  new Request(address, { credentials: "omit", cache: "no-cache", redirect: "error", signal: AbortSignal.timeout(PATIENCE) });

/* One at a time, over all workers: files are kept before the document that names them, and tidying would take them for nobody's. */
const alone = (work) => navigator.locks.request("voice: keep pages", work);

/* Only what the server calls public, on an address that is the same for everybody, may be kept. */
const keepable = (address, response) =>
  response.ok && OPEN.test(new URL(address, location.origin).pathname) && /\bpublic\b/.test(response.headers.get("Cache-Control") || "");

/* The files of ours that a text names: links of a page, imports of a module, fonts of a stylesheet. */
function named(text, base) {
  const found = new Set();
  for (const [, name] of text.matchAll(/["'(]([^"'()\s]+\.(?:css|js|woff2|svg|png)(?:\?[^"'()\s]*)?)["')]/g)) {
    const address = new URL(name, base);
    if (address.origin === location.origin && address.pathname.startsWith("{{ static }}")) found.add(address.href);
  }
  return found;
}

async function withFiles(cache, address, text, seen) {
  for (const file of named(text, address)) {
    if (seen.has(file)) continue;
    seen.add(file);
    let response = {% if hashed %}await cache.match(file){% else %}null{% endif %};
    if (!response) {
      response = await fetch(bare(file));
      if (!response.ok) throw new Error(file);
      await cache.put(file, response.clone());
    }
    if (/\.(css|js)(\?|$)/.test(file)) await withFiles(cache, file, await response.text(), seen);
  }
}

/* A document with everything it names: the files first, so that it is never there without them. */
async function keep(address) {
  const response = await fetch(bare(address));
  if (!keepable(address, response)) throw new Error(address);
  const text = await response.clone().text();
  await withFiles(await caches.open(FILES), new URL(address, location.origin).href, text, new Set());
  await (await caches.open(DOCUMENTS)).put(address, response);
}

/* Files that no kept document names any more. */
async function tidy() {
  const documents = await caches.open(DOCUMENTS);
  const files = await caches.open(FILES);
  const needed = new Set();
  const walk = async (address, response) => {
    for (const file of named(await response.text(), address)) {
      if (needed.has(file)) continue;
      needed.add(file);
      const next = await files.match(file);
      if (next && /\.(css|js)(\?|$)/.test(file)) await walk(file, next);
    }
  };
  for (const request of await documents.keys()) await walk(request.url, await documents.match(request));
  for (const request of await files.keys()) if (!needed.has(request.url)) await files.delete(request);
}

/* Every kept document anew; one that cannot be fetched now stays as it is, with its files. */
async function renew() {
  const documents = await caches.open(DOCUMENTS);
  const kept = (await documents.keys()).map((request) => request.url).filter((url) => OPEN.test(new URL(url).pathname));
  const asked = kept.filter((url) => !url.endsWith(CHOSEN));
  await Promise.allSettled(asked.map(keep));
  await tidy();
}

addEventListener("install", (event) => {
  event.waitUntil(alone(() => Promise.all(PAGES.map(keep))).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(alone(renew).then(() => clients.claim()));
});

/* The key of an open store on its way from one page to the next: in memory, for seconds, for one taking. */
let carried = null;

const acts = {
  async keep({ urls, language }) {
    if (language) await (await caches.open(DOCUMENTS)).put(CHOSEN, new Response(language));
    const done = await alone(() => Promise.allSettled(urls.map(keep)));
    return { kept: done.filter(({ status }) => status === "fulfilled").length, asked: urls.length };
  },
  async forget() {
    await alone(async () => {
      for (const name of await caches.keys()) await caches.delete(name);
      await Promise.allSettled(PAGES.map(keep));
    });
    return {};
  },
  carry({ store, keys }) {
    const mine = { store, keys };
    carried = mine;
    setTimeout(() => {
      if (carried === mine) carried = null;
    }, CARRY);
    return {};
  },
  take() {
    const given = carried;
    carried = null;
    return given || {};
  },
};

addEventListener("message", (event) => {
  const act = acts[event.data?.act];
  if (!act) return;
  const answer = Promise.resolve(act(event.data)).then(
    (said) => event.ports[0]?.postMessage(said),
    () => event.ports[0]?.postMessage({}),
  );
  event.waitUntil(answer);
});

/* The offline page in the language chosen last. */
async function offlinePage() {
  const documents = await caches.open(DOCUMENTS);
  const chosen = await documents.match(CHOSEN);
  const language = chosen ? await chosen.text() : "";
  const page = PAGES.find((address) => address.endsWith(`=${language}`)) || PAGES[0];
  return documents.match(page, { ignoreVary: true });
}

async function opened(request) {
  const { pathname, search } = new URL(request.url);
  const documents = await caches.open(DOCUMENTS);
  const kept = OPEN.test(pathname) && (await documents.match(pathname + search, { ignoreVary: true }));
  if (kept) return kept;
  if (pathname === "/offline/") return (await offlinePage()) || fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    const page = await offlinePage();
    if (!page) throw error;
    return page;
  }
}

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(opened(request));
  else if (address.pathname.startsWith("{{ static }}")) {
    event.respondWith(
      caches.open(FILES).then(async (files) => (await files.match(request, { ignoreVary: true })) || fetch(request)),
    );
  }
});
