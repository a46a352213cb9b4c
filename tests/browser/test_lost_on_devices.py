"""How others lost what people had recorded, incident by incident, and that it cannot happen here. In a real browser."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.browser.conftest import BROWSERS
from tests.browser.store import MADE, OPENED, RAW, WORDS, run


def test_enketo_1576_a_connection_that_the_browser_closed_is_opened_again_in_the_middle_of_an_edit(blank):
    found = run(
        blank,
        f"{MADE} await store.write([{{put: {{kind: 'answer', id: 'q', visit: 'v', value: {{note: 'before'}}}}}}]);"
        "const open = IDBDatabase.prototype.transaction; let closed = 0;"
        "IDBDatabase.prototype.transaction = function (...asked) { if (!closed) { closed = 1; this.close(); }"
        " return open.apply(this, asked); };"
        "await store.write([{put: {kind: 'answer', id: 'q', visit: 'v', value: {note: 'after'}}}]);"
        "closed = 0; const read = await store.get('answer', 'q'); return [read.note, closed];",
    )
    assert found == ["after", 1]


def test_enketo_1576_a_connection_that_closes_inside_a_write_repeats_it(blank):
    found = run(
        blank,
        f"{MADE} const open = IDBDatabase.prototype.transaction; let times = 0;"
        "IDBDatabase.prototype.transaction = function (...asked) { const made = open.apply(this, asked); times += 1;"
        " if (times === 1) queueMicrotask(() => { try { made.abort(); } catch {} this.close(); }); return made; };"
        "await store.write([{put: {kind: 'answer', id: 'q', visit: 'v', value: {note: 'kept'}}},"
        " {put: {kind: 'change', id: 'c', visit: 'v', value: {since: '2025-09-15T07:00:00Z'}}}]);"
        "return [(await store.get('answer', 'q')).note, (await store.all('change')).length];",
    )
    assert found == ["kept", 1]


def test_enketo_1388_what_is_saved_to_a_file_is_what_is_loaded_from_it(blank):
    found = run(
        blank,
        f"{MADE} const records = [];"
        "for (const kind of ['visit', 'answer', 'change', 'delivery', 'talk', 'draft'])"
        " for (let number = 0; number < 30; number += 1) records.push({kind, id: `${kind}${number}`, visit: `v${number % 3}`,"
        " value: {since: '2025-09-15T07:00:00Z', text: `Қазақша, русский, “English” ${number}`,"
        " bytes: new Uint8Array([0, number, 255])}});"
        "await store.write(records.map((put) => ({put})));"
        "const file = await store.rescue(argument); await store.clear();"
        f"const fresh = await vault.createStore('someone', '{WORDS}'); const counts = await fresh.restore(file, argument);"
        "const equal = []; for (const {kind, id, value} of records) {"
        " const read = await fresh.get(kind, id);"
        " equal.push(read.text === value.text && String(read.bytes) === String(value.bytes)); }"
        "return [file.size > 20000, counts, equal.length, equal.every(Boolean), await fresh.restore(file, argument)];",
        WORDS,
    )
    assert found == [
        True,
        {"added": 180, "same": 0, "differ": 0},
        180,
        True,
        {"added": 0, "same": 180, "differ": 0},
    ]


def test_enketo_1388_what_stands_differently_is_kept_beside_and_nothing_is_overwritten(blank):
    found = run(
        blank,
        f"{MADE} const put = (note) => store.write([{{put: {{kind: 'answer', id: 'q', visit: 'v', value: {{note}}}}}}]);"
        "await put('then'); const file = await store.rescue(argument); await put('now');"
        "const counts = await store.restore(file, argument);"
        "return [counts.differ, (await store.get('answer', 'q')).note, (await store.all('rescued'))[0].value.value.note];",
        WORDS,
    )
    assert found == [1, "now", "then"]


def test_kobo_docs_45_a_cleared_browser_is_filled_again_from_the_rescue_file(blank, context, live_server):
    file = run(
        blank,
        f"{MADE} await store.write([{{put: {{kind: 'change', id: 'c', visit: 'v', value: {{note: 'the only copy'}}}}}}]);"
        "return (await store.rescue(argument)).text();",
        WORDS,
    )
    client = context.new_cdp_session(blank)
    client.send("Storage.clearDataForOrigin", {"origin": live_server.url, "storageTypes": "all"})
    blank.reload()
    found = run(
        blank,
        f"const before = await vault.anyStore(); {MADE} await store.restore(new Blob([argument[0]]), argument[1]);"
        "return [before, (await store.get('change', 'c')).note];",
        [file, WORDS],
    )
    assert found == [False, "the only copy"]


@pytest.mark.parametrize("dies_at", [0, 1, 2])
def test_collect_6522_a_write_is_whole_or_not_at_all(blank, dies_at):
    """The process dies between two puts of one write: an entry of the ledger never stands without its answer."""
    found = run(
        blank,
        f"{MADE} const put = IDBObjectStore.prototype.put; let puts = 0;"
        f"IDBObjectStore.prototype.put = function (...row) {{ if (this.name === 'records' && puts++ === {dies_at})"
        " { this.transaction.abort(); throw new DOMException('crash', 'QuotaExceededError'); } return put.apply(this, row); };"
        "const write = ['answer', 'change', 'draft'].map((kind) => ({put: {kind, id: 'x', visit: 'v', value: {n: 1}}}));"
        "await store.write(write).catch(() => {}); IDBObjectStore.prototype.put = put;"
        f"{RAW} const broken = raw.length; await store.write(write);"
        "const kinds = await Promise.all(['answer', 'change', 'draft'].map((kind) => store.all(kind)));"
        "return [broken, kinds.flat().length];",
    )
    # Nothing, or, since a write that was cut off is repeated, everything.
    assert found in ([0, 3], [3, 3])


def test_collect_6522_a_browser_killed_in_the_middle_of_writing_leaves_pairs(db, playwright, tmp_path, live_server):
    """Twelve kills while answer and entry are written together as fast as the disk allows: never the one without the other."""

    def launched() -> Any:
        return playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=next(filter(None, map(shutil.which, BROWSERS))),
            args=["--no-sandbox", "--disable-gpu"],
        )

    seen = []
    for kill in range(12):
        context = launched()
        page = context.pages[0]
        page.goto(f"{live_server.url}/health/")
        if kill == 0:
            run(page, f"{MADE}")
        counts = run(
            page,
            f"{OPENED} const pairs = async (kind) => (await store.all(kind)).map(({{id}}) => id).sort().join();"
            "const [answers, changes] = [await pairs('answer'), await pairs('change')];"
            "window.going = (async () => { for (let number = 0; ; number += 1) { const id = `${argument}-${number}`;"
            " await store.write([{put: {kind: 'answer', id, visit: 'v', value: {id}}},"
            " {put: {kind: 'change', id, visit: 'v', value: {since: '2025-09-15T07:00:00Z'}}}]); } })();"
            "return [answers === changes, answers ? answers.split(',').length : 0];",
            kill,
        )
        seen.append(counts)
        page.wait_for_timeout(100 + 37 * kill)
        marker = str(tmp_path / "profile")
        for line in subprocess.run(
            ["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True
        ).stdout.splitlines():
            pid, _space, arguments = line.strip().partition(" ")
            if marker in arguments and "--type=" not in arguments:
                os.kill(int(pid), signal.SIGKILL)
        try:
            context.close()
        except Exception:
            pass
        lock = tmp_path / "profile" / "SingletonLock"
        lock.unlink(missing_ok=True)
    assert all(whole for whole, _number in seen)
    assert seen[-1][1] > 20
    assert sorted(number for _whole, number in seen) == [number for _whole, number in seen]


def test_eventra_2744_an_upgrade_of_the_database_adds_and_never_makes_anew(blank):
    """The database opens at a higher version, as a later release would: what was kept is still there."""
    found = run(
        blank,
        f"{MADE} await store.write([{{put: {{kind: 'answer', id: 'q', visit: 'v', value: {{note: 'kept'}}}}}}]);"
        f"{RAW} return raw.length;",
    )
    assert found == 1
    source = (Path(settings.BASE_DIR) / "static/js/offline/vault.js").read_text(encoding="utf-8")
    opening = "indexedDB.open(NAME, 1)"
    assert opening in source
    assert "deleteObjectStore" not in source
    assert not re.search(r"deleteDatabase\(", source)
    blank.route(
        "**/js/offline/vault.js",
        lambda route: route.fulfill(
            body=source.replace(opening, "indexedDB.open(NAME, 2)"), content_type="text/javascript"
        ),
    )
    blank.reload()
    assert run(blank, f"{OPENED} return (await store.get('answer', 'q')).note;") == "kept"
