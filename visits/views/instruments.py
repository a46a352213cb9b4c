"""Pages of instruments: editions with their indicators and questions, standards with what rests on them."""

from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from institutions.models import Institution
from ombudsman.people.access import may, rights_of
from ombudsman.people.models import User
from ombudsman.people.roles import Act, Role, Thing

from ..citation import BASES, KINDS
from ..families import FAMILIES, ways, where
from ..instrument_content import columns
from ..models import Answer, Edition, Indicator, IndicatorReference, Provision, Standard, Visit

# As many places where an indicator was not met as one can read.
NOT_MET_SHOWN = 20


def holds_a_role(user: User | AnonymousUser) -> bool:
    """Staff: anybody to whom some role was given. They are shown what was not verified yet."""
    return bool(set(rights_of(user).roles) - {Role.PUBLIC})


def the_edition(user: User | AnonymousUser, code: str, number: int) -> Edition:
    """The edition, if the person may see it; 404 otherwise (a draft is the coordinator's)."""
    visible = Edition.objects.visible_to(user).select_related("instrument")
    return get_object_or_404(visible, instrument__code=code, number=number)


@require_safe
def instrument_list(request: HttpRequest) -> HttpResponse:
    """Checklists and questionnaires with their editions, newest first, and the way to the standards."""
    editions = Edition.objects.visible_to(request.user).select_related("instrument")
    editions = editions.annotate(
        indicator_count=Count("indicators", distinct=True), question_count=Count("questions", distinct=True)
    )
    context = {
        "editions": editions.order_by("instrument__kind", "instrument__code", "-number"),
        "standards": Standard.objects.count(),
        "provisions": Provision.objects.count(),
    }
    return render(request, "instruments/instrument_list.html", context)


@require_safe
def edition(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One edition: its sections with every indicator or question."""
    shown = the_edition(request.user, code, number)
    indicators = Indicator.objects.order_by("order").select_related("section")
    sections = shown.sections.order_by("order").prefetch_related(Prefetch("indicators", indicators))
    context = {
        "edition": shown,
        "points": [SimpleNamespace(**columns("text", point)) for point in shown.preamble],
        "sections": sections if shown.instrument.kind == "checklist" else [],
        "questions": shown.questions.order_by("order"),
        "scale": shown.choices.filter(question=None).order_by("order"),
        "families": FAMILIES.items() if shown.layout else [],
    }
    return render(request, "instruments/edition.html", context)


def not_met_visits(user: User | AnonymousUser, indicator: Indicator) -> "QuerySet[Visit]":
    """Accepted visits that the person may read and in which this indicator was not met, newest first."""
    answers = Answer.objects.filter(indicator=indicator, choice__code="not_met")
    visits = Visit.objects.readable_by(user).accepted().filter(pk__in=answers.values("visit_id"))
    places = Institution.objects.visible_to(user)
    return visits.filter(institution__in=places).select_related("institution", "region").newest_first()


@require_safe
def indicator(request: HttpRequest, code: str, number: int, indicator: str) -> HttpResponse:
    """One indicator: what it rests on, where it applies, how it is verified and, for staff, where it was not met."""
    shown = the_edition(request.user, code, number)
    row = get_object_or_404(shown.indicators.select_related("section"), code=indicator)
    reads = may(request.user, Act.READ, Thing.SUBMITTED_VISIT)
    not_met = list(not_met_visits(request.user, row)[: NOT_MET_SHOWN + 1]) if reads else []
    context = {
        "edition": shown,
        "indicator": row,
        "references": row.references.select_related("provision__standard").order_by("order"),
        "families": where(row.applies_to),
        "ways": ways(row.verify_by),
        "staff": holds_a_role(request.user),
        "bases": BASES,
        "reads": reads,
        "not_met": not_met[:NOT_MET_SHOWN],
        "more": len(not_met) > NOT_MET_SHOWN,
    }
    return render(request, "instruments/indicator.html", context)


@require_safe
def question(request: HttpRequest, code: str, number: int, question: str) -> HttpResponse:
    """One question: its choices with their roles, when it is asked, what it speaks to."""
    shown = the_edition(request.user, code, number)
    row = get_object_or_404(shown.questions.select_related("section"), code=question)
    choices = list(row.choices.order_by("order"))
    labels = {choice.code: choice.label for choice in choices}
    context = {
        "edition": shown,
        "question": row,
        "choices": choices,
        "families": where(row.applies_to),
        "earlier": shown.questions.filter(code=row.ask_if.get("question", "")).first(),
        "merges": [[[labels.get(one, one) for one in group] for group in step] for step in row.merge_order],
        "indicators": indicators_in_force(request.user).filter(code__in=row.indicator_codes),
    }
    return render(request, "instruments/question.html", context)


def indicators_in_force(user: User | AnonymousUser) -> "QuerySet[Indicator]":
    """Indicators of the newest published edition of every checklist."""
    published = Edition.objects.visible_to(user).published()
    newest = published.order_by().values("instrument").annotate(last=Max("number"))
    numbers = {(row["instrument"], row["last"]) for row in newest}
    editions = [one.pk for one in published if (one.instrument_id, one.number) in numbers]
    rows = Indicator.objects.filter(edition__in=editions).select_related("section", "edition__instrument")
    return rows.order_by("edition__instrument__code", "section__order", "order")


@require_safe
def standard_list(request: HttpRequest) -> HttpResponse:
    """Treaties, rules and laws that the instruments rest on."""
    rows = Standard.objects.annotate(provision_count=Count("provisions")).order_by("order")
    standards = [(row, KINDS.get(row.kind, row.kind)) for row in rows]
    return render(request, "instruments/standard_list.html", {"standards": standards})


@require_safe
def standard(request: HttpRequest, code: str) -> HttpResponse:
    """One standard: its provisions in our own words, and the indicators that rest on each."""
    shown = get_object_or_404(Standard, code=code)
    resting = IndicatorReference.objects.filter(indicator__in=indicators_in_force(request.user).values("pk"))
    resting = resting.select_related("indicator__section", "indicator__edition__instrument")
    provisions = list(
        shown.provisions.select_related("standard")
        .order_by("order")
        .prefetch_related(Prefetch("references", resting.order_by("indicator__section__order", "indicator__order")))
    )
    context: dict[str, Any] = {
        "standard": shown,
        "kind": KINDS.get(shown.kind, shown.kind),
        "provisions": provisions,
        "staff": holds_a_role(request.user),
        "bases": BASES,
        "unverified": sum(not row.verified for row in provisions),
    }
    return render(request, "instruments/standard.html", context)


urlpatterns: list[URLPattern] = [
    path("instruments/", instrument_list, name="instrument_list"),
    path("instruments/standards/", standard_list, name="standard_list"),
    path("instruments/standards/<slug:code>/", standard, name="standard"),
    path("instruments/<slug:code>/<int:number>/", edition, name="edition"),
    path("instruments/<slug:code>/<int:number>/indicators/<slug:indicator>/", indicator, name="indicator"),
    path("instruments/<slug:code>/<int:number>/questions/<slug:question>/", question, name="question"),
]
