"""The register of institutions: who sees what, searching, keeping the record, counting children."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from institutions import reference_files
from institutions.models import Headcount, Institution, OfficialFigure
from institutions.page_parts import PagePart, _builders, register
from institutions.services.headcounts import record_headcount
from institutions.services.places import close_institution
from ombudsman.people.access import Refused
from ombudsman.people.models import TrailEntry
from ombudsman.words import search_text, sort_key
from tests import factories as make

pytestmark = pytest.mark.django_db
LIST = reverse("institution_list")


@pytest.fixture
def sign_in(client, cast):
    def enter(name):
        client.force_login(cast.people[name])
        return client

    return enter


def named(kk, ru, en, **extra):
    return make.institution(
        en, name_kk=kk, name_ru=ru, name_en=en, search=search_text(kk, ru, en), sort_key=sort_key(kk), **extra
    )


def shown(response):
    return [place.name_en for place in response.context["page"].object_list]


def test_a_monitor_sees_the_places_of_the_own_region_only(sign_in, cast):
    response = sign_in("ana").get(LIST)
    assert shown(response) == ["Centre 1"]
    assert "Centre 2" not in response.content.decode()
    assert shown(sign_in("saule").get(LIST)) == ["Centre 1", "Centre 2"]


def test_a_place_of_another_region_does_not_exist(sign_in, cast):
    assert sign_in("ana").get(reverse("institution", args=[cast.centre.uid])).status_code == 200
    assert sign_in("ana").get(reverse("institution", args=[cast.far_centre.uid])).status_code == 404


def test_a_conflict_of_interest_hides_the_row_and_the_page(sign_in, cast):
    door = reverse("institution", args=[cast.centre.uid])
    assert sign_in("saule").get(door).status_code == 200
    cast.has_conflict("saule")
    assert sign_in("saule").get(door).status_code == 404
    assert shown(sign_in("saule").get(LIST)) == ["Centre 2"]


def test_someone_without_a_role_is_refused(sign_in):
    for name in ("institution_list", "region_list", "official_figures"):
        assert sign_in("ana").get(reverse(name)).status_code == 200
        assert sign_in("eve").get(reverse(name)).status_code == 403


def test_names_stand_in_kazakh_alphabetical_order(sign_in, cast):
    for kk in ["Ұлытау орталығы", "Қамқор", "Өмір", "Әділет", "Ирис", "Ізгі", "Алау"]:
        named(kk, f"{kk} ru", f"~{kk}", kind=make.kind("police", 1), region=cast.there)
    names = [name for name in shown(sign_in("ruslan").get(LIST)) if name.startswith("~")]
    assert names == ["~Алау", "~Әділет", "~Ирис", "~Қамқор", "~Өмір", "~Ұлытау орталығы", "~Ізгі"]


@pytest.mark.parametrize("words", ["бейімдеу", "АДАПТАЦИИ центр", "adaptation", "Қарағанды БЕЙІМДЕУ"])
def test_words_are_found_in_three_languages_whatever_the_case(sign_in, cast, words):
    named("Қарағанды бейімдеу орталығы", "Центр адаптации Караганды", "Adaptation centre")
    assert shown(sign_in("ana").get(LIST, {"q": words})) == ["Adaptation centre"]


def test_filters_narrow_the_list_and_stay_in_the_links(sign_in, cast):
    other = make.kind("remand", 5)
    for number in range(60):
        make.institution(f"Remand {number:02}", kind=other, capacity=1)
    make.institution("Gone", kind=other, closed_on=date(2020, 1, 1))
    response = sign_in("saule").get(LIST, {"kind": other.code, "state": "open"})
    assert response.context["page"].paginator.count == 60
    assert len(shown(response)) == 50
    assert f"kind={other.code}&amp;state=open&amp;page=2" in response.content.decode()
    assert shown(sign_in("saule").get(LIST, {"kind": other.code, "state": "closed"})) == ["Gone"]
    assert shown(sign_in("saule").get(LIST, {"region": "KZ-10"})) == ["Centre 2"]


def test_a_search_without_result_says_what_to_do(sign_in):
    page = sign_in("saule").get(LIST, {"q": "nowhere"}).content.decode()
    assert "No institution matches" in page
    assert f'href="{LIST}"' in page


def test_an_unknown_filter_is_said_at_its_field(sign_in):
    response = sign_in("saule").get(LIST, {"region": "KZ-99"})
    assert response.status_code == 200
    assert shown(response) == []
    assert response.context["form"].errors["region"]


def test_the_list_asks_the_database_the_same_number_of_questions_whatever_its_length(
    sign_in, cast, django_assert_max_num_queries
):
    client = sign_in("saule")
    client.get(LIST)
    for number in range(30):
        place = make.institution(f"Place {number}")
        Headcount.objects.create(institution=place, on=make.DAY, children=3, source="visit", capacity=2)
    with django_assert_max_num_queries(10):
        assert len(shown(client.get(LIST))) == 32


def test_the_page_shows_overcrowding_and_a_return_that_contradicts_our_count(sign_in, cast):
    place = cast.centre
    Headcount.objects.create(institution=place, on=make.DAY, children=43, capacity=40, source="visit")
    Headcount.objects.create(
        institution=place, on=make.DAY - timedelta(days=2), children=29, capacity=40, source="institution"
    )
    Headcount.objects.create(
        institution=place, on=make.DAY - timedelta(days=200), children=10, capacity=40, source="authority"
    )
    page = sign_in("ana").get(reverse("institution", args=[place.uid])).content.decode()
    assert "Overcrowded: 43 children, capacity 40." in page
    assert "Monitors counted 43 on 15 September 2025; the figure of 13 September 2025 says 29" in page
    assert page.count("The counts contradict each other.") == 1


def test_a_block_of_an_upper_app_appears_on_the_page(sign_in, cast):
    register("test", lambda request, place: PagePart("partials/messages.html", {}), order=99)
    register("none", lambda request, place: None, order=98)
    try:
        response = sign_in("ana").get(reverse("institution", args=[cast.centre.uid]))
        assert "partials/messages.html" in [part.template for part in response.context["parts"]]
    finally:
        del _builders["test"], _builders["none"]


# --- keeping the record -----------------------------------------------------------------------------------------------

RECORD = {"name_kk": "Жаңа орталық", "locality_kk": "Теміртау", "sexes": "both", "capacity": "12"}


def record(cast, **extra):
    kind = cast.centre.kind
    return {**RECORD, "kind": kind.pk, "region": cast.here.pk, "authority": kind.authority_id, **extra}


def test_the_coordinator_registers_an_institution(sign_in, cast):
    response = sign_in("saule").post(reverse("institution_new"), record(cast, opened_on="2020-05-01"))
    place = Institution.objects.get(name_kk="Жаңа орталық")
    assert response["Location"] == reverse("institution", args=[place.uid])
    assert place.search == "жаңа орталық | теміртау"
    assert [event.kind for event in place.events.all()] == ["opened"]
    assert TrailEntry.objects.filter(act="institution.register", thing_id=str(place.pk)).exists()


@pytest.mark.parametrize("name", ["ana", "clara", "dan", "aigerim"])
def test_others_who_see_the_register_do_not_keep_it(sign_in, cast, name):
    client, uid = sign_in(name), cast.centre.uid
    assert client.get(reverse("institution", args=[uid])).status_code == 200
    assert client.get(reverse("institution_new")).status_code == 403
    for door in ("correct", "rename", "move", "close"):
        assert client.post(reverse(f"institution_{door}", args=[uid]), {}).status_code == 403
    assert client.post(reverse("headcount_new", args=[uid]), {}).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"capacity": "many"}, "Write a whole number, for example 43."),
        ({"capacity": "-1"}, "Write 0 or more."),
        ({"name_kk": " "}, "Write the name in one language at least."),
        ({"opened_on": "31 February"}, "Write the day, for example 2026-11-22."),
        ({"opened_on": "2999-01-01"}, "The day of opening lies in the future."),
        ({"age_from": "17", "age_to": "10"}, "The oldest age is below the youngest."),
        ({"kind": "999"}, "Choose one from the list."),
    ],
)
def test_bad_input_is_said_plainly_and_nothing_typed_is_lost(sign_in, cast, wrong, said):
    response = sign_in("saule").post(reverse("institution_new"), record(cast, locality_ru="Темиртау-5", **wrong))
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert "Темиртау-5" in page
    assert not Institution.objects.filter(locality_kk="Теміртау").exists()


def test_a_new_name_keeps_the_old_one_in_the_history(sign_in, cast):
    client, uid = sign_in("saule"), cast.centre.uid
    client.post(reverse("institution_rename", args=[uid]), {"name_kk": "Үміт орталығы", "on": "2024-01-10"})
    place = Institution.objects.get(uid=uid)
    event = place.events.get(kind="renamed")
    assert (place.name_kk, place.name_en) == ("Үміт орталығы", "")
    assert event.before_text == "Centre 1 (kk) · Centre 1 (ru) · Centre 1"
    assert shown(client.get(LIST, {"q": "үміт"})) == [""]
    assert "Centre 1 (kk)" in client.get(reverse("institution", args=[uid])).content.decode()


def test_a_place_that_moves_leaves_its_visits_in_the_region_of_their_day(sign_in, cast):
    uid = cast.centre.uid
    sign_in("saule").post(
        reverse("institution_move", args=[uid]), {"region": cast.there.pk, "locality_ru": "Семей", "on": "2025-10-01"}
    )
    assert Institution.objects.get(uid=uid).region == cast.there
    cast.visit.refresh_from_db()
    assert cast.visit.region == cast.here


def test_a_corrected_capacity_is_history(sign_in, cast):
    uid = cast.centre.uid
    data = record(cast, capacity="60", name_kk="Centre 1 (kk)")
    assert sign_in("saule").post(reverse("institution_correct", args=[uid]), data).status_code == 302
    event = cast.centre.events.get(kind="capacity")
    assert (event.before_text, event.after_text, event.on) == ("40", "60", timezone.localdate())


def test_an_institution_closes_once_and_not_before_it_opened(cast):
    with pytest.raises(Refused, match="opened later"):
        close_institution(institution=cast.centre, on=date(2009, 1, 1), by=cast.saule, at=timezone.now())
    close_institution(institution=cast.centre, on=date(2026, 1, 1), by=cast.saule, at=timezone.now())
    with pytest.raises(Refused, match="closed already"):
        close_institution(institution=cast.centre, on=date(2026, 2, 1), by=cast.saule, at=timezone.now())


def test_a_closed_institution_is_not_renamed(sign_in, cast):
    Institution.objects.filter(pk=cast.centre.pk).update(closed_on=date(2024, 1, 1))
    response = sign_in("saule").post(
        reverse("institution_rename", args=[cast.centre.uid]), {"name_kk": "Жаңа", "on": "2023-01-01"}
    )
    assert "The institution is closed. Its past stays as it is." in response.content.decode()


def count(**extra):
    return {"on": "2025-09-15", "source": "visit", "children": "43", "capacity": "40", **extra}


def test_more_children_than_places_is_saved_and_marked(sign_in, cast):
    client, uid = sign_in("saule"), cast.centre.uid
    page = client.post(reverse("headcount_new", args=[uid]), count(), follow=True).content.decode()
    assert Headcount.objects.get(institution=cast.centre).overcrowded
    assert "43 children, capacity 40. Saved and marked as overcrowded." in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"girls": "20", "boys": "20"}, "Girls and boys together make 40, but 43 children are given in all."),
        ({"girls": "50"}, "Girls or boys are more than all children."),
        ({"children": "43?"}, "Write a whole number, for example 43."),
        ({"on": "2999-01-01"}, "The day lies in the future."),
        ({"on": "2009-12-31"}, "The institution opened later than this day."),
        ({"source": "rumour"}, "Choose one from the list."),
    ],
)
def test_a_headcount_that_cannot_be_is_refused_with_a_reason(sign_in, cast, wrong, said):
    response = sign_in("saule").post(reverse("headcount_new", args=[cast.centre.uid]), count(**wrong))
    page = response.content.decode()
    assert said in page
    assert 'value="40"' in page
    assert not Headcount.objects.exists()


def test_one_headcount_a_day_and_source(cast):
    given = {"institution": cast.centre, "on": make.DAY, "by": cast.saule, "at": make.NOON, "children": 3}
    record_headcount(source="visit", **given)
    record_headcount(source="authority", **given)
    with pytest.raises(Refused, match="recorded already"):
        record_headcount(source="visit", **given)


def test_two_who_save_the_same_day_at_once_are_told_apart_by_the_database(cast, monkeypatch):
    given = {
        "institution": cast.centre,
        "on": make.DAY,
        "by": cast.saule,
        "at": make.NOON,
        "children": 3,
        "source": "visit",
    }
    record_headcount(**given)
    answers = iter([[], ["A headcount of this day is there."]])
    monkeypatch.setattr("institutions.services.headcounts.obstacles_to_count", lambda *args: next(answers))
    with pytest.raises(Refused, match="is there"):
        record_headcount(**given)
    assert Headcount.objects.count() == 1


def test_the_official_figures_show_what_does_not_agree(sign_in):
    OfficialFigure.objects.bulk_create(reference_files.official_figures())
    page = sign_in("dan").get(reverse("official_figures")).content.decode()
    assert "sum to 85, the published total is 95" in page
    assert "sum to 455, the published total is 461" in page
    assert "36,777" in page
