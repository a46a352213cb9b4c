"""The floor of `pages`: a plain Django project in one file that lists the same visits from the same tables.

Session sign-in, count and joined list, two templates, a form token, a CSP header; nothing else. Where the product's page
has more bytes than this one, the rest is filled up, so that both send the same number. Served by gunicorn; it knows the
product's tables, none of its code.
"""

import os

from .project import begin

# ruff: noqa: E501
BASE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title><link rel="stylesheet" href="/static/app.css"></head><body>
<header><nav><ul>{% for room in rooms %}<li><a href="{{ room.0 }}">{{ room.1 }}</a></li>{% endfor %}</ul></nav><form method="post" action="/out/">{% csrf_token %}<button>Sign out {{ user.full_name }}</button></form></header><main>{% block main %}{% endblock %}</main>{{ filling }}</body></html>"""
LIST = """{% extends "base" %}{% block title %}Visits{% endblock %}{% block main %}<h1>Visits</h1><p>{{ page.paginator.count }} visits</p><table><thead><tr><th>Institution</th><th>Region</th><th>Kind</th><th>Organisation</th><th>Day</th><th>State</th><th>Access</th></tr></thead><tbody>
{% for visit in page %}<tr><th scope="row"><a href="{% url 'visit' visit.pk %}">{{ visit.institution.name_kk }}</a></th><td>{{ visit.region.name_kk }}</td><td>{{ visit.get_kind_display }}</td><td>{{ visit.organisation.name_kk }}</td><td><time datetime="{{ visit.first_day|date:'Y-m-d' }}">{{ visit.first_day|date:"j M Y" }}</time></td><td>{{ visit.get_state_display }}</td><td>{{ visit.get_access_display }}</td></tr>{% endfor %}
</tbody></table><nav>{% for number in page.paginator.page_range|slice:":10" %}<a href="?page={{ number }}">{{ number }}</a>{% endfor %}</nav>{% endblock %}"""


begin(
    __name__,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {"base": BASE, "list": LIST})],
                    )
                ],
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ],
            },
        }
    ],
)

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.safestring import mark_safe  # noqa: E402

from .models import Visit  # noqa: E402

ROOMS = [(f"/room{number}/", f"Room {number}") for number in range(9)]
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
FILLING = mark_safe("x" * int(os.environ.get("FLOOR_FILLING", "0")))


@login_required
def visits(request: HttpRequest) -> HttpResponse:
    """Fifty visits, newest first."""
    rows = Visit.objects.select_related("institution", "organisation", "region").order_by("-first_day", "-id")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    response = render(request, "list", {"page": page, "rooms": ROOMS, "filling": FILLING})
    response["Content-Security-Policy"] = POLICY
    return response


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    path("visits/", visits),
    path("visits/<uuid:pk>/", nothing, name="visit"),
    path("ping/", nothing),
]
application = get_wsgi_application()
