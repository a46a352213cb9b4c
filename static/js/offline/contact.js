/* Speaking with the server and with the worker: whose session this is, what this device still holds, which pages are to be kept. */

/** {signed_in, user, csrf, wipe, closed}, or null when the server cannot be reached or somebody else answers for it. */
export async function askSession(of = "") {
  const query = of ? `?of=${encodeURIComponent(of)}` : "";
  try {
    const response = await fetch(`/session/${query}`, { cache: "no-store", credentials: "same-origin", redirect: "error" });
    const answer = await response.json();
    return response.ok && typeof answer.signed_in === "boolean" ? answer : null;
  } catch {
    return null;
  }
}

/** Tells the server what this device still holds; whether it was heard. */
export async function report(device, copies, csrf) {
  try {
    const response = await fetch("/session/", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify({ device, copies }),
      cache: "no-store",
      redirect: "error",
    });
    return response.ok;
  } catch {
    return false;
  }
}

/** The worker, if this browser has one; a new one takes over by itself. */
export async function register() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" });
  } catch {
    // Without a network the one that is here goes on.
  }
}

async function ask(message) {
  const worker = (await navigator.serviceWorker?.ready)?.active;
  if (!worker) return null;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => resolve(event.data);
    worker.postMessage(message, [port2]);
  });
}

/** Has the worker keep these pages with everything they need; whether all are kept. */
export async function keepPages(urls, language) {
  const answer = await ask({ act: "keep", urls, language });
  return answer?.kept === urls.length;
}

/** Has the worker drop every page but the offline page. */
export const forgetPages = () => ask({ act: "forget" });
