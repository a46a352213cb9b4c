"""Freezing, releasing, withdrawing, the ledger of files, and the doors through which figures leave."""

import hashlib

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from ombudsman.people.access import Refused
from ombudsman.people.models import TrailEntry
from reports import services
from reports.figures import year_content
from reports.models import FrozenFigures, Publication, canonical
from tests import factories as make
from tests.cast import assemble
from tests.replayed import Replay
from visits.layout import pack
from visits.models import Interview, VisitTally

YEAR = 2025
AT = make.NOON


def make_counted():
    """The cast and forty accepted visits with two talks each: everything may be printed."""
    cast = assemble()
    for number in range(40):
        place = make.institution(f"Place {number}", region=cast.here if number % 2 else cast.there)
        visit = make.visit(
            place, cast.bek, checklist=cast.checklist, questionnaire=cast.questionnaire, state="accepted"
        )
        answers = {
            "AA-01": "met" if number % 3 else "not_met",
            "AA-02": "met",
            "BB-02": "met" if number % 2 else "not_met",
        }
        VisitTally.objects.create(
            visit=visit, edition=cast.checklist, answers=pack(cast.checklist.layout, answers, answers)
        )
        for choice in ("yes", "no"):
            packed = pack(cast.questionnaire.layout, {"Q-1": choice}, {"Q-1", "Q-3"})
            Interview.objects.create(visit=visit, edition=cast.questionnaire, answers=packed)
    return cast


COUNTED = Replay(make_counted)


@pytest.fixture
def counted(db):
    return COUNTED.give()


def change_a_visit(cast):
    tally = VisitTally.objects.filter(visit__institution__name_en="Place 1").get()
    tally.answers = pack(cast.checklist.layout, {"AA-01": "not_met"}, {"AA-01"})
    tally.save()


def frozen(cast, by="dan"):
    return services.freeze(year=YEAR, by=cast.people[by], at=AT)


def released(cast):
    return services.release(publication=frozen(cast), by=cast.saule, at=AT)


def test_frozen_figures_are_hashed_and_reproducible(counted):
    made = frozen(counted)
    kept = FrozenFigures.objects.get(publication=made)
    assert kept.intact
    assert kept.sha256 == hashlib.sha256(canonical(kept.content)).hexdigest()
    assert kept.content["figures"]["question.Q-1.yes"]["percent"] == 50
    kept.content["figures"]["question.Q-1.yes"]["percent"] = 51
    assert not kept.intact


def test_freezing_unchanged_data_again_gives_the_same_publication(counted):
    first = frozen(counted)
    again = services.freeze(year=YEAR, by=counted.saule, at=make.NOON.replace(month=11))
    assert (again.pk, again.created_by, again.frozen.sha256) == (first.pk, counted.dan, first.frozen.sha256)
    assert TrailEntry.objects.filter(act="report.freeze").count() == 1


def test_a_draft_takes_new_figures_and_loses_its_files(counted):
    first = frozen(counted)
    before = first.frozen.sha256
    services.register_file(publication=first, language="kk", name="a.pdf", content=b"x", by=counted.dan, at=AT)
    change_a_visit(counted)
    again = frozen(counted, by="saule")
    assert again.pk == first.pk
    assert again.frozen.sha256 != before
    assert again.created_by == counted.saule
    assert again.files.count() == 0


def test_a_year_without_accepted_visits_is_refused(cast):
    with pytest.raises(Refused, match="No visit of this year is accepted yet"):
        services.freeze(year=YEAR, by=cast.dan, at=AT)
    with pytest.raises(Refused, match="has not begun"):
        services.freeze(year=2999, by=cast.dan, at=AT)


def test_a_second_person_releases(counted):
    draft = frozen(counted, by="saule")
    with pytest.raises(Refused, match="A second person"):
        services.release(publication=draft, by=counted.saule, at=AT)
    made = services.release(publication=draft, by=counted.timur, at=AT)
    assert (made.state, made.released_by) == ("released", counted.timur)
    assert TrailEntry.objects.filter(act="report.release", thing_id=str(made.pk)).count() == 1
    call_command("verify_trail")


def test_a_report_is_released_once(counted):
    made = released(counted)
    with pytest.raises(Refused, match="Only a draft"):
        services.release(publication=made, by=counted.timur, at=AT)


def test_a_correction_leaves_out_what_would_tell_of_a_few_beside_the_earlier_edition(counted):
    first = released(counted)
    change_a_visit(counted)
    second = frozen(counted)
    assert (second.edition, second.state) == (2, "draft")
    lines = {one["code"]: one for one in second.frozen.content["indicators"]}
    # One judgement was put right, with the same visits behind it; in the others a visit is missing now.
    assert (lines["AA-01"]["protection"], lines["AA-01"]["unfavourable"]) == ("shown", 15)
    assert (lines["AA-02"]["protection"], lines["AA-02"]["counts"]["met"]) == ("hidden", None)
    assert second.frozen.content["sections"][0]["hidden"] == 1
    with pytest.raises(Refused, match="released already"):
        services.release(publication=second, by=counted.timur, at=AT)
    services.withdraw(publication=first, by=counted.saule, at=AT)
    assert services.release(publication=second, by=counted.timur, at=AT).state == "released"


def test_figures_that_were_not_compared_with_an_earlier_edition_are_refused_even_after_withdrawal(counted):
    first = released(counted)
    change_a_visit(counted)
    second = frozen(counted)
    FrozenFigures.objects.filter(publication=second).update(content=dict(year_content(YEAR)))
    services.withdraw(publication=first, by=counted.saule, at=AT)
    with pytest.raises(Refused, match="would tell of a few: AA-02"):
        services.release(publication=Publication.objects.get(pk=second.pk), by=counted.timur, at=AT)


@pytest.mark.parametrize(("more", "shown"), [(0, True), (2, False), (7, True)])
def test_talks_that_came_in_later_are_counted_where_they_are_many_enough(counted, more, shown):
    """Two answers gain `more` talks each in seven institutions: nobody, too few, and as many as may be printed."""
    first = released(counted)
    for tally in VisitTally.objects.order_by("visit__institution__name_en")[:more]:
        for choice in ("yes", "no"):
            packed = pack(counted.questionnaire.layout, {"Q-1": choice}, {"Q-1", "Q-3"})
            Interview.objects.create(visit=tally.visit, edition=counted.questionnaire, answers=packed)
    if more:
        services.withdraw(publication=first, by=counted.saule, at=AT)
    content = frozen(counted).frozen.content
    question = next(one for one in content["questions"] if one["code"] == "Q-1")
    assert (question["protection"] == "shown") is shown
    assert (question["base"], content["coverage"]["interviews"]) == ((80 + 2 * more,) * 2 if shown else (None, None))


def test_the_same_figures_may_be_released_again_after_withdrawal(counted):
    services.withdraw(publication=released(counted), by=counted.saule, at=AT)
    again = services.freeze(year=YEAR, by=counted.dan, at=AT)
    assert again.edition == 2
    assert services.release(publication=again, by=counted.timur, at=AT).state == "released"


def test_only_a_released_report_is_withdrawn(counted):
    with pytest.raises(Refused, match="Only a released report"):
        services.withdraw(publication=frozen(counted), by=counted.saule, at=AT)


def test_the_ledger_holds_the_same_bytes_once(counted):
    made = frozen(counted)
    for content in (b"one", b"one", b"two"):
        services.register_file(publication=made, language="kk", name="a.pdf", content=content, by=None, at=AT)
    assert sorted(made.files.values_list("sha256", flat=True)) == sorted(
        hashlib.sha256(content).hexdigest() for content in (b"one", b"two")
    )


# --- the doors --------------------------------------------------------------------------------------------------------------


def page(client, name="report", *args, user=None, **query):
    if user:
        client.force_login(user)
    return client.get(reverse(name, args=args or [YEAR]), query)


def test_a_released_report_is_read_without_signing_in(client, counted):
    released(counted)
    shown = page(client)
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "Question Q-1?" in text
    assert "40 of 80" in text
    assert "the figure is not an estimate for all" in text
    assert "Every child is in the register." in text
    assert "26 of 40" in text
    assert "Report for 2025" in client.get(reverse("report_list")).content.decode()


def test_a_draft_is_for_the_office_and_never_stored(client, counted):
    frozen(counted)
    for name in ("dan", "saule", "aigerim"):
        shown = page(client, user=counted.people[name])
        assert shown.status_code == 200
        assert shown.headers["Cache-Control"] == "no-store"
    client.logout()
    assert page(client).status_code == 404
    assert "Report for 2025" not in client.get(reverse("report_list")).content.decode()
    for name in ("ana", "clara", "eve", "sergey"):
        assert page(client, user=counted.people[name]).status_code == 404
        assert "Report for 2025" not in client.get(reverse("report_list")).content.decode()


def test_one_figure_says_what_stands_behind_it(client, counted):
    released(counted)
    shown = page(client, "figure", key="indicator.AA-01").content.decode()
    for words in ("65%", "26 of 40", "40 institutions", "AA-01", "Checklist, 1", "Base: all, judged or not"):
        assert words in shown
    assert page(client, "figure", key="question.Q-1").status_code == 200
    assert page(client, "figure", key="section.AA").status_code == 200
    assert page(client, "figure", key="coverage.regions").status_code == 200
    assert page(client, "figure", key="indicator.AA-99").status_code == 404
    assert page(client, "figure").status_code == 404


def test_what_is_hidden_stands_as_a_word_and_never_as_a_number(client, counted):
    Interview.objects.all().delete()
    visits = [tally.visit for tally in VisitTally.objects.all()[:33]]
    for number, visit in enumerate(visits):
        packed = pack(counted.questionnaire.layout, {"Q-1": "no" if number < 31 else "yes"}, {"Q-1"})
        Interview.objects.create(visit=visit, edition=counted.questionnaire, answers=packed)
    made = released(counted)
    line = next(line for line in made.frozen.content["questions"] if line["code"] == "Q-1")
    assert (line["protection"], line["base"], line["cells"]) == ("too_few", None, [])
    assert not any(key.startswith("question.Q-1") for key in made.frozen.content["figures"])
    shown = page(client).content.decode()
    assert "Too few answers: the whole question is hidden" in shown
    assert "31 of 33" not in shown
    assert "2 of 33" not in shown


def test_freezing_and_releasing_by_the_buttons(client, counted):
    client.force_login(counted.dan)
    done = client.post(reverse("report_freeze"), {"year": YEAR, "choice_of_visits": "latest"})
    assert done.status_code == 302
    draft = Publication.objects.get()
    assert client.post(reverse("report_release", args=[YEAR])).status_code == 403
    client.force_login(counted.saule)
    assert client.post(reverse("report_release", args=[YEAR])).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "released"
    client.force_login(counted.ana)
    assert client.post(reverse("report_withdraw", args=[YEAR])).status_code == 403
    client.force_login(counted.timur)
    client.post(reverse("report_withdraw", args=[YEAR]))
    draft.refresh_from_db()
    assert draft.state == "withdrawn"


def test_the_button_says_why_it_may_not_be_pressed(client, counted):
    frozen(counted, by="saule")
    shown = page(client, user=counted.saule).content.decode()
    assert "A second person must release it" in shown
    assert 'aria-disabled="true"' in shown
    client.post(reverse("report_release", args=[YEAR]))
    assert Publication.objects.get().state == "draft"
    assert "aria-disabled" not in page(client, user=counted.timur).content.decode()


def test_freezing_asks_for_a_real_year_and_keeps_what_was_typed(client, counted):
    client.force_login(counted.dan)
    for year in ("soon", "1800", "2024"):
        shown = client.post(reverse("report_freeze"), {"year": year, "choice_of_visits": "all"})
        assert shown.status_code == 200
        assert f'value="{year}"' in shown.content.decode()
    assert not Publication.objects.exists()
    client.force_login(counted.ana)
    assert client.post(reverse("report_freeze"), {"year": YEAR, "choice_of_visits": "all"}).status_code == 403


@pytest.fixture
def book(counted, tmp_path):
    """A printed book in the ledger and in its folder."""
    before, settings.VAR_DIR = settings.VAR_DIR, tmp_path
    made = frozen(counted)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "voice-of-the-child-2025-kk.pdf").write_bytes(b"%PDF-1.7 book")
    services.register_file(
        publication=made, language="kk", name="voice-of-the-child-2025-kk.pdf", content=b"%PDF-1.7 book", by=None, at=AT
    )
    yield tmp_path / "reports" / "voice-of-the-child-2025-kk.pdf"
    settings.VAR_DIR = before


def test_the_book_is_given_out_with_the_bytes_of_the_ledger(client, counted, book):
    draft = page(client, "report_file", YEAR, "kk", user=counted.dan)
    assert b"".join(draft.streaming_content) == b"%PDF-1.7 book"
    assert draft.headers["Cache-Control"] == "no-store"
    assert draft.headers["Content-Type"] == "application/pdf"
    client.logout()
    assert page(client, "report_file", YEAR, "kk").status_code == 404
    services.release(publication=Publication.objects.get(), by=counted.saule, at=AT)
    assert page(client, "report_file", YEAR, "kk").status_code == 200
    assert page(client, "report_file", YEAR, "ru").status_code == 404
    book.write_bytes(b"%PDF-1.7 forged")
    assert page(client, "report_file", YEAR, "kk").status_code == 404


def test_the_api_gives_released_figures_only(client, counted):
    draft = frozen(counted)
    client.force_login(counted.clara)
    address = reverse("figure-list")
    assert client.get(address).json()["count"] == 0
    services.release(publication=draft, by=counted.saule, at=AT)
    given = client.get(address, {"year": YEAR, "key": "question.Q-1"}).json()
    assert [(row["key"], row["numerator"], row["base"], row["percent"]) for row in given["results"]] == [
        ("question.Q-1.no", 40, 80, 50),
        ("question.Q-1.yes", 40, 80, 50),
    ]
    assert client.get(address, {"year": 2024}).json()["count"] == 0
    assert client.get(address, {"year": "soon"}).status_code == 400
    client.logout()
    assert client.get(address).status_code in (401, 403)


def test_the_pages_ask_few_questions_of_the_database(client, counted, django_assert_max_num_queries):
    released(counted)
    with django_assert_max_num_queries(4):
        page(client)
    with django_assert_max_num_queries(3):
        client.get(reverse("report_list"))
