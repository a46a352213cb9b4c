"""A walk through every page in Kazakh and in Russian: no word in Latin letters is left in what a reader sees.

The pages are those of `cases/doors.csv`, filled by the demonstration. Words that may stay are in `cases/latin_words.txt`, each with
its reason. Bare codes (SEP-01, KZ-35), addresses and file names are no words of a language.
"""

import copy
import logging
import re
import time
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from institutions.models import Institution
from ombudsman.people.models import Grant, Invitation, User, digest
from reports import services
from reports.measures.catalogue import MEASURES
from reports.models import Order
from tests.doors import Door, listed
from tests.printed import plan
from visits.models import Edition, Finding, Participation, Recommendation, Standard, UrgentConcern, Visit
from visits.services.fieldwork import change_sections
from visits.services.urgent import close_concern, raise_concern, take_concern

CASES = Path(__file__).parent / "cases"
# Addresses, file names, codes (SEP-01, KZ-35, Q-07), fingerprints, numbers of laws (№ 231-V), and the
# letters of paragraphs as sources print them: 24(2)(c).
NO_WORDS = re.compile(
    r"""[\w.+-]+@[\w.-]+ | \b(?:https?://|www\.)\S+ | \b[A-Z]{1,4}-\d+(?:\.\w+)?\b | \b[\w-]+\.(?:pdf|csv|json|html)\b | /\S+/
    | \b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b | \((?:[a-h]|[ivx]+)\) | №\s?\d+-V\b""",
    re.VERBOSE,
)
WORD = re.compile(r"[A-Za-z][A-Za-z’'-]*")
WALKERS = ("leader", "reviewer", "coordinator", "editor", "auditor", "admin", "ngo", "regional", "duty")


@cache
def allowed_words() -> set[str]:
    lines = (CASES / "latin_words.txt").read_text(encoding="utf-8").splitlines()
    return {line.split(" # ")[0].strip() for line in lines if line.strip() and not line.startswith("#")}


# What a reader sees or hears of a page: texts, and the attributes that are read out. Not programs, nor the names of languages:
# of these only what is said about them.
QUIET = re.compile(
    r"""<!--.*?-->|(<(script|style|code|template)\b[^>]*>).*?</\2>|(<(\w+)\b[^>]*\sclass="tongues"[^>]*>).*?</\4>""",
    re.DOTALL,
)
SPOKEN = re.compile(r'\s(?:alt|title|aria-label|placeholder|aria-description)="([^"]+)"')
BUTTON = re.compile(r'<input\b(?=[^>]*\stype="(?:submit|button)")[^>]*\svalue="([^"]+)"')
TAG = re.compile(r"<[^>]*>")


def seen_on(html: str) -> set[str]:
    """The texts of a page and what is read out of its attributes, as they are written in it."""
    spoken = QUIET.sub(lambda found: found[1] or found[3] or "", html)
    return {*map(str.strip, TAG.split(spoken)), *SPOKEN.findall(spoken), *BUTTON.findall(spoken)}


def latin_words(text: str) -> set[str]:
    return {word for word in WORD.findall(NO_WORDS.sub(" ", unescape(text))) if word not in allowed_words()}


# The frame and many lines are the same on hundreds of pages.
latin_words_of_one = cache(latin_words)


def latin_words_on(html: str) -> set[str]:
    """The words in Latin letters that a reader sees or hears on a page."""
    return set().union(*map(latin_words_of_one, seen_on(html)))


@pytest.fixture(scope="module")
def country(django_db_setup, django_db_blocker, tmp_path_factory, unwatched_templates) -> Iterator[None]:
    """The demonstration with a frozen year: drawn once for the walks of this file, and rolled back after the last."""
    kept = tmp_path_factory.mktemp("walk")
    with django_db_blocker.unblock(), override_settings(DEMONSTRATION=True, VAR_DIR=kept), transaction.atomic():
        call_command("demo", visits=36, interviews=150, verbosity=0)
        year = Visit.objects.accepted().newest_first()[0].year
        services.freeze(year=year, by=User.objects.get(email="coordinator@demo.example"), at=timezone.now())
        leader = User.objects.get(email="leader@demo.example")
        void = Visit.objects.accepted().newest_first()[1]
        Visit.objects.filter(pk=void.pk).update(state="void")
        Participation.objects.get_or_create(visit=void, user=leader)
        begun = Visit.objects.editable_by(leader).filter(state="open").newest_first()[0]
        Finding.objects.create(visit=begun, text="—", severity="high", by=leader, at=timezone.now())
        office = User.objects.get(email="coordinator@demo.example")
        Invitation.objects.create(
            email="new@example.test", organisation=office.organisation, role="monitor", invited_by=office,
            secret_digest=digest(SECRET), expires_at=timezone.now() + timezone.timedelta(days=1),
        )  # fmt: skip
        alarm(begun)
        Order.objects.create(work="freeze", year=year, by=office, asked_at=timezone.now())
        for language in ("kk", "ru"):
            plan(begun.checklist, begun.institution_kind.family, language)
        yield
        transaction.set_rollback(True)


def alarm(visit: Visit) -> None:
    """Concerns in every state: fresh, left lying, half of the time over, all of it, taken, closed, naming somebody."""
    now, member = timezone.now(), User.objects.get(email="monitor@demo.example")
    duty, hours = User.objects.get(email="duty@demo.example"), timezone.timedelta(hours=1)
    for gone, seen in [(0, "Девочка Айгерим"), (2, ""), (13, ""), (25, ""), (80, ""), (90, "")]:
        concern = raise_concern(
            visit=visit, id=uuid4(), category="injury", seen=seen, told="112" if gone else "", told_at=None,
            pressed_at=now - gone * hours, by=member, at=now - gone * hours,
        )  # fmt: skip
        if gone >= 80:
            take_concern(concern=concern, by=duty, at=now)
        if gone == 90:
            close_concern(concern=concern, outcome="safe", note="", by=duty, at=now)
    change_sections(visit=visit, user=member, sections=["SEP"], by=member, at=now)


@pytest.fixture
def walkers(country, db, settings, tmp_path) -> dict[str, Client]:
    """The demonstration's people, each with a browser of their own."""
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path
    clients = {}
    for name in WALKERS:
        clients[name] = Client()
        clients[name].force_login(User.objects.get(email=f"{name}@demo.example"))
        # As after typing the password: the pages of the second step ask for that.
        session = clients[name].session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
    clients["stranger"] = Client()
    return clients


def addresses(door: Door, language: str) -> Iterator[str]:
    """The door's URLs for a few things of the demonstration: of different states, so that every part of a page is met.

    Documents that a device keeps have their language in the address.
    """
    query = f"?l={language}" if door.name == "offline" else door.query
    for arguments in things(door.subject, door.state, language):
        yield reverse(door.name, args=arguments) + query


def things(subject: str, state: str, language: str) -> list[list[Any]]:
    visits = Visit.objects.filter(state=state) if state else Visit.objects.all()
    checklist = Edition.objects.filter(instrument__kind="checklist").order_by("-number")[0]
    children = Edition.objects.filter(instrument__kind="questionnaire").order_by("-number")[0]
    sections = list(checklist.sections.order_by("order").values_list("code", flat=True))
    year = Visit.objects.accepted().newest_first()[0].year
    of = {
        "": lambda: [[]],
        "self": lambda: [[]],
        "language": list,
        "institution": lambda: [
            [place.uid]
            for place in Institution.objects.visitable_by(User.objects.get(email="leader@demo.example"))
            .filter(visits__isnull=False)
            .distinct()
            .order_by("pk")[:2]
        ],
        "visit": lambda: [[visit.pk] for visit in visits.newest_first()[:2]],
        # Every section where it is filled; elsewhere the same words stand, and two show how they stand there.
        "section": lambda: [
            [visit.pk, section]
            for visit in visits.newest_first()[:1]
            for section in (sections if state == "open" else sections[:2])
        ],
        "side": lambda: [
            [visit.pk, page]
            for visit in visits.editable_by(User.objects.get(email="leader@demo.example")).newest_first()[:1]
            for page in (1, 2)
        ],
        "blank": lambda: [[checklist.instrument.code, checklist.number, "colony", language]],
        "blank_standards": lambda: [[checklist.instrument.code, checklist.number, language]],
        "blank_questions": lambda: [[children.instrument.code, children.number, language]],
        "concern": lambda: [[concern.pk] for concern in UrgentConcern.objects.order_by("-pressed_at")],
        "finding": lambda: [[finding.pk] for finding in Finding.objects.filter(visit__in=visits).order_by("-at")[:12]],
        "recommendation": lambda: [[one.pk] for one in Recommendation.objects.order_by("number")[:3]],
        "edition": lambda: [[one.instrument.code, one.number] for one in (checklist, children)],
        "indicator": lambda: [
            [checklist.instrument.code, checklist.number, one.code] for one in checklist.indicators.all()[:3]
        ],
        "question": lambda: [
            [children.instrument.code, children.number, one.code] for one in children.questions.all()[:3]
        ],
        "standard": lambda: [[one.code] for one in Standard.objects.all()],
        "person": lambda: [[User.objects.get(email="leader@demo.example").pk]],
        "grant": lambda: [[grant.pk] for grant in Grant.objects.awaiting_approval()[:1]],
        "secret": lambda: [[SECRET]],
        "order": lambda: [[order.pk] for order in Order.objects.all()],
        "released": lambda: [[year]],
        "draft": lambda: [[year]],
    }
    return of[subject]() if subject in of else []


PAGES = [
    door
    for door in listed()
    if door.method == "GET" and not door.name.startswith("api-") and not door.name.endswith(("-list", "-detail"))
]
FIELD = re.compile(r"""<(?:input|select|textarea)\b[^>]*\bname="([^"]+)""")
# Pages that show each role something else.
MANY_FACED = {"home", "urgent", "visit", "visit_review", "institution", "recommendation", "edition"}
# Forms whose sending would sign the walker out or in.
AWAY = {"account_login", "account_logout"}
SECRET = "a-secret-of-the-walk"
# Those of the second step lead elsewhere until it is set up, once it is, or until the password is typed again.
BEHIND_NO_PAGE = {
    "mfa_activate_totp",
    "mfa_reauthenticate",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "language",
    "health",
    "report_file",
    "components",
    "account_inactive",
    "visit_presence",
    # Files, or answers for programs. The statistics page's are read below.
    "statistics_csv",
    "statistics_xlsx",
    "edition_sheets",
    "visit_sheets_file",
    "service_worker",
    "manifest",
    "session",
    "visit_along",
    "visit_second_start",
}


def is_page(response: HttpResponseBase) -> bool:
    """Whether a reader gets a page to read: what was asked for, or a form with its errors."""
    return response.status_code in (200, 400, 409, 422) and response.headers["Content-Type"].startswith("text/html")


def readings(walkers: dict[str, Client], door: Door, language: str) -> Iterator[tuple[str, Client, HttpResponse]]:
    """The pages behind a door, read by the first who may; where roles see different things, the first one by everybody."""
    # Who came in at one address of a door is asked first at the next.
    order = list(walkers.values())
    for at, address in enumerate(addresses(door, language)):
        for client in list(order):
            response = client.get(address)
            if is_page(response):
                yield address, client, response
                if at or door.name not in MANY_FACED:
                    order.sort(key=lambda other: other is not client)
                    break


def wrongly_filled(client: Client, address: str, html: str) -> Iterator[HttpResponse]:
    """The answers to the page's own form, sent empty and sent with nonsense in every field; nothing of it stays."""
    names = set(FIELD.findall(html)) - {"csrfmiddlewaretoken"}
    if 'method="post"' not in html:
        return
    for typed in ({}, dict.fromkeys(names, "?"), dict.fromkeys(names, "9999999999")):
        cookies = copy.deepcopy(client.cookies)
        with transaction.atomic():
            response = client.post(address, typed)
            if is_page(response):
                yield response
            transaction.set_rollback(True)
        client.cookies = cookies


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_page_shows_a_word_in_latin_letters(walkers, language, caplog):
    caplog.set_level(logging.CRITICAL)
    found: dict[str, set[str]] = {}
    unread = []
    for client in walkers.values():
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for door in PAGES:
        if door.name in BEHIND_NO_PAGE:
            continue
        tried = read = False
        for address, client, response in readings(walkers, door, language):
            html = response.content.decode()
            read = True
            assert f'<html lang="{language}"' in html, address
            pages = [html]
            if not tried and 'method="post"' in html and door.name not in AWAY:
                tried = True
                pages += [answer.content.decode() for answer in wrongly_filled(client, address, html)]
            for word in set().union(*map(latin_words_on, pages)):
                found.setdefault(word, set()).add(door.name)
        if not read:
            unread.append(str(door))
    assert {word: sorted(names) for word, names in found.items()} == {}
    assert unread == [], unread


def test_a_planted_english_word_is_seen():
    page = (
        '<nav class="tongues" aria-label="Heard"><a>English</a></nav><p title="Kept">Сақталды SEP-01 a@b.example</p>'
        '<!-- noted --><code lang="kk">coded</code><script nonce="1">run()</script><b>Sal&#116;&amp;<i>Bread</i></b>'
        '<input value="Save" type="submit"><input name="typed" value="typed">'
    )
    assert latin_words_on(page) == {"Heard", "Kept", "Save", "Salt", "Bread"}


# What statistical offices write into a cell that is hidden, or empty.
SYMBOLS = {"c", "z"}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_table_to_take_away_holds_a_word_in_latin_letters(walkers, language):
    """The workbook is written from the same lines. What cannot be shown says why, in words."""
    editor = walkers["editor"]
    editor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    found: dict[str, set[str]] = {}
    for measure in MEASURES:
        response = editor.get(reverse("statistics_csv"), {"measure": measure})
        assert response.status_code in (200, 422), measure
        text = (b"".join(response) if response.streaming else response.content).decode("utf-8-sig")
        for word in latin_words_on(f"<main>{escape(text)}</main>") - SYMBOLS:
            found.setdefault(word, set()).add(measure)
    assert found == {}
