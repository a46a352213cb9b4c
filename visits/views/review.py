"""Pages of the office: the list of visits, the queue, one visit beside the last one, and the decisions on it."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institutions.models import Region
from ombudsman.paging import Stretch
from ombudsman.people.access import Refused, require
from ombudsman.people.reaching import Reached
from ombudsman.people.requests import PersonRequest
from ombudsman.people.roles import Act, Thing
from ombudsman.words import pick

from ..comparison import compare
from ..filters import VisitFilter
from ..interview_lines import interview_lines
from ..models import Difference, Finding, Interview, Visit
from ..rules import review as rules
from ..services import review as decide
from ..services.differences import hand_to_team, set_aside
from ..services.interviews import set_late_aside, take_in_late
from ..two_answers import Pair, pairs_of
from ..visit_rows import narrow, rows

# Below this many the number itself could point to a child.
FEWEST_INTERVIEWS = 3


@require_safe
def visit_list(request: PersonRequest) -> HttpResponse:
    """All visits the person may know of, newest first, 50 a page."""
    require(request.user, Act.GLIMPSE, Thing.SUBMITTED_VISIT)
    found = VisitFilter(request.GET, Visit.objects.visible_to(request.user)).qs
    page = Stretch.cut(narrow(found.newest_first(), request.user), found, request.GET.get("page"))
    regions = _regions()
    return render(
        request,
        "visits/list.html",
        {
            "page": page,
            "rows": rows(page.rows, {pk: name for pk, _iso, name in regions}),
            "regions": [(iso, name) for _pk, iso, name in regions],
            "years": [str(year) for year in range(timezone.localdate().year, _first_year() - 1, -1)],
            "kinds": Visit.Kind.choices,
            "states": Visit.State.choices,
            "chosen": {name: request.GET.get(name, "") for name in ("year", "region", "kind", "state")},
        },
    )


def _regions() -> list[tuple[int, str, str]]:
    found = Region.objects.only("iso", "name_kk", "name_ru", "name_en").order_by("sort_key", "pk")
    return [(region.pk, region.iso, pick(region, "name").text) for region in found]


def _first_year() -> int:
    """The year of the oldest visit: where the choice of years ends."""
    oldest = Visit.objects.order_by("year").values_list("year", flat=True).first()
    return oldest or timezone.localdate().year


@require_safe
def review_queue(request: PersonRequest) -> HttpResponse:
    """Visits that wait for this person's decision, the longest waiting first, with what is heavy in each."""
    require(request.user, Act.DECIDE, Thing.SUBMITTED_VISIT)
    waiting = Visit.objects.decidable_by(request.user).awaiting_review()
    not_met = Q(answers__choice__code="not_met", answers__indicator__criticality="critical")
    counted = (
        waiting.select_related("institution", "region", "organisation")
        .annotate(
            critical=Count("answers", filter=not_met, distinct=True),
            raised=Count("findings", distinct=True),
            questions=Count("comments", filter=Q(comments__resolved_at=None), distinct=True),
        )
        .order_by(F("submitted_at").asc(nulls_first=True), "pk")
    )
    page = Stretch.cut(counted, waiting, request.GET.get("page"))
    return render(request, "visits/review_queue.html", {"page": page, "today": timezone.localdate()})


SEEN = Reached(Visit.objects, "visible_to", "institution", "region", "checklist", "institution_kind")
DECIDABLE = Reached(Visit.objects, "decidable_by")
VOIDABLE = Reached(Visit.objects, "voidable_by")
FINDING = Reached(Finding.objects, "visible_to", "visit")
FINDING_DECIDABLE = Reached(Finding.objects, "decidable_by")


def _to_decide(request: PersonRequest, pk: UUID) -> Visit:
    """The visit, if this person may decide on it: 404 when they may not know of it, 403 when it is not theirs to decide."""
    visit = SEEN.get(request.user, pk)
    require(request.user, Act.DECIDE, Thing.SUBMITTED_VISIT)
    if not DECIDABLE.holds(request.user, visit.pk):
        raise PermissionDenied
    return visit


@require_http_methods(["GET", "HEAD", "POST"])
def visit_review(request: PersonRequest, pk: UUID) -> HttpResponse:
    """One visit beside the previous one. A POST is one small step: looked at, asked, settled, ratings confirmed."""
    visit = _to_decide(request, pk)
    if request.method == "POST":
        return _step(request, visit)
    show = request.GET.get("show", "attention")
    both = compare(visit, request.user)
    if show not in both.SHOWS:
        raise Http404
    findings = list(visit.findings.select_related("by").prefetch_related("indicators__section").order_by("at"))
    mine = set(Finding.objects.decidable_by(request.user).filter(visit=visit).values_list("pk", flat=True))
    context = {
        "visit": visit,
        "both": both,
        "show": show,
        "lines": both.shown(show),
        "tabs": [(name, both.count(name)) for name in both.SHOWS],
        "findings": [(finding, finding.pk in mine) for finding in findings],
        "remarks": visit.comments.filter(indicator=None).select_related("by").order_by("at"),
        "ratings": visit.ratings.select_related("section", "confirmed_by").order_by("section__order"),
        "leader": visit.team.filter(part="leader", left_on=None).select_related("user").first(),
        "interviews": Interview.objects.visible_to(request.user).filter(visit=visit).counted().count(),
        "labels": {choice.code: str(choice.label) for choice in visit.checklist.choices.filter(question=None)},
        "fewest": FEWEST_INTERVIEWS,
        "in_review": visit.state == Visit.State.SUBMITTED,
        "accepting": rules.obstacles_to_accepting(visit),
        "late": _late(visit),
        "late_talks": visit.late_talks.exists(),
        "talks_open": visit.state in (Visit.State.SUBMITTED, Visit.State.RETURNED),
    }
    return render(request, "visits/review.html", context)


def _late(visit: Visit) -> list[Pair]:
    """What came after submission, or was handed to the team and waits there."""
    rows = visit.differences.filter(state__in=Difference.WAITING)
    return pairs_of(visit, rows.select_related("indicator", "section", "by").order_by("received_at"))


def _step(request: PersonRequest, visit: Visit) -> HttpResponse:
    """Does one small step of the review and goes back to the line it was about."""
    act, by, at = request.POST.get("act", ""), request.user, timezone.now()
    code = request.POST.get("indicator", "")
    text = request.POST.get("text", "")
    try:
        if act == "look":
            decide.look_at(visit=visit, indicators=request.POST.getlist("indicator"), by=by, at=at)
        elif act == "ask":
            decide.ask(visit=visit, text=text, indicator=code, by=by, at=at)
        elif act == "settle":
            comment = get_object_or_404(visit.comments, pk=_number(request.POST.get("comment")))
            decide.settle(comment=comment, by=by, at=at)
        elif act == "confirm":
            decide.confirm_ratings(visit=visit, by=by, at=at)
        elif act in ("aside", "hand"):
            return _decide_late(request, visit, act, request.POST.get("reason", ""))
        elif act in ("talks_in", "talks_aside"):
            require(request.user, Act.READ, Thing.INTERVIEW)
            (take_in_late if act == "talks_in" else set_late_aside)(visit=visit, by=by)
            messages.success(request, _("Done."))
        else:
            raise Http404
    except Refused as refused:
        return _refusal(request, visit, refused, text or request.POST.get("reason", ""))
    show = request.POST.get("show", "")
    anchor = f"#i-{code}" if code and act != "look" else ""
    return redirect(f"{reverse('visit_review', args=[visit.pk])}{f'?show={show}' if show.isalpha() else ''}{anchor}")


def _decide_late(request: PersonRequest, visit: Visit, act: str, reason: str) -> HttpResponse:
    difference = get_object_or_404(visit.differences, pk=_uuid(request.POST.get("difference")))
    if act == "aside":
        set_aside(difference=difference, reason=reason, by=request.user, at=timezone.now())
        messages.success(request, _("Set aside. It stays readable among the two answers of the visit."))
    else:
        hand_to_team(difference=difference, by=request.user, at=timezone.now())
        messages.success(request, _("Handed to the team. It is open there as soon as the visit is returned."))
    return redirect(f"{reverse('visit_review', args=[visit.pk])}#late")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 16 else 0


def _refusal(request: PersonRequest, visit: Visit, refused: Refused, written: str = "") -> HttpResponse:
    """The reasons on a page of their own (409), with whatever was written, so that nothing typed is lost."""
    decides = Visit.objects.decidable_by(request.user).filter(pk=visit.pk).exists()
    back = reverse("visit_review" if decides else "visit", args=[visit.pk])
    context = {"visit": visit, "obstacles": refused.obstacles, "written": written, "back": back}
    return render(request, "visits/review_refused.html", context, status=409)


@require_POST
def visit_accept(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Accepts the visit."""
    visit = _to_decide(request, pk)
    try:
        decide.accept_visit(visit=visit, by=request.user, at=timezone.now())
    except Refused as refused:
        return _refusal(request, visit, refused)
    messages.success(request, _("The visit is accepted. Its answers are counted from now on."))
    return redirect("visit_review", visit.pk)


@require_POST
def visit_return(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Returns the visit to its team with the open questions."""
    visit = _to_decide(request, pk)
    remark = request.POST.get("remark", "")
    try:
        decide.return_visit(visit=visit, remark=remark, by=request.user, at=timezone.now())
    except Refused as refused:
        return _refusal(request, visit, refused, remark)
    messages.success(request, _("The visit is with its team again. The leader gets a letter."))
    return redirect("review_queue")


@require_POST
def visit_reopen(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Opens an accepted visit again, with a reason."""
    visit = _to_decide(request, pk)
    reason = request.POST.get("reason", "")
    try:
        decide.reopen_visit(visit=visit, reason=reason, by=request.user, at=timezone.now())
    except Refused as refused:
        return _refusal(request, visit, refused, reason)
    messages.success(request, _("The visit is open to its team again. No figure counts it until it is accepted."))
    return redirect("visit_review", visit.pk)


@require_POST
def visit_void(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Declares a visit void, with a reason: reviewers, and a leader for a draft of the own team."""
    visit = SEEN.get(request.user, pk)
    if not VOIDABLE.holds(request.user, visit.pk):
        raise PermissionDenied
    reason = request.POST.get("reason", "")
    try:
        decide.void_visit(visit=visit, reason=reason, by=request.user, at=timezone.now())
    except Refused as refused:
        return _refusal(request, visit, refused, reason)
    messages.success(request, _("The visit is void. It stays readable and is counted nowhere."))
    return redirect("visit_list")


@require_http_methods(["GET", "HEAD", "POST"])
def interview_exclude(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The interviews of a visit in an order that is new each time, each with a way to take it out of the count."""
    visit = _to_decide(request, pk)
    require(request.user, Act.READ, Thing.INTERVIEW)
    readable = Interview.objects.visible_to(request.user).filter(visit=visit)
    if request.method == "POST":
        interview = get_object_or_404(readable, pk=_uuid(request.POST.get("interview")))
        code = request.POST.get("reason", "")
        try:
            decide.exclude_interview(interview=interview, code=code, by=request.user, at=timezone.now())
        except Refused as refused:
            return _refusal(request, visit, refused)
        return redirect("interview_exclude", visit.pk)
    found = list(readable.select_related("edition"))
    secrets.SystemRandom().shuffle(found)
    context = {
        "visit": visit,
        "interviews": interview_lines(found),
        "reasons": Interview.Excluded.choices,
        "in_review": visit.state == Visit.State.SUBMITTED,
    }
    return render(request, "visits/review_interviews.html", context)


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None


@require_POST
def finding_decide(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Accepts, returns or rejects one finding; never one's own."""
    finding = FINDING.get(request.user, pk)
    require(request.user, Act.DECIDE, Thing.FINDING)
    if not FINDING_DECIDABLE.holds(request.user, finding.pk):
        raise PermissionDenied
    then, reason = request.POST.get("then", ""), request.POST.get("reason", "")
    try:
        decide.decide_finding(finding=finding, then=then, reason=reason, by=request.user, at=timezone.now())
    except Refused as refused:
        return _refusal(request, finding.visit, refused, reason)
    return redirect(f"{reverse('visit_review', args=[finding.visit_id])}#f-{finding.pk}")


urlpatterns: list[URLPattern] = [
    path("visits/", visit_list, name="visit_list"),
    path("review/", review_queue, name="review_queue"),
    path("review/<uuid:pk>/", visit_review, name="visit_review"),
    path("review/<uuid:pk>/accept/", visit_accept, name="visit_accept"),
    path("review/<uuid:pk>/return/", visit_return, name="visit_return"),
    path("review/<uuid:pk>/reopen/", visit_reopen, name="visit_reopen"),
    path("review/<uuid:pk>/void/", visit_void, name="visit_void"),
    path("review/<uuid:pk>/interviews/", interview_exclude, name="interview_exclude"),
    path("findings/<uuid:pk>/decide/", finding_decide, name="finding_decide"),
]
