"""Page, API, printed book and the files inside it say the same numbers of one frozen, hashed artefact (rule R10)."""

import csv
import hashlib
import io
import json
import re

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse

from reports import book
from reports.models import ReleaseAudit, canonical

from .test_release import YEAR, counted, page, released  # noqa: F401

KEY = "question.Q-1.yes"


@pytest.fixture
def made(counted):  # noqa: F811
    """A released report; one answer is changed first, so that no two numbers of the question are the same."""
    from visits.layout import pack
    from visits.models import Interview

    said_no = pack(counted.questionnaire.layout, {"Q-1": "no"}, {"Q-1", "Q-3"})
    said_yes = pack(counted.questionnaire.layout, {"Q-1": "yes"}, {"Q-1", "Q-3"})
    # All of one region, so that its rows differ too.
    some = Interview.objects.filter(answers=said_no, visit__institution__region=counted.here).order_by("visit_id")[:13]
    Interview.objects.filter(pk__in=[one.pk for one in some]).update(answers=said_yes)
    return released(counted)


def printed(publication):
    return book.build(publication.frozen.content, language="en", fingerprint=publication.frozen.sha256)


def plain(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_way_out_says_the_same_numbers_and_the_same_hash(client, counted, made):  # noqa: F811
    content, sha256 = made.frozen.content, made.frozen.sha256
    (line,) = (line for line in content["questions"] if line["code"] == "Q-1")
    figure = content["figures"][KEY]
    yes, base, share = figure["numerator"], figure["base"], figure["percent"]
    assert (yes, base) == (line["cells"][0]["n"], line["base"]) == (53, 80)

    client.force_login(counted.clara)
    told = client.get(reverse("figure-list"), {"key": KEY}).json()["results"][0]
    assert (told["numerator"], told["base"], told["percent"], told["sha256"]) == (yes, base, share, sha256)

    shown = page(client, "figure", key="question.Q-1").content.decode()
    assert f"{yes} of {base}" in plain(shown)
    assert f"{share}%" in plain(shown)
    assert sha256[:16] in page(client).content.decode()

    pdf = printed(made)
    text = "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(pdf))
    assert re.search(rf"\b{yes}\b[^\n]*{base}|{yes} of {base}", " ".join(text.split()))
    assert sha256 in re.sub(r"\s", "", text)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        inside = {name: each.get_file().read_bytes() for name, each in file.attachments.items()}
    rows = list(csv.DictReader(io.StringIO(inside[f"figures-{YEAR}.csv"].decode("utf-8-sig"))))
    (row,) = (row for row in rows if KEY in row.values())
    assert {str(yes), str(base), str(share)} <= set(row.values())
    enclosed = json.loads(inside[f"figures-{YEAR}.json"])
    assert hashlib.sha256(canonical(enclosed)).hexdigest() == sha256
    assert ReleaseAudit.objects.get(publication=made).sha256 == sha256


def test_a_breakdown_is_the_same_on_the_page_and_in_the_book(client, made):
    (line,) = (line for line in made.frozen.content["questions"] if line["code"] == "Q-1")
    tables = [table for table in line["breakdowns"] if table["rows"]]
    assert tables
    shown = plain(page(client, "figure", key="question.Q-1").content.decode())
    bound = plain(book.book_html(made.frozen.content, language="en", fingerprint=made.frozen.sha256))
    for table in tables:
        for row in table["rows"]:
            label = row["label"]["en"]
            for n, share in zip(row["cells"], row["percents"], strict=True):
                assert f"{share}% {n} of {row['base']}" in shown
            assert re.search(rf"{re.escape(label)}( \*)? {row['base']} {' '.join(map(str, row['percents']))}", bound)


def test_a_hidden_number_is_hidden_everywhere(client, made):
    """The same blank in the content: the word on the page, the sign in the book, no number in either."""
    content = json.loads(canonical(made.frozen.content))
    (line,) = (line for line in content["questions"] if line["code"] == "Q-1")
    table = next(table for table in line["breakdowns"] if table["rows"])
    gone = [row["cells"][0] for row in table["rows"][:1]]
    table["rows"][0]["cells"], table["rows"][0]["percents"], table["protection"] = [None, None], [None, None], "partly"
    made.frozen.content = content
    made.frozen.save()
    shown = plain(page(client, "figure", key="question.Q-1").content.decode())
    bound = plain(book.book_html(content, language="en", fingerprint="0" * 64))
    assert "hidden hidden" in shown
    assert f"{gone[0]} of {table['rows'][0]['base']}" not in shown
    assert f"{table['rows'][0]['base']} ◊ ◊" in bound


def test_what_was_hidden_is_for_those_who_work_on_the_report(client, counted, made):  # noqa: F811
    assert page(client, "report_hidden", user=counted.bek).status_code == 403
    client.logout()
    assert page(client, "report_hidden").status_code == 302
    shown = plain(page(client, "report_hidden", user=counted.saule).content.decode())
    assert "Nothing hidden could be worked out." in shown
    assert "freeze them anew" not in shown
    ReleaseAudit.objects.update(sha256="0" * 64)
    assert "These figures did not pass" in plain(page(client, "report_hidden").content.decode())
