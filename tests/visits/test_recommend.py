"""Recommendations: from an accepted finding, numbered without gaps; what is said and what is seen stay apart."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from ombudsman.people.access import Refused
from tests import factories as make
from visits.models import Recommendation, Visit
from visits.services import followup

from .reviewed import at_once, finding, in_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(cast):
    return finding(in_review(cast), "accepted")


def soon():
    return timezone.localdate() + timedelta(days=30)


def issue(cast, found, **values):
    values = {"authority": make.authority(), "texts": {"ru": "Завести журнал."}, "deadline": soon(), **values}
    return at_once(followup.recommend, finding=found, by=values.pop("by", cast.clara), **values)


def test_numbers_run_through_the_year_without_gaps(cast, found):
    year = timezone.localdate().year
    with pytest.raises(Refused):
        issue(cast, found, texts={"kk": " "})
    made = [issue(cast, found).number for _time in range(3)]
    assert made == [f"{year}-001", f"{year}-002", f"{year}-003"]
    Recommendation.objects.filter(number=f"{year}-003").update(number=f"{year}-1000")
    assert issue(cast, found).number == f"{year}-1001"


def test_it_needs_an_accepted_finding_words_and_a_future_deadline(cast, found):
    for values in ({"deadline": timezone.localdate()}, {"texts": {}}):
        with pytest.raises(Refused):
            issue(cast, found, **values)
    with pytest.raises(Refused, match="accepted finding"):
        issue(cast, finding(found.visit))


@pytest.mark.parametrize("name", ["ruslan", "ana", "aigerim", "dan", "rauan", "gulnar", "eve"])
def test_only_the_office_of_the_region_issues_and_records(cast, found, name):
    advice = issue(cast, found)
    with pytest.raises(PermissionDenied):
        issue(cast, found, by=cast.people[name])
    with pytest.raises(PermissionDenied):
        respond(cast, advice, "accepted", by=cast.people[name])
    with pytest.raises(PermissionDenied):
        see(cast, advice, "not", note="Nothing changed.", seen_on=timezone.localdate(), by=cast.people[name])


def test_a_conflict_of_interest_denies(cast, found):
    advice = issue(cast, found)
    cast.has_conflict("clara")
    with pytest.raises(PermissionDenied):
        respond(cast, advice, "accepted")


def respond(cast, advice, state, **values):
    values = {"received_on": timezone.localdate(), "text": "Done, they say.", "by": cast.clara, **values}
    return at_once(followup.record_response, recommendation=advice, state=state, **values)


def see(cast, advice, state, **values):
    return at_once(followup.record_verification, recommendation=advice, state=state, **{"by": cast.clara, **values})


def test_what_the_authority_says_never_changes_what_was_seen(cast, found):
    advice = issue(cast, found)
    respond(cast, advice, "accepted")
    advice.refresh_from_db()
    assert (advice.response, advice.verification) == ("accepted", "not_checked")
    see(cast, advice, "not", note="No register.", seen_on=timezone.localdate())
    advice.refresh_from_db()
    assert (advice.response, advice.verification) == ("accepted", "not")


def test_states_follow_their_tables(cast, found):
    advice = issue(cast, found)
    with pytest.raises(Refused):
        respond(cast, advice, "none")
    with pytest.raises(Refused, match="too early"):
        respond(cast, advice, "no_reply")
    respond(cast, advice, "accepted")
    with pytest.raises(Refused, match="cannot follow"):
        respond(cast, advice, "no_reply")
    with pytest.raises(Refused):
        see(cast, advice, "not_checked", note="x", seen_on=timezone.localdate())


def test_days_lie_between_issue_and_today(cast, found):
    advice = issue(cast, found)
    for day in (timezone.localdate() + timedelta(days=1), timezone.localdate() - timedelta(days=1)):
        with pytest.raises(Refused):
            respond(cast, advice, "accepted", received_on=day)
        with pytest.raises(Refused):
            see(cast, advice, "not", note="x", seen_on=day)


def test_it_is_seen_on_a_later_visit_there_or_told_in_a_note(cast, found):
    advice = issue(cast, found)
    Recommendation.objects.filter(pk=advice.pk).update(issued_on=make.DAY - timedelta(days=9))
    with pytest.raises(Refused, match="Choose the visit"):
        see(cast, advice, "implemented")
    with pytest.raises(Refused, match="another institution"):
        see(cast, advice, "implemented", visit=cast.far_visit)
    made = see(cast, advice, "implemented", visit=cast.other_visit)
    assert made.seen_on == cast.other_visit.last_day


def test_repeating_counts(cast, found):
    first = issue(cast, found)
    second = issue(cast, found, repeats=first)
    third = issue(cast, found, repeats=second)
    assert [one.times_repeated for one in (first, second, third)] == [0, 1, 2]
    Visit.objects.filter(pk=cast.far_visit.pk).update(state="accepted")
    elsewhere = finding(cast.far_visit, "accepted")
    with pytest.raises(Refused, match="same institution"):
        issue(cast, elsewhere, repeats=first, by=cast.saule)


def test_a_share_of_children_needs_its_numbers_before_it_is_issued(client, cast, found):
    """The report would print a note in its place; whoever writes it learns so while it can still be put right."""
    told = "Мёрзнут 65 % детей: почините отопление."
    with pytest.raises(Refused, match="65 %"):
        issue(cast, found, texts={"ru": told})
    client.force_login(cast.clara)
    url = reverse("recommendation_new", args=[found.pk])
    typed = {"authority": make.authority().pk, "deadline": soon().isoformat(), "text_ru": told, "text_en": "Heat."}
    bad = client.post(url, typed)
    assert bad.status_code == 422
    assert list(bad.context["form"].errors) == ["text_ru"]
    page = bad.content.decode()
    assert "“65 %” is a share of children" in page
    assert told in page
    assert "Heat." in page
    assert typed["deadline"] in page
    assert not Recommendation.objects.exists()
    written = {**typed, "text_ru": "Мёрзнут 65 % детей, 274 из 421. Утеплить 80 % окон."}
    assert client.post(url, written).status_code == 302


def test_the_page_issues_and_says_what_is_wrong(client, cast, found):
    client.force_login(cast.clara)
    url = reverse("recommendation_new", args=[found.pk])
    assert found.text in client.get(url).content.decode()
    bad = client.post(url, {"authority": make.authority().pk, "deadline": "2020-01-01", "text_kk": "Журнал ашу."})
    assert bad.status_code == 422
    assert "The deadline must lie in the future." in bad.content.decode()
    assert "Журнал ашу." in bad.content.decode()
    good = client.post(
        url, {"authority": make.authority().pk, "deadline": soon().isoformat(), "text_kk": "Журнал ашу."}
    )
    advice = Recommendation.objects.get()
    assert good["Location"] == reverse("recommendation", args=[advice.pk])
    shown = client.get(good["Location"]).content.decode()
    assert 'lang="kk">Журнал ашу.' in shown
    assert "not yet in English" in shown


def test_both_states_are_recorded_on_its_page(client, cast, found):
    advice = issue(cast, found)
    client.force_login(cast.clara)
    today = timezone.localdate().isoformat()
    said = reverse("recommendation_response", args=[advice.pk])
    assert client.post(said, {"said-state": "accepted"}).status_code == 422
    assert client.post(said, {"said-state": "accepted", "said-received_on": today}).status_code == 302
    seen = reverse("recommendation_verification", args=[advice.pk])
    assert client.post(seen, {"seen-state": "not", "seen-seen_on": today}).status_code == 422
    values = {"seen-state": "not", "seen-seen_on": today, "seen-note": "Notemark"}
    assert client.post(seen, values).status_code == 302
    page = reverse("recommendation", args=[advice.pk])
    assert "Notemark" in client.get(page).content.decode()
    client.force_login(cast.aigerim)
    text = client.get(page).content.decode()
    assert "Завести журнал." in text
    assert "Notemark" not in text
    assert found.text not in text
    client.force_login(cast.ruslan)
    assert client.get(page).status_code == 404


def test_overdue_is_ochre_and_filtered(client, cast, found):
    late, fine = issue(cast, found), issue(cast, found)
    Recommendation.objects.filter(pk=late.pk).update(deadline=timezone.localdate() - timedelta(days=1))
    client.force_login(cast.clara)
    url = reverse("recommendation_list")
    text = client.get(url).content.decode()
    assert late.number in text
    assert fine.number in text
    assert text.count("Overdue since") == 1
    assert "is-bad" not in text
    assert [row.pk for row in client.get(url, {"overdue": "1"}).context["page"].rows] == [late.pk]
    Recommendation.objects.filter(pk=late.pk).update(verification="implemented")
    assert client.get(url, {"overdue": "1"}).context["page"].rows == []


def test_the_list_is_filtered_closed_to_others_and_costs_the_same(client, cast, found, django_assert_num_queries):
    advice = issue(cast, found)
    client.force_login(cast.clara)
    url = reverse("recommendation_list")
    for query in ({"authority": "mia"}, {"year": advice.year}, {"response": "none"}, {"verification": "not_checked"}):
        assert len(client.get(url, query).context["page"].rows) == 1
    for query in ({"authority": "none"}, {"year": 1999}, {"response": "accepted"}, {"verification": "not"}):
        assert client.get(url, query).context["page"].rows == []
    for _time in range(5):
        issue(cast, found)
    with django_assert_num_queries(5):
        client.get(url)
    for name in ("eve", "sergey", "dina"):
        client.force_login(cast.people[name])
        assert client.get(url).status_code == 403
    client.force_login(cast.ruslan)
    assert advice.number not in client.get(url).content.decode()


def test_the_page_of_the_institution_shows_what_is_open_and_past_visits(client, cast, found):
    advice = issue(cast, found)
    Visit.objects.filter(pk=cast.visit.pk).update(state="accepted")
    client.force_login(cast.clara)
    text = client.get(reverse("institution", args=[cast.centre.uid])).content.decode()
    assert advice.number in text
    assert reverse("visit", args=[cast.visit.pk]) in text
    assert "met 1, partly 1, not met 1" in text
    client.force_login(cast.aigerim)
    text = client.get(reverse("institution", args=[cast.centre.uid])).content.decode()
    assert advice.number in text
    assert reverse("visit", args=[cast.visit.pk]) not in text
    assert "met 1" not in text
