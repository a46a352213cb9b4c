/* The page of an order looks again by itself until the state changes; the link "Look again" does the same without this script. */

const PAUSE = 3000;

async function look() {
  const shown = document.querySelector("[data-order]");
  try {
    const response = await fetch(location.href, { credentials: "same-origin" });
    if (response.redirected || [401, 403, 404].includes(response.status)) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const now = response.ok ? page.querySelector("[data-order]") : null;
    if (now && now.dataset.order !== shown.dataset.order) {
      // The page is the server's: what it says of the new state is shown as a whole.
      location.reload();
      return;
    }
  } catch {
    // No connection: the next look tries again.
  }
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
