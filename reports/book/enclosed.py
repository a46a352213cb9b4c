"""The open data that travel inside the book."""

import json
from typing import Any

from .. import pdf


def open_data(content: Any) -> list[pdf.Enclosed]:
    """The frozen figures as they travel inside the book: a table for spreadsheets and the whole content for programs."""
    heads = ("key", "numerator", "base", "base_rule", "percent", "institutions", "from", "to", "edition", "protection")
    rows = [heads] + [
        (key, *(c(one[name]) for name in heads[1:6]), *one["period"], one["edition"], one["protection"])
        for key, one in sorted(content["figures"].items())
    ]
    whole = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode("utf-8")
    year = content["year"]
    return [
        pdf.Enclosed(
            f"figures-{year}.csv", f"Voice of the Child {year}: every printed percentage", pdf.csv_bytes(rows)
        ),
        pdf.Enclosed(f"figures-{year}.json", f"Voice of the Child {year}: the frozen figures", whole),
    ]


def c(value: Any) -> Any:
    """ "c" for a number that is hidden, as statistical offices write it."""
    return "c" if value is None else value
