"""Pages of fieldwork: open a visit, its overview, the checklist section by section, team, ratings, submission, print, findings."""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from institutions.models import Institution
from ombudsman.people.access import Refused, require
from ombudsman.people.models import User
from ombudsman.people.reaching import Reached
from ombudsman.people.roles import Act, Thing
from ombudsman.prepared import Prepared
from ombudsman.templatetags.house import clock

from ..along import statement
from ..forms.fieldwork import FindingForm, JoinForm, OpenVisitForm, RatingsForm, SubmitForm, read_entries
from ..kinds import SOURCES
from ..models import Answer, Finding, FinishRequest, ReviewComment, Section, Visit
from ..presence import stamp_of
from ..rules.fieldwork import (
    critical_not_met,
    leads,
    listed,
    obstacles_to_answering,
    obstacles_to_filling,
    obstacles_to_finishing,
    obstacles_to_interviewing,
    obstacles_to_submitting,
    open_indicators,
)
from ..rules.findings import obstacles_to_editing, obstacles_to_raising, on_team
from ..services import answers, fieldwork, findings
from ..services.interviews import read_bundle
from ..sheet import Card, cards_of, give_back, sheet_of
from ..team import candidates, hands_of, sections_of, team_of
from ..textguard import suspicions
from ..urgent_lines import known_to, lines
from . import interviews

WITH = (
    "institution__kind",
    "region",
    "institution_kind",
    "organisation",
    "checklist__instrument",
    "previous",
    "submitted_by",
)
READABLE = Reached(Visit.objects, "readable_by", *WITH)
DECIDABLE = Reached(Visit.objects, "decidable_by")
VOIDABLE = Reached(Visit.objects, "voidable_by")
COMMENTS = Prepared(
    lambda visit: (
        ReviewComment.objects.filter(visit=visit).select_related("indicator__section", "by").order_by("at", "pk")
    ),
    UUID,
)
FINDING = Reached(Finding.objects, "visible_to", "visit__institution", "visit__checklist")


def readable(request: HttpRequest, pk: UUID) -> Visit:
    """The visit, if this person may read its content; else 404."""
    return READABLE.get(request.user, pk)


def own(request: HttpRequest, pk: UUID) -> Visit:
    """The visit of one's own team; a reader who is not on it gets 403."""
    visit = readable(request, pk)
    if not on_team(visit, person(request)):
        raise PermissionDenied
    return visit


def led(request: HttpRequest, pk: UUID) -> Visit:
    """The visit one leads; others of the team get 403."""
    visit = readable(request, pk)
    if not leads(visit, person(request)):
        raise PermissionDenied
    return visit


def person(request: HttpRequest) -> User:
    """The signed-in person."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, even when it is empty."""
    return request.POST if request.method == "POST" else None


def tell(request: HttpRequest, refused: Refused) -> None:
    """Shows the sentences of a refusal on the next page."""
    for obstacle in refused.obstacles:
        messages.error(request, obstacle)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_open(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Opens a visit to an institution; the person who opens it leads it."""
    require(request.user, Act.CREATE, Thing.VISIT_DRAFT)
    places = Institution.objects.visitable_by(request.user).select_related("region", "kind")
    institution = get_object_or_404(places, uid=uid)
    form = OpenVisitForm(_sent(request), institution=institution, standing=fieldwork.standing_checklist())
    if request.method == "POST" and form.is_valid():
        try:
            visit = fieldwork.open_visit(
                institution=institution, by=person(request), at=timezone.now(), **form.cleaned_data
            )
            return redirect("visit", visit.pk)
        except Refused as refused:
            form.add_error(None, refused.obstacles)
    return render(request, "visits/open.html", {"form": form, "institution": institution})


@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A visit at one look: facts, sections, team, findings, what stands in the way. Reviewers have their own page."""
    row, user = readable(request, pk), person(request)
    member = on_team(row, user)
    if not member and DECIDABLE.holds(user, row.pk):
        return redirect("visit_review", row.pk)
    if request.method == "POST":
        return _reply(request, row, member)
    leading, filling = leads(row, user), not obstacles_to_filling(row)
    sheet = None if row.access == Visit.Access.REFUSED else sheet_of(row)
    team = team_of(row)
    given = sections_of(team, user)
    context = {
        "visit": row,
        "sheet": sheet,
        "parts": sheet.own_first(given) if sheet else [],
        "hands": hands_of(team),
        "going_on": sheet.go_on(given) if sheet else None,
        "team": team,
        "alarms": lines(known_to(user).filter(visit=row), timezone.now()),
        "ratings": {rating.section_id: rating for rating in row.ratings.all()},
        "findings": row.findings.prefetch_related("links__indicator__section").order_by("at", "pk"),
        "comments": list(COMMENTS.rows(row.pk)),
        "member": member,
        "leading": leading,
        "filling": filling and member,
        "raises": not obstacles_to_raising(row, user),
        "voidable": leading and VOIDABLE.holds(user, row.pk),
        "obstacles": obstacles_to_submitting(row) if filling and member else [],
        "talks": _own_talks(row, user) if member else None,
        "along": statement(row, user) if filling and member else None,
        **_two_answers(row, filling and member),
    }
    return render(request, "visits/visit.html", context)


def _two_answers(row: Visit, filling: bool) -> dict[str, Any]:
    """What stands twice, and the leader's request to submit with what stands in its way."""
    request = FinishRequest.objects.filter(visit=row).select_related("by").first() if filling else None
    states = list(row.differences.values_list("state", flat=True))
    return {
        "differences": len(states),
        "two": states.count("open"),
        "finish": request,
        "finishing": obstacles_to_finishing(row, request) if request else [],
    }


def _own_talks(row: Visit, user: User) -> int | None:
    """How many talks stand in one's own bundle; None when none can be entered."""
    return None if obstacles_to_interviewing(row) else len(read_bundle(visit=row, member=user)[1])


def _reply(request: HttpRequest, row: Visit, member: bool) -> HttpResponse:
    if not member:
        raise PermissionDenied
    number, reply = request.POST.get("comment", ""), request.POST.get("reply", "")
    try:
        answers.reply_to_comment(
            visit=row,
            comment=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0,
            reply=reply,
            by=person(request),
            at=timezone.now(),
        )
        messages.success(request, _("The reply was saved."))
    except Refused as refused:
        tell(request, refused)
    return redirect(f"{reverse('visit', args=[row.pk])}#comments")


@require_http_methods(["GET", "HEAD", "POST"])
def visit_section(request: HttpRequest, pk: UUID, section: str) -> HttpResponse:
    """The checklist, one section at a time. Without scripts the whole section is one form."""
    row = own(request, pk) if request.method == "POST" else readable(request, pk)
    here = get_object_or_404(row.checklist.sections, code=section)
    if request.method == "POST":
        return _save_section(request, row, here)
    return _section_page(request, row, here, cards_of(row, [here], request.GET.getlist("anyway")))


def _section_page(
    request: HttpRequest, row: Visit, here: Section, cards: list[Card], status: int = 200
) -> HttpResponse:
    sheet = sheet_of(row)
    hands = hands_of(team_of(row))
    before, after = sheet.neighbours(here)
    taken_back = [card for card in cards if card.indicator.code in request.GET.get("rest", "").split(",")]
    editing = not obstacles_to_answering(row) and on_team(row, person(request))
    context = {
        "visit": row,
        "section": here,
        "sheet": sheet,
        "hands": hands,
        "given_to": hands.get(here.code),
        "stamp": stamp_of(row, here) if editing else "",
        "progress": sheet.progress_of(here),
        "cards": cards,
        "sources": SOURCES.items(),
        "before": before,
        "after": after,
        "editing": editing,
        "rest": taken_back,
        "faulty": [card for card in cards if card.faults],
    }
    return render(request, "visits/section.html", context, status=status)


def _save_section(request: HttpRequest, row: Visit, here: Section) -> HttpResponse:
    """Saves what is sound, shows the rest again as it was typed, then goes where the pressed button says."""
    todo, _colon, about = request.POST.get("do", "save").partition(":")
    by, at = person(request), timezone.now()
    sent = read_entries(request.POST, here.indicators.all())
    try:
        if todo == "undo":
            answers.undo_not_seen(visit=row, section=here, codes=about.split(","), by=by, at=at)
            return redirect("visit_section", row.pk, here.code)
        refused = answers.save_section(visit=row, entries=sent, by=by, at=at)
        if refused and todo == "danger":
            # A child goes before an answer: what was not saved is named, and nothing holds up the report.
            left = listed(here.indicators.select_related("section").filter(code__in=refused).order_by("order"))
            messages.warning(request, _("Not saved: %(numbers)s. It has to be entered again.") % {"numbers": left})
        elif refused:
            cards = cards_of(row, [here], [entry.indicator for entry in sent if entry.anyway])
            give_back(cards, sent, refused)
            return _section_page(request, row, here, cards, status=400)
        rest = answers.mark_rest_not_seen(visit=row, section=here, by=by, at=at) if todo == "rest" else []
    except Refused as refusal:
        tell(request, refusal)
        if todo != "danger":
            return redirect("visit_section", row.pk, here.code)
        rest = []
    return redirect(_after_saving(row, here, todo, about, rest))


def _after_saving(row: Visit, here: Section, todo: str, about: str, rest: list[str]) -> str:
    page = reverse("visit_section", args=[row.pk, here.code])
    if todo == "finding":
        return f"{reverse('finding_new', args=[row.pk])}?{urlencode({'indicator': about})}"
    if todo == "danger":
        return f"{reverse('urgent_new', args=[row.pk])}?{urlencode({'indicator': about})}"
    if todo == "rest" and rest:
        return f"{page}?{urlencode({'rest': ','.join(rest)})}#rest"
    if todo == "next":
        after = sheet_of(row).neighbours(here)[1]
        return reverse("visit_section", args=[row.pk, after.code]) if after else reverse("visit", args=[row.pk])
    if todo == "overview":
        return reverse("visit", args=[row.pk])
    return f"{page}#{about}" if about else page


@require_http_methods(["GET", "HEAD", "POST"])
def visit_answer(request: HttpRequest, pk: UUID, indicator: str) -> HttpResponseBase:
    """One address for everything that is saved during a visit: an answer (JSON), or a talk (a form; see interviews).

    200 saved, 400 faults, 409 another answer stands. Opened as a page it leads to the indicator's place in the checklist.
    """
    row = own(request, pk) if request.method == "POST" else readable(request, pk)
    if request.method != "POST":
        asked = get_object_or_404(row.checklist.indicators.select_related("section"), code=indicator)
        return redirect(f"{reverse('visit_section', args=[row.pk, asked.section.code])}#{asked.code}")
    if request.content_type != "application/json":
        return interviews.save(request, row)
    return _save_answer(request, row, indicator)


def _save_answer(request: HttpRequest, row: Visit, indicator: str) -> JsonResponse:
    try:
        sent = json.loads(request.body)
        version = sent["version"]
        if not isinstance(version, int) or isinstance(version, bool) or version < 0:
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"faults": [_("The answer could not be read. Load the page again.")]}, status=400)
    try:
        answer = answers.save_answer(
            visit=row,
            indicator=indicator,
            choice=sent.get("choice") or None,
            measurement=sent.get("measurement"),
            note=sent.get("note", ""),
            sources=sent.get("sources", []),
            anyway=sent.get("anyway") is True,
            note_confirmed=sent.get("confirmed") is True,
            base_version=version,
            by=person(request),
            at=timezone.now(),
        )
    except answers.Conflict as conflict:
        return JsonResponse({"faults": conflict.obstacles, "current": standing(conflict.current)}, status=409)
    except Refused as refused:
        return JsonResponse({"faults": refused.obstacles}, status=400)
    found = [] if answer.note_confirmed else suspicions(answer.note, today=timezone.localdate())
    return JsonResponse(
        {
            "version": answer.version,
            "said": _("Saved at %(hour)s") % {"hour": clock(answer.at)},
            "suspicions": [suspicion.text for suspicion in found],
        }
    )


def standing(answer: Answer | None) -> dict[str, Any]:
    """What stands on the server, for the page to show beside what was typed."""
    if answer is None:
        return {"version": 0, "choice": "", "label": _("Not answered"), "note": "", "by": "", "at": ""}
    return {
        "version": answer.version,
        "choice": answer.choice.code if answer.choice else "",
        "label": str(answer.choice.label) if answer.choice else _("Not answered"),
        "measurement": str(answer.measurement) if answer.measurement is not None else "",
        "note": answer.note,
        "sources": answer.sources,
        "confirmed": answer.note_confirmed,
        "by": answer.by.full_name,
        "at": clock(answer.at),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def visit_team(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who is on the team and which sections are theirs; the leader changes it."""
    row = led(request, pk)
    people = candidates(row, person(request))
    form = JoinForm(_sent(request) if request.POST.get("do") == "join" else None, people=people)
    if request.method == "POST":
        try:
            if _change_team(request, row, form):
                # A leader who has handed over the lead no longer opens this page.
                return redirect("visit_team" if leads(row, person(request)) else "visit", row.pk)
        except Refused as refused:
            tell(request, refused)
            return redirect("visit_team", row.pk)
    sections = row.checklist.sections.order_by("order")
    context = {"visit": row, "team": team_of(row), "form": form, "people": people, "sections": sections}
    return render(request, "visits/team.html", context)


def _change_team(request: HttpRequest, row: Visit, form: JoinForm) -> bool:
    todo, by, at = request.POST.get("do", ""), person(request), timezone.now()
    sections = request.POST.getlist("sections")
    if todo == "join":
        if form.is_valid():
            user = form.cleaned_data["user"]
            fieldwork.join_team(visit=row, user=user, sections=sections, by=by, at=at)
        return form.is_valid()
    number = request.POST.get("member", "")
    members = row.team.filter(left_on__isnull=True).select_related("user")
    place = get_object_or_404(members, pk=int(number) if number.isascii() and number.isdigit() else 0)
    if todo == "leave":
        fieldwork.leave_team(visit=row, user=place.user, by=by, at=at)
    elif todo == "lead":
        fieldwork.hand_over_lead(visit=row, user=place.user, by=by, at=at)
    else:
        fieldwork.change_sections(visit=row, user=place.user, sections=sections, by=by, at=at)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def visit_ratings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The team's judgement of each section, in one of four written steps or not rated."""
    row = led(request, pk)
    sections = [progress.section for progress in sheet_of(row).sections if progress.asked]
    standing = {rating.section_id: rating.step for rating in row.ratings.all()}
    form = RatingsForm(_sent(request), sections=sections, standing=standing)
    if request.method == "POST" and form.is_valid():
        try:
            fieldwork.rate_sections(visit=row, steps=form.steps(), by=person(request), at=timezone.now())
            messages.success(request, _("The ratings were saved."))
            return redirect("visit", row.pk)
        except Refused as refused:
            form.add_error(None, refused.obstacles)
    context = {"visit": row, "form": form, "barring": critical_not_met(row), "obstacles": obstacles_to_filling(row)}
    return render(request, "visits/ratings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What stands in the way, what stays open, and the button that hands the visit to the reviewers."""
    row = led(request, pk)
    talks = row.bundles.exists() and not row.interviews_submitted
    form = SubmitForm(_sent(request), talks=talks, initial={"sampling": row.sampling})
    if request.method == "POST" and (form.is_valid() or not form.fields):
        sampling = form.cleaned_data.get("sampling", "") if form.fields else ""
        try:
            fieldwork.submit_visit(visit=row, sampling=sampling, by=person(request), at=timezone.now())
            messages.success(request, _("The visit was submitted. The reviewers have it now."))
            return redirect("visit", row.pk)
        except Refused as refused:
            tell(request, refused)
            return redirect("visit_submit", row.pk)
    refused_at_gate = row.access == Visit.Access.REFUSED
    context = {
        "visit": row,
        "form": form,
        # Asked for on this very page, so it is no obstacle here.
        "obstacles": obstacles_to_submitting(row, sampling="asked" if talks else ""),
        "left_open": [] if refused_at_gate else [one for one in open_indicators(row) if not one.critical],
    }
    return render(request, "visits/submit.html", context)


@require_safe
def visit_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole visit as one set of pages: facts, checklist, findings, ratings. Never a talk with a child."""
    row = readable(request, pk)
    context = {
        "visit": row,
        "team": team_of(row),
        "sheet": sheet_of(row),
        "cards": cards_of(row, row.checklist.sections.all()),
        "ratings": {rating.section_id: rating for rating in row.ratings.all()},
        "findings": row.findings.exclude(state="rejected").prefetch_related("links__indicator__section").order_by("at"),
    }
    return render(request, "visits/print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def finding_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Raises a finding, started from an indicator when the checklist led here."""
    row, user = readable(request, pk), person(request)
    require(user, Act.CREATE, Thing.FINDING)
    form = FindingForm(_sent(request), visit=row, initial=_started_from(row, request.GET.get("indicator", "")))
    if request.method == "POST" and form.is_valid():
        values = {key: form.cleaned_data[key] for key in ("text", "severity", "sources")}
        codes = [indicator.code for indicator in form.cleaned_data["indicators"]]
        try:
            findings.raise_finding(visit=row, indicators=codes, by=user, at=timezone.now(), **values)
            return redirect(_back_from_finding(request, row))
        except Refused as refused:
            form.add_error(None, refused.obstacles)
    obstacles = obstacles_to_raising(row, user)
    return render(request, "visits/finding.html", {"visit": row, "form": form, "obstacles": obstacles})


def _started_from(row: Visit, code: str) -> dict[str, Any]:
    """The note and evidence of the indicator that the finding starts from."""
    indicator = row.checklist.indicators.filter(code=code).first()
    if indicator is None:
        return {}
    answer = row.answers.filter(indicator=indicator).first()
    return {
        "indicators": [code],
        "severity": indicator.criticality,
        "text": answer.note if answer else "",
        "sources": answer.sources if answer else [],
    }


def _back_from_finding(request: HttpRequest, row: Visit) -> str:
    started = row.checklist.indicators.filter(code=request.GET.get("indicator", "")).select_related("section").first()
    if started is None:
        return f"{reverse('visit', args=[row.pk])}#findings"
    return f"{reverse('visit_section', args=[row.pk, started.section.code])}#{started.code}"


@require_http_methods(["GET", "HEAD", "POST"])
def finding_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Changes a finding, or says why it stands."""
    finding, user = FINDING.get(request.user, pk), person(request)
    require(user, Act.EDIT, Thing.FINDING)
    if on_team(finding.visit, user) and not leads(finding.visit, user):
        raise PermissionDenied
    start = {
        "text": finding.text,
        "severity": finding.severity,
        "sources": finding.sources,
        "version": finding.version,
        "indicators": [link.indicator.code for link in finding.links.select_related("indicator")],
    }
    form = FindingForm(_sent(request), visit=finding.visit, initial=start)
    if request.method == "POST" and form.is_valid():
        values = {key: form.cleaned_data[key] for key in ("text", "severity", "sources")}
        codes = [indicator.code for indicator in form.cleaned_data["indicators"]]
        try:
            findings.edit_finding(
                finding=finding,
                indicators=codes,
                base_version=form.cleaned_data["version"],
                by=user,
                at=timezone.now(),
                **values,
            )
            return redirect(f"{reverse('visit', args=[finding.visit_id])}#findings")
        except findings.FindingConflict as conflict:
            tell(request, conflict)
            if conflict.difference is not None:
                return redirect("visit_differences", finding.visit_id)
            form = FindingForm(_based_on(request.POST, conflict.current), visit=finding.visit, initial=start)
        except Refused as refused:
            form.add_error(None, refused.obstacles)
    obstacles = obstacles_to_editing(finding, finding.visit, user)
    context = {"visit": finding.visit, "finding": finding, "form": form, "obstacles": obstacles}
    return render(request, "visits/finding.html", context)


def _based_on(sent: QueryDict, current: Finding) -> QueryDict:
    """The form as it was typed, from the version that stands now: saving it again is meant."""
    data = sent.copy()
    data["version"] = str(current.version)
    return data


urlpatterns: list[URLPattern] = [
    path("institutions/<uuid:uid>/visit/", visit_open, name="visit_open"),
    path("visits/<uuid:pk>/", visit, name="visit"),
    path("visits/<uuid:pk>/sections/<slug:section>/", visit_section, name="visit_section"),
    path("visits/<uuid:pk>/answers/<slug:indicator>/", visit_answer, name="visit_answer"),
    path("visits/<uuid:pk>/team/", visit_team, name="visit_team"),
    path("visits/<uuid:pk>/ratings/", visit_ratings, name="visit_ratings"),
    path("visits/<uuid:pk>/submit/", visit_submit, name="visit_submit"),
    path("visits/<uuid:pk>/print/", visit_print, name="visit_print"),
    path("visits/<uuid:pk>/findings/new/", finding_new, name="finding_new"),
    path("findings/<uuid:pk>/", finding_edit, name="finding_edit"),
]
