"""Pages of the register of conflicts of interest."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ombudsman.people.access import Refused
from ombudsman.people.requests import PersonRequest

from . import conflict_rules as rules
from .conflict_forms import ConflictForm
from .models import ConflictOfInterest
from .services.conflicts import declare_conflict, end_conflict


@require_safe
def conflict_list(request: PersonRequest) -> HttpResponse:
    """One's own declarations; the whole register for those who keep or audit it."""
    today, keeps = timezone.localdate(), rules.keeps_register(request.user)
    conflicts = ConflictOfInterest.objects.visible_to(request.user).select_related("user", "institution")
    rows = [
        {
            "conflict": conflict,
            "ended": conflict.until is not None and conflict.until < today,
            "obstacles": rules.obstacles_to_end(conflict, request.user, today),
        }
        for conflict in conflicts.order_by("user__full_name", "-starts", "pk")
    ]
    return render(request, "institutions/conflict_list.html", {"rows": rows, "keeps": keeps})


@require_http_methods(["GET", "POST"])
def conflict_new(request: PersonRequest) -> HttpResponse:
    """Declares a conflict of interest: anybody for themselves, the office for others."""
    form = ConflictForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            declare_conflict(
                person=form.person_meant(),
                institution=data["institution"],
                kind=data["kind"],
                starts=data["starts"],
                until=data["until"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, refusal.obstacles)
        else:
            messages.success(request, _("The declaration stands in the register."))
            return redirect("conflict_list")
    return render(request, "institutions/conflict_new.html", {"form": form})


@require_POST
def conflict_end(request: PersonRequest, pk: int) -> HttpResponse:
    """Ends a declaration."""
    conflict = get_object_or_404(ConflictOfInterest.objects.visible_to(request.user), pk=pk)
    try:
        end_conflict(conflict=conflict, by=request.user, at=timezone.now())
        messages.success(request, _("The declaration has ended."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("conflict_list")
