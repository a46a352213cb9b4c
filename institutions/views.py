"""Pages of institutions: the register, one place, its record and headcounts, regions, official figures."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from ombudsman.people.access import Refused, may, require, rights_of
from ombudsman.people.models import User
from ombudsman.people.reaching import Reached
from ombudsman.people.roles import Act, Reach, Thing
from ombudsman.prepared import Prepared

from . import official
from .filters import InstitutionFilter
from .forms import CloseForm, HeadcountForm, InstitutionForm, MoveForm, RenameForm
from .headcounts import disagreements
from .models import Headcount, Institution, InstitutionEvent, OfficialFigure, Region
from .page_parts import parts_of
from .rules import obstacles_to_close
from .services.headcounts import record_headcount
from .services.places import (
    close_institution,
    correct_institution,
    move_institution,
    register_institution,
    rename_institution,
)

PAGE = 50


def person(request: HttpRequest) -> User:
    """Who acts: every door of this room asks for signing in, so it is a person."""
    return cast(User, request.user)


def require_register(user: User | AnonymousUser) -> None:
    """The register is for those whose role opens it; a name released to everybody is seen on its own page only."""
    scopes = rights_of(user).scopes(Act.READ, Thing.INSTITUTION)
    if all(scope.reach is Reach.RELEASED for scope in scopes):
        raise PermissionDenied


@require_safe
def institution_list(request: HttpRequest) -> HttpResponse:
    """The register, as far as the person's role reaches, in Kazakh alphabetical order."""
    require_register(request.user)
    visible = Institution.objects.visible_to(request.user)
    filters = InstitutionFilter(request.GET, queryset=visible)
    rows = filters.found.with_latest_headcount().select_related("kind", "region").in_alphabet()
    context = {
        "form": filters.form,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "filtered": any(value for name, value in request.GET.items() if name != "page"),
        "keeps": may(request.user, Act.CREATE, Thing.INSTITUTION),
        "today": timezone.localdate(),
    }
    return render(request, "institutions/institution_list.html", context)


SEEN = Reached(Institution.objects, "visible_to", "kind", "region", "authority", by="uid")
VISITABLE = Reached(Institution.objects, "visitable_by", key=int)
HEADCOUNTS = Prepared(lambda place: Headcount.objects.filter(institution=place).order_by("-on", "source"), int)
EVENTS = Prepared(lambda place: InstitutionEvent.objects.filter(institution=place).order_by("-on", "-pk"), int)


@require_safe
def institution(request: HttpRequest, uid: Any) -> HttpResponse:
    """One place: what it is, its history and headcounts, and the blocks that other rooms bring."""
    place = SEEN.get(request.user, uid)
    headcounts = list(HEADCOUNTS.rows(place.pk))
    context = {
        "institution": place,
        "headcounts": headcounts,
        "latest": headcounts[0] if headcounts else None,
        "disagreements": disagreements(headcounts),
        "events": list(EVENTS.rows(place.pk)),
        "parts": parts_of(request, place),
        "keeps": may(request.user, Act.EDIT, Thing.INSTITUTION),
        "visits": not place.closed_on and VISITABLE.holds(request.user, place.pk),
        "close_obstacles": obstacles_to_close(place),
    }
    return render(request, "institutions/institution.html", context)


def _form_page(
    request: HttpRequest, form: Any, act: Callable[[], Institution], words: dict[str, Any], back: str = ""
) -> HttpResponse:
    """A form that ends in one act: typed text stays when something is wrong, else back to the place."""
    if request.method == "POST" and form.is_valid():
        try:
            place = act()
        except Refused as refusal:
            form.add_error(None, refusal.obstacles)
        else:
            messages.success(request, words["done"])
            return redirect("institution", uid=place.uid)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "institutions/form.html", {"form": form, "back": back, **words}, status=status)


@require_http_methods(["GET", "POST"])
def institution_new(request: HttpRequest) -> HttpResponse:
    """Adds a place to the register."""
    require(request.user, Act.CREATE, Thing.INSTITUTION)
    form = InstitutionForm(request.POST or None)

    def act() -> Institution:
        region = form.cleaned_data["region"]
        return register_institution(
            particulars=form.particulars(), region=region, by=person(request), at=timezone.now()
        )

    words = {
        "title": _("Register an institution"),
        "label": _("Register the institution"),
        "done": _("The institution is registered."),
    }
    return _form_page(request, form, act, words)


# Each change of a record: its form, its act (form, place, by, at) and the words of its page.
Change = tuple[Any, Callable[[Any, Institution, User, Any], Any], dict[str, Any]]
CHANGES: dict[str, Change] = {
    "correct": (
        InstitutionForm,
        lambda form, place, by, at: correct_institution(
            institution=place, particulars=form.particulars(), by=by, at=at
        ),
        {
            "title": gettext_lazy("Correct the record"),
            "label": gettext_lazy("Save the record"),
            "done": gettext_lazy("The record is corrected."),
        },
    ),
    "rename": (
        RenameForm,
        lambda form, place, by, at: rename_institution(
            institution=place, names=form.words(), on=form.cleaned_data["on"], by=by, at=at
        ),
        {
            "title": gettext_lazy("Give a new name"),
            "label": gettext_lazy("Save the new name"),
            "done": gettext_lazy("The new name is saved. The old one stays in the history."),
        },
    ),
    "move": (
        MoveForm,
        lambda form, place, by, at: move_institution(
            institution=place,
            region=form.cleaned_data["region"],
            localities=form.words(),
            on=form.cleaned_data["on"],
            by=by,
            at=at,
        ),
        {
            "title": gettext_lazy("Move to another place"),
            "label": gettext_lazy("Save the new place"),
            "done": gettext_lazy("The new place is saved. Past visits stay in the region of their day."),
        },
    ),
    "close": (
        CloseForm,
        lambda form, place, by, at: close_institution(institution=place, on=form.cleaned_data["on"], by=by, at=at),
        {
            "title": gettext_lazy("Close the institution"),
            "label": gettext_lazy("Close the institution"),
            "done": gettext_lazy("The institution is closed."),
        },
    ),
}


@require_http_methods(["GET", "POST"])
def institution_change(request: HttpRequest, uid: Any, change: str) -> HttpResponse:
    """Corrects, renames, moves or closes a place."""
    place = SEEN.get(request.user, uid)
    require(request.user, Act.EDIT, Thing.INSTITUTION)
    form_class, act, words = CHANGES[change]
    form = form_class(request.POST or None, institution=place)
    name = str(place)

    def run() -> Institution:
        act(form, place, person(request), timezone.now())
        return place

    return _form_page(request, form, run, {**words, "place": name, "uid": place.uid})


@require_http_methods(["GET", "POST"])
def headcount_new(request: HttpRequest, uid: Any) -> HttpResponse:
    """Records how many children were present on a day."""
    place = SEEN.get(request.user, uid)
    require(request.user, Act.EDIT, Thing.INSTITUTION)
    form = HeadcountForm(request.POST or None, institution=place)

    def act() -> Institution:
        headcount = record_headcount(institution=place, by=person(request), at=timezone.now(), **form.cleaned_data)
        if headcount.overcrowded:
            text = _("%(children)s children, capacity %(capacity)s. Saved and marked as overcrowded.")
            messages.warning(request, text % {"children": headcount.children, "capacity": headcount.capacity})
        return place

    words = {
        "title": _("Record a headcount"),
        "label": _("Save the headcount"),
        "done": _("The headcount is saved."),
        "place": str(place),
        "uid": place.uid,
    }
    return _form_page(request, form, act, words)


@require_safe
def region_list(request: HttpRequest) -> HttpResponse:
    """The regions, with how many institutions of each the person may see."""
    require_register(request.user)
    visible = Institution.objects.visible_to(request.user).open_on(timezone.localdate())
    counts = dict(visible.order_by().values_list("region_id").annotate(places=Count("pk")))
    regions = [(region, counts.get(region.pk, 0)) for region in Region.objects.order_by("sort_key")]
    return render(request, "institutions/region_list.html", {"regions": regions})


@require_safe
def official_figures(request: HttpRequest) -> HttpResponse:
    """What others have published, with contradictions between sources and totals that their parts miss."""
    require_register(request.user)
    series = official.tables(OfficialFigure.objects.order_by("row"))
    single = [one for one in series if len(one.lines) == len(one.years) == 1]
    context = {
        "single": single,
        "series": [one for one in series if one not in single],
        "doubtful": [one for one in series if one.gaps or one.contradictions],
    }
    return render(request, "institutions/official_figures.html", context)
