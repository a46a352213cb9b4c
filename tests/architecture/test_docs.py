"""Documents that are drawn from the code are fresh, and what an operator may set is documented."""

import re
from pathlib import Path

from django.conf import settings

from ombudsman.people.management.commands import draw_access, draw_data

HOUSE = Path(settings.BASE_DIR)
DOCS = HOUSE / "docs"


def environment_names() -> set[str]:
    """Every variable that the settings file reads."""
    return set(re.findall(r'"(VOICE_[A-Z_]+)"', (HOUSE / "ombudsman" / "settings.py").read_text(encoding="utf-8")))


def test_the_access_table_is_fresh():
    assert draw_access.PAGE.read_text(encoding="utf-8") == draw_access.drawn(), "run manage.py draw_access"


def test_the_table_of_data_is_fresh():
    assert draw_data.PAGE.read_text(encoding="utf-8") == draw_data.drawn(), "run manage.py draw_data"


def test_every_setting_of_the_environment_is_documented():
    documented = re.findall(r"^\| `(VOICE_[A-Z_]+)`", (DOCS / "settings.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(documented) == len(set(documented))
    assert set(documented) == environment_names()


def test_nothing_but_the_settings_reads_the_environment():
    found = []
    for app in ("ombudsman", "institutions", "visits", "reports"):
        for path in (HOUSE / app).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if re.search(r"os\.environ\[|os\.environ\.get|getenv", text) and path.name != "settings.py":
                found.append(str(path.relative_to(HOUSE)))
    assert found == []


def test_every_file_that_the_documents_name_exists():
    missing = []
    for page in [HOUSE / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                missing.append(f"{page.relative_to(HOUSE)}: {target}")
    assert missing == []


def test_decision_records_are_numbered_without_gaps():
    numbers = sorted(int(path.name[:4]) for path in (DOCS / "adr").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
