"""The page of an order: what was asked for, how far it is, how it ended."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ombudsman.people.access import may, require
from ombudsman.people.requests import PersonRequest

from .models import Order
from .rules import RIGHT_TO
from .services import orders


def _order(request: PersonRequest, pk: UUID) -> Order:
    """The order, for those who read drafts; else 404."""
    rows = Order.objects.visible_to(request.user).select_related("publication", "by")
    return get_object_or_404(rows, pk=pk)


@never_cache
@require_safe
def report_order(request: PersonRequest, pk: UUID) -> HttpResponse:
    """How far it is. Looked at again by its link, or by itself where there is a script."""
    order = _order(request, pk)
    lying = order.left_lying(timezone.now())
    context = {"order": order, "lying": lying, "may_do": lying and may(request.user, *RIGHT_TO[order.work])}
    return render(request, "reports/report_order.html", context)


@require_POST
def report_order_here(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Where no worker comes: the same work, done while the page waits."""
    order = _order(request, pk)
    require(request.user, *RIGHT_TO[order.work])
    if order.left_lying(timezone.now()):
        orders.perform(pk=order.pk, at=timezone.now())
    return redirect("report_order", order.pk)
