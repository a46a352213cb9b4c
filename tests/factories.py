"""Small builders for tests: a tiny country, a tiny checklist, a tiny questionnaire. Plain functions, no magic."""

from datetime import UTC, date, datetime
from typing import Any

from institutions.models import Authority, Institution, InstitutionKind, Region
from ombudsman.people.models import Grant, Organisation, User
from ombudsman.words import search_text, sort_key
from visits.layout import build_layout
from visits.models import Choice, Edition, Indicator, Instrument, Participation, Question, Section, Visit, VisitKey  # noqa: F401

DAY = date(2025, 9, 15)
NOON = datetime(2025, 9, 15, 7, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


def names(stem: str, text: str) -> dict[str, str]:
    """The same text in three languages, each marked: name_kk = "text (kk)"…; English stays plain."""
    return {f"{stem}_kk": f"{text} (kk)", f"{stem}_ru": f"{text} (ru)", f"{stem}_en": text}


def region(iso: str = "KZ-35", name: str = "Karaganda") -> Region:
    return Region.objects.get_or_create(
        iso=iso, defaults={**names("name", name), **names("short", name), "sort_key": name}
    )[0]


def authority(code: str = "mia", name: str = "Ministry of Internal Affairs") -> Authority:
    return Authority.objects.get_or_create(code=code, defaults=names("name", name))[0]


def kind(family: str = "police", number: int = 1) -> InstitutionKind:
    return InstitutionKind.objects.get_or_create(
        code=f"kind_{number}",
        defaults={
            "number": number,
            "family": family,
            "basis": "criminal",
            "authority": authority(),
            **names("name", f"Kind {number}"),
            **names("plural", f"Kinds {number}"),
        },
    )[0]


def institution(name: str = "Centre 1", **extra: Any) -> Institution:
    of_kind = extra.pop("kind", None) or kind()
    values = {
        "kind": of_kind,
        "region": extra.pop("region", None) or region(),
        "authority": of_kind.authority,
        "capacity": 40,
        "opened_on": date(2010, 1, 1),
        **names("name", name),
        "sort_key": sort_key(name),
        **extra,
    }
    values.setdefault("search", search_text(values["name_kk"], values["name_ru"], values["name_en"]))
    return Institution.objects.create(**values)


def organisation(name: str = "NGO Umit", kind: str = "ngo") -> Organisation:
    return Organisation.objects.get_or_create(name_en=name, defaults={**names("name", name), "kind": kind})[0]


def person(
    email: str,
    *roles: str,
    region_code: str = "",
    organisation: Organisation | None = None,
    language: str = "en",
    **extra: Any,
) -> User:
    """An account with approved grants for these roles, all in one region (empty = the whole country)."""
    user = User.objects.create_user(
        email, PASSWORD, full_name=email.split("@")[0].title(), organisation=organisation, language=language, **extra
    )
    for role in roles:
        give(user, role, region_code)
    return user


def give(user: User, role: str, region_code: str = "") -> Grant:
    """An approved grant; two officers stand behind it."""
    officers = [
        User.objects.get_or_create(email=f"officer{n}@office.test", defaults={"full_name": f"Officer {n}"})[0]
        for n in (1, 2)
    ]
    return Grant.objects.create(
        user=user,
        role=role,
        region_code=region_code,
        starts=date(2020, 1, 1),
        proposed_by=officers[0],
        approved_by=officers[1],
        approved_at=NOON,
    )


def publish(edition: Edition) -> Edition:
    """Freezes a tiny edition: layout and state."""
    edition.layout = build_layout(edition)
    edition.state, edition.published_on = "published", date(2020, 1, 1)
    edition.save()
    return edition


SCALE = [
    ("met", "judged", True, "met"),
    ("partly_met", "judged", False, "partly"),
    ("not_met", "judged", False, "not"),
    ("not_applicable", "beside", False, "na"),
    ("not_seen", "beside", False, "unseen"),
    ("access_refused", "beside", False, "refused"),
]


def tiny_checklist(code: str = "checklist", number: int = 1) -> Edition:
    """Two sections, four indicators: AA-01 critical with a measurement, AA-02, BB-01 (colony only), BB-02 children's words."""
    instrument = Instrument.objects.get_or_create(
        code=code, defaults={"kind": "checklist", **names("title", "Checklist")}
    )[0]
    edition = Edition.objects.create(instrument=instrument, number=number)
    for order, (choice, role, favourable, mark) in enumerate(SCALE):
        Choice.objects.create(
            edition=edition,
            code=choice,
            order=order,
            role=role,
            favourable=favourable,
            mark=mark,
            **names("label", choice.replace("_", " ").capitalize()),
        )
    first = Section.objects.create(edition=edition, code="AA", order=1, **names("title", "Admission"))
    second = Section.objects.create(edition=edition, code="BB", order=2, **names("title", "Beds"))
    common = {"edition": edition, "applies_to": ["all"]}
    Indicator.objects.create(
        **common,
        section=first,
        code="AA-01",
        order=1,
        criticality="critical",
        measure_key="unregistered",
        reference_value=0,
        better="lower",
        **names("statement", "Every child is in the register."),
        **names("measure", "Children not in the register"),
        **names("measure_unit", "children"),
    )
    Indicator.objects.create(
        **common, section=first, code="AA-02", order=2, **names("statement", "Rights are explained.")
    )
    Indicator.objects.create(
        edition=edition,
        section=second,
        code="BB-01",
        order=1,
        applies_to=["colony"],
        **names("statement", "Bunks are safe."),
    )
    Indicator.objects.create(
        **common,
        section=second,
        code="BB-02",
        order=2,
        children_only=True,
        **names("statement", "Children say they sleep well."),
    )
    return publish(edition)


def tiny_questionnaire(code: str = "children", number: int = 1) -> Edition:
    """Three questions: Q-1 yes/no, Q-2 only after a yes, Q-3 multiple and sensitive."""
    instrument = Instrument.objects.get_or_create(
        code=code, defaults={"kind": "questionnaire", **names("title", "Questionnaire")}
    )[0]
    edition = Edition.objects.create(instrument=instrument, number=number)
    section = Section.objects.create(edition=edition, code="AA", order=1, **names("title", "Talk"))
    rows = [
        (
            "Q-1",
            "single",
            False,
            {},
            [("yes", "answer"), ("no", "answer"), ("dont_know", "no_answer"), ("prefer_not_to_say", "no_answer")],
            [],
        ),
        (
            "Q-2",
            "single",
            False,
            {"question": "Q-1", "choices": ["yes"]},
            [
                ("never", "answer"),
                ("sometimes", "answer"),
                ("often", "answer"),
                ("always", "answer"),
                ("prefer_not_to_say", "no_answer"),
            ],
            [[["often", "always"]], [["never", "sometimes"]]],
        ),
        (
            "Q-3",
            "multiple",
            True,
            {},
            [("hit", "answer"), ("shouted", "answer"), ("none_of_these", "answer"), ("prefer_not_to_say", "no_answer")],
            [[["hit", "shouted"]]],
        ),
    ]
    for order, (code_, kind_, sensitive, ask_if, choices, merge_order) in enumerate(rows, 1):
        question = Question.objects.create(
            edition=edition,
            section=section,
            code=code_,
            order=order,
            kind=kind_,
            sensitive=sensitive,
            applies_to=["all"],
            ask_if=ask_if,
            merge_order=merge_order,
            **names("text", f"Question {code_}?"),
        )
        for place, (choice, role) in enumerate(choices):
            Choice.objects.create(
                edition=edition,
                question=question,
                code=choice,
                order=place,
                role=role,
                excludes=choice == "none_of_these",
                **names("label", choice.replace("_", " ").capitalize()),
            )
    return publish(edition)


def visit(
    place: Institution,
    leader: User,
    *members: User,
    checklist: Edition | None = None,
    questionnaire: Edition | None = None,
    **extra: Any,
) -> Visit:
    """A visit with its team, straight into the database (the service is tested by its own tests)."""
    day = extra.pop("first_day", DAY)
    checklist = checklist or Edition.objects.filter(instrument__kind="checklist").first() or tiny_checklist()
    values = {
        "institution": place,
        "region": place.region,
        "institution_kind": place.kind,
        "organisation": leader.organisation or organisation(),
        "checklist": checklist,
        "questionnaire": questionnaire,
        "first_day": day,
        "last_day": day,
        "year": day.year,
        "opened_by": leader,
        "opened_at": NOON,
        **extra,
    }
    made = Visit.objects.create(**values)
    Participation.objects.create(visit=made, user=leader, part="leader")
    for member in members:
        Participation.objects.create(visit=made, user=member)
    return made
