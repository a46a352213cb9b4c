"""Tables of the statistics page, counted again in plain loops over an invented year. Nothing of `reports` in here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .invented import INDICATORS, JOINS, SCALE, Place, Trip, Year
from .recounted import AUTHORITY, ISO, KIND, Recount, share

JUDGED = SCALE[:3]
SEVERITIES = ("critical", "high", "medium", "low")
CODES = {"region": ISO, "kind": KIND, "authority": AUTHORITY}

Values = dict[str, Any]


def of_visit(trip: Trip) -> dict[str, str]:
    """Where a visit stands: region and kind are those of its day, the authority is the institution's."""
    return {"region": ISO[trip.region], "kind": KIND[trip.kind], "authority": AUTHORITY[trip.place.authority]}


def of_place(place: Place) -> dict[str, str]:
    return {"region": ISO[place.region], "kind": KIND[place.kind], "authority": AUTHORITY[place.authority]}


@dataclass(frozen=True)
class Tables:
    """What was asked: years, which visits, narrowed to what; `reader`: the region whose figures they are ("" = all)."""

    year: Year
    years: tuple[int, ...]
    visits: str
    base: str
    narrowed: dict[str, str]
    reader: str
    today: date

    def inside(self, stands: dict[str, str], more: dict[str, Iterable[str]] | None = None) -> bool:
        """Whether something stands where it was narrowed to, and in one of the places of a row."""
        return all(stands[name] == code for name, code in self.narrowed.items()) and all(
            stands[name] in codes for name, codes in (more or {}).items()
        )

    def reached(self) -> list[Trip]:
        """The visits of these years that the reader's figures may count."""
        own = [trip for trip in self.year.trips if trip.inside and trip.day.year in self.years]
        return [trip for trip in own if self.reader in ("", ISO[trip.region])]

    def counted(self, number: int) -> list[Trip]:
        """The visits of a year that the reader's figures count."""
        own = [trip for trip in self.reached() if trip.day.year == number]
        return Recount.newest(own) if self.visits == "latest" else own

    def trips(self, places: dict[str, Iterable[str]] | None, years: Iterable[int] | None = None) -> list[Trip]:
        return [
            trip
            for number in years or self.years
            for trip in self.counted(number)
            if self.inside(of_visit(trip), places)
        ]

    # --- one row each ----------------------------------------------------------------------------------------------------

    def lines(self) -> list[tuple[int, str, set[int]]]:
        """The indicators of the editions in use, newest edition first: (edition, code, editions counted with it)."""
        used = {trip.edition for trip in self.reached()}
        joined = {older for older, _newer in JOINS[self.year.sizes.joins]} if used == {0, 1} else set()
        found = [
            (edition, code, {0, 1} if code in joined else {edition})
            for edition in sorted(used, reverse=True)
            for code in INDICATORS
        ]
        return [line for line in found if not (line[0] == 0 and line[1] in joined)]

    def indicator(self, code: str, editions: set[int], trips: Sequence[Trip]) -> Values | None:
        told = [trip for trip in trips if trip.edition in editions and trip.answers.get(code)]
        judged = [trip for trip in told if trip.answers[code] in JUDGED]
        counts = {choice: sum(trip.answers[code] == choice for trip in told) for choice in SCALE}
        whole = judged if self.base == "judged" else told
        return {
            "percent": share(counts["met"], len(whole)),
            **counts,
            "base": len(judged),
            "all": len(told),
            "institutions": len({trip.place.number for trip in whole}),
        }

    def answered(self) -> list[tuple[int, str, set[int]]]:
        """The indicators answered where the table is narrowed to."""
        trips = self.trips(None)
        return [
            line
            for line in self.lines()
            if any(trip.edition in line[2] and trip.answers.get(line[1]) for trip in trips)
        ]

    def newest_answered(self, code: str) -> tuple[int, str, set[int]]:
        """One code in two editions that nothing joins: of those that anybody answered, the newest edition's."""
        return next(
            line
            for line in self.lines()
            if line[1] == code and any(trip.edition in line[2] and trip.answers.get(code) for trip in self.reached())
        )

    def rating(self, section: str, trips: Sequence[Trip]) -> Values:
        given = [trip for trip in trips if section in trip.ratings]
        rated = [trip for trip in given if trip.ratings[section]]
        steps = {f"step_{step}": sum(trip.ratings[section] == step for trip in given) for step in (4, 3, 2, 1)}
        return {
            "percent": share(steps["step_4"] + steps["step_3"], len(rated)),
            **steps,
            "rated": len(rated),
            "none": len(given) - len(rated),
            "institutions": len({trip.place.number for trip in rated}),
        }

    def coverage(self, places: dict[str, Iterable[str]] | None, years: Iterable[int]) -> Values:
        own = [trip for trip in self.year.trips if trip.counts and trip.day.year in years]
        own = [trip for trip in own if self.reader in ("", ISO[trip.region]) and self.inside(of_visit(trip), places)]
        got_in = [trip for trip in own if trip.inside]
        register = {
            place.number
            for number in years
            for place in Recount(self.year, number, "latest", None, self.today).open_places()  # type: ignore[arg-type]
            if self.reader in ("", ISO[place.region]) and self.inside(of_place(place), places)
        }
        seen = len({trip.place.number for trip in got_in})
        return {
            "percent": share(seen, len(register)),
            "seen": seen,
            "register": len(register),
            "visits": len(got_in),
            "unannounced": sum(not trip.announced for trip in got_in),
            "delayed": sum(trip.access == "delayed" for trip in own),
            "refused": len(own) - len(got_in),
        }

    def advice(self, belongs: Callable[[Any], bool]) -> Values:
        said = ("none", "accepted", "partly", "rejected", "no_reply")
        seen = ("not_checked", "implemented", "partly", "not", "overtaken")
        own = [one for one in self.year.advice if one.year in self.years and one.trip.state != "void"]
        own = [one for one in own if not one.rejected and self.reader in ("", ISO[one.trip.region])]
        own = [
            one
            for one in own
            if self.inside(of_visit(one.trip) | {"authority": AUTHORITY[one.authority]}) and belongs(one)
        ]
        done = sum(one.seen == "implemented" for one in own)
        return {
            "percent": share(done, len(own)),
            "total": len(own),
            **{f"seen_{code}": sum(one.seen == code for one in own) for code in seen},
            "overdue": sum(one.deadline < self.today and one.seen not in ("implemented", "overtaken") for one in own),
            **{f"said_{code}": sum(one.said == code for one in own) for code in said},
        }

    def advised(self, by: str, key: str) -> Values:
        """The recommendations of one row; all of them under "all"."""
        return self.advice(
            lambda one: (
                key == "all"
                or {
                    **of_visit(one.trip),
                    "authority": AUTHORITY[one.authority],
                    "severity": one.severity,
                    "year": str(one.year),
                }[by]
                == key
            )
        )

    def held(self, places: dict[str, Iterable[str]] | None, years: Iterable[int]) -> Values:
        """The newest count that monitors made of each institution in each year."""
        newest: dict[tuple[int, int], Any] = {}
        for one in self.year.headcounts:
            key = (one.on.year, one.place.number)
            if one.source == "visit" and one.on.year in years and self.reader in ("", ISO[one.place.region]):
                if self.inside(of_place(one.place), places) and (key not in newest or one.on > newest[key].on):
                    newest[key] = one
        known = [one for one in newest.values() if one.place.room is not None]
        children, room = sum(one.children for one in known), sum(one.place.room for one in known)
        return {
            "percent": share(children, room),
            "children": children,
            "places": room,
            "over": sum(one.children > one.place.room for one in known),
            "unknown": sum(one.children for one in newest.values() if one.place.room is None),
            "institutions": len({one.place.number for one in newest.values()}),
        }
