/* Several hands on one visit: says every 20 seconds that this page is open, hears who else is here and what they changed. Quiet
   while the page is hidden; stops for good when the server no longer knows the visit as one being filled. */

const BEAT = 20000;
const here = document.querySelector("[data-here]");
const token = document.querySelector("[data-checklist] [name=csrfmiddlewaretoken]").value;
const cards = new Map([...document.querySelectorAll("[data-card]")].map((card) => [card.dataset.code, card]));
const heard = new Map();
let { stamp } = here.dataset;
let timer = null;
let over = false;

async function beat() {
  let news = null;
  try {
    const response = await fetch(here.dataset.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
      body: JSON.stringify({ section: here.dataset.section, stamp }),
      credentials: "same-origin",
    });
    over = response.redirected || [401, 403, 404].includes(response.status);
    if (response.ok && !response.redirected) news = await response.json();
  } catch {
    // No connection: the next beat tries again.
  }
  if (over) stop();
  if (!news && !over) return;
  // A reader hears a change, never a repetition.
  const said = news ? news.here : "";
  if (here.textContent !== said) here.textContent = said;
  if (!news) return;
  stamp = news.stamp;
  for (const [code, answer] of Object.entries(news.answers)) heard.set(code, answer);
  // Again at every beat: a card that was being filled then may be free now.
  for (const [code, answer] of heard) cards.get(code)?.dispatchEvent(new CustomEvent("elsewhere", { detail: answer }));
}

function start() {
  if (timer || over) return;
  timer = setInterval(beat, BEAT);
  beat();
}

function stop() {
  clearInterval(timer);
  timer = null;
}

document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? stop() : start()));
if (document.visibilityState !== "hidden") start();
