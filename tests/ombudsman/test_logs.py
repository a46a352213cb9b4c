"""What the machine writes down by itself: not which page was asked for."""

from pathlib import Path

from django.conf import settings

HOUSE = Path(settings.BASE_DIR)


def test_a_page_that_is_not_there_leaves_no_line_with_its_address(client, db, caplog):
    assert client.get("/visits/no-such-visit/talks/").status_code == 404
    assert "talks" not in caplog.text


def test_a_page_that_is_refused_leaves_no_line_with_its_address(cast, client, caplog):
    client.force_login(cast.bek)
    address = f"/visits/{cast.visit.pk}/talks/"
    assert client.get(address).status_code == 200
    assert client.delete(address).status_code == 405
    assert "talks" not in caplog.text


def test_a_fault_of_the_program_is_still_written(client, db, caplog, monkeypatch):
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("ombudsman.views.render", broken)
    client.raise_request_exception = False
    assert client.get("/help/").status_code == 500
    assert "planted" in caplog.text


def test_the_composed_services_keep_no_access_log():
    text = (HOUSE / "docker-compose.yml").read_text(encoding="utf-8")
    services = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    assert "--access-log" not in services
    assert "log_min_error_statement=panic" in services
    assert "log_statement=none" in services
