"""Pages of fieldwork, as the team meets them: with and without scripts."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories as make
from visits.models import (
    Answer,
    Choice,
    Finding,
    Interview,
    InterviewBundle,
    Participation,
    ReviewComment,
    SectionRating,
    Visit,
)
from visits.services.answers import save_answer
from visits.services.interviews import read_bundle, save_interview


@pytest.fixture
def as_ana(client, cast):
    client.force_login(cast.ana)
    return client


@pytest.fixture
def as_bek(client, cast):
    client.force_login(cast.bek)
    return client


def section(cast, code="AA"):
    return reverse("visit_section", args=[cast.visit.pk, code])


def send(client, cast, indicator="AA-01", **body):
    values = {"choice": None, "measurement": None, "note": "", "sources": [], "anyway": False, "version": 0, **body}
    address = reverse("visit_answer", args=[cast.visit.pk, indicator])
    return client.post(address, json.dumps(values), content_type="application/json")


def filled(**fields):
    return {"version-AA-01": "0", "version-AA-02": "0", **fields}


# --- the section --------------------------------------------------------------------------------------------------------


def test_nothing_is_chosen_before_the_team_chooses(as_ana, cast):
    page = as_ana.get(section(cast)).content.decode()
    assert page.count('type="radio"') == 12
    assert "checked" not in page
    assert "Critical indicator" in page


def test_without_scripts_the_section_is_one_form(as_ana, cast):
    form = filled(
        **{"choice-AA-01": "not_met", "number-AA-01": "2", "note-AA-01": "Two beds.", "source-AA-01": ["seen"]}
    )
    response = as_ana.post(section(cast), {**form, "do": "next"})
    assert response.headers["Location"] == section(cast, "BB")
    answer = Answer.objects.get()
    assert (answer.choice.code, answer.measurement, answer.note, answer.sources) == (
        "not_met",
        2,
        "Two beds.",
        ["seen"],
    )


def test_an_error_is_said_and_nothing_typed_is_lost(as_ana, cast):
    form = filled(
        **{"choice-AA-01": "not_met", "number-AA-01": "minus two", "note-AA-01": "Two beds.", "choice-AA-02": "met"}
    )
    response = as_ana.post(section(cast), form)
    page = response.content.decode()
    assert response.status_code == 400
    assert 'href="#AA-01">1.1: Write a number' in page
    assert 'value="minus two"' in page
    assert "Two beds." in page
    assert Answer.objects.get().indicator.code == "AA-02"
    form["number-AA-01"] = "2"
    assert as_ana.post(section(cast), form).status_code == 302
    assert Answer.objects.count() == 2


def test_a_stale_form_shows_both_answers_and_its_own_can_be_put_in_place(as_ana, cast):
    save_answer(visit=cast.visit, indicator="AA-01", choice="met", note="All there.", by=cast.bek, at=make.NOON)
    response = as_ana.post(section(cast), filled(**{"choice-AA-01": "not_met", "note-AA-01": "One missing."}))
    page = response.content.decode()
    assert "All there." in page
    assert "One missing." in page
    assert 'name="version-AA-01" value="1"' in page
    as_ana.post(section(cast), filled(**{"version-AA-01": "1", "choice-AA-01": "not_met"}))
    assert Answer.objects.get().choice.code == "not_met"


def test_an_indicator_that_is_not_on_the_form_stays_untouched(as_ana, cast):
    save_answer(visit=cast.visit, indicator="AA-01", choice="met", by=cast.bek, at=make.NOON)
    as_ana.post(section(cast), {"do": "save"})
    assert Answer.objects.get().choice.code == "met"


def test_what_does_not_apply_is_folded_and_can_be_answered_anyway(as_ana, cast):
    folded = as_ana.get(section(cast, "BB")).content.decode()
    assert "2.1" in folded
    assert 'name="choice-BB-01"' not in folded
    opened = as_ana.get(section(cast, "BB") + "?anyway=BB-01").content.decode()
    assert 'name="choice-BB-01"' in opened
    as_ana.post(section(cast, "BB"), {"version-BB-01": "0", "choice-BB-01": "met", "anyway-BB-01": "1"})
    assert Answer.objects.get().anyway


def test_the_rest_of_a_section_is_marked_and_taken_back(as_ana, cast):
    response = as_ana.post(section(cast), {**filled(**{"choice-AA-01": "met"}), "do": "rest"})
    page = as_ana.get(response.headers["Location"]).content.decode()
    assert "One indicator was marked as not seen." in page
    assert 'value="undo:AA-02"' in page
    as_ana.post(section(cast), {"do": "undo:AA-02"})
    assert Answer.objects.get(indicator__code="AA-02").choice is None


def test_last_visits_answer_stands_in_the_margin(as_ana, cast):
    old = make.visit(cast.centre, cast.bek, checklist=cast.checklist, state="accepted")
    save = {"by": cast.bek, "at": make.NOON}
    choice = Choice.objects.get(edition=cast.checklist, question=None, code="partly_met")
    Answer.objects.create(
        visit=old, indicator=cast.checklist.indicators.get(code="AA-02"), choice=choice, note="Secret note", **save
    )
    Visit.objects.filter(pk=cast.visit.pk).update(previous=old)
    page = as_ana.get(section(cast)).content.decode()
    assert "September 2025" in page
    assert "Secret note" not in page


def test_a_note_that_may_name_a_person_is_asked_about_until_confirmed(as_ana, cast):
    form = filled(**{"choice-AA-01": "met", "note-AA-01": "A girl, Aliya, told us."})
    as_ana.post(section(cast), form)
    page = as_ana.get(section(cast)).content.decode()
    assert "“Aliya”" in page
    as_ana.post(section(cast), {**form, "version-AA-01": "1", "confirmed-AA-01": "1"})
    assert "“Aliya”" not in as_ana.get(section(cast)).content.decode()


def test_queries_of_a_section_do_not_grow(as_ana, cast, django_assert_max_num_queries):
    for code, choice in (("AA-01", "not_met"), ("AA-02", "met")):
        save_answer(visit=cast.visit, indicator=code, choice=choice, by=cast.bek, at=make.NOON)
    first = cast.checklist.sections.get(code="AA")
    with django_assert_max_num_queries(24) as small:
        as_ana.get(section(cast))
    for order in range(3, 40):
        cast.checklist.indicators.create(
            section=first, code=f"AA-{order:02}", order=order, applies_to=["all"], **make.names("statement", "More.")
        )
    with django_assert_max_num_queries(len(small)):
        as_ana.get(section(cast))


# --- saving at once -----------------------------------------------------------------------------------------------------


def test_a_change_is_confirmed_with_its_version_and_hour(as_ana, cast):
    response = send(as_ana, cast, choice="met", measurement="0")
    assert response.status_code == 200
    assert response.json()["version"] == 1
    assert response.json()["said"].startswith("Saved at ")
    assert Answer.objects.get().measurement == 0


def test_another_answer_is_never_overwritten_silently(as_ana, cast):
    save_answer(visit=cast.visit, indicator="AA-01", choice="met", by=cast.bek, at=make.NOON)
    response = send(as_ana, cast, choice="not_met")
    assert response.status_code == 409
    current = response.json()["current"]
    assert (current["choice"], current["version"], current["by"]) == ("met", 1, "Bek")
    assert Answer.objects.get().choice.code == "met"


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "null",
        "7",
        '"text"',
        "{",
        '{"choice": "met"}',
        '{"version": "1"}',
        '{"version": -1}',
        '{"version": true}',
    ],
)
def test_what_is_no_answer_is_refused_with_a_sentence(as_ana, cast, body):
    address = reverse("visit_answer", args=[cast.visit.pk, "AA-01"])
    response = as_ana.post(address, body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["faults"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"choice": "perhaps"},
        {"choice": ["met"]},
        {"choice": {"a": 1}},
        {"measurement": "x"},
        {"measurement": {}},
        {"note": 5},
        {"note": None},
        {"sources": "seen"},
        {"sources": [["seen"]]},
        {"sources": None},
        {"indicator": "ZZ-99"},
    ],
)
def test_wrong_values_are_refused_with_a_sentence(as_ana, cast, wrong):
    response = send(as_ana, cast, **{"choice": "met", **wrong})
    assert response.status_code == 400
    assert response.json()["faults"]
    assert not Answer.objects.exists()


def test_a_name_is_asked_about_at_once(as_ana, cast):
    response = send(as_ana, cast, choice="met", note="A girl, Aliya, told us.")
    assert response.json()["suspicions"] == ["Aliya"]
    confirmed = send(as_ana, cast, choice="met", note="A girl, Aliya, told us.", confirmed=True, version=1)
    assert confirmed.json()["suspicions"] == []


def test_somebody_of_another_team_finds_nothing(client, cast):
    client.force_login(cast.oleg)
    assert send(client, cast, choice="met").status_code == 404
    assert client.get(section(cast)).status_code == 404


def test_a_submitted_visit_takes_no_change_and_shows_what_stands(as_ana, cast):
    save_answer(visit=cast.visit, indicator="AA-01", choice="met", note="All there.", by=cast.bek, at=make.NOON)
    Visit.objects.filter(pk=cast.visit.pk).update(state="submitted")
    assert send(as_ana, cast, choice="not_met", version=1).status_code == 400
    page = as_ana.get(section(cast)).content.decode()
    assert "All there." in page
    assert 'type="radio"' not in page


def test_a_reviewer_reads_and_does_not_write(client, cast):
    Visit.objects.filter(pk=cast.visit.pk).update(state="submitted")
    client.force_login(cast.clara)
    assert client.get(section(cast)).status_code == 200
    assert send(client, cast, choice="met").status_code == 403
    assert client.get(reverse("visit", args=[cast.visit.pk])).headers["Location"] == reverse(
        "visit_review", args=[cast.visit.pk]
    )


# --- the visit ----------------------------------------------------------------------------------------------------------


def opening(**extra):
    return {
        "kind": "periodic",
        "announced": "no",
        "first_day": "2025-09-15",
        "last_day": "15.09.2025",
        "access": "granted",
        "arrived_at": "09:00",
        "entered_at": "09:20",
        **extra,
    }


def test_a_monitor_opens_a_visit(as_ana, cast):
    address = reverse("visit_open", args=[cast.centre.uid])
    assert as_ana.get(address).status_code == 200
    response = as_ana.post(address, opening(checklist=cast.checklist.pk))
    visit = Visit.objects.get(opened_by=cast.ana)
    assert response.headers["Location"] == reverse("visit", args=[visit.pk])
    assert (visit.announced, str(visit.entered_at)) == (False, "09:20:00")


def test_a_day_before_the_opening_asks_for_the_reason_and_keeps_the_rest(as_ana, cast):
    address = reverse("visit_open", args=[cast.centre.uid])
    assert 'id="id_early_reason"' in as_ana.get(address).content.decode()
    assert "<textarea" in as_ana.get(address).content.decode()
    early = opening(first_day="2009-05-05", last_day="2009-05-05", access_note="Waited.", checklist=cast.checklist.pk)
    response = as_ana.post(address, early)
    page = response.content.decode()
    assert "was not open yet on that day" in page
    assert '<textarea name="early_reason"' in page
    assert "Waited." in page
    as_ana.post(address, {**early, "early_reason": "Children were brought early."})
    assert Visit.objects.get(opened_by=cast.ana).early_reason == "Children were brought early."


def test_a_visit_after_the_institution_closed_asks_why(as_ana, cast):
    cast.centre.closed_on = make.DAY - timedelta(days=30)
    cast.centre.save()
    day, address = make.DAY.isoformat(), reverse("visit_open", args=[cast.centre.uid])
    late = opening(first_day=day, last_day=day, checklist=cast.checklist.pk)
    page = as_ana.post(address, late).content.decode()
    assert "The institution had been closed by that day." in page
    assert '<textarea name="early_reason"' in page
    as_ana.post(address, {**late, "early_reason": "Two children had not left yet."})
    assert Visit.objects.get(opened_by=cast.ana).early_reason == "Two children had not left yet."


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("first_day", "31.02.2025", "Write the day"),
        ("first_day", "yesterday", "Write the day"),
        ("first_day", "2999-01-01", "not come yet"),
        ("arrived_at", "quarter past 9", "Write the hour"),
        ("kind", "holiday", "holiday"),
        ("checklist", "999999", "Choose the checklist"),
        ("checklist", "x", "Choose the checklist"),
    ],
)
def test_impossible_input_is_said_at_its_field(as_ana, cast, field, value, sentence):
    form = {**opening(checklist=cast.checklist.pk), field: value}
    response = as_ana.post(reverse("visit_open", args=[cast.centre.uid]), form)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not Visit.objects.filter(opened_by=cast.ana).exists()


def test_the_overview_says_what_stands_in_the_way_before_the_button(as_bek, cast):
    page = as_bek.get(reverse("visit", args=[cast.visit.pk])).content.decode()
    assert "1 critical indicator has not been answered: 1.1." in page
    assert reverse("visit_submit", args=[cast.visit.pk]) not in page


def test_the_leader_submits_from_the_page(as_bek, cast):
    for code in ("AA-01", "AA-02", "BB-02"):
        save_answer(visit=cast.visit, indicator=code, choice="met", by=cast.ana, at=make.NOON)
    save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked={"Q-1"}, by=cast.ana)
    as_bek.post(reverse("visit_ratings", args=[cast.visit.pk]), {"AA": "3", "BB": "none"})
    assert dict(SectionRating.objects.values_list("section__code", "step")) == {"AA": 3, "BB": None}
    address = reverse("visit_submit", args=[cast.visit.pk])
    assert 'type="submit"' in as_bek.get(address).content.decode()
    assert "State how the children were chosen." in as_bek.post(address).content.decode()
    as_bek.post(address, {"sampling": "random"})
    cast.visit.refresh_from_db()
    assert (cast.visit.state, cast.visit.sampling) == ("submitted", "random")
    assert Interview.objects.count() == 1


def test_the_submit_page_lists_what_stays_open_and_the_reasons_against(as_bek, cast):
    page = as_bek.get(reverse("visit_submit", args=[cast.visit.pk])).content.decode()
    assert "2 indicators stay without an answer." in page
    assert "Rights are explained." in page
    assert 'aria-disabled="true"' in page
    as_bek.post(reverse("visit_submit", args=[cast.visit.pk]))
    cast.visit.refresh_from_db()
    assert cast.visit.state == "open"


@pytest.mark.parametrize("door", ["visit_team", "visit_ratings", "visit_submit"])
def test_a_member_does_not_lead(as_ana, cast, door):
    assert as_ana.get(reverse(door, args=[cast.visit.pk])).status_code == 403


def test_ratings_that_are_barred_are_refused_on_the_page(as_bek, cast):
    save_answer(visit=cast.visit, indicator="AA-01", choice="not_met", by=cast.ana, at=make.NOON)
    response = as_bek.post(reverse("visit_ratings", args=[cast.visit.pk]), {"AA": "4"})
    assert "two best steps are closed" in response.content.decode()
    assert not SectionRating.objects.exists()


def test_the_leader_changes_the_team(as_bek, cast):
    new = make.person("new@example.test", "monitor", region_code="KZ-35", organisation=cast.bek.organisation)
    tied = make.person("tied@example.test", "monitor", region_code="KZ-35", organisation=cast.bek.organisation)
    cast.people["tied"] = tied
    cast.has_conflict("tied")
    address = reverse("visit_team", args=[cast.visit.pk])
    assert "New" in as_bek.get(address).content.decode()
    assert "Oleg" not in as_bek.get(address).content.decode()
    as_bek.post(address, {"do": "join", "user": new.pk})
    page = as_bek.post(address, {"do": "join", "user": tied.pk}, follow=True).content.decode()
    assert "Tied has declared a tie" in page
    assert set(cast.visit.team.values_list("user__email", flat=True)) == {
        "bek@example.test",
        "ana@example.test",
        "new@example.test",
    }
    place = Participation.objects.get(user=new)
    as_bek.post(address, {"do": "sections", "member": place.pk, "sections": ["BB"]})
    place.refresh_from_db()
    assert place.sections == ["BB"]
    as_bek.post(address, {"do": "leave", "member": place.pk})
    place.refresh_from_db()
    assert place.left_on
    assert as_bek.post(address, {"do": "leave", "member": "x"}).status_code == 404


def test_a_finding_starts_from_its_indicator(as_ana, cast):
    save_answer(
        visit=cast.visit, indicator="AA-01", choice="not_met", note="Two missing.", sources=["seen", "child"],
        by=cast.ana, at=make.NOON,
    )  # fmt: skip
    address = reverse("finding_new", args=[cast.visit.pk]) + "?indicator=AA-01"
    assert "Two missing." in as_ana.get(address).content.decode()
    form = {"text": "Two were missing.", "severity": "critical", "sources": ["seen", "child"], "indicators": ["AA-01"]}
    response = as_ana.post(address, form)
    assert response.headers["Location"] == section(cast) + "#AA-01"
    assert Finding.objects.get().corroborated
    assert "Two were missing." in as_ana.get(section(cast)).content.decode()


def test_a_finding_that_may_name_a_person_is_kept_when_confirmed(as_ana, cast):
    address = reverse("finding_new", args=[cast.visit.pk])
    form = {"text": "A girl, Aliya, was hit.", "severity": "high", "indicators": ["AA-01"]}
    page = as_ana.post(address, form).content.decode()
    assert "“Aliya”" in page
    assert not Finding.objects.exists()
    as_ana.post(address, {**form, "confirmed": "on"})
    assert Finding.objects.exists()


def test_only_the_leader_changes_a_finding(client, cast):
    finding = Finding.objects.create(visit=cast.visit, text="Two.", severity="low", by=cast.ana, at=make.NOON)
    address = reverse("finding_edit", args=[finding.pk])
    client.force_login(cast.ana)
    assert client.get(address).status_code == 403
    client.force_login(cast.bek)
    assert "Two." in client.get(address).content.decode()
    client.post(address, {"text": "Three.", "severity": "low", "indicators": ["AA-02"]})
    finding.refresh_from_db()
    assert finding.text == "Three."
    client.force_login(cast.oleg)
    assert client.get(address).status_code == 404


def test_the_team_replies_on_the_overview(as_ana, cast):
    Visit.objects.filter(pk=cast.visit.pk).update(state="returned")
    comment = ReviewComment.objects.create(visit=cast.visit, text="Which floor?", by=cast.clara, at=make.NOON)
    address = reverse("visit", args=[cast.visit.pk])
    assert "Which floor?" in as_ana.get(address).content.decode()
    as_ana.post(address, {"comment": comment.pk, "reply": "The second."})
    comment.refresh_from_db()
    assert comment.reply == "The second."


def test_queries_of_the_overview_do_not_grow(as_bek, cast, django_assert_max_num_queries):
    address = reverse("visit", args=[cast.visit.pk])
    Finding.objects.create(visit=cast.visit, text="One.", severity="low", by=cast.ana, at=make.NOON)
    with django_assert_max_num_queries(40) as small:
        as_bek.get(address)
    for number in range(10):
        finding = Finding.objects.create(visit=cast.visit, text=f"{number}", severity="low", by=cast.ana, at=make.NOON)
        finding.links.create(indicator=cast.checklist.indicators.get(code="AA-02"))
        other = make.person(f"m{number}@example.test", "monitor", organisation=cast.bek.organisation)
        Participation.objects.create(visit=cast.visit, user=other)
    # Two more: findings now have indicators, and these a section.
    with django_assert_max_num_queries(len(small) + 2):
        as_bek.get(address)


def test_a_visit_prints_as_one_page_without_any_talk(as_ana, cast):
    save_answer(visit=cast.visit, indicator="AA-01", choice="met", note="All there.", by=cast.bek, at=make.NOON)
    save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked={"Q-1"}, by=cast.ana)
    page = as_ana.get(reverse("visit_print", args=[cast.visit.pk])).content.decode()
    assert "All there." in page
    for number in ("1.1", "1.2", "2.1", "2.2"):
        assert number in page
    assert "Question Q-1?" not in page


# --- talks --------------------------------------------------------------------------------------------------------------


def save_address(client, cast):
    page = client.get(reverse("visit_interview_new", args=[cast.visit.pk])).content.decode()
    return page.split('class="talk" method="post" action="')[1].split('"')[0]


def test_a_talk_goes_to_the_address_of_ordinary_answers(as_ana, cast):
    addresses = {save_address(as_ana, cast) for _ in range(40)}
    ordinary = {reverse("visit_answer", args=[cast.visit.pk, one.code]) for one in cast.checklist.indicators.all()}
    assert len(addresses) > 1
    assert addresses <= ordinary


def test_a_talk_is_kept_in_the_members_own_bundle(as_ana, cast):
    response = as_ana.post(
        save_address(as_ana, cast), {"answer-Q-1": "yes", "answer-Q-2": "often", "answer-Q-3": ["hit"]}
    )
    assert response.headers["Location"] == reverse("visit_interviews", args=[cast.visit.pk])
    assert InterviewBundle.objects.get().member == cast.ana
    assert "Talk 1" in as_ana.get(response.headers["Location"]).content.decode()
    assert not Answer.objects.exists()


def test_an_answer_whose_way_is_closed_is_ignored(as_ana, cast):
    as_ana.post(save_address(as_ana, cast), {"answer-Q-1": "no", "answer-Q-2": "often"})
    from visits.layout import unpack

    row = read_bundle(visit=cast.visit, member=cast.ana)[1][0].packed
    assert unpack(cast.questionnaire.layout, row) == {"Q-1": "no", "Q-3": None}


def test_none_of_these_excludes_the_rest_and_keeps_what_was_chosen(as_ana, cast):
    form = {"answer-Q-1": "yes", "answer-Q-3": ["hit", "none_of_these"]}
    response = as_ana.post(save_address(as_ana, cast), form)
    page = response.content.decode()
    assert response.status_code == 400
    assert "“None of these” cannot stand beside another answer." in page
    assert page.count("checked") == 3
    assert not InterviewBundle.objects.exists()


@pytest.mark.parametrize(
    "form", [{"answer-Q-1": "perhaps"}, {"answer-Q-3": ["hit", "bitten"]}, {"answer-Q-1": ["yes", "no"]}]
)
def test_an_unknown_choice_is_said_and_not_kept(as_ana, cast, form):
    response = as_ana.post(save_address(as_ana, cast), form)
    assert response.status_code == 400
    assert not InterviewBundle.objects.exists()


def test_members_never_see_each_others_talks(client, cast):
    save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked={"Q-1"}, by=cast.ana)
    client.force_login(cast.ana)
    assert "Talk 1" in client.get(reverse("visit_interviews", args=[cast.visit.pk])).content.decode()
    client.force_login(cast.bek)
    assert "Talk 1" not in client.get(reverse("visit_interviews", args=[cast.visit.pk])).content.decode()


@pytest.mark.parametrize("name", ["oleg", "clara", "saule", "gulnar", "eve"])
def test_nobody_but_the_team_opens_the_talks(client, cast, name):
    client.force_login(cast.people[name])
    for door in ("visit_interviews", "visit_interview_new"):
        assert client.get(reverse(door, args=[cast.visit.pk])).status_code in (403, 404)


def test_a_talk_is_corrected_and_taken_out(as_ana, cast):
    save_interview(visit=cast.visit, answers={"Q-1": "yes"}, asked={"Q-1"}, by=cast.ana)
    new = reverse("visit_interview_new", args=[cast.visit.pk])
    page = as_ana.get(new + "?talk=0&version=1").content.decode()
    assert 'value="yes" autocomplete="off" checked' in page
    as_ana.post(save_address(as_ana, cast), {"talk": "0", "version": "1", "answer-Q-1": "no"})
    version, rows = read_bundle(visit=cast.visit, member=cast.ana)
    assert (version, len(rows)) == (2, 1)
    assert as_ana.get(new + "?talk=0&version=1").status_code == 302
    assert as_ana.get(new + "?talk=x&version=1").status_code == 404
    as_ana.post(save_address(as_ana, cast), {"talk": "0", "version": "2", "do": "remove"})
    assert read_bundle(visit=cast.visit, member=cast.ana)[1] == []


def test_a_returned_visit_does_not_open_its_talks_again(as_ana, cast):
    Visit.objects.filter(pk=cast.visit.pk).update(state="returned", interviews_submitted=True)
    page = as_ana.get(reverse("visit_interview_new", args=[cast.visit.pk])).content.decode()
    assert "cannot be opened again" in page
    assert "<fieldset" not in page
