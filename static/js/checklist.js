/* Saves the checklist while it is filled: every change at once, confirmed only when the server has confirmed it. What could not
   be saved stays on the page and is tried again. Nothing is stored in the browser. Without this module the same form posts. */

const form = document.querySelector("[data-checklist]");
const all = document.querySelector("[data-all]");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const PATIENCE = 1000; // "Saving" is shown only after a second
const TYPING = 800; // a note is sent when the typing rests
const AGAIN = [3000, 8000, 20000, 60000];
const drafts = new Map();

for (const element of document.querySelectorAll("[data-without-script]")) element.hidden = true;
for (const element of document.querySelectorAll("[data-keys]")) element.hidden = false;

const mark = (name) => document.querySelector(`template[data-mark="${name}"]`).content.cloneNode(true);

function show(place, kind, name, words) {
  place.className = `status save ${kind}`;
  place.replaceChildren(mark(name));
  const text = document.createElement("span");
  text.textContent = words;
  place.append(text);
}

let slow = null;

/* The line in the frame. From the first letter on, until the server has confirmed it, nothing says that everything is saved. */
function showAll() {
  const every = [...drafts.values()];
  const waiting = every.filter((draft) => draft.dirty || draft.sending || draft.failed).length;
  const asking = every.some((draft) => draft.conflict);
  const failed = every.some((draft) => draft.failed);
  if (waiting && !asking && !failed) {
    if (slow !== null) return;
    all.replaceChildren();
    slow = setTimeout(() => show(all, "is-none", "saving", form.dataset.saving), PATIENCE);
    return;
  }
  clearTimeout(slow);
  slow = null;
  if (asking) show(all, "is-warn", "conflict", form.dataset.two);
  else if (failed) show(all, "is-warn", "unsent", `${form.dataset.waiting} ${waiting}`);
  else show(all, "is-good", "saved", form.dataset.allSaved);
}

class Draft {
  constructor(card) {
    this.card = card;
    this.state = card.querySelector("[data-state]");
    this.version = card.querySelector("[data-version]");
    this.dirty = this.sending = this.failed = this.conflict = false;
    this.tries = 0;
    card.addEventListener("change", (event) => this.changed(event.target));
    card.addEventListener("input", (event) => {
      if (event.target.matches("textarea, input[type=text]")) this.later(event.target);
    });
    // What another member saved meanwhile (presence.js).
    card.addEventListener("elsewhere", (event) => this.heard(event.detail));
    card.querySelector("[data-keep-mine]").addEventListener("click", () => this.keepMine());
    card.querySelector("[data-keep-theirs]").addEventListener("click", () => this.keepTheirs());
  }

  field(stem) {
    return this.card.querySelectorAll(`[name="${stem}-${this.card.dataset.code}"]`);
  }

  body() {
    const chosen = [...this.field("choice")].find((input) => input.checked);
    const number = this.field("number")[0];
    const confirmed = this.field("confirmed")[0];
    return {
      choice: chosen ? chosen.value : null,
      measurement: number ? number.value : null,
      note: this.field("note")[0].value,
      sources: [...this.field("source")].filter((input) => input.checked).map((input) => input.value),
      anyway: "anyway" in this.card.dataset,
      confirmed: Boolean(confirmed && confirmed.checked),
      version: Number(this.version.value),
    };
  }

  changed(target) {
    this.look();
    // A confirmation belongs to the words it was given for.
    if (target.matches("textarea")) this.field("confirmed")[0].checked = false;
    this.touched();
    this.send();
  }

  later(target) {
    if (target.matches("textarea")) this.field("confirmed")[0].checked = false;
    this.touched();
    this.timer = setTimeout(() => this.send(), TYPING);
  }

  touched() {
    this.dirty = true;
    clearTimeout(this.timer);
    if (this.state.matches(".is-good")) this.state.replaceChildren();
    showAll();
  }

  /* What the page itself can say at once: corroboration, evidence, whether a child is in danger now. */
  look() {
    const { choice, sources } = this.body();
    this.card.querySelector("[data-corroborated]").hidden = sources.length < 2;
    this.card.querySelector("[data-single]").hidden = sources.length !== 1;
    if (choice === "not_met" || choice === "partly_met") this.card.querySelector(".evidence").open = true;
    const urgent = this.card.querySelector("[data-urgent]");
    const pressing = choice === "not_met";
    if (urgent) urgent.hidden = !pressing;
    const raise = this.card.querySelector("[data-raise]");
    if (raise) raise.hidden = Boolean(urgent) && pressing;
  }

  async send({ leaving = false } = {}) {
    if (this.sending || this.conflict || !this.dirty) return;
    this.dirty = false;
    this.sending = true;
    const slow = setTimeout(() => show(this.state, "is-none", "saving", form.dataset.saving), PATIENCE);
    let answer = null;
    let response = null;
    try {
      response = await fetch(this.card.dataset.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
        body: JSON.stringify(this.body()),
        keepalive: leaving,
        credentials: "same-origin",
      });
      if (!response.redirected) answer = await response.json();
    } catch {
      answer = null;
    }
    clearTimeout(slow);
    this.sending = false;
    if (response && response.ok && answer && "version" in answer) this.saved(answer);
    else if (response && response.status === 409 && answer && "current" in answer) this.ask(answer.current);
    else if (response && response.status === 400 && answer && answer.faults) this.wrong(answer.faults);
    else this.unsent(Boolean(response && (response.redirected || response.status === 403)));
    showAll();
    if (this.dirty && !this.failed) this.send();
  }

  saved({ version, said, suspicions }) {
    this.version.value = version;
    this.failed = false;
    this.tries = 0;
    if (!this.dirty) show(this.state, "is-good", "saved", said);
    this.card.querySelector("[data-changed]").hidden = true;
    const notice = this.card.querySelector("[data-suspicion]");
    notice.hidden = !suspicions.length;
    notice.querySelector("[data-words]").textContent = suspicions.map((word) => `“${word}”`).join(", ");
    this.number().removeAttribute("aria-invalid");
    count();
  }

  number() {
    return this.field("number")[0] || this.card;
  }

  wrong(faults) {
    this.failed = true;
    show(this.state, "is-bad", "unsent", `${form.dataset.wrong}. ${faults.join(" ")}`);
    if (this.field("number").length) this.number().setAttribute("aria-invalid", "true");
  }

  unsent(signedOut) {
    this.dirty = this.failed = true;
    show(this.state, "is-warn", "unsent", signedOut ? form.dataset.signedOut : form.dataset.unsent);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), AGAIN[Math.min(this.tries, AGAIN.length - 1)]);
    this.tries += 1;
  }

  ask(current) {
    this.conflict = this.dirty = true;
    this.current = current;
    const notice = this.card.querySelector("[data-conflict]");
    const said = [current.label, current.measurement, current.note && `“${current.note}”`].filter(Boolean).join("; ");
    notice.querySelector("[data-standing]").textContent = current.by ? `${said} (${current.by}, ${current.at})` : said;
    for (const button of notice.querySelectorAll("button")) button.hidden = false;
    notice.hidden = false;
    show(this.state, "is-warn", "conflict", form.dataset.two);
  }

  keepMine() {
    this.settle();
    this.dirty = true;
    this.send();
  }

  keepTheirs() {
    this.take();
    // Said to the server, too: there it settles what was kept of mine.
    this.dirty = true;
    this.send();
  }

  /* An answer that nobody here has touched follows what stands on the server, and says whose it is. */
  heard(current) {
    const here = this.dirty || this.sending || this.conflict || this.card.contains(document.activeElement);
    if (here || current.version <= Number(this.version.value)) return;
    this.current = current;
    this.take();
    this.state.replaceChildren();
    const changed = this.card.querySelector("[data-changed]");
    changed.querySelector("span").textContent = current.said;
    changed.hidden = false;
    count();
  }

  take() {
    const { choice, sources, note, measurement, confirmed } = this.current;
    for (const input of this.field("choice")) input.checked = input.value === choice;
    for (const input of this.field("source")) input.checked = (sources || []).includes(input.value);
    this.field("note")[0].value = note;
    this.field("confirmed")[0].checked = Boolean(confirmed);
    if (this.field("number").length) this.number().value = measurement || "";
    this.settle();
    this.dirty = false;
    this.look();
  }

  settle() {
    this.version.value = this.current.version;
    this.conflict = this.failed = false;
    this.card.querySelector("[data-conflict]").hidden = true;
  }
}

/* Answered and asked in the index, from what stands on the page. */
const total = document.querySelector("[data-total]");
const here = document.querySelector(".sections [aria-current] .num:last-child");
const numbers = (text) => (text.match(/\d+/g) || []).map(Number);
const atStart = [...form.querySelectorAll(".scale")].filter((scale) => scale.querySelector(":checked")).length;
const before = { total: total.textContent, here: here ? here.textContent : "" };
function count() {
  const now = [...form.querySelectorAll(".scale")].filter((scale) => scale.querySelector(":checked")).length;
  const replace = (text) => text.replace(/\d+/, (first) => String(Number(first) + now - atStart));
  // Kazakh says the whole first: the page is then counted anew when it is loaded.
  if (document.documentElement.lang !== "kk") total.textContent = replace(before.total);
  if (here && numbers(before.here).length === 2) here.firstChild.textContent = replace(before.here.split(/\s/)[0]);
}

for (const card of form.querySelectorAll("[data-card]")) {
  if (card.querySelector("[data-version]")) drafts.set(card.dataset.code, new Draft(card));
}

form.addEventListener("keydown", (event) => {
  const card = event.target.closest("[data-card]");
  const typing = event.target.matches("textarea, input[type=text]");
  // By the place of the key: the Kazakh layout writes letters on that row.
  const digit = /^(?:Digit|Numpad)([1-6])$/.exec(event.code) || /^([1-6])$/.exec(event.key);
  if (!card || typing || !digit || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const input = card.querySelectorAll(".scale input")[Number(digit[1]) - 1];
  if (input) {
    event.preventDefault();
    input.focus();
    if (!input.checked) input.click();
  }
});

const pending = () => [...drafts.values()].filter((draft) => draft.dirty || draft.sending);
addEventListener("online", () => pending().forEach((draft) => draft.send()));
addEventListener("pagehide", () => pending().forEach((draft) => draft.send({ leaving: true })));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") pending().forEach((draft) => draft.send({ leaving: true }));
});
let posting = false;
form.addEventListener("submit", () => {
  // The form carries everything itself, and from the same versions: nothing else may be under way.
  posting = true;
  for (const draft of drafts.values()) clearTimeout(draft.timer);
});
addEventListener("beforeunload", (event) => {
  if (!posting && pending().length) event.preventDefault();
});
showAll();
