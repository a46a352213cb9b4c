"""API of deliveries: the one address through which devices and programs write to visits. Registered in ombudsman/api.py."""

from collections import deque
from threading import Lock
from time import monotonic
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from ombudsman.people.models import User

from .deliveries import Unreadable
from .delivery_schema import DELIVERY, PROBLEM, RECEIPT
from .services.deliveries import OtherBody, OutOfSight, take_in


class DeliveryThrottle(BaseThrottle):
    """So many deliveries of one person a minute, counted in each process: a table would cost more than a delivery itself."""

    MINUTE = 60.0
    # People of whom the times of the last minute are remembered, before those who sent nothing in it are forgotten.
    MOST = 1_000
    sent: ClassVar[dict[int | None, deque[float]]] = {}
    _lock = Lock()
    _left: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether one more is allowed now; if so, it counts."""
        now = monotonic()
        since = now - self.MINUTE
        with self._lock:
            if len(self.sent) >= self.MOST:
                self._forget(since)
            times = self.sent.setdefault(request.user.pk, deque())
            while times and times[0] <= since:
                times.popleft()
            if len(times) >= settings.DELIVERIES_PER_MINUTE:
                self._left = times[0] - since if times else self.MINUTE
                return False
            times.append(now)
        return True

    def _forget(self, since: float) -> None:
        for person in [person for person, times in self.sent.items() if not times or times[-1] <= since]:
            del self.sent[person]

    def wait(self) -> float | None:
        """Seconds until one more is allowed."""
        return self._left


class AsReceived(BaseParser):
    """Leaves the body to the service: checking the form token would otherwise have all of it read once before."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


class DeliveryView(APIView):
    """Takes in one delivery and answers with its receipt."""

    throttle_classes = (DeliveryThrottle,)
    parser_classes = (AsReceived,)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        """JSON, whatever was asked for: a receipt has no other form."""
        return JSONRenderer(), JSONRenderer.media_type

    @extend_schema(
        operation_id="deliver",
        summary="Send what was recorded on a visit",
        description="One delivery, one visit, one receipt. Forget a change only when a receipt carries the number and the"
        " SHA-256 of the bytes that were sent; send again until it does: the same delivery is stored once. A visit may be opened by"
        " the first delivery. A program writes to the visits that it opened itself.",
        request={"application/json": DELIVERY},
        responses={
            200: OpenApiResponse(RECEIPT, "The receipt: everything in it is committed."),
            400: OpenApiResponse(PROBLEM, "Not readable as a delivery; nothing was kept."),
            401: OpenApiResponse(PROBLEM, "Nobody is signed in."),
            403: OpenApiResponse(PROBLEM, "Not on the team of this visit, or the form token is missing."),
            404: OpenApiResponse(PROBLEM, "There is no such visit for this sender."),
            409: OpenApiResponse(
                PROBLEM, "Another body was sent under this number, or the visit cannot be opened like this."
            ),
            413: OpenApiResponse(PROBLEM, "Too large; send it in parts."),
            415: OpenApiResponse(PROBLEM, "Not sent as application/json."),
            429: OpenApiResponse(PROBLEM, "Too many in a minute; send it again later."),
        },
    )
    def post(self, request: Request) -> HttpResponse:
        """200 receipt; 400 unreadable; 404 visit out of sight; 409 refused or another body under this number; 413 too large."""
        # Without the framework's wrapping, which would be gone through at every look.
        by = request.user._wrapped if isinstance(request.user, SimpleLazyObject) else request.user
        if not isinstance(by, User):
            return _problem(_("Only people with an account send deliveries."), status.HTTP_403_FORBIDDEN)
        if request.content_type.partition(";")[0].strip() != "application/json":
            return _problem(_("A delivery is sent as JSON."), status.HTTP_415_UNSUPPORTED_MEDIA_TYPE)
        try:
            receipt = take_in(body=request._request.body, by=by, at=timezone.now())
        except RequestDataTooBig:
            return _problem(_("The delivery is too large; send it in parts."), status.HTTP_413_REQUEST_ENTITY_TOO_LARGE)
        except Unreadable as unreadable:
            return _problem(str(unreadable), status.HTTP_400_BAD_REQUEST)
        except OutOfSight:
            return _problem(_("There is no such visit here."), status.HTTP_404_NOT_FOUND)
        except OtherBody:
            return _problem(_("This number belongs to another delivery."), status.HTTP_409_CONFLICT)
        return HttpResponse(receipt.written, content_type="application/json")


def _problem(sentence: str, code: int) -> JsonResponse:
    return JsonResponse({"detail": sentence}, status=code)
