/* What every module of the offline checklist needs from its document: words, marks, templates, elements. */

export { turn } from "./turns.js";

const said = document.querySelector("script#words");
export const words = said ? JSON.parse(said.textContent) : {};
export const language = document.documentElement.lang;
export const one = (hook, within = document) => within.querySelector(hook);
export const every = (hook, within = document) => [...within.querySelectorAll(hook)];

/** A fresh copy of a template of the document. */
export const part = (name) => one(`template[data-part="${name}"]`).content.cloneNode(true);

/** A mark of the sprite; it never stands without its word. */
export function mark(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#m-${name}`);
  svg.append(use);
  return svg;
}

/** An element with attributes and children; text is always text. */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Puts a state into its place: kind (good, warn, bad, none), mark, words. */
export function show(place, kind, name, text) {
  place.className = `status save is-${kind}`;
  place.replaceChildren(mark(name), make("span", {}, text));
}

const LATE = 100; // ms: nothing is drawn in a window that is not seen

/** Until what was put into the page is drawn: the browser does that in a step of its own. */
export const drawn = () =>
  new Promise((resolve) => {
    const late = setTimeout(resolve, LATE);
    requestAnimationFrame(() => {
      clearTimeout(late);
      setTimeout(resolve);
    });
  });

const two = (number) => String(number).padStart(2, "0");

/** "14:32"; day and hour when it was another day; the day alone where no hour was kept. Browsers may know no Kazakh dates. */
export function when(iso) {
  const time = new Date(iso);
  const day = `${two(time.getDate())}.${two(time.getMonth() + 1)}.${time.getFullYear()}`;
  if (time.getHours() + time.getMinutes() + time.getSeconds() === 0) return day;
  const hour = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return time.toDateString() === new Date().toDateString() ? hour : `${day} ${hour}`;
}

/** What stands in a date without a day, as the server writes it. */
export function month(iso) {
  const day = new Date(iso);
  return words.months[day.getMonth()].replace("1111", day.getFullYear());
}

/** Opens a dialog; resolves to the value of the button that closed it ("" for Escape). */
export function ask(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}

/** A blank document as it lies on this device, else from the server. */
export const kept = async (address) => (await caches.match(address, { ignoreVary: true })) ?? fetch(address, { credentials: "omit" });
