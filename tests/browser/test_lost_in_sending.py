"""How records were lost elsewhere while they were sent, tried on our device: each incident by its public name.

Vault and outbox run in a real browser on the real offline page; what answers is the real server, or what a bad network, a
hotel's sign-in page or a dying server would answer in its place. A delivery is forgotten only on a verified receipt.
"""

import base64
import json
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route

from tests import cast as people
from visits import sealing
from visits.models import Answer

WORDS = "one two three four five six"
START = """async ([user, words, visit]) => {
  const [vault, ledger, outbox] = await Promise.all(
    ["vault", "ledger", "outbox"].map((name) => import(`/static/js/offline/${name}.js`)),
  );
  window.device = { vault: await vault.createStore(user, words), ledger, outbox, module: vault, visit };
  await window.device.vault.write([{ put: { kind: "visit", id: visit, visit, value: { device: crypto.randomUUID() } } }]);
}"""
KEEP = """async ([code, note, choice]) => {
  const { vault, ledger, visit } = window.device;
  const id = ledger.thing("answer", visit, code);
  const value = { choice, measurement: null, note, sources: [], anyway: false, confirmed: false };
  await ledger.keep(vault, visit, id, { do: "answer", indicator: code, base: 0, ...value, origin: "browser" }, value);
}"""
SEND = """async () => {
  const { state, detail } = await window.device.outbox.send(window.device.vault);
  return [state, detail ?? ""];
}"""
KEPT = """async () => {
  const { vault } = window.device;
  const [changes, deliveries, talks] = await Promise.all(["change", "delivery", "talk"].map((kind) => vault.all(kind)));
  return {
    changes: changes.map(({ value }) => value.body.note),
    faults: changes.map(({ value }) => value.faults ?? []).flat(),
    deliveries: deliveries.map(({ value }) => value.body),
    talks: talks.map(({ id }) => id),
  };
}"""
DELIVERIES = "**/api/deliveries/"


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Without the worker: what answers for the server here must be asked each time."""
    return {**browser_context_args, "service_workers": "block"}


@pytest.fixture
def cast(transactional_db) -> people.Cast:
    return people.assemble()


@pytest.fixture
def device(cast, page: Page, live_server, sign_in) -> "Device":
    """Bek's device, online, with an unlocked store."""
    sign_in(cast.bek, "en")
    page.goto(f"{live_server.url}{reverse('offline')}?l=en")
    user = page.evaluate("async () => (await (await fetch('/session/')).json()).user")
    page.evaluate(START, [user, WORDS, str(cast.visit.pk)])
    return Device(page, cast)


class Device:
    """What the tests do with it."""

    def __init__(self, page: Page, cast: people.Cast) -> None:
        self.page, self.cast = page, cast
        self.bodies: list[bytes] = []
        page.on("request", self._sent)

    def _sent(self, request: Any) -> None:
        if "/api/deliveries/" in request.url:
            self.bodies.append(request.post_data_buffer)

    def keep(self, note: str, code: str = "AA-02", choice: str = "met") -> None:
        self.page.evaluate(KEEP, [code, note, choice])

    def send(self) -> list[str]:
        said: list[str] = self.page.evaluate(SEND)
        return said

    @property
    def kept(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = self.page.evaluate(KEPT)
        return found

    def through(self, answer: Callable[[Route], None]) -> None:
        """From now on this answers for the server."""
        self.page.unroute(DELIVERIES)
        self.page.route(DELIVERIES, answer)

    def notes(self) -> list[str]:
        return sorted(Answer.objects.filter(visit=self.cast.visit).values_list("note", flat=True))


def test_formhub_678_a_slow_server_gets_one_record_from_many_tries(device):
    """Ten rows of one form: the server answered slowly and the client sent again."""
    device.keep("Once.")
    tries = []

    def slowly(route: Route) -> None:
        # The server takes it and answers, but the answer never arrives.
        tries.append(route.fetch())
        route.abort("timedout")

    device.through(slowly)
    for _turn in range(4):
        assert device.send()[0] == "offline"
    device.page.unroute(DELIVERIES)
    assert device.send()[0] == "sent"
    assert len(set(device.bodies)) == 1
    assert {answer.status for answer in tries} == {200}
    assert device.cast.visit.deliveries.count() == 1
    assert device.notes() == ["Once."]
    assert device.kept["deliveries"] == []


def test_formhub_678_two_sendings_at_once_are_one(device):
    device.keep("Once.")
    both = device.page.evaluate(
        "async () => (await Promise.all([1, 2].map(() => window.device.outbox.send(window.device.vault))))"
        ".map(({state}) => state)"
    )
    assert sorted(both) == ["busy", "sent"]
    assert device.cast.visit.deliveries.count() == 1


def test_enketo_1405_an_edit_after_the_first_byte_is_another_delivery(device):
    """The first part had been accepted, then the record was edited and sent under the same number with other content."""
    device.keep("First.")

    def lost(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    device.through(lost)
    assert device.send()[0] == "offline"
    device.keep("Second.")
    [frozen] = device.kept["deliveries"]
    assert "First." in frozen
    assert device.kept["changes"] == ["Second."]
    device.page.unroute(DELIVERIES)
    assert device.send()[0] == "sent"
    first, again, second = (json.loads(body) for body in device.bodies)
    assert first == again
    assert second["id"] != first["id"]
    assert device.notes() == ["Second."]
    answer = Answer.objects.get(visit=device.cast.visit)
    assert answer.version == 2
    assert not device.cast.visit.differences.exists()


NO_RECEIPTS: dict[str, Callable[[Route], None]] = {
    "a captive portal's page": lambda route: route.fulfill(
        status=200, content_type="text/html", body="<!doctype html><title>Welcome to the hotel</title>"
    ),
    "a portal that speaks JSON": lambda route: route.fulfill(status=200, json={"status": "ok"}),
    "a redirection": lambda route: route.fulfill(status=302, headers={"Location": "/account/login/"}),
    "nothing found, as a page": lambda route: route.fulfill(status=404, content_type="text/html", body="<p>No</p>"),
    "forbidden, as a page": lambda route: route.fulfill(status=403, content_type="text/html", body="<p>No</p>"),
    "unreadable, as a page": lambda route: route.fulfill(status=400, content_type="text/html", body="<p>No</p>"),
    "a server error": lambda route: route.fulfill(status=500, body="Internal error"),
    "a bad gateway": lambda route: route.fulfill(status=502, body="<html>nginx</html>"),
    "too many requests": lambda route: route.fulfill(status=429, json={"detail": "Later."}),
    "a truncated answer": lambda route: route.fulfill(
        status=200, content_type="application/json", body='{"delivery": "8f3c'
    ),
    "no content": lambda route: route.fulfill(status=204),
    "a dead line": lambda route: route.abort("connectionaborted"),
}


@pytest.mark.parametrize("case", NO_RECEIPTS)
def test_getodk_1017_what_is_no_receipt_deletes_nothing(device, case):
    """Deleted after a failed send: the device had counted "sent", not "received"."""
    device.keep("Still here.")
    device.through(NO_RECEIPTS[case])
    state, _detail = device.send()
    assert state in ("offline", "no_receipt"), case
    [frozen] = device.kept["deliveries"]
    assert "Still here." in frozen
    device.page.unroute(DELIVERIES)
    assert device.send()[0] == "sent"
    assert device.bodies[-1].decode() == frozen
    assert device.notes() == ["Still here."]


def spoiled(**changes: Any) -> Callable[[Route], None]:
    """A real receipt with something wrong in it."""

    def answer(route: Route) -> None:
        real = route.fetch()
        route.fulfill(status=200, json={**real.json(), **changes})

    return answer


@pytest.mark.parametrize(
    "changes",
    [{"delivery": str(uuid.uuid4())}, {"hash": "0" * 64}, {"results": []}, {"results": None}, {"talks": None}],
    ids=["another number", "another hash", "no results", "results of no kind", "talks of no kind"],
)
def test_getodk_1017_a_receipt_of_something_else_is_none(device, changes):
    device.keep("Still here.")
    device.through(spoiled(**changes))
    assert device.send()[0] == "no_receipt"
    assert "Still here." in device.kept["deliveries"][0]
    device.page.unroute(DELIVERIES)
    assert device.send()[0] == "sent"
    assert device.kept == {"changes": [], "faults": [], "deliveries": [], "talks": []}


def test_getodk_1017_signed_out_in_between_keeps_everything_and_says_so(device):
    device.keep("Still here.")
    device.page.context.clear_cookies()
    assert device.send()[0] == "sign_in"
    assert device.kept["changes"] == ["Still here."]
    assert device.bodies == []


def test_getodk_1017_a_refusal_is_told_and_keeps_everything(device):
    device.keep("Still here.")
    device.through(lambda route: route.fulfill(status=403, json={"detail": "Not on this team."}))
    assert device.send() == ["refused", "Not on this team."]
    assert "Still here." in device.kept["deliveries"][0]


def test_kobocat_470_a_number_that_is_taken_loses_neither_body(device):
    """Check, then insert: parallel posts made several rows. Here: the number is taken by another body."""
    device.keep("Mine.")
    answered: list[str] = []

    def taken(route: Route) -> None:
        answered.append(route.request.post_data or "")
        if len(answered) == 1:
            route.fulfill(status=409, json={"detail": "Taken."})
        else:
            route.continue_()

    device.through(taken)
    assert device.send()[0] == "sent"
    first, second = (json.loads(body) for body in answered)
    assert first["id"] != second["id"]
    assert first["changes"] == second["changes"]
    assert device.notes() == ["Mine."]


def test_too_large_is_sent_in_smaller_parts(device):
    for code in ("AA-01", "AA-02", "BB-02"):
        device.keep(f"About {code}.", code)
    sizes = []

    def narrow(route: Route) -> None:
        number = len(json.loads(route.request.post_data or "{}")["changes"])
        sizes.append(number)
        if number == 1:
            route.continue_()
        else:
            route.fulfill(status=413, json={"detail": "Too large."})

    device.through(narrow)
    for _turn in range(4):
        device.send()
    assert 1 in sizes
    assert device.notes() == ["About AA-01.", "About AA-02.", "About BB-02."]


def test_one_unreadable_change_does_not_hold_up_the_others(device):
    device.keep("Bad.", "AA-01")
    device.keep("Good.", "AA-02")

    def picky(route: Route) -> None:
        if "Bad." in (route.request.post_data or ""):
            route.fulfill(status=400, json={"detail": "Unreadable."})
        else:
            route.continue_()

    device.through(picky)
    for _turn in range(4):
        device.send()
    assert device.notes() == ["Good."]
    assert device.kept["changes"] == ["Bad."]
    assert device.kept["faults"] == ["Unreadable."]


def test_collect_6522_answer_and_entry_are_written_together_or_not_at_all(device):
    """A crash while finalising left an entry in the index without its file: two stores, not one transaction."""
    device.keep("Whole.", "AA-01")
    code, change, answer = device.page.evaluate(
        """async () => {
          const { vault, ledger, visit } = window.device;
          const put = IDBObjectStore.prototype.put;
          let left = 1;
          IDBObjectStore.prototype.put = function (...row) {
            if (left-- <= 0) throw new DOMException("No room", "QuotaExceededError");
            return put.apply(this, row);
          };
          const id = ledger.thing("answer", visit, "AA-02");
          const value = { choice: "met", measurement: null, note: "Half.", sources: [], anyway: false, confirmed: false };
          let code = "";
          try {
            await ledger.keep(vault, visit, id, { do: "answer", indicator: "AA-02", base: 0, ...value }, value);
          } catch (error) {
            code = error.code ?? error.name;
          } finally {
            IDBObjectStore.prototype.put = put;
          }
          return [code, await vault.get("change", id), await vault.get("answer", id)];
        }"""
    )
    assert code
    assert (change, answer) == (None, None)
    device.keep("Half, then whole.", "AA-02")
    assert sorted(device.kept["changes"]) == ["Half, then whole.", "Whole."]


def test_enketo_1463_a_sealed_talk_arrives_with_what_is_in_it(device):
    """Encrypted records arrived without their payload. What Chromium seals, the server's own code opens."""
    visit, talk = device.cast.visit, uuid.uuid4()
    number, key = sealing.public_key()
    answers = {"Q-1": "yes", "Q-2": "often", "Q-3": None}
    told = {"edition": ["children", 1], "answers": answers, "asked": ["Q-1", "Q-2", "Q-3"]}
    sealed = device.page.evaluate(
        """async ([told, key, visit, talk]) => {
          const { seal } = await import("/static/js/offline/seal.js");
          const sealed = await seal(told, key, visit, talk);
          const value = { sealed, since: new Date().toISOString() };
          await window.device.vault.write([{ put: { kind: "talk", id: talk, visit, value } }]);
          return sealed;
        }""",
        [told, {"id": number.hex(), "key": base64.b64encode(key).decode()}, str(visit.pk), str(talk)],
    )
    raw = base64.b64decode(sealed)
    assert sealing.open_sealed(raw, visit.pk, talk) == told
    with pytest.raises(sealing.Unreadable):
        sealing.open_sealed(raw, visit.pk, uuid.uuid4())
    assert (len(raw) - 1 - 8 - 65 - 12 - 16) % 8192 == 0
    assert device.send()[0] == "sent"
    assert device.kept["talks"] == []
    assert visit.bundles.get().ciphertext


def test_a_concern_goes_before_everything_in_a_delivery_of_its_own(device):
    device.keep("Later.")
    device.page.evaluate(
        """async () => {
          const { vault, ledger, visit } = window.device;
          const concern = crypto.randomUUID();
          const empty = { seen: "", told: "", told_at: null };
          const body = { do: "concern", concern, category: "injury", ...empty, pressed_at: new Date().toISOString() };
          await ledger.keep(vault, visit, ledger.thing("concern", visit, concern), body);
        }"""
    )
    assert device.send()[0] == "sent"
    first, second = (json.loads(body)["changes"] for body in device.bodies)
    assert [change["do"] for change in first] == ["concern"]
    assert [change["do"] for change in second] == ["answer"]
    assert device.cast.visit.urgent_concerns.get().category == "injury"


def test_the_token_is_fetched_anew_before_sending(device, live_server):
    """A page that was open for a day sent with a token that had died."""
    device.keep("With a new token.")
    seen: list[str] = []
    device.page.on("request", lambda request: seen.append(request.url.removeprefix(live_server.url)))
    assert device.send()[0] == "sent"
    assert seen[:2] == ["/session/", "/api/deliveries/"]


def test_typing_goes_on_while_a_sending_hangs(device):
    device.keep("First.", "AA-01")
    hanging = threading.Event()
    device.through(lambda route: hanging.set())
    device.page.evaluate("() => { window.sending = window.device.outbox.send(window.device.vault); }")
    until = time.monotonic() + 10
    while not hanging.is_set() and time.monotonic() < until:
        device.page.wait_for_timeout(50)
    assert hanging.is_set()
    device.keep("Typed meanwhile.", "AA-02")
    assert device.kept["changes"] == ["Typed meanwhile."]
    assert "First." in device.kept["deliveries"][0]
