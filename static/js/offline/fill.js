/* The checklist of one visit, unlocked: fills the blank document, writes every change into the store within a second, shows what
   became of it. Whatever the page knows of the visit comes from the store and goes when the store is locked. */

import { connect } from "./connection.js";
import { differences } from "./differences.js";
import { finding } from "./findings.js";
import { keep, put, thing } from "./ledger.js";
import { ask, drawn, every, kept, language, make, mark, month, one, part, show, turn, when, words } from "./page.js";
import { card as blank, codesOf, indicators, named, putAway, readAll, sectionOf, sections, titled } from "./sections.js";
import { suspicions } from "./textguard.js";
import { press, record as ready } from "./urgent.js";

const SOON = 600; // typing is written this often, not when it rests
const RESTED = 1500; // and said to be kept when it rests: once, not at every pause
const EMPTY = { choice: null, measurement: null, note: "", sources: [], anyway: false, confirmed: false };
const root = one("[data-checklist]");
const labels = {
  choice: (code) => every("template[data-part=scale]")[0].content.querySelector(`[value="${code}"]`)?.closest("label").textContent.trim(),
  source: (code) => one("template[data-part=more]").content.querySelector(`[value="${code}"]`).closest("label").textContent.trim(),
  step: (step) => one("template[data-part=foot]").content.querySelector(`[value="${step ?? "none"}"]`).closest("label").textContent.trim(),
};

/** Fills the document with this visit; `urgent` is given what records a child at risk, before the first field is there. False when
    another tab has the visit open. */
export async function fill(vault, { id, value: about }, urgent) {
  const free = await new Promise((resolve) => {
    navigator.locks.request(`voice: visit ${id}`, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock ? new Promise(() => {}) : null;
    });
  });
  if (!free) return false;
  await new Sheet(vault, id, about).start(urgent);
  return true;
}

class Sheet {
  constructor(vault, visit, about) {
    Object.assign(this, { vault, visit, about, records: new Map(), beside: new Map(), timers: new Map(), talks: null });
    Object.assign(this, { busy: new Map(), resting: new Map() }); // card -> writes under way; card -> who types there still
    // What was drawn, in the page or put away: code -> card, section's code -> its foot.
    Object.assign(this, { cards: new Map(), feet: new Map(), shown: null, wanted: null });
  }

  /* In steps: each is over before a finger notices. Whoever begins to write while the rest is being put in loses nothing: a card
     has its answer before it comes into the page. */
  async start(urgent) {
    const { vault, about } = this;
    await readAll();
    await this.read();
    await turn();
    this.around();
    this.line = connect(vault, this.visit, () => this.arrived(), () => this.writing());
    await ready(vault, this.visit, (said) => {
      show(one("[data-unsent]"), "warn", "unsent", said);
      this.line.now();
    });
    vault.onLock(() => this.flush());
    vault.onLocked(() => location.reload());
    vault.lockAfter(about.lock_minutes);
    urgent(press);
    this.listen();
    await turn();
    this.look();
    await turn();
    this.frame();
    await this.begin();
    this.line.now();
  }

  async read() {
    const [answers, changes, deliveries] = [
      await this.vault.all("answer", { visit: this.visit }),
      await this.vault.all("change", { visit: this.visit }),
      await this.vault.all("delivery", { visit: this.visit }),
    ];
    this.records = new Map(answers.map(({ id, value }) => [id, value]));
    this.waiting = new Set([...changes.map(({ id }) => id), ...deliveries.flatMap(({ value }) => value.entries.map((entry) => entry.thing))]);
    for (const { id, value } of changes) {
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

  // --- Sections: one at a time

  /* The section that the address names, else the one with what was written last, else the first. Nothing scrolls: what asks for a
     decision stands above it. */
  async begin() {
    const last = [...this.records].filter(([id]) => /^(answer|rating)/.test(id)).sort(([, a], [, b]) => ((a.made ?? "") < (b.made ?? "") ? 1 : -1))[0];
    const section = sectionOf(location.hash.slice(1)) ?? sectionOf(last?.[0].split("/").at(-1)) ?? sections[0];
    history.replaceState(null, "", `#${section.id}`);
    // What was built ahead comes in its turn, too: the form is opened empty, for every element in it would have to be looked at.
    putAway(sections[0]);
    one("[data-door]").hidden = true;
    root.setAttribute("aria-busy", "true");
    root.inert = false;
    delete root.dataset.shut;
    await drawn();
    one(".index").hidden = false;
    await drawn();
    const open = this.open(section);
    one("h2", section).focus({ preventScroll: true });
    await open;
  }

  /* Goes where the address leads: to a section, or to an indicator wherever it stands. */
  async go(code) {
    const section = sectionOf(code);
    if (!section) return;
    this.wanted = section;
    await this.flush();
    // Meanwhile somebody may have chosen another one, or locked.
    const stay = () => this.wanted === section && !this.vault.locked;
    if (!stay()) return;
    const open = this.open(section, code);
    section.scrollIntoView();
    one("h2", section).focus({ preventScroll: true });
    await open;
  }

  /* The same for what this page leads to itself. */
  async jump(code) {
    if (location.hash !== `#${code}`) history.pushState(null, "", `#${code}`);
    await this.go(code);
  }

  /* Puts a section into the page, piece by piece: no key and no finger waits for all of it. The focus goes to the indicator with
     this code as soon as it is there, and stays where the person puts it. */
  async open(section, code = null) {
    const opening = {};
    this.opening = opening;
    if (this.shown && this.shown !== section) {
      const undo = one("[data-undo]", this.shown);
      if (undo) undo.hidden = true;
      putAway(this.shown);
    }
    this.shown = section;
    root.setAttribute("aria-busy", "true");
    section.hidden = false;
    for (const link of every(".sections a")) link.toggleAttribute("aria-current", false);
    one(`.sections a[href="#${section.id}"]`).setAttribute("aria-current", "true");
    for (const name of [...codesOf(section), null]) {
      const piece = name ? this.card(name) : this.foot(section);
      if (piece.parentElement !== section) {
        await turn();
        if (this.opening !== opening) return;
        section.append(piece);
        piece.getBoundingClientRect(); // laid out in this step, drawn in the next one
        await drawn();
        if (this.opening !== opening) return;
      }
      if (name && name === code) {
        piece.scrollIntoView();
        (one(".scale :checked", piece) ?? one("input, button", piece)).focus({ preventScroll: true });
      }
    }
    this.count();
    root.removeAttribute("aria-busy");
  }

  card(code) {
    if (!this.cards.has(code)) {
      this.cards.set(code, blank(code));
      this.draw(code, this.cards.get(code));
    }
    return this.cards.get(code);
  }

  /* On paper the checklist is whole. */
  print() {
    for (const section of sections) {
      section.append(...codesOf(section).map((code) => this.card(code)), this.foot(section));
      section.hidden = false;
    }
    this.count();
  }

  printed() {
    for (const section of sections) if (section !== this.shown) putAway(section);
  }

  /* What the person says of an indicator: on the page, or in the store while its section was not built. */
  said(code) {
    const card = this.cards.get(code);
    return card ? values(card) : this.record(code).value;
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
    for (const { text, indicators: codes, on } of this.about.earlier ?? []) {
      for (const code of codes) this.note(code, `${words.earlier} ${month(on)}. `, text);
    }
    for (const { id, text, indicators: codes } of this.about.findings ?? []) {
      if (!this.records.has(thing("finding", this.visit, id))) for (const code of codes) this.note(code, words.finding, text, true);
    }
    for (const [id, record] of this.records) {
      if (id.startsWith("finding/")) for (const code of record.value.indicators) this.note(code, words.finding, record.value.text, true);
    }
    if (!this.about.recommendations?.length) return;
    const list = this.about.recommendations.map(({ number, text, authority, deadline }) =>
      make("li", {}, make("b", {}, `${number}, ${authority}, ${deadline}: `), text),
    );
    one(".title").append(make("details", { class: "evidence" }, make("summary", {}, `${words.recommended} ${list.length}`), make("ul", {}, ...list)));
  }

  note(code, head, text, own = false) {
    const said = { head, text, own };
    this.beside.set(code, [...(this.beside.get(code) ?? []), said]);
    const card = this.cards.get(code);
    if (card) this.noted(card, said);
  }

  noted(card, { head, text, own }) {
    one(".item-body", card).append(make("div", { class: "notice" }, mark("info"), make("p", {}, make("b", {}, head), " ", text)));
    if (own) {
      card.dataset.found = "";
      this.prompt(card);
    }
  }

  draw(code, card) {
    const record = this.record(code);
    const { value } = record;
    if (card.classList.contains("quiet") && (value.anyway || value.choice)) this.anyway(card);
    for (const input of choices(card)) input.checked = input.value === value.choice;
    const number = field(card, "n");
    if (number) number.value = value.measurement ?? "";
    if (value.choice || value.note || value.sources.length || one(".evidence", card)) {
      const more = this.more(card);
      more.open = Boolean(value.note || value.sources.length || wanting(value.choice));
      if (more.open || field(card, "t")) {
        this.fields(card);
        for (const input of sources(card)) input.checked = value.sources.includes(input.value);
        field(card, "t").value = value.note;
        field(card, "ok").checked = value.confirmed;
      }
      this.evidence(card);
    }
    if (!one("[data-state]", card)) {
      for (const said of this.beside.get(code) ?? []) this.noted(card, said);
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
    one("[data-unkept]", card)?.remove();
    if (this.failed.has(card)) show(place, "bad", "warn", words.not_kept);
    else if (record?.difference || (!record && this.record(code).difference)) show(place, "warn", "conflict", words.difference);
    else if (record?.faults) show(place, "bad", "warn", `${words.faulty} ${record.faults.join(" ")}`);
    else if (this.unkept(card)) {
      // Can be read, but is not read out: nobody wants to hear it at every word.
      const open = make("span", { "data-unkept": "" });
      show(open, "none", "saving", words.saving);
      place.before(open);
      place.replaceChildren();
    } else if (this.waiting.has(id)) show(place, "warn", "unsent", words.on_device);
    else if (record?.late) show(place, "warn", "clock", words.late);
    else if (record?.theirs) show(place, "none", "info", words.theirs);
    else if (record?.sent) show(place, "good", "saved", `${words.sent}, ${when(record.sent)}`);
    else place.replaceChildren();
  }

  /* Until all of a card is written, nothing says that it is kept. */
  unkept(card) {
    return [this.timers, this.busy, this.resting].some((one_) => one_.has(card));
  }

  writing() {
    return this.timers.size + this.busy.size + this.failed.size > 0;
  }

  /* Evidence and note are asked once there is an answer; never before. */
  more(card) {
    if (!one(".evidence", card)) one(".item-body", card).append(part("more"));
    return one(".evidence", card);
  }

  /* Their fields, when they are opened. */
  fields(card) {
    if (field(card, "t")) return;
    const piece = part("evidence");
    const [tick] = every(".sources input", piece);
    for (const input of every(".sources input", piece)) input.name = "s";
    one("textarea", piece).name = "t";
    const label = one(".label", piece);
    label.htmlFor = one("textarea", piece).id = `${card.id}-t`;
    one("[data-names] input", piece).name = "ok";
    tick.autocomplete = "off";
    one(".evidence", card).append(piece);
  }

  anyway(card) {
    card.classList.remove("quiet");
    const scale = part("scale");
    for (const input of every("input", scale)) input.name = `c-${card.id}`;
    one(".scale", card).append(scale);
    one("button[data-anyway]", card)?.parentElement.remove();
    for (const hidden of every(".measure", card)) hidden.hidden = false;
    card.dataset.anyway = "";
  }

  evidence(card) {
    this.prompt(card);
    if (!field(card, "t")) return;
    const { sources, note } = values(card);
    one("[data-two]", card).hidden = sources.length < 2;
    one("[data-one]", card).hidden = sources.length !== 1;
    const found = suspicions(note).map(({ text }) => text);
    const names = one("[data-names]", card);
    names.hidden = !found.length;
    one("p", names).textContent = found.length ? `${words.person} “${found.join("”, “")}”` : "";
  }

  prompt(card) {
    const urgent = one("[data-urgent]", card);
    if (!urgent) return;
    const pressing = Boolean(one(".critical", card)) && values(card).choice === "not_met";
    urgent.hidden = !pressing || "found" in card.dataset;
  }

  foot(section) {
    if (this.feet.has(section.id)) return this.feet.get(section.id);
    const foot = one(".foot", part("foot"));
    const place = sections.indexOf(section);
    for (const [name, other] of Object.entries({ before: sections[place - 1], after: sections[place + 1] })) {
      const link = one(`[data-${name}]`, foot);
      link.hidden = !other;
      if (!other) continue;
      const title = one("span", link);
      link.href = `#${other.id}`;
      title.textContent = title.textContent.replace("@", () => named(other));
    }
    const box = one("[data-rating]", foot);
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
    this.feet.set(section.id, foot);
    this.rated(section.id, foot);
    return foot;
  }

  count() {
    const sums = new Map(sections.map(({ id }) => [id, { asked: 0, done: 0 }]));
    for (const [code, { section, quiet }] of indicators) {
      const card = this.cards.get(code);
      const value = card ? null : this.record(code).value;
      const choice = card ? one(".scale :checked", card) : value.choice;
      const sum = sums.get(section.id);
      if (card ? !card.classList.contains("quiet") : !quiet || value.anyway || choice) sum.asked += 1;
      if (choice) sum.done += 1;
    }
    let all = 0;
    let answered = 0;
    for (const link of every(".sections a")) {
      const { asked, done } = sums.get(link.hash.slice(1));
      const number = one(".num:last-child", link);
      if (number.textContent !== `${done}/${asked}`) {
        number.textContent = `${done}/${asked}`;
        if (done === asked && asked) number.append(mark("saved"), make("span", { class: "unseen" }, words.complete));
      }
      const foot = this.feet.get(link.hash.slice(1));
      if (foot) one("[data-rest]", foot).hidden = done === asked;
      all += asked;
      answered += done;
    }
    one("[data-total]").textContent = `${answered}/${all}`;
    Object.assign(one("[data-ledger] progress"), { max: all, value: answered });
  }

  /* Everything that asks for a decision, above the checklist. */
  look() {
    const open = [...indicators.keys()]
      .map((code) => [code, this.record(code)])
      .filter(([, record]) => record.difference)
      .map(([code, record]) => ({
        id: this.key(code),
        record,
        labels,
        title: titled(code),
        body: (value) => this.body(code, value),
        third: () => this.third(code),
      }));
    differences(this.vault, this.visit, open, async (id, value) => {
      await this.read();
      const code = id.split("/").at(-1);
      this.records.get(id).value = value;
      const card = this.cards.get(code);
      if (card) this.draw(code, card);
      this.after();
    });
  }

  /* A third answer: typed in its place, made from what stands now. */
  async third(code) {
    const record = { ...this.record(code) };
    record.base = record.difference.standing.version;
    record.stood = record.difference.standing;
    delete record.difference;
    await this.vault.write([put("answer", this.key(code), this.visit, record)]);
    this.records.set(this.key(code), record);
    this.written.set(code, null);
    this.look();
    await this.jump(code);
  }

  // --- Writing

  body(code, value) {
    const measurement = value.measurement === null ? null : String(value.measurement).replace(/[\s\u00a0]/g, "").replace(",", ".");
    return { do: "answer", indicator: code, base: this.record(code).base, ...value, measurement, origin: "browser" };
  }

  written = new Map();
  failed = new Set(); // cards that could not be written; tried again with the next ones

  async write(card) {
    clearTimeout(this.timers.get(card));
    this.timers.delete(card);
    const value = values(card);
    const said = JSON.stringify(value);
    const record = this.record(card.id);
    const last = this.written.has(card.id) ? this.written.get(card.id) : JSON.stringify({ ...EMPTY, ...pickFields(record.value) });
    if (said === last) {
      this.failed.delete(card);
      this.state(card.id, card);
      return;
    }
    this.written.set(card.id, said);
    const id = this.key(card.id);
    this.busy.set(card, (this.busy.get(card) ?? 0) + 1);
    this.state(card.id, card);
    this.line.takeBack();
    try {
      // What was taken along is the record's beginning, so that the merge knows what the answer was made from.
      await keep(this.vault, this.visit, id, this.body(card.id, value), value, { beginning: record });
      this.waiting.add(id);
      this.failed.delete(card);
      const { faults, theirs, sent, ...rest } = this.records.get(id) ?? record;
      this.records.set(id, { ...rest, value });
      this.done(card);
      this.line.soon();
    } catch (error) {
      this.written.delete(card.id);
      if (error?.code === "locked") throw error;
      this.failed.add(card);
      this.done(card);
      // Its section may be put away.
      show(one("[data-unsent]"), "bad", "warn", words.not_kept);
    }
  }

  done(card) {
    const left = this.busy.get(card) - 1;
    if (left) this.busy.set(card, left);
    else this.busy.delete(card);
    this.state(card.id, card);
  }

  later(card) {
    const known = this.unkept(card);
    if (!this.timers.has(card)) this.timers.set(card, setTimeout(() => this.write(card), SOON));
    clearTimeout(this.resting.get(card));
    this.resting.set(card, setTimeout(() => this.rested(card), RESTED));
    if (!known) this.state(card.id, card);
    this.line.takeBack();
  }

  rested(card) {
    this.resting.delete(card);
    this.state(card.id, card);
    // Written as it was before, it was sent before.
    this.line.look();
  }

  flush() {
    return Promise.all([...new Set([...this.timers.keys(), ...this.failed])].map((card) => this.write(card)));
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
      if (this.timers.has(card) || this.busy.has(card)) continue;
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
    for (const [id, foot] of this.feet) this.rated(id, foot);
    this.look();
    this.count();
  }

  rated(id, foot) {
    const record = this.records.get(thing("rating", this.visit, id));
    one("[data-rating] .fault", foot).replaceChildren(
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
    addEventListener("hashchange", () => this.go(location.hash.slice(1)));
    addEventListener("beforeprint", () => this.print());
    addEventListener("afterprint", () => this.printed());
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
      if (wanting(target.value)) {
        this.fields(card);
        more.open = true;
      }
      this.count();
    }
    this.evidence(card);
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
    this.rated(section.id, this.feet.get(section.id));
    this.line.soon();
  }

  clicked(event) {
    const { target } = event;
    const card = target.closest(".item");
    // Before the browser opens them.
    if (target.closest(".evidence > summary")) this.fields(card);
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
    const likely = [...indicators.keys()]
      .filter((id) => id === code || wanting(this.said(id).choice))
      .map((id) => [id, titled(id)]);
    const raised = await finding(this.vault, this.visit, { indicator: code, likely });
    if (!raised) return;
    for (const id of raised.value.indicators) this.note(id, words.finding, raised.value.text, true);
    this.line.soon();
  }

  async talk() {
    try {
      this.talks ??= await import("./talks.js");
    } catch {
      show(one("[data-unsent]"), "bad", "warn", words.broken);
      return;
    }
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
const wanting = (choice) => choice === "not_met" || choice === "partly_met";

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
