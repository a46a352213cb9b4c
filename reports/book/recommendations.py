"""The recommendations: what the authorities say, what we saw, and the list."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from .. import charts, sentences
from ..wording import number, on_day, short_day
from .year import Book, Chapter


def chapters(book: Book) -> Iterator[Chapter]:
    """One chapter; none where nothing was recommended."""
    asked = book.content["recommendations"]
    if not asked["total"]:
        return
    labels = asked["labels"]
    order = [code for code in ("implemented", "partly", "not", "not_checked", "overtaken") if code in labels["seen"]]
    said = list(labels["said"])

    def strip(line: Any, name: str) -> Any:
        words = "; ".join(f"{labels['seen'][code]}: {number(line['seen'].get(code, 0))}" for code in order)
        return charts.unit_strip([(code, line["seen"].get(code, 0)) for code in order], f"{name}. {words}", per_line=16)

    yield Chapter(
        "recommendations",
        "recommendations",
        _("Recommendations: what was said and what we saw"),
        _("By authority, and the list"),
        data={
            "lead": _("Accepted, they say: %(accepted)s. Implemented, we saw: %(implemented)s.")
            % {
                "accepted": sentences.some_recommendations(asked["said"].get("accepted", 0), asked["total"]),
                "implemented": sentences.some_recommendations(asked["seen"].get("implemented", 0), asked["total"]),
            },
            "caption": book.table(_("What we saw: one mark, one recommendation")),
            "said_caption": book.table(_("What the authorities say")),
            "order": [(charts.unit(code, labels["seen"][code]), labels["seen"][code]) for code in order],
            "said": [labels["said"][code] for code in said],
            "rows": [
                {
                    **one,
                    "strip": strip(one, one["name"]),
                    "seen_counts": [one["seen"].get(code, 0) for code in order],
                    "said_counts": [one["said"].get(code, 0) for code in said],
                }
                for one in asked["by_authority"]
            ],
            "total_seen": [asked["seen"].get(code, 0) for code in order],
            "total_said": [asked["said"].get(code, 0) for code in said],
            "total": asked["total"],
            "overdue": asked["overdue"],
            "passport": book.passport(
                sentences.recommendations(asked["total"]), _("state on %(day)s") % {"day": on_day(book.frozen_on)}
            ),
            "list_caption": book.table(_("The recommendations")),
            "complete": len(asked["items"]) == asked["total"],
            "listed": sentences.some_recommendations(len(asked["items"]), asked["total"]),
            "items": [entry(book, item) for item in asked["items"]],
        },
    )


def entry(book: Book, item: Any) -> dict[str, Any]:
    """A recommendation as the lists print it."""
    wanted = book.content["recommendations"]
    names = {one["code"]: one["name"] for one in wanted["by_authority"]}
    return {
        **item,
        "to": names.get(item["authority"], item["authority"]),
        "by": short_day(date.fromisoformat(item["deadline"])),
        "by_long": on_day(date.fromisoformat(item["deadline"])),
        "said_label": wanted["labels"]["said"].get(item["said"], item["said"]),
        "seen_label": wanted["labels"]["seen"].get(item["seen"], item["seen"]),
        "mark": charts.unit(item["seen"], str(wanted["labels"]["seen"].get(item["seen"], item["seen"]))),
    }
