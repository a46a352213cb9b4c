"""Roof: the API's router and its one shape of errors. Apps register their rooms here."""

from typing import Any

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.views import exception_handler

from institutions.api import InstitutionViewSet
from ombudsman.people.access import Refused
from reports.api import FigureViewSet
from visits.api_deliveries import DeliveryView
from visits.api_instruments import EditionViewSet, IndicatorViewSet, QuestionViewSet


def problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal of the API in one shape.

    {"detail": sentence}, for a refused act (409) with "obstacles": [sentences], for bad input {"errors": {field: [sentences]}}.
    """
    if isinstance(exc, Refused):
        return Response({"detail": str(exc), "obstacles": exc.obstacles}, status=status.HTTP_409_CONFLICT)
    answer = exception_handler(exc, context)
    if answer is not None and isinstance(exc, ValidationError):
        answer.data = {"errors": exc.detail if isinstance(exc.detail, dict) else {"": exc.detail}}
    return answer


router = DefaultRouter()
router.include_format_suffixes = False
router.register("institutions", InstitutionViewSet, basename="institution")
router.register("editions", EditionViewSet, basename="edition")
router.register("indicators", IndicatorViewSet, basename="indicator")
router.register("questions", QuestionViewSet, basename="question")
router.register("figures", FigureViewSet, basename="figure")

urlpatterns = [
    path("deliveries/", DeliveryView.as_view(), name="api-delivery"),
    path("schema/", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="api-schema"),
    *router.urls,
]
