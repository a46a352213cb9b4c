"""Taking a visit along: the data of one visit for the encrypted store of a device."""

import json
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ombudsman.people.access import Refused
from ombudsman.people.devices import owner_number

from ..along import along
from ..models import DeviceCopy
from ..services import copies
from .fieldwork import own, person

HEADERS = {"Cache-Control": "no-store"}


@require_http_methods(["GET", "HEAD", "POST"])
def visit_along(request: HttpRequest, pk: UUID) -> JsonResponse:
    """GET looks; POST with {"device": uuid} registers that the visit lies on this device and gives the same.

    Only for the team (404, 403); 400 when no device is named, 409 with the reason when the visit is closed.
    """
    row, user = own(request, pk), person(request)
    if request.method != "POST":
        copy = DeviceCopy.objects.out().filter(user=user, visit=row).order_by("-expires_at").first()
    else:
        try:
            device = UUID(str(json.loads(request.body)["device"]))
            copy = copies.take_along(visit=row, device=device, by=user, at=timezone.now())
        except (ValueError, KeyError, TypeError, RecursionError):
            return JsonResponse({"detail": _("The device did not name itself.")}, status=400, headers=HEADERS)
        except Refused as refused:
            return JsonResponse({"detail": str(refused)}, status=409, headers=HEADERS)
    return JsonResponse({**along(row, user, copy), "user": owner_number(user)}, headers=HEADERS)


urlpatterns: list[URLPattern] = [path("visits/<uuid:pk>/along/", visit_along, name="visit_along")]
