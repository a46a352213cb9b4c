"""The invented institutions with their history and the children counted in them. Regions and kinds are the real ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from institutions.models import Headcount, Institution, InstitutionEvent, InstitutionKind, Region
from ombudsman.words import search_text, sort_key

from .dice import Dice, dice_for, one_of, throw_id
from .names import KINDS, PROPER, REGIONS, Pattern, Three, Town
from .pour import pour_instances

# The institution that gets better from year to year: the adaptation centre of this region.
BETTER_REGION, BETTER_KIND = "KZ-35", 9


@dataclass
class Country:
    """The institutions, and for each (by place in the list) how full it is and how well it is run."""

    institutions: list[Institution]
    occupancy: np.ndarray
    quality: np.ndarray
    better: int
    events: list[InstitutionEvent] = field(default_factory=list)


def make_country(seed: int, year: int) -> Country:
    """Writes the institutions of the three years up to `year`, and their history."""
    dice = dice_for(seed, "country")
    regions = {region.iso: region for region in Region.objects.filter(iso__in=REGIONS)}
    kinds = {kind.number: kind for kind in InstitutionKind.objects.select_related("authority")}
    institutions = [
        found(dice, kinds[number], pattern, regions[iso], town, name, year)
        for number, pattern in sorted(KINDS.items())
        for iso, town, name in placed(dice, pattern, regions)
    ]
    better = next(
        place
        for place, made in enumerate(institutions)
        if made.region.iso == BETTER_REGION and made.kind.number == BETTER_KIND
    )
    institutions[better].closed_on = None
    Institution.objects.bulk_create(institutions)
    country = Country(
        institutions=institutions,
        occupancy=np.clip(dice.normal(0.74, 0.19, len(institutions)), 0.15, 1.3),
        quality=dice.normal(0.0, 0.75, len(institutions)),
        better=better,
    )
    country.events = history(dice, country, year)
    InstitutionEvent.objects.bulk_create(country.events)
    return country


def placed(dice: Dice, pattern: Pattern, regions: dict[str, Region]) -> list[tuple[str, Town, Three]]:
    """Region, town and names of each institution of a kind; namesakes of one place get numbers."""
    codes = list(REGIONS)
    shares = np.array([share for share, _ in REGIONS.values()], float)
    if pattern.wide:
        # One a region, the larger regions first; the rest a second time round.
        order = [codes[place] for place in dice.choice(len(codes), len(codes), replace=False, p=shares / shares.sum())]
        if pattern.number < len(codes) and BETTER_REGION not in order[: pattern.number]:
            order.insert(0, BETTER_REGION)
        chosen = [order[turn % len(order)] for turn in range(pattern.number)]
        where = [(iso, REGIONS[iso][1][0]) for iso in chosen]
    else:
        drawn = dice.choice(len(codes), pattern.number, p=shares / shares.sum())
        where = [(codes[place], one_of(dice, REGIONS[codes[place]][1])) for place in drawn]
        if pattern.number == 1:
            where = [("KZ-75", REGIONS["KZ-75"][1][0])]
    seen: dict[tuple[str, str], int] = {}
    proper = dice.permutation(len(PROPER))
    made = []
    for turn, (iso, town) in enumerate(where):
        again = seen[iso, town.en] = seen.get((iso, town.en), 0) + 1
        alone = sum(1 for other in where if other == (iso, town)) == 1
        if pattern.named:
            name = with_proper_name(pattern, town, PROPER[proper[turn % len(PROPER)]])
        else:
            name = numbered(pattern, regions[iso], town, 0 if alone else again)
        made.append((iso, town, name))
    return made


def numbered(pattern: Pattern, region: Region, town: Town, number: int) -> Three:
    """«Қарағанды облысының … орталығы № 1»; number 0 = the only one there."""
    of = (
        Three(f"{region.name_kk}ның", genitive(region.name_ru), region.name_en)
        if pattern.wide
        else Three(f"{town.kk} қаласының", f"города {town.ru_of}", town.en)
    )
    sign = f" № {number}" if number else ""
    return Three(
        f"{of.kk} {pattern.names.kk}{sign}",
        f"{pattern.names.ru}{sign} {of.ru}",
        f"{pattern.names.en}{f' No. {number}' if number else ''}, {of.en}",
    )


def with_proper_name(pattern: Pattern, town: Town, proper: tuple[str, str]) -> Three:
    """Homes carry a name instead of a number."""
    return Three(
        f"{town.kk} қаласының «{proper[0]}» {pattern.names.kk}",
        f"{pattern.names.ru} «{proper[0]}» города {town.ru_of}",
        f"“{proper[1]}” {pattern.names.en.lower()}, {town.en}",
    )


def genitive(region: str) -> str:
    """The Russian genitive of a region's name."""
    for ending, of in (("ская область", "ской области"), ("область ", "области "), ("город ", "города ")):
        if ending in region:
            return region.replace(ending, of).replace("города Астана", "города Астаны")
    return region


def found(
    dice: Dice, kind: InstitutionKind, pattern: Pattern, region: Region, town: Town, name: Three, year: int
) -> Institution:
    """One institution, not yet written. Some opened or closed within the three years."""
    low, high = pattern.capacity
    opened = date(int(dice.integers(1968, year - 4)), int(dice.integers(1, 13)), 1)
    closed = None
    chance = dice.random()
    if chance < 0.03 and pattern.number > 5:
        opened = date(year - 2, 1, 1) + timedelta(days=int(dice.integers(40, 600)))
    elif chance < 0.07 and pattern.number > 5:
        closed = date(year - 1, 1, 1) + timedelta(days=int(dice.integers(0, 700)))
    girls_only = pattern.ages[0] > 3 and dice.random() < 0.03
    return Institution(
        uid=throw_id(dice),
        kind=kind,
        region=region,
        authority=kind.authority,
        name_kk=name.kk[0].upper() + name.kk[1:],
        name_ru=name.ru,
        name_en=name.en,
        locality_kk=f"{town.kk} қаласы",
        locality_ru=f"город {town.ru}",
        locality_en=town.en,
        capacity=int(dice.integers(low, high + 1)),
        sexes=Institution.Sexes.GIRLS if girls_only else Institution.Sexes.BOTH,
        age_from=pattern.ages[0],
        age_to=pattern.ages[1],
        opened_on=opened,
        closed_on=closed,
        search=search_text(name.kk, name.ru, name.en, town.kk, town.ru, town.en),
        sort_key=sort_key(name.kk[0].upper() + name.kk[1:]),
    )


def history(dice: Dice, country: Country, year: int) -> list[InstitutionEvent]:
    """Openings, closures, new capacities and new names, in order of time."""
    events = []
    for made in country.institutions:
        if made.opened_on:
            events.append(InstitutionEvent(institution=made, kind="opened", on=made.opened_on))
        chance = dice.random()
        on = date(year - 6, 1, 1) + timedelta(days=int(dice.integers(0, 1400)))
        if made.opened_on and made.opened_on < on and (made.closed_on is None or on < made.closed_on):
            if chance < 0.12 and made.capacity:
                before = made.capacity + max(2, made.capacity // 4)
                events.append(
                    InstitutionEvent(
                        institution=made,
                        kind="capacity",
                        on=on,
                        before_text=str(before),
                        after_text=str(made.capacity),
                    )
                )
            elif chance < 0.3 and made.kind.number == 10:
                old = made.name_kk.replace("балаларды қолдау орталығы", "балалар үйі")
                events.append(
                    InstitutionEvent(institution=made, kind="renamed", on=on, before_text=old, after_text=made.name_kk)
                )
        if made.closed_on:
            events.append(InstitutionEvent(institution=made, kind="closed", on=made.closed_on))
    return events


def count_children(
    seed: int, country: Country, year: int, visited: Sequence[tuple[int, date]], day: date
) -> dict[tuple[int, date], Headcount]:
    """Writes the institutions' own returns of every 1 January and the count of every visit; gives the latter by
    (place of the institution, day). A few returns of the very day of a visit contradict it."""
    dice = dice_for(seed, "headcounts")
    rows = []
    for place, made in enumerate(country.institutions):
        for january in (date(year + later, 1, 1) for later in (-2, -1, 0, 1)):
            if january <= day and stood(made, january):
                rows.append(headcount(dice, made, january, "institution", country.occupancy[place]))
    counted = {}
    for place, on in sorted(set(visited)):
        made = country.institutions[place]
        seen = counted[place, on] = headcount(dice, made, on, "visit", country.occupancy[place])
        rows.append(seen)
        if dice.random() < 0.06 and (on.month, on.day) != (1, 1) and made.capacity:
            told = min(made.capacity, max(0, seen.children - int(dice.integers(1, 4 + seen.children // 5))))
            rows.append(headcount(dice, made, on, "institution", told / made.capacity, exactly=told))
    pour_instances(rows)
    return counted


def stood(made: Institution, on: date) -> bool:
    """Whether the institution was open on that day."""
    return (made.opened_on is None or made.opened_on <= on) and (made.closed_on is None or on < made.closed_on)


def headcount(
    dice: Dice, made: Institution, on: date, source: str, occupancy: float, exactly: int | None = None
) -> Headcount:
    """The children of one day by sex, age band and ground of the stay."""
    capacity = made.capacity or 20
    children = exactly if exactly is not None else round(capacity * max(0.0, occupancy + dice.normal(0, 0.07)))
    if made.kind.number == 6 and exactly is None:
        children = round(46 + dice.normal(0, 6))
    girls = children if made.sexes == "girls" else int(dice.binomial(children, 0.18 if made.kind.number < 8 else 0.42))
    bands = [band for band in BANDS if band[0] <= (made.age_to or 17) and band[1] >= (made.age_from or 0)]
    weights = np.array([band[2] for band in bands], float)
    ages = dice.multinomial(children, weights / weights.sum())
    return Headcount(
        institution=made,
        on=on,
        children=children,
        girls=girls,
        boys=children - girls,
        by_age={f"{low}-{high}": int(number) for (low, high, _), number in zip(bands, ages, strict=True) if number},
        by_ground={made.kind.basis: children} if children else {},
        capacity=made.capacity,
        source=source,
    )


# From, to, weight.
BANDS = ((0, 2, 2), (3, 6, 2), (7, 9, 2), (10, 13, 3), (14, 15, 4), (16, 17, 5))
