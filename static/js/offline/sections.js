/* The sections of the checklist. The document holds all of them, as text (<noscript>); in the page is the one that is worked on: a
   browser searches every field of a page for what it could fill in, and with those of 130 indicators a phone does not answer.
   The card of an indicator is built once. Put away, it keeps what stands in it. */

import { drawn, every, make, one, part, turn } from "./page.js";

const CARD = /<div class="item( quiet)?" id="([^"]+)">/g;
const built = new Map(); // code -> card

/** Every section, in printed order. */
export const sections = every("[data-checklist] > .part");

/** code -> {section, quiet, text}: every indicator, in printed order. `quiet` = not asked at this kind of place. */
export const indicators = new Map();

/* Section after section, as `sections` has them. */
function read(section) {
  const waiting = one("noscript", section);
  if (!waiting) return;
  const text = waiting.textContent;
  const found = [...text.matchAll(CARD)];
  for (const [place, [, quiet, code]] of found.entries()) {
    indicators.set(code, { section, quiet: Boolean(quiet), text: text.slice(found[place].index, found[place + 1]?.index) });
  }
  waiting.remove();
}

/** Reads what the document holds; to be waited for before anything else is asked here, but for the cards of the first section. */
export async function readAll() {
  for (const section of sections) {
    await turn();
    read(section);
  }
}

/** Builds the cards of the first section, which most people begin with. */
export async function ahead() {
  read(sections[0]);
  for (const name of codesOf(sections[0])) {
    await turn();
    sections[0].append(card(name));
  }
}

/** Has the marks of the answers drawn once, out of sight and one by one: all at a time they would hold up the first card. */
export async function drawMarks() {
  const place = make("div", { class: "scale unseen", "aria-hidden": "true" });
  document.body.append(place);
  for (const label of every("label", part("scale"))) {
    await turn();
    place.append(make("span", { class: label.className }));
    await drawn();
  }
  place.remove();
}

const parsed = (code) => new DOMParser().parseFromString(indicators.get(code).text, "text/html").body.firstElementChild;
const heading = (section) => one("h2", section);

/** The indicators of a section: their codes. */
export const codesOf = (section) => [...indicators].filter(([, one_]) => one_.section === section).map(([code]) => code);

/** The section with this code, or the one that holds the indicator with this code. */
export const sectionOf = (code) => sections.find(({ id }) => id === code) ?? indicators.get(code)?.section;

/** The words of a section's heading. */
export const named = (section) => heading(section).textContent.trim();

/** Number and statement of an indicator, in the page or not. */
export function titled(code) {
  const card = built.get(code) ?? parsed(code);
  return `${one(".item-no", card).textContent} ${one("h3", card).textContent}`;
}

/** The card of an indicator, in the page or not. */
export function card(code) {
  if (!built.has(code)) built.set(code, parsed(code));
  return built.get(code);
}

/** Takes what a section has out of the page, but for its heading. */
export function putAway(section) {
  section.hidden = true;
  section.replaceChildren(heading(section));
}
