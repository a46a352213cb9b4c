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
    # a line for each part: as easy to compare as an indented file, and written ten times as fast
    parts = [
        f"{json.dumps(part)}: {json.dumps(content[part], ensure_ascii=False, sort_keys=True)}"
        for part in sorted(content)
    ]
    whole = "{\n" + ",\n".join(parts) + "\n}\n"
    year = content["year"]
    return [
        pdf.Enclosed(
            f"figures-{year}.csv", f"Voice of the Child {year}: every printed percentage", pdf.csv_bytes(rows)
        ),
        pdf.Enclosed(f"figures-{year}.json", f"Voice of the Child {year}: the frozen figures", whole.encode("utf-8")),
    ]


def c(value: Any) -> Any:
    """ "c" for a number that is hidden, as statistical offices write it."""
    return "c" if value is None else value
