"""Roof: the API's router and its one shape of errors."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler


def problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal of the API in one shape: {"detail": sentence} or {"errors": {field: [sentences]}}."""
    return exception_handler(exc, context)
