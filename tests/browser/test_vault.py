"""The encrypted store of a device, in a real browser: what is promised of it, and stores of earlier formats."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.store import MADE, OPENED, RAW, WORDS, run

CASES = Path(__file__).parent.parent / "cases"


def test_kind_number_visit_and_value_cannot_be_read_on_the_disk(blank):
    found = run(
        blank,
        f"{MADE} await store.write([{{put: {{kind: 'talk', id: 'number-7', visit: 'visit-9', value: {{note: 'secret'}}}}}}]);"
        f"{RAW} return raw.map((row) => [Object.keys(row).sort(), row.key, new TextDecoder().decode(row.data), row.data.length]);",
    )
    ((fields, key, data, length),) = found
    assert fields == ["data", "key", "store", "waiting"]
    assert not any(word in key + data for word in ("talk", "number-7", "visit-9", "secret"))
    assert (length - 12 - 16) % 512 == 0


def test_no_two_records_share_an_initial_value_and_none_can_take_anothers_place(blank):
    found = run(
        blank,
        f"{MADE} const same = {{note: 'x'}};"
        "for (let number = 0; number < 40; number += 1)"
        " await store.write([{put: {kind: 'answer', id: `q${number % 4}`, visit: 'v', value: same}},"
        " {put: {kind: 'answer', id: `r${number}`, visit: 'v', value: same}}]);"
        f"{RAW} const starts = new Set(raw.map(({{data}}) => data.subarray(0, 12).join()));"
        "const [one, two] = raw; await new Promise((resolve) => { const asked = indexedDB.open('voice');"
        " asked.onsuccess = () => { const change = asked.result.transaction('records', 'readwrite');"
        " change.objectStore('records').put({...one, data: two.data}); change.oncomplete = resolve; }; });"
        "let code = ''; try { await (await vault.openStore(argument)).all('answer'); } catch (error) { code = error.code; }"
        "return [raw.length, starts.size, code];",
        WORDS,
    )
    assert found == [44, 44, "damaged"]


def test_the_key_cannot_be_taken_out_and_lies_nowhere(blank):
    found = run(
        blank,
        "const kept = []; const wrap = crypto.subtle.unwrapKey.bind(crypto.subtle);"
        "crypto.subtle.unwrapKey = async (...asked) => { const key = await wrap(...asked); kept.push(key); return key; };"
        f"await vault.createStore('someone', '{WORDS}'); {OPENED}"
        "let refused = ''; try { await crypto.subtle.exportKey('raw', kept[0]); } catch (error) { refused = error.name; }"
        "const asked = indexedDB.open('voice'); await new Promise((resolve) => { asked.onsuccess = resolve; });"
        "const all = asked.result.transaction('stores').objectStore('stores').getAll();"
        "const heads = await new Promise((resolve) => { all.onsuccess = () => resolve(all.result); });"
        "return [kept[0].extractable, refused !== '', heads[0].lock.rounds, heads[0].lock.wrapped.length,"
        " JSON.stringify(heads).includes('CryptoKey')];",
    )
    assert found == [False, True, 600_000, 48, False]


def test_words_are_read_however_they_were_typed(blank):
    assert run(
        blank,
        "await vault.createStore('someone', 'ёлка мёд три четыре пять шесть');"
        "return Promise.all(['ЕЛКА  мед три четыре пять шесть', ' елка-мёд, три четыре пять шесть. ']"
        ".map(async (words) => (await vault.openStore(words)).user));",
    ) == ["someone", "someone"]


def test_writes_stand_in_the_order_in_which_they_were_asked_for(blank):
    assert (
        run(
            blank,
            f"{MADE} const all = [];"
            "for (let number = 0; number < 60; number += 1) all.push(store.write([{put: {kind: 'answer', id: 'q', visit: 'v',"
            " value: {number, filler: 'x'.repeat((60 - number) * 3000)}}}]));"
            "await Promise.all(all); return (await store.get('answer', 'q')).number;",
        )
        == 59
    )


def test_a_locked_store_gives_nothing_and_takes_nothing_but_what_was_being_typed(blank):
    found = run(
        blank,
        f"{MADE} store.onLock(() => store.write([{{put: {{kind: 'draft', id: 'd', visit: 'v', value: {{text: 'typed'}}}}}}]));"
        "let after = false; store.onLocked(() => { after = store.locked; }); await store.lock();"
        "const codes = []; for (const act of [() => store.get('draft', 'd'), () => store.all('draft'), () => store.write([]),"
        " () => store.rescue('x'), () => store.clear()]) { try { await act(); } catch (error) { codes.push(error.code); } }"
        f"const again = await vault.openStore('{WORDS}'); return [codes, after, await again.get('draft', 'd')];",
    )
    assert found == [["locked"] * 5, True, {"text": "typed"}]


def test_a_listener_that_hangs_does_not_keep_the_store_open(blank):
    assert run(
        blank,
        f"{MADE} store.onLock(() => new Promise(() => {{}})); const start = Date.now(); await store.lock();"
        "return [store.locked, Date.now() - start < 5000];",
    ) == [True, True]


def test_a_full_device_says_so_and_loses_nothing(blank, context):
    client = context.new_cdp_session(blank)
    client.send(
        "Storage.overrideQuotaForOrigin", {"origin": blank.url.removesuffix("/health/"), "quotaSize": 3_000_000}
    )
    found = run(
        blank,
        f"{MADE} await store.write([{{put: {{kind: 'answer', id: 'q', visit: 'v', value: {{note: 'first'}}}}}}]);"
        "let code = ''; try { for (let number = 0; number < 20 && !code; number += 1)"
        " await store.write([{put: {kind: 'answer', id: `big${number}`, visit: 'v', value: {note: 'x'.repeat(1000000)}}}]); }"
        " catch (error) { code = error.code; } return [code, (await store.get('answer', 'q')).note];",
    )
    assert found == ["full", "first"]


def test_a_window_that_may_keep_nothing_says_so(blank):
    assert (
        run(
            blank,
            "IDBFactory.prototype.open = () => { throw new DOMException('private', 'SecurityError'); };"
            f"try {{ {MADE} }} catch (error) {{ return error.code; }}",
        )
        == "unavailable"
    )


def test_a_store_that_was_erased_in_another_window_takes_nothing_that_no_key_would_open(blank):
    assert run(
        blank,
        f"{MADE} await vault.eraseAll(); let code = '';"
        "try { await store.write([{put: {kind: 'answer', id: 'q', visit: 'v', value: 1}}]); } catch (error) { code = error.code; }"
        f"{RAW} return [code, raw.length];",
    ) == ["none", 0]


def test_a_file_of_another_person_a_wrong_word_and_a_broken_file_change_nothing(blank):
    found = run(
        blank,
        f"{MADE} await store.write([{{put: {{kind: 'answer', id: 'q', visit: 'v', value: 1}}}}]);"
        "const file = await store.rescue(argument); const other = await vault.createStore('other', 'six five four three two one');"
        "const codes = []; const text = await file.text(); const broken = new Blob([text.replace(/.{9}\"}\\s*$/, '\"}')]);"
        "for (const [given, words] of [[file, argument], [file, 'wrong'], [broken, argument], [new Blob(['{}']), argument]])"
        " { try { await other.restore(given, words); } catch (error) { codes.push(error.code); } }"
        "return [codes, await other.all('answer')];",
        WORDS,
    )
    assert found == [["other", "wrong", "damaged", "damaged"], []]


# --- stores of earlier formats ---------------------------------------------------------------------------------------------

FIXTURE = CASES / "vault_format_1.json"
POURED = """
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
await vault.stores();
await new Promise((resolve, reject) => { const asked = indexedDB.open('voice'); asked.onsuccess = () => {
  const change = asked.result.transaction(['stores', 'records'], 'readwrite');
  const {head, records} = argument;
  const lock = {...head.lock, salt: bytes(head.lock.salt), iv: bytes(head.lock.iv), wrapped: bytes(head.lock.wrapped)};
  change.objectStore('stores').put({...head, lock});
  for (const row of records) change.objectStore('records').put({...row, data: bytes(row.data)});
  change.oncomplete = resolve; change.onerror = reject; }; });
"""


def fixture() -> dict[str, Any]:
    """A store of format 1 as a browser kept it, and what is in it."""
    return json.loads(FIXTURE.read_text(encoding="utf-8"))


def test_a_store_of_format_1_is_read_by_this_version(blank):
    kept = fixture()
    found = run(
        blank, f"{POURED} const store = await vault.openStore(argument.words); return store.all('answer');", kept
    )
    assert sorted(found, key=lambda row: row["id"]) == kept["answers"]


STEP = (
    "vault.STEPS.push((record) => record.kind === 'gone' ? null : {...record, value: {...record.value, added: true}});"
)


def test_a_store_of_an_earlier_format_is_copied_verified_and_only_then_deleted(blank):
    kept = fixture()
    found = run(
        blank,
        f"{POURED} {STEP} const store = await vault.openStore(argument.words); const [one] = await vault.stores();"
        f"{RAW} return [(await store.all('answer')).every(({{value}}) => value.added), one.format, one.waiting,"
        " raw.length === argument.records.length, raw.every((row) => row.store === one.id)];",
        kept,
    )
    since = kept["records"][0]["waiting"] if "waiting" in kept["records"][0] else None
    assert found[:2] == [True, 2]
    assert found[2]["count"] == len([row for row in kept["records"] if "waiting" in row])
    assert found[2]["since"] == (since or min(row["waiting"] for row in kept["records"] if "waiting" in row))
    assert found[3:] == [True, True]


@pytest.mark.parametrize("breaks_at", [1, 2])
def test_a_copy_that_breaks_off_leaves_the_earlier_store_as_it_was(blank, breaks_at):
    kept = fixture()
    found = run(
        blank,
        f"{POURED} {STEP} let writes = 0; const open = IDBDatabase.prototype.transaction;"
        "IDBDatabase.prototype.transaction = function (names, mode, options) {"
        f" if (mode === 'readwrite' && (writes += 1) >= {breaks_at}) throw new DOMException('power', 'QuotaExceededError');"
        " return open.call(this, names, mode, options); };"
        "let code = ''; try { await vault.openStore(argument.words); } catch (error) { code = error.code; }"
        "IDBDatabase.prototype.transaction = open; vault.STEPS.pop();"
        "const store = await vault.openStore(argument.words); const whole = (await store.all('answer')).length;"
        "vault.STEPS.push((record) => record); const later = await vault.openStore(argument.words);"
        f"{RAW} return [code, whole, (await later.all('answer')).length, new Set(raw.map((row) => row.store)).size];",
        kept,
    )
    number = len(kept["answers"])
    assert found == ["full", number, number, 1]


def test_a_store_of_a_newer_format_is_left_alone(blank):
    assert run(
        blank,
        f"vault.STEPS.push((record) => record); {MADE} await store.write([{{put: {{kind: 'answer', id: 'q', value: 1}}}}]);"
        "vault.STEPS.pop(); let code = ''; try { await vault.openStore(argument); } catch (error) { code = error.code; }"
        f"{RAW} return [code, raw.length];",
        WORDS,
    ) == ["newer", 1]
