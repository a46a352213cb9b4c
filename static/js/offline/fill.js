/* The checklist of one visit, unlocked: fills the blank document, writes every change into the store within a second, shows what
   became of it. Whatever the page knows of the visit comes from the store and goes when the store is locked. */

import { connect } from "./connection.js";
import { differences } from "./differences.js";
import { finding } from "./findings.js";
import { keep, put, thing } from "./ledger.js";
import { ask, every, kept, language, make, mark, month, one, part, show, turn, when, words } from "./page.js";
import { suspicions } from "./textguard.js";
import { press, record as ready } from "./urgent.js";

const SOON = 600; // typing is written this often, not when it rests
const EMPTY = { choice: null, measurement: null, note: "", sources: [], anyway: false, confirmed: false };
const root = one("[data-checklist]");
const labels = {
  choice: (code) => every("template[data-part=scale]")[0].content.querySelector(`[value="${code}"]`)?.closest("label").textContent.trim(),
  source: (code) => one("template[data-part=more]").content.querySelector(`[value="${code}"]`).closest("label").textContent.trim(),
  step: (step) => one("template[data-part=foot]").content.querySelector(`[value="${step ?? "none"}"]`).closest("label").textContent.trim(),
};

/** Fills the document with this visit; `urgent` is given what records a child at risk. False when another tab has the visit open. */
export async function fill(vault, { id, value: about }, urgent) {
  const free = await new Promise((resolve) => {
    navigator.locks.request(`voice: visit ${id}`, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock ? new Promise(() => {}) : null;
    });
  });
  if (!free) return false;
  const sheet = new Sheet(vault, id, about);
  await sheet.start();
  urgent(press);
  return true;
}

class Sheet {
  constructor(vault, visit, about) {
    Object.assign(this, { vault, visit, about, cards: new Map(), feet: new Map(), records: new Map(), timers: new Map(), talks: null });
  }

  async start() {
    const { vault, about } = this;
    await this.read();
    for (const card of every(".item", root)) this.cards.set(card.id, card);
    for (const section of every(".part", root)) {
      await turn();
      this.foot(section);
    }
    for (const [code, card] of this.cards) {
      await turn();
      this.draw(code, card);
    }
    this.frame();
    this.around();
    this.listen();
    this.line = connect(vault, this.visit, () => this.arrived());
    await ready(vault, this.visit, (said) => {
      show(one("[data-unsent]"), "warn", "unsent", said);
      this.line.now();
    });
    root.inert = false;
    this.count();
    this.look();
    vault.onLock(() => this.flush());
    vault.onLocked(() => location.reload());
    vault.lockAfter(about.lock_minutes);
    this.line.now();
  }

  async read() {
    this.records = new Map((await this.vault.all("answer", { visit: this.visit })).map(({ id, value }) => [id, value]));
    this.waiting = new Set((await this.vault.all("change", { visit: this.visit })).map(({ id }) => id));
    for (const { value } of await this.vault.all("delivery", { visit: this.visit })) value.entries.forEach((entry) => this.waiting.add(entry.thing));
    for (const { id, value } of await this.vault.all("change", { visit: this.visit })) {
      if (value.faults && this.records.has(id)) this.records.get(id).faults = value.faults;
    }
  }

  key(code) {
    return thing("answer", this.visit, code);
  }

  /* What stands for an indicator: on this device, else as it was taken along. */
  record(code) {
    const taken = this.about.answers[code];
    const open = this.about.differences?.find((one_) => one_.indicator === code && one_.standing);
    const kept_ = this.records.get(this.key(code));
    // Taken along once more: where nothing waits, what the server said last stands.
    const older = kept_ && taken?.version > kept_.base && !kept_.difference && !this.waiting.has(this.key(code));
    return (
      (older ? null : kept_) ?? {
        value: taken ? pickFields(taken) : { ...EMPTY },
        base: taken?.version ?? 0,
        stood: taken ? pickFields(taken) : null,
        ...(open ? { difference: { id: open.id, mine: open.mine, base: open.base, standing: open.standing } } : {}),
      }
    );
  }

  // --- Drawing

  frame() {
    const { about } = this;
    one("[data-name]").textContent = about.about.institution;
    one("[data-about]").textContent = `${about.about.region}. ${about.about.first_day}. `;
    for (const hidden of every("[data-keys], [data-all]")) hidden.hidden = false;
    one("[data-ledger]").hidden = false;
    one("[data-talk]").hidden = !about.questionnaire || about.about.state === "returned";
    one("[data-finish]").hidden = !about.mine.leads;
  }

  /* Findings, those of earlier visits, what was recommended: beside the indicators they speak of. */
  around() {
    for (const { text, indicators, on } of this.about.earlier ?? []) {
      for (const code of indicators) this.beside(code, `${words.earlier} ${month(on)}. `, text);
    }
    for (const { id, text, indicators } of this.about.findings ?? []) {
      if (!this.records.has(thing("finding", this.visit, id))) for (const code of indicators) this.beside(code, words.finding, text, true);
    }
    for (const [id, record] of this.records) {
      if (id.startsWith("finding/")) for (const code of record.value.indicators) this.beside(code, words.finding, record.value.text, true);
    }
    if (!this.about.recommendations?.length) return;
    const list = this.about.recommendations.map(({ number, text, authority, deadline }) =>
      make("li", {}, make("b", {}, `${number}, ${authority}, ${deadline}: `), text),
    );
    one(".title").append(make("details", { class: "evidence" }, make("summary", {}, `${words.recommended} ${list.length}`), make("ul", {}, ...list)));
  }

  beside(code, head, text, own = false) {
    const card = this.cards.get(code);
    if (!card) return;
    const notice = make("div", { class: "notice" }, mark("info"), make("p", {}, make("b", {}, head), " ", text));
    if (own) card.dataset.found = "";
    one(".item-body", card).append(notice);
    if (own) this.prompt(card);
  }

  draw(code, card) {
    const record = this.record(code);
    const { value } = record;
    if (card.classList.contains("quiet") && (value.anyway || value.choice)) this.anyway(card);
    for (const input of choices(card)) input.checked = input.value === value.choice;
    const number = field(card, "n");
    if (number) number.value = value.measurement ?? "";
    if (value.choice || value.note || value.sources.length) {
      const more = this.more(card);
      for (const input of sources(card)) input.checked = value.sources.includes(input.value);
      field(card, "t").value = value.note;
      field(card, "ok").checked = value.confirmed;
      more.open = Boolean(value.note || value.sources.length || value.choice === "not_met" || value.choice === "partly_met");
      this.evidence(card);
    }
    if (!one("[data-state]", card)) {
      const margin = one(".item-margin", card);
      const before = this.about.before?.[code];
      if (before) margin.prepend(make("span", {}, `${month(before.on)}: ${before.label}`));
      margin.append(make("span", { "data-state": "", role: "status" }));
    }
    this.state(code, card);
  }

  state(code, card) {
    const id = this.key(code);
    const record = this.records.get(id);
    const place = one("[data-state]", card);
    if (record?.difference || (!record && this.record(code).difference)) show(place, "warn", "conflict", words.difference);
    else if (record?.faults) show(place, "bad", "warn", `${words.faulty} ${record.faults.join(" ")}`);
    else if (this.waiting.has(id)) show(place, "warn", "unsent", words.on_device);
    else if (record?.late) show(place, "warn", "clock", words.late);
    else if (record?.theirs) show(place, "none", "info", words.theirs);
    else if (record?.sent) show(place, "good", "saved", `${words.sent}, ${when(record.sent)}`);
    else place.replaceChildren();
  }

  /* Evidence and note are asked once there is an answer; never before. */
  more(card) {
    if (!field(card, "t")) {
      const piece = part("more");
      const [tick] = every(".sources input", piece);
      for (const input of every(".sources input", piece)) input.name = "s";
      one("textarea", piece).name = "t";
      const label = one(".label", piece);
      label.htmlFor = one("textarea", piece).id = `${card.id}-t`;
      one("[data-names] input", piece).name = "ok";
      tick.autocomplete = "off";
      one(".item-body", card).append(piece);
    }
    return one(".evidence", card);
  }

  anyway(card) {
    card.classList.remove("quiet");
    const scale = part("scale");
    for (const input of every("input", scale)) input.name = `c-${card.id}`;
    one(".scale", card).append(scale);
    one("button[data-anyway]", card)?.parentElement.remove();
    for (const hidden of every(".measure", card)) hidden.hidden = false;
    card.dataset.anyway = "";
    const section = card.closest(".part");
    section.dataset.asked = Number(section.dataset.asked) + 1;
  }

  evidence(card) {
    const { sources, note } = values(card);
    one("[data-two]", card).hidden = sources.length < 2;
    one("[data-one]", card).hidden = sources.length !== 1;
    const found = suspicions(note).map(({ text }) => text);
    const names = one("[data-names]", card);
    names.hidden = !found.length;
    one("p", names).textContent = found.length ? `${words.person} “${found.join("”, “")}”` : "";
    this.prompt(card);
  }

  prompt(card) {
    const urgent = one("[data-urgent]", card);
    if (!urgent) return;
    const pressing = Boolean(one(".critical", card)) && values(card).choice === "not_met";
    urgent.hidden = !pressing || "found" in card.dataset;
  }

  foot(section) {
    section.append(part("foot"));
    const box = one("[data-rating]", section);
    if (this.about.mine.leads) {
      box.hidden = false;
      const id = thing("rating", this.visit, section.id);
      const taken = this.about.ratings ?? {};
      const known = this.records.has(id) || section.id in taken;
      const step = this.records.get(id)?.value.step ?? taken[section.id] ?? null;
      for (const input of every("input", box)) {
        input.name = `rating-${section.id}`;
        input.checked = known && input.value === String(step ?? "none");
      }
    }
    this.feet.set(section.id, section);
  }

  count() {
    let all = 0;
    let answered = 0;
    for (const link of every(".sections a")) {
      const section = one(link.hash);
      const asked = Number(section.dataset.asked);
      const done = every(".scale :checked", section).length;
      const number = one(".num:last-child", link);
      if (number.textContent !== `${done}/${asked}`) {
        number.textContent = `${done}/${asked}`;
        if (done === asked && asked) number.append(mark("saved"), make("span", { class: "unseen" }, words.complete));
      }
      one("[data-rest]", section).hidden = done === asked;
      all += asked;
      answered += done;
    }
    one("[data-total]").textContent = `${answered}/${all}`;
    Object.assign(one("[data-ledger] progress"), { max: all, value: answered });
  }

  /* Everything that asks for a decision, above the checklist. */
  look() {
    const open = [...this.cards]
      .map(([code, card]) => [code, card, this.record(code)])
      .filter(([, , record]) => record.difference)
      .map(([code, card, record]) => ({
        id: this.key(code),
        record,
        labels,
        title: `${one(".item-no", card).textContent} ${one("h3", card).textContent}`,
        body: (value) => this.body(code, value),
        third: () => this.third(code, card),
      }));
    differences(this.vault, this.visit, open, async (id, value) => {
      await this.read();
      const code = id.split("/").at(-1);
      this.records.get(id).value = value;
      this.draw(code, this.cards.get(code));
      this.after();
    });
  }

  /* A third answer: typed in its place, made from what stands now. */
  async third(code, card) {
    const record = { ...this.record(code) };
    record.base = record.difference.standing.version;
    record.stood = record.difference.standing;
    delete record.difference;
    await this.vault.write([put("answer", this.key(code), this.visit, record)]);
    this.records.set(this.key(code), record);
    this.written.set(code, null);
    this.look();
    card.scrollIntoView();
    (one(".scale :checked", card) ?? one(".scale input", card)).focus();
  }

  // --- Writing

  body(code, value) {
    const measurement = value.measurement === null ? null : String(value.measurement).replace(/[\s\u00a0]/g, "").replace(",", ".");
    return { do: "answer", indicator: code, base: this.record(code).base, ...value, measurement, origin: "browser" };
  }

  written = new Map();

  async write(card) {
    clearTimeout(this.timers.get(card));
    this.timers.delete(card);
    const value = values(card);
    const said = JSON.stringify(value);
    const record = this.record(card.id);
    const last = this.written.has(card.id) ? this.written.get(card.id) : JSON.stringify({ ...EMPTY, ...pickFields(record.value) });
    if (said === last) return;
    this.written.set(card.id, said);
    const id = this.key(card.id);
    try {
      // What was taken along is the record's beginning, so that the merge knows what the answer was made from.
      await keep(this.vault, this.visit, id, this.body(card.id, value), value, { beginning: record });
      this.waiting.add(id);
      const { faults, theirs, sent, ...rest } = this.records.get(id) ?? record;
      this.records.set(id, { ...rest, value });
      this.state(card.id, card);
      this.line.soon();
    } catch (error) {
      this.written.delete(card.id);
      if (error?.code === "locked") throw error;
      show(one("[data-state]", card), "bad", "warn", words.not_kept);
    }
  }

  later(card) {
    if (!this.timers.has(card)) this.timers.set(card, setTimeout(() => this.write(card), SOON));
  }

  flush() {
    return Promise.all([...this.timers.keys()].map((card) => this.write(card)));
  }

  async arrived() {
    if (!(await this.vault.get("visit", this.visit))) {
      this.line.stop();
      root.replaceChildren(make("p", { class: "notice", role: "status" }, words.finished));
      one("[data-ledger]").hidden = true;
      one("[data-differences]").replaceChildren();
      return;
    }
    await this.read();
    for (const [code, card] of this.cards) {
      if (this.timers.has(card)) continue;
      const record = this.records.get(this.key(code));
      if (!record) continue;
      if (record.theirs && JSON.stringify(pickFields(record.value)) !== JSON.stringify(values(card))) {
        this.draw(code, card);
        this.written.delete(code);
      }
      this.state(code, card);
    }
    const finish = this.records.get(thing("finish", this.visit, "visit"));
    if (finish?.outcome === "waiting") show(one("[data-unsent]"), "good", "clock", words.finish_asked);
    for (const [id, section] of this.feet) this.rated(id, section);
    this.look();
    this.count();
  }

  rated(id, section) {
    const record = this.records.get(thing("rating", this.visit, id));
    one("[data-rating] .fault", section).replaceChildren(
      ...(record?.faults ? [mark("warn"), make("span", {}, record.faults.join(" "))] : []),
    );
  }

  after() {
    this.look();
    this.count();
    this.line.soon();
  }

  // --- What the person does

  listen() {
    root.addEventListener("submit", (event) => event.preventDefault());
    root.addEventListener("input", (event) => this.typed(event));
    root.addEventListener("change", (event) => this.changed(event));
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("keydown", digits);
    for (const name of ["pagehide", "freeze"]) addEventListener(name, () => this.flush());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush());
    const acts = { lock: () => this.vault.lock(), talk: () => this.talk(), find: () => this.find(null), finish: () => this.finish() };
    for (const [name, act] of Object.entries(acts)) one(`[data-${name}]`).addEventListener("click", act);
    for (const link of every(".brand, .crumb a")) link.addEventListener("click", (event) => this.leave(event, link.href));
  }

  /* To the list of this device's visits, without asking for the words again. */
  async leave(event, address) {
    event.preventDefault();
    await this.flush();
    await this.vault.carry();
    location.assign(address);
  }

  typed({ target }) {
    const card = target.closest(".item");
    if (!card || !target.matches("textarea, [type=text]")) return;
    // While it is typed, not when it is left: a page that moves under the pointer swallows the click.
    if (target.name === "n") this.number(target);
    if (target.name === "t") {
      field(card, "ok").checked = false;
      this.evidence(card);
    }
    this.later(card);
  }

  changed({ target }) {
    const card = target.closest(".item");
    if (target.name?.startsWith("rating-")) this.rate(target);
    if (!card) return;
    if (target.matches(".scale input")) {
      const more = this.more(card);
      if (target.value === "not_met" || target.value === "partly_met") more.open = true;
      this.count();
    }
    if (field(card, "t")) this.evidence(card);
    this.write(card);
  }

  number(input) {
    const typed = input.value.replace(/[\s\u00a0]/g, "").replace(",", ".");
    const wrong = typed !== "" && !/^\d{1,9}(\.\d{1,3})?$/.test(typed);
    input.toggleAttribute("aria-invalid", false);
    one(".fault", input.parentElement)?.remove();
    if (wrong) {
      input.setAttribute("aria-invalid", "true");
      input.before(make("span", { class: "fault", role: "alert" }, mark("warn"), words.number_wrong));
    }
  }

  async rate(input) {
    const section = input.closest(".part");
    const step = input.value === "none" ? null : Number(input.value);
    const base = this.about.ratings?.[section.id] ?? null;
    const id = thing("rating", this.visit, section.id);
    await keep(this.vault, this.visit, id, { do: "rating", section: section.id, base, step }, { step });
    this.records.set(id, { ...this.records.get(id), value: { step }, faults: undefined });
    this.rated(section.id, section);
    this.line.soon();
  }

  clicked(event) {
    const { target } = event;
    const card = target.closest(".item");
    if (target.closest("button[data-anyway]")) {
      this.anyway(card);
      one(".scale input", card).focus();
      this.count();
    } else if (target.closest("[data-danger]")) press();
    else if (target.closest("[data-raise]")) this.find(card.id);
    else if (target.closest("[data-rest]")) this.rest(target.closest(".part"));
    else if (target.closest(".item-margin a")) this.gist(event, target.closest("a"));
  }

  /* Keys, buttons and links of the standards: the gist appears below the link that was followed. */
  async gist(event, link) {
    event.preventDefault();
    const shown = link.nextElementSibling;
    if (shown?.matches(".gist")) {
      shown.remove();
      link.setAttribute("aria-expanded", "false");
      return;
    }
    this.standards ??= kept(link.getAttribute("href"))
      .then((response) => response.text())
      .then((text) => new DOMParser().parseFromString(text, "text/html"));
    const list = every("dt", await this.standards);
    const term = list.find((one_) => one_.textContent === link.textContent);
    link.after(make("p", { class: "gist", role: "status" }, term ? term.nextElementSibling.textContent : link.textContent));
    link.setAttribute("aria-expanded", "true");
  }

  async rest(section) {
    const cards = every(".item:not(.quiet)", section).filter((card) => !values(card).choice);
    for (const card of cards) {
      for (const input of choices(card)) input.checked = input.value === "not_seen";
      this.more(card);
      this.evidence(card);
    }
    await Promise.all(cards.map((card) => this.write(card)));
    this.count();
    const undo = one("[data-undo]", section);
    one("p", undo).textContent = `${words.rest} ${cards.length}`;
    undo.hidden = false;
    const button = one("button", undo);
    button.focus();
    button.onclick = async () => {
      for (const card of cards) for (const input of choices(card)) input.checked = false;
      await Promise.all(cards.map((card) => this.write(card)));
      undo.hidden = true;
      this.count();
      one(".scale input", cards[0])?.focus();
    };
  }

  async find(code) {
    const likely = [...this.cards]
      .filter(([id, card]) => id === code || ["not_met", "partly_met"].includes(values(card).choice))
      .map(([id, card]) => [id, `${one(".item-no", card).textContent} ${one("h3", card).textContent}`]);
    const raised = await finding(this.vault, this.visit, { indicator: code, likely });
    if (!raised) return;
    for (const id of raised.value.indicators) this.beside(id, words.finding, raised.value.text, true);
    this.line.soon();
  }

  async talk() {
    this.talks ??= await import("./talks.js");
    const ended = await this.talks.talk(this.vault, this.visit, this.about);
    if (ended === "sealed") {
      show(one("[data-unsent]"), "good", "locked", words.talk_kept);
      this.line.soon();
    }
  }

  async finish() {
    await this.flush();
    const dialog = one("dialog", part("finish"));
    document.body.append(dialog);
    const chosen = await ask(dialog);
    const sampling = one(":checked", dialog)?.value ?? "";
    dialog.remove();
    if (chosen !== "keep") return;
    await keep(this.vault, this.visit, thing("finish", this.visit, "visit"), { do: "finish", sampling });
    show(one("[data-unsent]"), "warn", "clock", words.finish_kept);
    this.line.now();
  }
}

// By their place: the names of radio buttons are those of the indicators, since all indicators are one form.
const choices = (card) => every(".scale input", card);
const sources = (card) => every(".sources input", card);
const field = (card, name) => one(`[name=${name}]`, card);

function pickFields(value) {
  return { ...EMPTY, ...Object.fromEntries(Object.keys(EMPTY).filter((name) => value[name] !== undefined).map((name) => [name, value[name]])) };
}

/* What the page says of one indicator now. */
function values(card) {
  const [number, note, confirmed] = ["n", "t", "ok"].map((name) => field(card, name));
  return {
    choice: choices(card).find((input) => input.checked)?.value ?? null,
    measurement: number?.value.trim() || null,
    note: note?.value ?? "",
    sources: sources(card).filter((input) => input.checked).map((input) => input.value),
    anyway: "anyway" in card.dataset,
    confirmed: confirmed?.checked ?? false,
  };
}

function digits(event) {
  const card = event.target.closest(".item");
  const typing = event.target.matches("textarea, [type=text]");
  // By the place of the key: the Kazakh layout writes letters on that row.
  const digit = /^(?:Digit|Numpad)([1-6])$/.exec(event.code) || /^([1-6])$/.exec(event.key);
  if (!card || typing || !digit || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const input = choices(card)[Number(digit[1]) - 1];
  if (!input) return;
  event.preventDefault();
  input.focus();
  if (!input.checked) input.click();
}
