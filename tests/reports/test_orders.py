"""Work on a report that takes longer than a page: asked for once, carried out by the worker, never half done."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from ombudsman.people.access import Refused
from ombudsman.people.models import Grant, TrailEntry
from reports import printing, services
from reports import standing_still as standing
from reports.models import Order, Publication
from reports.services import orders, publications
from tests import factories as make
from visits.models import VisitTally

from .test_release import AT, YEAR, change_a_visit, counted, frozen, page  # noqa: F401

A_WORKER = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def waiting(counted):  # noqa: F811
    """As in service: what is asked for waits until the worker comes."""
    with override_settings(TASKS=A_WORKER):
        yield counted


def ask(cast, at=AT, year=YEAR):
    return orders.ask_to_freeze(year=year, choice_of_visits="latest", by=cast.dan, at=at)


def worker():
    """What `manage.py db_worker` does with everything that may be done now."""
    for result in DBTaskResult.objects.ready():
        result.claim("test")
        result.task.call(*result.task_result.args)
        result.set_successful(None)


def test_freezing_is_asked_for_in_the_page_and_done_by_the_worker(client, waiting):
    client.force_login(waiting.dan)
    done = client.post(reverse("report_freeze"), {"year": YEAR, "choice_of_visits": "all"}, follow=True)
    order = Order.objects.get()
    assert done.redirect_chain == [(reverse("report_order", args=[order.pk]), 302)]
    assert "Asked for" in done.content.decode()
    assert not Publication.objects.exists()
    listed = client.get(reverse("report_list")).content.decode()
    assert reverse("report_order", args=[order.pk]) in listed
    worker()
    order.refresh_from_db()
    assert (order.state, order.publication.frozen.content["choice_of_visits"]) == ("done", "all")
    shown = page(client, "report_order", order.pk).content.decode()
    assert "The figures of 2025 are frozen." in shown
    assert f"{reverse('report', args=[YEAR])}?edition=1" in shown
    assert reverse("report_order", args=[order.pk]) not in client.get(reverse("report_list")).content.decode()
    acts = list(TrailEntry.objects.filter(act__startswith="report.").order_by("number").values_list("act", flat=True))
    assert acts == ["report.ask_freeze", "report.freeze"]


def test_asking_twice_is_asking_once(waiting):
    first, second = ask(waiting), ask(waiting)
    assert first.pk == second.pk
    worker()
    assert TrailEntry.objects.filter(act="report.freeze").count() == 1
    assert ask(waiting).pk != first.pk


def test_the_database_lets_no_second_order_in(waiting):
    """What two presses at one moment rest on."""
    first = ask(waiting)
    again = Order(work="freeze", year=YEAR, language="en", by=waiting.dan, asked_at=AT)
    Order.objects.bulk_create([again], ignore_conflicts=True)
    assert list(Order.objects.all()) == [first]


def test_an_order_is_carried_out_once_whoever_comes_for_it(waiting, monkeypatch):
    order = ask(waiting)
    seen = []

    def slow(**values):
        seen.append(values["year"])
        orders.perform(pk=order.pk, at=AT + timedelta(minutes=1))  # Another worker, meanwhile.
        return publications.freeze(**values)

    monkeypatch.setattr(orders, "freeze", slow)
    orders.perform(pk=order.pk, at=AT)
    orders.perform(pk=order.pk, at=AT + timedelta(minutes=2))
    assert seen == [YEAR]


def test_what_a_killed_worker_left_is_taken_up_after_its_lease(waiting):
    order = ask(waiting)
    Order.objects.filter(pk=order.pk).update(state="working", taken_at=AT)
    orders.perform(pk=order.pk, at=AT + Order.LEASE - timedelta(seconds=1))
    assert not Publication.objects.exists()
    orders.perform(pk=order.pk, at=AT + Order.LEASE)
    order.refresh_from_db()
    assert order.state == "done"
    second = DBTaskResult.objects.exclude(run_after__lte=AT).get(run_after=AT + Order.LEASE)
    assert second.task_result.args == [str(order.pk)]


def test_who_was_stopped_and_comes_back_does_not_end_the_order_of_another(waiting):
    order = ask(waiting)
    stopped = orders._take(order.pk, AT)
    other = orders._take(order.pk, AT + Order.LEASE)
    orders._end(stopped, Order.State.BROKEN, [])
    assert Order.objects.get().state == "working"
    orders._end(other, Order.State.DONE, [])
    assert Order.objects.get().state == "done"


def test_killed_between_releasing_and_noting_it_is_done_and_not_refused(waiting):
    draft = frozen(waiting)
    order = orders.ask_to_release(publication=draft, by=waiting.saule, at=AT)
    services.release(publication=draft, by=waiting.saule, at=AT)
    worker()
    order.refresh_from_db()
    assert (order.state, order.reasons) == ("done", [])


def test_what_cannot_be_is_refused_at_once_and_asks_nobody(waiting):
    with pytest.raises(Refused, match="No visit of this year is accepted yet"):
        ask(waiting, year=2019)
    draft = frozen(waiting, by="saule")
    with pytest.raises(Refused, match="A second person"):
        orders.ask_to_release(publication=draft, by=waiting.saule, at=AT)
    assert not Order.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_reasons_are_kept_in_the_language_of_who_asked(client, waiting):
    with translation.override("ru"):
        order = ask(waiting)
    VisitTally.objects.all().delete()
    waiting.visit.__class__.objects.all().update(state="submitted", decided_by=None, decided_at=None)
    worker()
    order.refresh_from_db()
    assert order.state == "refused"
    with translation.override("ru"):
        assert order.reasons == [translation.gettext("No visit of this year is accepted yet.")]
    client.force_login(waiting.dan)
    assert f'<li lang="ru">{order.reasons[0]}' in page(client, "report_order", order.pk).content.decode()
    assert TrailEntry.objects.filter(act="report.order_refused").count() == 1


def test_a_right_that_was_taken_back_meanwhile_counts(waiting):
    order = ask(waiting)
    Grant.objects.filter(user=waiting.dan).update(until=make.DAY)
    worker()
    order.refresh_from_db()
    assert (order.state, order.reasons) == ("refused", ["Whoever asked for it may not do it any more."])
    assert not Publication.objects.exists()


def test_other_figures_than_those_that_were_looked_at_are_not_released(waiting):
    draft = frozen(waiting)
    order = orders.ask_to_release(publication=draft, by=waiting.saule, at=AT)
    change_a_visit(waiting)
    frozen(waiting)
    worker()
    order.refresh_from_db()
    assert (order.state, Publication.objects.get().state) == ("refused", "draft")
    assert "frozen anew since" in order.reasons[0]


def test_a_fault_of_the_program_ends_the_order_and_may_be_tried_again(client, waiting, monkeypatch):
    order = ask(waiting)

    def fails(**values):
        raise ZeroDivisionError

    monkeypatch.setattr(orders, "freeze", fails)
    with pytest.raises(ZeroDivisionError):
        orders.perform(pk=order.pk, at=AT)
    order.refresh_from_db()
    assert (order.state, order.reasons) == ("broken", [])
    client.force_login(waiting.dan)
    assert "It broke off by a fault" in page(client, "report_order", order.pk).content.decode()
    assert TrailEntry.objects.filter(act="report.order_broken").count() == 1
    assert ask(waiting).pk != order.pk


def test_without_a_worker_it_is_done_while_the_page_waits(client, waiting):
    client.force_login(waiting.dan)
    order = ask(waiting, at=timezone.now())
    here = reverse("report_order_here", args=[order.pk])
    assert here not in page(client, "report_order", order.pk).content.decode()
    client.post(here)
    assert not Publication.objects.exists()  # The worker has its time first.
    Order.objects.update(asked_at=timezone.now() - Order.PATIENCE)
    shown = page(client, "report_order", order.pk).content.decode()
    assert "Nobody has taken it up yet" in shown
    assert here in shown
    assert client.post(here).status_code == 302
    assert Order.objects.get().state == "done"
    worker()
    assert TrailEntry.objects.filter(act="report.freeze").count() == 1
    client.force_login(waiting.aigerim)
    assert client.post(here).status_code == 403


def test_the_book_is_printed_in_every_language_by_the_worker(client, waiting, monkeypatch, tmp_path):
    monkeypatch.setattr(printing, "_made", lambda publication, language: f"%PDF {language}".encode())
    monkeypatch.setattr(printing.os, "cpu_count", lambda: 1)
    monkeypatch.setattr("django.conf.settings.VAR_DIR", tmp_path)
    draft = frozen(waiting)
    client.force_login(waiting.dan)
    button = reverse("report_print", args=[YEAR])
    assert button in page(client).content.decode()
    client.post(button)
    assert not draft.files.exists()
    worker()
    assert sorted(draft.files.values_list("language", flat=True)) == ["en", "kk", "ru"]
    assert Order.objects.get().state == "done"
    assert button not in page(client).content.decode()
    before = sorted(path.stat().st_mtime_ns for path in (tmp_path / "reports").iterdir())
    client.post(button)
    worker()
    assert sorted(path.stat().st_mtime_ns for path in (tmp_path / "reports").iterdir()) == before
    services.release(publication=draft, by=waiting.saule, at=AT)
    services.withdraw(publication=draft, by=waiting.saule, at=AT)
    with pytest.raises(Refused, match="A withdrawn report is not printed"):
        orders.ask_to_print(publication=Publication.objects.get(), by=waiting.dan, at=AT)


def test_what_changed_while_it_was_counted_is_not_covered_up(counted, monkeypatch):  # noqa: F811
    draft = frozen(counted)
    change_a_visit(counted)
    count = publications.counted

    def meanwhile(year, **values):
        found = count(year, **values)
        services.release(publication=draft, by=counted.saule, at=AT)
        return found

    monkeypatch.setattr(publications, "counted", meanwhile)
    with pytest.raises(Refused, match="was changed while its figures were counted"):
        frozen(counted)
    assert Publication.objects.get().frozen.sha256 == draft.frozen.sha256


def test_what_changed_while_it_was_tested_does_not_go_out(counted, monkeypatch):  # noqa: F811
    draft = frozen(counted)
    attack = publications.rules.obstacles_found_by_attacking

    def meanwhile(publication):
        found = attack(publication)
        monkeypatch.setattr(publications.rules, "obstacles_found_by_attacking", attack)
        change_a_visit(counted)
        frozen(counted, by="timur")
        return found

    monkeypatch.setattr(publications.rules, "obstacles_found_by_attacking", meanwhile)
    with pytest.raises(Refused, match="was changed while it was tested"):
        services.release(publication=draft, by=counted.saule, at=AT)
    assert Publication.objects.get().state == "draft"


@pytest.fixture
def apart(django_db_setup, django_db_blocker, tmp_path, monkeypatch):
    """A database that several read and write at once: PostgreSQL as it is, SQLite as a file as in service."""
    alias = "default"
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            alias = "apart"
            monkeypatch.setitem(
                connections.settings, alias, {**connections.settings["default"], "NAME": tmp_path / "apart.sqlite3"}
            )
            monkeypatch.setattr(standing, "connection", connections[alias])
        with connections[alias].cursor() as cursor:
            cursor.execute("CREATE TABLE meanwhile (n integer)")
        yield alias
        with connections[alias].cursor() as cursor:
            cursor.execute("DROP TABLE meanwhile")
        if alias != "default":
            connections[alias].close()
            del connections[alias]


def test_counting_holds_up_nobody_and_sees_one_moment(apart):
    """Somebody writes while a year is counted: they do not wait, and what they wrote is not seen half."""
    failed = []

    def counted_now():
        with connections[apart].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM meanwhile")
            return cursor.fetchone()[0]

    def write():
        try:
            with transaction.atomic(using=apart), connections[apart].cursor() as cursor:
                cursor.execute("INSERT INTO meanwhile VALUES (1)")
        except OperationalError as locked:
            failed.append(locked)
        finally:
            connections[apart].close()

    with standing.standing_still():
        assert counted_now() == 0
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(10)
        assert not writer.is_alive()
        assert counted_now() == 0
    assert failed == []
    assert counted_now() == 1


def test_a_year_can_be_the_first_thing_that_a_process_asks_for(apart, monkeypatch):
    """A command that counts has opened no connection before."""
    unopened = connections[apart].copy()
    monkeypatch.setattr(standing, "connection", unopened)
    with standing.standing_still(), connections[apart].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM meanwhile")
        assert cursor.fetchone() == (0,)
    unopened.close()
