"""Pages of a child at risk now: report it, the list, one concern with its clock, and the acts on it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ombudsman.model_parts import new_id
from ombudsman.paging import Stretch
from ombudsman.people.access import Refused, may, require
from ombudsman.people.models import User
from ombudsman.people.reaching import Reached
from ombudsman.people.requests import PersonRequest
from ombudsman.people.roles import Act, Thing

from ..forms.urgent import CallForm, CloseForm, ConcernForm
from ..models import UrgentConcern, Visit
from ..rules import urgent as rules
from ..services import urgent as services
from ..textguard import suspicions
from ..urgent_lines import UrgentLine, known_to, lines
from ..urgent_words import what_to_say

ALARMABLE = Reached(Visit.objects, "alarmable_by", "institution", "institution_kind", "region")
KNOWN = Reached(
    UrgentConcern.objects,
    "visible_to",
    "visit__institution__region",
    "visit__institution_kind",
    "visit__organisation",
    "by",
    "taken_by",
    "closed_by",
)
READABLE = Reached(UrgentConcern.objects, "readable_by")
VISIT = Reached(Visit.objects, "readable_by")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def urgent_new(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The press: opening this page starts the clock. One tap and one button send the report; nothing is asked twice."""
    require(request.user, Act.CREATE, Thing.ESCALATION)
    visit = ALARMABLE.get(request.user, pk)
    start = {
        "concern": str(new_id()),
        "pressed_at": timezone.now().isoformat(),
        "category": rules.category_of(request.GET.get("indicator", "")),
    }
    form = ConcernForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        number = _number_for(values.pop("concern"), values["category"], values["seen"], request.user)
        try:
            concern = services.raise_concern(visit=visit, id=number, by=request.user, at=timezone.now(), **values)
            messages.success(request, _("The report was received. The office is being told."))
            return redirect("urgent", concern.pk)
        except Refused as refused:
            form.add_error(None, refused.obstacles)
    # The button that led here is not shown again.
    context = {"visit": visit, "form": form, "raising": True}
    return render(request, "urgent/new.html", context | {"duty_phone": settings.DUTY_PHONE, "script": what_to_say()})


def _number_for(number: UUID, category: str, seen: str, user: User) -> UUID:
    """The page's own number; another one when the page was used again, after going back, to write about another child."""
    sent = UrgentConcern.objects.filter(pk=number, by=user).first()
    return number if sent is None or (sent.category, sent.seen) == (category, services.clean(seen)) else new_id()


@require_safe
def urgent_list(request: PersonRequest) -> HttpResponse:
    """All concerns of whose state the person may know: open ones first."""
    if not may(request.user, Act.DECIDE, Thing.ESCALATION):
        require(request.user, Act.GLIMPSE, Thing.ESCALATION)
    found = known_to(request.user)
    page = Stretch.cut(found, found, request.GET.get("page"))
    return render(request, "urgent/list.html", {"page": page, "lines": lines(page.rows, timezone.now())})


def _concern(request: PersonRequest, pk: UUID) -> UrgentConcern:
    """The concern, if the person may know of it; else 404. Words are left closed unless they may be read."""
    return KNOWN.get(request.user, pk)


@require_safe
def urgent(request: PersonRequest, pk: UUID) -> HttpResponse:
    """One concern: its clock and its states for all who may know, its words for those who may read, acts for those who may act."""
    return _page(request, _concern(request, pk))


def _page(
    request: PersonRequest,
    concern: UrgentConcern,
    *,
    call: CallForm | None = None,
    close: CloseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user, at = request.user, timezone.now()
    office = rules.TAKEABLE.holds(user, concern.pk)
    mine = concern.by_id == user.pk
    context = {
        "concern": concern,
        "line": UrgentLine(concern, at),
        "readable": READABLE.holds(user, concern.pk),
        "office": office,
        "mine": mine,
        "taking": rules.obstacles_to_taking(concern, user, concern.taken_by_id) if office else None,
        "noting": not rules.obstacles_to_noting(concern, user),
        "closing": rules.obstacles_to_closing(concern, user),
        "decides": rules.DECIDABLE.holds(user, concern.pk),
        "named": mine and not concern.closed_at and bool(suspicions(concern.seen, today=timezone.localdate())),
        "prosecutor_by": rules.prosecutor_by(concern),
        "leader": concern.visit.team.filter(part="leader", left_on=None).select_related("user").first(),
        "opens_visit": VISIT.holds(user, concern.visit_id),
        "call": call or CallForm(),
        "close": close or CloseForm(),
        "duty_phone": settings.DUTY_PHONE,
    }
    return render(request, "urgent/concern.html", context, status=status)


def _to_decide(request: PersonRequest, pk: UUID) -> UrgentConcern:
    """The concern, if the person may decide on it: 404 when they may not know of it, 403 when it is not theirs to decide."""
    concern = _concern(request, pk)
    if not rules.DECIDABLE.holds(request.user, pk):
        raise PermissionDenied
    return concern


def _tell(request: HttpRequest, refused: Refused) -> None:
    for obstacle in refused.obstacles:
        messages.error(request, obstacle)


@require_POST
def urgent_take(request: PersonRequest, pk: UUID) -> HttpResponse:
    """ "I have it"."""
    concern = _to_decide(request, pk)
    sent = request.POST.get("seen_with", "")
    seen_with = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else None
    try:
        services.take_concern(concern=concern, seen_with=seen_with, by=request.user, at=timezone.now())
    except Refused as refused:
        _tell(request, refused)
    return redirect("urgent", concern.pk)


@require_POST
def urgent_note(request: PersonRequest, pk: UUID) -> HttpResponse:
    """A telephone call, or the author's words written again without a name."""
    concern = _concern(request, pk)
    if concern.by_id != request.user.pk:
        concern = _to_decide(request, pk)
    form = CallForm(request.POST)
    try:
        if request.POST.get("do") == "reword":
            seen = request.POST.get("seen", "")[:10_000]
            services.reword_concern(concern=concern, seen=seen, by=request.user, at=timezone.now())
            messages.success(request, _("The new words were saved; the first ones are gone."))
        elif form.is_valid():
            services.note_call(concern=concern, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The call was noted."))
        else:
            return _page(request, concern, call=form, status=400)
    except Refused as refused:
        _tell(request, refused)
    return redirect("urgent", concern.pk)


@require_POST
def urgent_close(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Closes a concern with its outcome."""
    concern = _to_decide(request, pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, concern, close=form, status=400)
    try:
        services.close_concern(concern=concern, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The concern was closed."))
    except Refused as refused:
        _tell(request, refused)
    return redirect("urgent", concern.pk)


urlpatterns: list[URLPattern] = [
    path("visits/<uuid:pk>/urgent/", urgent_new, name="urgent_new"),
    path("urgent/", urgent_list, name="urgent_list"),
    path("urgent/<uuid:pk>/", urgent, name="urgent"),
    path("urgent/<uuid:pk>/take/", urgent_take, name="urgent_take"),
    path("urgent/<uuid:pk>/note/", urgent_note, name="urgent_note"),
    path("urgent/<uuid:pk>/close/", urgent_close, name="urgent_close"),
]
