"""Every figure of an invented year, counted again in plain loops over the objects it was thrown as. Nothing of `reports` in here.

The rules of disclosure stand here a second time too, for national figures, in the words of docs/disclosure.md.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from .invented import ASKED, INDICATORS, JOINS, NONE_OF_THESE, SCALE, Talk, Trip, Year

JUDGED, BESIDE = SCALE[:3], SCALE[3:]
SECTION = {"AA-01": "AA", "AA-02": "AA", "BB-01": "BB", "BB-02": "BB"}
ISO, KIND, AUTHORITY = ("KZ-10", "KZ-35", "KZ-71"), ("kind_1", "kind_6"), ("mia", "moe")
# In the order of their sort keys.
REGIONS = ("KZ-10", "KZ-71", "KZ-35")
ABOUT = {"age": "Q-01", "sex": "Q-02"}

Line = tuple[int, str]


@dataclass(frozen=True)
class Limits:
    """The published limits."""

    k: int
    of_sensitive: int
    institutions: int
    largest: int
    two_largest: int
    percentages_from: int

    def of(self, sensitive: bool) -> int:
        return max(self.k, self.of_sensitive) if sensitive else self.k

    def spread(self, places: list[int]) -> bool:
        """R3: `places` names the institution of each of those counted."""
        held = sorted(Counter(places).values(), reverse=True)
        return (
            len(held) >= self.institutions
            and 100 * sum(held[:1]) <= self.largest * len(places)
            and 100 * sum(held[:2]) <= self.two_largest * len(places)
        )

    def pass_(self, inside: list[int], outside: list[int], k: int) -> bool:
        return len(inside) >= k and len(outside) >= k and self.spread(inside) and self.spread(outside)


def share(part: int | None, whole: int | None) -> int | None:
    """Whole percent, half up; nothing of nothing."""
    if part is None or not whole:
        return None
    return int((part * 1000 / whole + 5) // 10) if part * 1000 % whole == 0 else (200 * part + whole) // (2 * whole)


class Recount:
    """One year, counted again."""

    def __init__(self, year: Year, number: int, choice: str, limits: Limits, on: date) -> None:
        self.year, self.number, self.choice, self.limits, self.on = year, number, choice, limits, on
        self.accepted = [trip for trip in year.trips if trip.counts and trip.day.year == number]
        self.inside = [trip for trip in self.accepted if trip.inside]
        self.counted = self.newest(self.inside) if choice == "latest" else self.inside

    @staticmethod
    def newest(trips: list[Trip]) -> list[Trip]:
        best: dict[int, Trip] = {}
        for trip in trips:
            other = best.get(trip.place.number)
            if other is None or (trip.day, trip.id) > (other.day, other.id):
                best[trip.place.number] = trip
        return list(best.values())

    def talks(self, number: int) -> list[tuple[Trip, Talk]]:
        """The talks that count: of each institution those of the newest accepted visit that has some."""
        held = [trip for trip in self.year.trips if trip.counts and trip.day.year == number]
        held = [trip for trip in held if any(not talk.excluded for talk in trip.talks)]
        return [(trip, talk) for trip in self.newest(held) for talk in trip.talks if not talk.excluded]

    def content(self) -> dict[str, Any]:
        """Everything with a number in it, in the shape of the frozen content without its words."""
        found: dict[str, Any] = {"coverage": self.coverage(), "places": self.places()}
        found["indicators"] = self.indicators()
        found["sections"] = self.sections(found["indicators"])
        found["questions"] = self.questions()
        found["recommendations"] = self.recommendations()
        found["most_unmet"] = self.most_unmet(found["indicators"])
        found["figures"] = self.figures(found)
        return found

    # --- coverage ------------------------------------------------------------------------------------------------------

    def open_places(self) -> list[Any]:
        first, last = date(self.number, 1, 1), date(self.number, 12, 31)
        return [
            place
            for place in self.year.places
            if (place.opened is None or place.opened <= last) and (place.closed is None or place.closed > first)
        ]

    def coverage(self) -> dict[str, Any]:
        inside, accepted, talks = self.inside, self.accepted, self.talks(self.number)
        shown = self.talks_may_be_counted(talks)
        seen = {trip.place.number for trip in inside}
        newest: dict[int, Any] = {}
        for one in self.year.headcounts:
            if one.source == "visit" and one.on.year == self.number and one.place.number in seen:
                if one.place.number not in newest or one.on > newest[one.place.number].on:
                    newest[one.place.number] = one
        return {
            "visits": len(inside),
            "institutions_visited": len(seen),
            "register": len(self.open_places()),
            "regions": 3,
            "regions_visited": len({trip.region for trip in inside}),
            "organisations": len({trip.team[0] % 2 for trip in accepted}),
            "monitors": len({person for trip in accepted for person in trip.team}),
            "announced": sum(trip.announced for trip in inside),
            "unannounced": sum(not trip.announced for trip in inside),
            "granted": sum(trip.access == "granted" for trip in accepted),
            "delayed": sum(trip.access == "delayed" for trip in accepted),
            "refused": sum(trip.access == "refused" for trip in accepted),
            "children_present": sum(one.children for one in newest.values()) if newest else None,
            "interviews": len(talks) if shown else None,
            "institutions_with_interviews": len({trip.place.number for trip, _talk in talks}) if shown else None,
            "by_year": self.by_year(),
            "by_region": [
                {"iso": iso, "column": None, "row": None, **self.seen("region", ISO.index(iso))} for iso in REGIONS
            ],
            "by_kind": [
                {"code": code, "number": int(code[5:]), "interval_months": 12, **self.seen("kind", at)}
                for at, code in enumerate(KIND)
                if any(trip.kind == at for trip in accepted) or any(one.kind == at for one in self.open_places())
            ],
        }

    def talks_may_be_counted(self, talks: list[tuple[Trip, Talk]]) -> bool:
        institutions = {trip.place.number for trip, _talk in talks}
        return len(talks) >= self.limits.k and len(institutions) >= self.limits.institutions

    def by_year(self) -> list[dict[str, Any]]:
        lines = []
        for number in range(self.number - 4, self.number + 1):
            own = [trip for trip in self.year.trips if trip.inside and trip.day.year == number]
            talks = self.talks(number)
            if own:
                lines.append(
                    {
                        "year": number,
                        "visits": len(own),
                        "institutions_visited": len({trip.place.number for trip in own}),
                        "interviews": len(talks) if self.talks_may_be_counted(talks) else None,
                    }
                )
        return lines

    def seen(self, dimension: str, at: int) -> dict[str, int]:
        here = [trip for trip in self.inside if getattr(trip, dimension) == at]
        return {
            "visits": len(here),
            "visited": len({trip.place.number for trip in here}),
            "refused": sum(trip.access == "refused" and getattr(trip, dimension) == at for trip in self.accepted),
            "register": sum(getattr(place, dimension) == at for place in self.open_places()),
        }

    def places(self) -> list[dict[str, Any]]:
        found = defaultdict(set)
        for trip in self.inside:
            found[trip.kind, REGIONS.index(ISO[trip.region])].add(trip.place.number)
        return [
            {"kind_code": KIND[kind], "region_iso": REGIONS[region], "visited": len(found[kind, region])}
            for kind, region in sorted(found)
        ]

    # --- the checklist -------------------------------------------------------------------------------------------------

    def counted_as(self, used: list[int], codes: Any) -> dict[Line, Line]:
        """Of each edition in use (1 is the newer) and code: under which it is counted."""
        joined = {older for older, _newer in JOINS[self.year.sizes.joins]}
        return {
            (e, code): (1, code) if e == 0 and code in joined and 1 in used else (e, code)
            for e in used
            for code in codes
        }

    def indicators(self) -> list[dict[str, Any]]:
        used = sorted({trip.edition for trip in self.counted}, reverse=True)
        as_ = self.counted_as(used, INDICATORS)
        return [
            self.indicator(line, [e for e in used if as_[e, line[1]] == line])
            for line in sorted(set(as_.values()), key=lambda line: (-line[0], line[1]))
        ]

    def indicator(self, line: Line, editions: list[int]) -> dict[str, Any]:
        code = line[1]
        asked = [trip for trip in self.counted if trip.edition in editions]
        told = [trip for trip in asked if trip.answers.get(code)]
        judged = [trip for trip in told if trip.answers[code] in JUDGED]
        counts = Counter(trip.answers[code] for trip in told)
        words = code == "BB-02" or any(code in trip.told for trip in asked)
        institutions = {trip.place.number for trip in judged}
        shown = len(institutions) >= self.limits.institutions and (not words or self.words_pass(code, judged))
        split = shown and not words

        def if_shown(number: Any) -> Any:
            return number if shown else None

        good, base, all_ = counts["met"], len(judged), len(told)
        return {
            "code": code,
            "instrument": "checklist",
            "edition": ", ".join(f"checklist {e + 1}" for e in sorted(editions)),
            "number": f"{1 + (code > 'B')}.{int(code[-1])}",
            "section": SECTION[code],
            "criticality": "critical" if code == "AA-01" else "high",
            "children_only": code == "BB-02",
            "counts": {choice: if_shown(counts[choice]) for choice in SCALE},
            "base_rule": "judged",
            "base": if_shown(base),
            "favourable": if_shown(good),
            "partly": if_shown(counts["partly_met"]),
            "unfavourable": if_shown(counts["not_met"]),
            "percent": if_shown(share(good, base)),
            "percent_not_met": if_shown(share(counts["not_met"], base)),
            "base_all": if_shown(all_),
            "percent_all": if_shown(share(good, all_)),
            "institutions": if_shown(len(institutions)),
            "visits": if_shown(all_),
            "protection": "shown" if shown else "hidden",
            "by_region": self.split(code, told, lambda trip: ISO[trip.region]) if split else [],
            "by_kind": self.split(code, told, lambda trip: KIND[trip.kind]) if split else [],
            "standards": [],
        }

    def words_pass(self, code: str, judged: list[Trip]) -> bool:
        """Children's words in the checklist follow the children's rules. A sensitive question speaks to BB-02."""
        told = [
            choice
            for choice in JUDGED
            if code == "BB-02" or any(code in trip.told for trip in judged if trip.answers[code] == choice)
        ]
        for choice in told:
            inside = [trip.place.number for trip in judged if trip.answers[code] == choice]
            outside = [trip.place.number for trip in judged if trip.answers[code] != choice]
            if not self.limits.pass_(inside, outside, self.limits.of(code == "BB-02")):
                return False
        return not told or len(judged) >= self.limits.percentages_from

    def split(self, code: str, told: list[Trip], place_of: Any) -> list[dict[str, Any]]:
        """By region or kind: three institutions each; smaller places together, with the next smallest where they are too few."""
        behind = defaultdict(set)
        for trip in told:
            if trip.answers[code] in JUDGED:
                behind[place_of(trip)].add(trip.place.number)
        need = self.limits.institutions
        pool = sorted(place for place, held in behind.items() if len(held) < need)
        alone = sorted((place for place in behind if place not in pool), key=lambda place: (len(behind[place]), place))
        while pool and alone and len(set().union(*(behind[place] for place in pool))) < need:
            pool.append(alone.pop(0))
        groups = [[place] for place in sorted(alone)] + ([sorted(pool)] if pool else [])
        rows = []
        for group in groups:
            here = [trip for trip in told if place_of(trip) in group]
            good = sum(trip.answers[code] == "met" for trip in here)
            base = sum(trip.answers[code] in JUDGED for trip in here)
            rows.append(
                {
                    "places": group,
                    "favourable": good,
                    "base": base,
                    "percent": share(good, base),
                    "base_all": len(here),
                    "percent_all": share(good, len(here)),
                }
            )
        return rows if len(rows) > 1 else []

    def sections(self, indicators: list[dict[str, Any]]) -> list[dict[str, Any]]:
        lines = []
        for order, section in enumerate(("AA", "BB"), 1) if self.counted else ():
            own = [one for one in indicators if one["section"] == section]
            shown = [one for one in own if one["protection"] == "shown"]
            rated = [trip for trip in self.counted if section in trip.ratings]
            enough = len({trip.place.number for trip in rated}) >= self.limits.institutions
            steps = Counter(str(trip.ratings[section] or "none") for trip in rated)
            judged = sum(one["base"] for one in shown)
            met, partly = (sum(one[name] for one in shown) for name in ("favourable", "partly"))
            lines.append(
                {
                    "code": section,
                    "instrument": "checklist",
                    "order": order,
                    "indicators": len(own),
                    "hidden": len(own) - len(shown),
                    "judged": judged,
                    "met": met,
                    "partly_met": partly,
                    "not_met": judged - met - partly,
                    "percent_met": share(met, judged),
                    "ratings": {step: steps[step] if enough else None for step in ("4", "3", "2", "1", "none")},
                }
            )
        return lines

    def most_unmet(self, indicators: list[dict[str, Any]]) -> list[str]:
        # A code alone names the newest edition's, which stands first; one that no crosswalk joins to it is another indicator.
        codes: list[str] = []
        unmet = []
        for one in indicators:
            name = f"{one['code']}, {one['edition']}" if one["code"] in codes else one["code"]
            codes.append(one["code"])
            if one["percent_not_met"]:
                unmet.append((-one["percent_not_met"], -one["unfavourable"], name))
        return [name for _share, _count, name in sorted(unmet)[:12]]

    # --- what children said --------------------------------------------------------------------------------------------

    def questions(self) -> list[dict[str, Any]]:
        talks = self.talks(self.number)
        used = sorted({talk.edition for _trip, talk in talks}, reverse=True)
        self.as_ = self.counted_as(used, ASKED)
        lines = sorted(set(self.as_.values()), key=lambda line: (-line[0], list(ASKED).index(line[1])))
        self.lines, told = lines, {line: self.question(line, talks) for line in lines}
        self.told = told
        kept = []
        for line, found in told.items():
            if any(told[above]["protection"] == "too_few" for above in self.above(line)):
                found = {**found, **self.nothing(line)}
            kept.append({**found, "breakdowns": self.breakdowns(line, found, talks)})
        return kept

    def above(self, line: Line) -> set[Line]:
        """The questions that lead to this one, in every edition counted in it, and those that lead to them."""
        found: set[Line] = set()
        after = ASKED[line[1]][2]
        for edition, code in [one for one, target in self.as_.items() if target == line] if after else ():
            lead = self.as_[edition, after[0]]
            found |= {lead} | self.above(lead)
        return found

    def members(self, line: Line, talks: list[tuple[Trip, Talk]]) -> list[tuple[Trip, Talk]]:
        return [(trip, talk) for trip, talk in talks if self.as_[talk.edition, line[1]] == line]

    @staticmethod
    def given(talk: Talk, code: str) -> set[str]:
        """The answers that answer the question."""
        said = talk.answers.get(code)
        return set([said] if isinstance(said, str) else said or []) & set(ASKED[code][3])

    def nothing(self, line: Line) -> dict[str, Any]:
        return {
            "base": None,
            "institutions": None,
            "beside": {"no_answer": None, "not_asked": None},
            "cells": [],
            "protection": "too_few",
        }

    def question(self, line: Line, talks: list[tuple[Trip, Talk]]) -> dict[str, Any]:
        code = line[1]
        kind, sensitive, after, choices, _beside, merges = ASKED[code]
        k = self.limits.of(sensitive)
        members = self.members(line, talks)
        base = [(trip.place.number, self.given(talk, code)) for trip, talk in members if self.given(talk, code)]
        declined = [trip.place.number for trip, talk in members if code in talk.answers and not self.given(talk, code)]
        put = {talk.id for _trip, talk in members if code in talk.answers}
        not_asked = [trip.place.number for trip, talk in talks if talk.id not in put]
        found = {
            "code": code,
            "instrument": "children",
            "edition": ", ".join(f"children {e + 1}" for e in (0, 1) if self.as_.get((e, code)) == line),
            "number": str(int(code[2:])),
            "section": "QA",
            "kind": kind,
            "sensitive": sensitive,
            "after": after[0] if after else "",
            "excluding": NONE_OF_THESE if kind == "multiple" else "",
        }
        outside = len(declined) + len(not_asked)
        if len(base) < self.limits.percentages_from or 0 < outside < k:
            return {**found, **self.nothing(line)}
        cells = [[choice] for choice in choices]
        for step in [None, *merges]:
            for together in step or ():
                joined = [cell for cell in cells if set(cell) & set(together)]
                if len(joined) > 1:
                    cells[cells.index(joined[0])] = [choice for cell in joined for choice in cell]
                    cells = [cell for cell in cells if cell not in joined[1:]]
            if self.cells_pass(cells, base, k, kind == "multiple"):
                break
        else:
            return {**found, **self.nothing(line)}
        beside = all(not held or (len(held) >= k and self.limits.spread(held)) for held in (declined, not_asked))
        counts = [sum(bool(given & set(cell)) for _place, given in base) for cell in cells]
        return {
            **found,
            "base": len(base),
            "institutions": len({place for place, _given in base}),
            "beside": {"no_answer": len(declined) if beside else None, "not_asked": len(not_asked) if beside else None},
            "cells": [
                {"codes": cell, "n": n, "percent": share(n, len(base))} for cell, n in zip(cells, counts, strict=True)
            ],
            "protection": "shown" if len(cells) == len(choices) else "merged",
        }

    def cells_pass(self, cells: list[list[str]], base: list[tuple[int, set[str]]], k: int, multiple: bool) -> bool:
        for cell in cells:
            inside = [place for place, given in base if given & set(cell)]
            outside = [place for place, given in base if not given & set(cell)]
            if not self.limits.pass_(inside, outside, k):
                return False
        named = [cell for cell in cells if cell != [NONE_OF_THESE]]
        if not multiple or len(named) < 2:
            return True
        anything = [given for _place, given in base if given != {NONE_OF_THESE}]
        twice = sum(sum(bool(given & set(cell)) for cell in named) - 1 for given in anything)
        return twice >= k and all(sum(not given & set(cell) for given in anything) >= k for cell in named)

    # --- what children said, divided -----------------------------------------------------------------------------------

    def stands(self, by: str, talks: list[tuple[Trip, Talk]]) -> dict[Any, str]:
        """Of each talk that count, where it stands; "untold" where an age or sex was not told."""
        if by == "kind":
            return {talk.id: KIND[trip.kind] for trip, talk in talks}
        if by == "region":
            return {talk.id: ISO[trip.region] for trip, talk in talks}
        code = ABOUT[by]
        return {
            talk.id: said if (said := talk.answers.get(code)) in ASKED[code][3] else "untold" for _trip, talk in talks
        }

    def breakdowns(self, line: Line, found: dict[str, Any], talks: list[tuple[Trip, Talk]]) -> list[dict[str, Any]]:
        """Every dimension, its finest rows by their codes, nothing hidden."""
        if found["protection"] == "too_few":
            return []
        code, made = line[1], []
        for by in ("age", "sex", "kind", "region"):
            if by in ABOUT and code in ABOUT.values():
                continue
            stands = self.stands(by, talks)
            leaves = Counter(stands.values())
            untold = leaves.pop("untold", 0)
            if not leaves:
                continue
            largest = max(leaves, key=lambda leaf: (leaves[leaf], leaf))
            rows: dict[Any, Any] = {}
            # Asked after two questions of two editions: divided by nothing.
            after = ASKED[code][2]
            leads = (
                {self.as_[e, after[0]] for (e, own), target in self.as_.items() if target == line} if after else set()
            )
            for leaf in leaves if len(leads) < 2 else ():
                whose = {leaf, "untold"} if leaf == largest and untold else {leaf}
                rows[(leaf,)] = self.row(line, found, [one for one in talks if stands[one[1].id] in whose])
                rows[(leaf,)]["with_untold"] = "untold" in whose
            made.append({"by": by, "rows": rows if len(rows) > 1 else {}})
        return made

    def rows_together(self, line: Line, by: str, codes: tuple[str, ...], *, with_untold: bool) -> dict[str, Any]:
        """The true counts of several categories printed as one row."""
        talks, whose = self.talks(self.number), {*codes, *(["untold"] if with_untold else [])}
        stands = self.stands(by, talks)
        return self.row(line, self.told[line], [one for one in talks if stands[one[1].id] in whose])

    def row(self, line: Line, found: dict[str, Any], here: list[tuple[Trip, Talk]]) -> dict[str, Any]:
        given = [self.given(talk, line[1]) for _trip, talk in self.members(line, here)]
        base = sum(bool(one) for one in given)
        cells = [sum(bool(one & set(cell["codes"])) for one in given) for cell in found["cells"]]
        return {"base": base, "cells": cells, "percents": [share(n, base) for n in cells]}

    # --- recommendations, and every figure by its key ----------------------------------------------------------------------

    def recommendations(self) -> dict[str, Any]:
        own = [
            one for one in self.year.advice if one.year == self.number and one.trip.state != "void" and not one.rejected
        ]
        severities = ("critical", "high", "medium", "low")
        own.sort(key=lambda one: (severities.index(one.severity), one.deadline, one.number))
        return {
            **self.advised(own),
            "by_authority": [
                {"code": code, **self.advised([one for one in own if one.authority == at])}
                for at, code in enumerate(AUTHORITY)
                if any(one.authority == at for one in own)
            ],
            "items": [
                {
                    "number": one.number,
                    "authority": AUTHORITY[one.authority],
                    "deadline": one.deadline.isoformat(),
                    "said": one.said,
                    "seen": one.seen,
                    "indicator_codes": ["AA-01"],
                }
                for one in own[:40]
            ],
        }

    def advised(self, own: list[Any]) -> dict[str, Any]:
        said = ("none", "accepted", "partly", "rejected", "no_reply")
        seen = ("not_checked", "implemented", "partly", "not", "overtaken")
        return {
            "total": len(own),
            "overdue": sum(one.deadline < self.on and one.seen not in ("implemented", "overtaken") for one in own),
            "said": {code: sum(one.said == code for one in own) for code in said},
            "seen": {code: sum(one.seen == code for one in own) for code in seen},
        }

    def figures(self, content: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}

        def add(key: str, part: Any, whole: Any, rule: str, institutions: Any, edition: str, protection: str) -> None:
            if key not in found:
                found[key] = {
                    "numerator": part,
                    "base": whole,
                    "base_rule": rule,
                    "percent": share(part, whole),
                    "institutions": institutions,
                    "period": [self.number, self.number],
                    "edition": edition,
                    "protection": protection,
                    "choice_of_visits": self.choice,
                }

        for one in content["indicators"]:
            rest = (one["institutions"], one["edition"], one["protection"])
            add(f"indicator.{one['code']}", one["favourable"], one["base"], "judged", *rest)
            add(f"indicator.{one['code']}.not_met", one["unfavourable"], one["base"], "judged", *rest)
            add(f"indicator.{one['code']}.all", one["favourable"], one["base_all"], "all", *rest)
        for one in content["questions"]:
            for cell in one["cells"]:
                key = f"question.{one['code']}.{'+'.join(cell['codes'])}"
                add(key, cell["n"], one["base"], "answer", one["institutions"], one["edition"], one["protection"])
        for one in content["sections"]:
            add(f"section.{one['code']}", one["met"], one["judged"], "judged", None, one["instrument"], "shown")
        seen = content["coverage"]
        everywhere = seen["institutions_visited"]
        add("coverage.regions", seen["regions_visited"], seen["regions"], "all", everywhere, "", "shown")
        add("coverage.institutions", everywhere, seen["register"], "register", everywhere, "", "shown")
        add("coverage.refused", seen["refused"], seen["visits"] + seen["refused"], "all", None, "", "shown")
        return found


def bare(thing: Any) -> Any:
    """Frozen content without its words in three languages."""
    if isinstance(thing, dict):
        return {key: bare(value) for key, value in thing.items() if not is_words(value)}
    return [bare(value) for value in thing] if isinstance(thing, list) else thing


def is_words(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"kk", "ru", "en"}


def differences(found: Any, expected: Any, at: str = "") -> list[str]:
    """Where two trees differ, one line each."""
    if isinstance(found, dict) and isinstance(expected, dict):
        if found.keys() != expected.keys():
            return [f"{at}: only here {found.keys() - expected.keys()}, only there {expected.keys() - found.keys()}"]
        return [line for key in found for line in differences(found[key], expected[key], f"{at}/{key}")]
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        pairs = enumerate(zip(found, expected, strict=True))
        return [line for number, (a, b) in pairs for line in differences(a, b, f"{at}/{number}")]
    return [] if found == expected else [f"{at}: {found!r} is not {expected!r}"]
