"""The floor of `intake`: a plain Django project that takes the same deliveries and writes them with one statement per table.

Session sign-in and form token as the product has them; the document as received, one row per answer of the checklist, one packed
row per talk; every code is checked against its choices; the same number again is not written twice. No rights, no versions, no
trail, no sealing (talks come in clear, filled up to the same number of bytes). Served by gunicorn; no code of the product.
"""

import json
import os
from typing import Any

from .project import begin

begin(__name__, DATA_UPLOAD_MAX_MEMORY_SIZE=5_000_000)

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import IntegrityError, connection, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

# What the instruments allow, as the benchmark wrote it down: {"indicators": {code: number}, "choices": {...}, "questions": {...}}.
with open(os.environ["FLOOR_CODES"], encoding="utf-8") as file:
    CODES: dict[str, Any] = json.load(file)

TABLES = {
    "postgresql": [
        "CREATE TABLE IF NOT EXISTS floor_document (number uuid PRIMARY KEY, visit uuid, person int, body bytea)",
        "CREATE TABLE IF NOT EXISTS floor_answer (visit uuid, indicator smallint, value smallint, note text,"
        " PRIMARY KEY (visit, indicator))",
        "CREATE TABLE IF NOT EXISTS floor_talk (visit uuid, packed bytea)",
    ],
    "sqlite": [
        "CREATE TABLE IF NOT EXISTS floor_document (number text PRIMARY KEY, visit text, person int, body blob)",
        "CREATE TABLE IF NOT EXISTS floor_answer (visit text, indicator int, value int, note text,"
        " PRIMARY KEY (visit, indicator))",
        "CREATE TABLE IF NOT EXISTS floor_talk (visit text, packed blob)",
    ],
}
ANSWERS = {
    "postgresql": "INSERT INTO floor_answer SELECT %s, i, v, n FROM unnest(%s::smallint[], %s::smallint[], %s::text[])"
    " AS given (i, v, n)",
    "sqlite": "INSERT INTO floor_answer SELECT %s, json_extract(value, '$[0]'), json_extract(value, '$[1]'),"
    " json_extract(value, '$[2]') FROM json_each(%s)",
}


def checked(changes: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    """Every answer against its choices. Raises KeyError."""
    return [(CODES["indicators"][one["indicator"]], CODES["choices"][one["choice"]], one["note"]) for one in changes]


def packed(talk: dict[str, Any]) -> bytes:
    """One byte per question; several choices as bits of one number. Raises KeyError."""
    row = bytearray(2 * len(CODES["questions"]))
    for code, given in talk["answers"].items():
        at, choices = CODES["questions"][code]
        if isinstance(given, list):
            bits = sum(1 << choices[choice] for choice in given)
            row[2 * at : 2 * at + 2] = (bits & 0xFFFF).to_bytes(2, "little")
        else:
            row[2 * at] = choices[given]
    return bytes(row)


def deliveries(request: HttpRequest) -> HttpResponse:
    """Takes one delivery in."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    body = request.body
    sent = json.loads(body)
    try:
        answers = checked(sent["changes"])
        talks = [packed(talk["plain"]) for talk in sent["talks"]]
    except KeyError:
        return HttpResponse(status=400)
    visit, kind = sent["visit"], connection.vendor
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO floor_document VALUES (%s, %s, %s, %s)", [sent["id"], visit, request.user.pk, body]
            )
            columns: list[Any] = [list(column) for column in zip(*answers, strict=True)]
            cursor.execute(ANSWERS[kind], [visit, *columns] if kind == "postgresql" else [visit, json.dumps(answers)])
            places = ", ".join(["(%s, %s)"] * len(talks))
            cursor.execute(
                f"INSERT INTO floor_talk VALUES {places}", [each for talk in talks for each in (visit, talk)]
            )
    except IntegrityError:
        return JsonResponse({"delivery": sent["id"]}, status=200)
    return JsonResponse({"delivery": sent["id"]})


def ping(request: HttpRequest) -> HttpResponse:
    """Ready: the tables are there."""
    with connection.cursor() as cursor:
        for table in TABLES[connection.vendor]:
            cursor.execute(table)
    return HttpResponse("")


urlpatterns = [path("api/deliveries/", deliveries), path("ping/", ping)]
application = get_wsgi_application()
