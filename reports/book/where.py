"""Where we went: the regions on their map, the kinds of institutions against their visiting interval."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .. import charts, sentences
from ..wording import enumeration, number, on_day
from .year import Book, Chapter

MAP_NEEDS = 10  # tiles; with fewer the map is left out


def chapters(book: Book) -> Iterator[Chapter]:
    """Two chapters: the regions, the kinds of institutions."""
    seen = book.content["coverage"]
    lines = seen["by_region"]
    top = max((line["visited"] for line in lines), default=0)
    edges = sorted({max(1, round(top / 3)), max(2, round(top * 2 / 3))})
    tiles = [
        charts.Tile(line["column"], line["row"], line["short"], number(line["visited"]), level(line["visited"], edges))
        for line in lines
        if line["column"] is not None
    ]
    unseen = [line["name"] for line in lines if not line["visited"]]
    title = _("Tile map of the regions: number of institutions visited. The numbers of all regions are in the table.")
    yield Chapter(
        "regions",
        "regions",
        _("Where we went: the regions"),
        _("Map and table: visits against the register"),
        data={
            "lead": _("Visited: %(words)s.")
            % {"words": sentences.some_regions(seen["regions_visited"], seen["regions"])},
            "map": charts.tile_map(tiles, title, width=104, lakes=(_("Aral"), _("Balkhash")))
            if len(tiles) >= MAP_NEEDS
            else "",
            "figure": book.figure(_("Institutions visited, by region")),
            "key": [
                (charts.swatch(ink, label), label) for ink, label in zip(charts.MAP, level_names(edges), strict=False)
            ],
            "caption": book.table(_("Visits by region against the register")),
            "rows": [covered(line) for line in lines],
            "unseen": enumeration([str(name) for name in unseen]),
            "seen": seen,
            "total": covered({**seen, "visited": seen["institutions_visited"], "name": _("All regions")}),
            "on": on_day(date(book.year, 12, 31)),
        },
    )
    kinds = [line for line in seen["by_kind"] if line["register"] or line["visits"] or line["refused"]]
    missed = [line["plural"] for line in kinds if not line["visited"]]
    yield Chapter(
        "kinds",
        "kinds",
        _("Where we went: the kinds of institutions"),
        _("Visits against the register and the visiting interval"),
        data={
            "caption": book.table(_("Visits by kind of institution against the register")),
            "rows": [{**covered(line), "interval": sentences.months(line["interval_months"])} for line in kinds],
            "missed": enumeration([str(name) for name in missed]),
            "lead": _("On the register: %(register)s. Visited: %(visited)s.")
            % {
                "register": sentences.institutions(seen["register"]),
                "visited": sentences.institutions(seen["institutions_visited"]),
            },
            "total": covered({**seen, "visited": seen["institutions_visited"], "name": _("All kinds")}),
        },
    )


def covered(line: Any) -> dict[str, Any]:
    """A line of visits against the register, with its bar."""
    words = f"{line.get('plural') or line['name']}: {sentences.some_institutions(line['visited'], line['register'])}"
    return {
        **line,
        "label": line.get("plural") or line["name"],
        "bar": charts.share_bar(line["visited"], line["register"], words, width=36),
    }


def level(value: int, edges: list[int]) -> int:
    """The class of a tile: 0 for none, then by the edges."""
    return 0 if not value else 1 + sum(value > edge for edge in edges)


def level_names(edges: list[int]) -> list[str]:
    """The words of the classes of `level`."""
    first, second = edges
    return [
        "0",
        f"1–{first}" if first > 1 else "1",
        f"{first + 1}–{second}",
        pgettext("a number and more", "%(n)s and more") % {"n": second + 1},
    ]
