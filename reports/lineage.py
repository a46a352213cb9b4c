"""Which indicators and questions of several editions are counted together: those a crosswalk joins. Read by figures.py.

Editions of one instrument fold into the newest one in use that year. What no crosswalk joins, or whose choices differ, keeps
its own line: answers to different questions are never added up.
"""

from collections.abc import Iterable, Sequence

from visits.models import Crosswalk, Edition

Line = tuple[int, str]


def editions_in_use(numbers: Iterable[int]) -> list[Edition]:
    """The editions, instrument by instrument, newest first."""
    found = Edition.objects.filter(pk__in=set(numbers)).select_related("instrument")
    return sorted(found, key=lambda edition: (edition.instrument.code, -edition.number))


def lines(editions: Sequence[Edition]) -> dict[Line, Line]:
    """(edition, code) -> (edition, code) under which it is counted; newest editions first, in printed order."""
    counted: dict[Line, Line] = {}
    codes = {(edition.pk, place["code"]): set(place["codes"]) for edition in editions for place in edition.layout}
    newer = {
        (link.older_id, link.older_code): (link.newer_id, link.newer_code)
        for link in Crosswalk.objects.filter(older__in=editions)
    }
    for line, choices in codes.items():
        target = line
        followed = newer.get(line)
        while followed is not None:
            if codes.get(followed) == choices:
                target = followed
            followed = newer.get(followed)
        counted[line] = target
    return counted
