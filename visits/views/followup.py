"""Pages of recommendations: the list, one recommendation with its two states, issuing, and recording both states."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institutions.models import Authority
from ombudsman.paging import Stretch
from ombudsman.people.access import Refused, require, rights_of
from ombudsman.people.reaching import Reached
from ombudsman.people.requests import PersonRequest
from ombudsman.people.roles import Act, Reach, Thing
from ombudsman.words import LANGUAGES

from ..filters import RecommendationFilter
from ..forms.followup import RecommendationForm, ResponseForm, VerificationForm
from ..models import Finding, Recommendation
from ..rules.followup import obstacles_to_recommending
from ..services import followup


@require_safe
def recommendation_list(request: PersonRequest) -> HttpResponse:
    """Recommendations the person may read, newest first, 50 a page."""
    reach = [scope.reach for scope in rights_of(request.user).scopes(Act.READ, Thing.RECOMMENDATION)]
    if all(one is Reach.RELEASED for one in reach):
        raise PermissionDenied
    found = RecommendationFilter(request.GET, Recommendation.objects.visible_to(request.user)).qs
    wanted = found.select_related("authority", "finding__visit__institution").newest_first()
    years = Recommendation.objects.order_by("-year").values_list("year", flat=True).distinct()
    context = {
        "page": Stretch.cut(wanted, found, request.GET.get("page")),
        "today": timezone.localdate(),
        "authorities": Authority.objects.order_by("order", "pk"),
        "years": [str(year) for year in years],
        "responses": Recommendation.Said.choices,
        "verifications": Recommendation.Seen.choices,
        "chosen": {
            name: request.GET.get(name, "") for name in ("authority", "year", "response", "verification", "overdue")
        },
    }
    return render(request, "followup/list.html", context)


SEEN = Reached(
    Recommendation.objects, "visible_to", "authority", "finding__visit__institution__region", "repeats", "by"
)
FINDING = Reached(Finding.objects, "visible_to", "visit__institution__authority")
RECOMMENDABLE = Reached(Finding.objects, "recommendable_by")
EDITABLE = Reached(Recommendation.objects, "editable_by")


def _seen(request: PersonRequest, pk: UUID) -> Recommendation:
    """The recommendation, or 404 when it is out of this person's sight."""
    return SEEN.get(request.user, pk)


@require_safe
def recommendation(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What the authority says beside what we saw."""
    return _page(request, _seen(request, pk))


def _page(
    request: PersonRequest,
    advice: Recommendation,
    said: ResponseForm | None = None,
    seen: VerificationForm | None = None,
) -> HttpResponse:
    """The page, with forms for those who keep it. A form with faults comes back filled in."""
    reader = request.user
    context = {
        "advice": advice,
        "today": timezone.localdate(),
        "overdue": advice.overdue(timezone.localdate()),
        "finding_is_readable": FINDING.holds(reader, advice.finding_id),
        "indicators": advice.finding.indicators.select_related("section").order_by("section__order", "order"),
        "responses": advice.responses.select_related("by").order_by("-received_on", "-pk"),
        "verifications": advice.verifications.select_related("by", "visit").order_by("-seen_on", "-pk"),
        "repeated_by": advice.repeated_by.order_by("number"),
        "said": said or ResponseForm(recommendation=advice),
        "seen": seen or VerificationForm(recommendation=advice, reader=reader),
        "editable": EDITABLE.holds(reader, advice.pk),
        "may_repeat": RECOMMENDABLE.holds(reader, advice.finding_id),
    }
    return render(request, "followup/recommendation.html", context, status=422 if said or seen else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_new(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Issues a recommendation from a finding; with `?repeats=` the same once more, with a new deadline."""
    finding = FINDING.get(request.user, pk)
    require(request.user, Act.CREATE, Thing.RECOMMENDATION)
    if not RECOMMENDABLE.holds(request.user, finding.pk):
        raise PermissionDenied
    before = _repeated(request, finding)
    form = RecommendationForm(request.POST or None, initial=_first_words(finding, before))
    obstacles = obstacles_to_recommending(finding)
    if request.method == "POST" and form.is_valid():
        try:
            made = followup.recommend(
                finding=finding,
                authority=form.cleaned_data["authority"],
                texts=form.texts,
                deadline=form.cleaned_data["deadline"],
                repeats=before,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, [ValidationError(sentence) for sentence in refused.obstacles])
        else:
            messages.success(request, _("Recommendation %(number)s is issued.") % {"number": made.number})
            return redirect("recommendation", made.pk)
    context = {"finding": finding, "form": form, "before": before, "obstacles": obstacles}
    return render(request, "followup/new.html", context, status=422 if form.errors else 200)


def _repeated(request: PersonRequest, finding: Finding) -> Recommendation | None:
    """The recommendation of this institution that `?repeats=` names, if the person may see it."""
    try:
        wanted = UUID(request.GET.get("repeats", ""))
    except ValueError:
        return None
    rows = Recommendation.objects.visible_to(request.user).filter(finding__visit__institution=finding.visit.institution)
    return get_object_or_404(rows, pk=wanted)


def _first_words(finding: Finding, before: Recommendation | None) -> dict[str, object]:
    if before is None:
        return {"authority": finding.visit.institution.authority_id}
    texts = {f"text_{language}": getattr(before, f"text_{language}") for language in LANGUAGES}
    return {"authority": before.authority_id, **texts}


def _editable(request: PersonRequest, pk: UUID) -> Recommendation:
    advice = _seen(request, pk)
    require(request.user, Act.EDIT, Thing.RECOMMENDATION)
    if not EDITABLE.holds(request.user, advice.pk):
        raise PermissionDenied
    return advice


def _refuse(form: Form, refused: Refused) -> None:
    form.add_error(None, [ValidationError(sentence) for sentence in refused.obstacles])


@require_POST
def recommendation_response(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Records what the authority says."""
    advice = _editable(request, pk)
    form = ResponseForm(request.POST, recommendation=advice)
    if form.is_valid():
        try:
            followup.record_response(
                recommendation=advice,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("The response is recorded."))
            return redirect("recommendation", advice.pk)
    return _page(request, advice, said=form)


@require_POST
def recommendation_verification(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Records what we saw."""
    advice = _editable(request, pk)
    form = VerificationForm(request.POST, recommendation=advice, reader=request.user)
    if form.is_valid():
        try:
            followup.record_verification(
                recommendation=advice,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("What was seen is recorded."))
            return redirect("recommendation", advice.pk)
    return _page(request, advice, seen=form)


urlpatterns: list[URLPattern] = [
    path("recommendations/", recommendation_list, name="recommendation_list"),
    path("recommendations/<uuid:pk>/", recommendation, name="recommendation"),
    path("findings/<uuid:pk>/recommendation/", recommendation_new, name="recommendation_new"),
    path("recommendations/<uuid:pk>/response/", recommendation_response, name="recommendation_response"),
    path("recommendations/<uuid:pk>/verification/", recommendation_verification, name="recommendation_verification"),
]
