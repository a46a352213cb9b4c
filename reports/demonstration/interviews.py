"""The interviews: coded answers of children, drawn for all talks at once as packed bytes. Nothing orders, dates or signs them.

What is asked follows the kind of place and earlier answers. Some answers are rare on purpose, so that a report must hide
them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from visits.layout import FIRST, MULTIPLE, NEVER_ASKED, SKIPPED, Place, length
from visits.models import Choice, Edition, Interview, Question, Visit

from .country import Country
from .dice import Dice, dice_for, throw_id
from .pour import pour_instances
from .visits import NOT_INTERVIEWED, Trip

# Question -> weights of its choices in order; the rest share what a question without an entry has.
SHARES: dict[str, tuple[float, ...]] = {
    "Q-01": (14, 24, 38, 24),
    "Q-02": (34, 65, 1),
    "Q-03": (6, 10, 18, 30, 34, 2),
    "Q-04": (74, 18, 6, 2),
    "Q-05": (58, 32, 8, 2),
    "Q-06": (46, 30, 14, 8, 2),
    "Q-07": (43, 49, 5, 3),
    "Q-08": (44, 30, 14, 6, 4, 2),
    "Q-09": (17, 75, 5, 3),
    "Q-10": (6, 90, 2, 2),
    "Q-11": (48, 34, 10, 5, 3),
    "Q-12": (52, 32, 9, 4, 3),
    "Q-13": (24, 66, 5, 5),
    "Q-14": (12, 19, 28, 52, 6),
    "Q-15": (52, 22, 18, 6, 2),
    "Q-16": (88, 9, 2, 1),
    "Q-17": (7, 22, 27, 43, 1),
    "Q-18": (5, 16, 21, 57, 1),
    "Q-19": (11, 19, 22, 45, 3),
    "Q-20": (5, 26, 42, 27),
    "Q-21": (5, 20, 27, 47, 1),
    "Q-22": (3, 10, 18, 68, 1),
    "Q-23": (4, 91, 2, 3),
    "Q-24": (56, 27, 9, 7, 1),
    "Q-25": (8, 24, 26, 41, 1),
    "Q-26": (51, 36, 10, 3),
    "Q-27": (5, 86, 4, 5),
    "Q-28": (9, 14, 19, 58),
    "Q-29": (11, 83, 3, 3),
    "Q-30": (8, 22, 41, 29),
    "Q-31": (7, 24, 27, 41, 1),
    "Q-32": (86, 5, 6, 3),
    "Q-33": (31, 41, 28),
    "Q-34": (22, 38, 40),
    "Q-35": (6, 88, 3, 3),
    "Q-36": (38, 31, 18, 8, 5),
    "Q-37": (83, 7, 4, 2, 4),
    "Q-38": (54, 28, 10, 5, 3),
    "Q-39": (62, 15, 13, 6, 4),
    "Q-40": (1.6, 92, 2.4, 4),
    "Q-41": (81, 8, 5, 3, 3),
    "Q-42": (5, 89, 3, 3),
    "Q-43": (66, 20, 9, 5),
    "Q-44": (46, 38, 13, 3),
    "Q-45": (33, 25, 22, 16, 4),
    "Q-46": (66, 22, 9, 3),
    "Q-47": (26, 36, 20, 15, 3),
    "Q-48": (49, 33, 16, 2),
}
# Questions whose first answers are the bad ones, so that a badly run place moves weight to the front; the others the
# other way round. Questions about the child itself do not move.
BAD_FIRST = frozenset(
    ("Q-07", "Q-09", "Q-10", "Q-13", "Q-14", "Q-17", "Q-18", "Q-19", "Q-20", "Q-21", "Q-22", "Q-23", "Q-25")
) | frozenset(("Q-27", "Q-28", "Q-29", "Q-30", "Q-31", "Q-33", "Q-34", "Q-35", "Q-40", "Q-42", "Q-47"))
UNMOVED = frozenset(("Q-01", "Q-02", "Q-03"))
# A small group on purpose, so that the table by age hides cells: the youngest are hardly ever met on their first day, and
# more often do not know how long they have been there. Question -> who (an earlier question and its choice), and how much
# likelier each choice is for them.
OF_SOME: dict[str, tuple[tuple[str, str], tuple[float, ...]]] = {
    "Q-03": (("Q-01", "10_12"), (0.3, 1, 1, 1, 1, 4)),
}


def make_interviews(
    seed: int, total: int, year: int, trips: Sequence[Trip], country: Country, edition: Edition
) -> list[Interview]:
    """Writes `total` interviews of submitted visits, shuffled together, and marks the visits that have some."""
    dice = dice_for(seed, "interviews")
    held = [
        trip
        for trip in trips
        if trip.submitted
        and trip.entered
        and trip.visit.state != Visit.State.VOID
        and trip.visit.institution_kind.number not in NOT_INTERVIEWED
        and trip.headcount.children > 0
    ]
    if not held or total <= 0:
        return []
    numbers = share_out(dice, total, np.array([trip.headcount.children for trip in held]))
    packed = draw(
        dice, [trip for trip, number in zip(held, numbers, strict=True) for _ in range(number)], country, year, edition
    )
    visits = [trip.visit for trip, number in zip(held, numbers, strict=True) for _ in range(number)]
    excluded = dice.random(total)
    rows = [
        Interview(
            id=throw_id(dice),
            visit=visits[at],
            edition=edition,
            answers=packed[at].tobytes(),
            excluded="" if excluded[at] > 0.012 else ("stopped", "unusable")[at % 2],
        )
        for at in dice.permutation(total).tolist()
    ]
    pour_instances(rows)
    met = [trip.visit.id for trip, number in zip(held, numbers, strict=True) if number]
    for start in range(0, len(met), 500):
        Visit.objects.filter(pk__in=met[start : start + 500]).update(interviews_submitted=True)
    return rows


def share_out(dice: Dice, total: int, children: NDArray[np.int64]) -> list[int]:
    """How many talks each visit held: more in larger places, never more than children (while that is possible)."""
    numbers = np.zeros(len(children), np.int64)
    while (left := total - int(numbers.sum())) > 0:
        room = children - numbers
        if not (room > 0).any():
            room = np.ones_like(children)
            children = children + left
        weights = np.minimum(np.maximum(room, 0), 14) ** 0.8
        drawn = dice.multinomial(left, weights / weights.sum())
        numbers = np.minimum(numbers + drawn, children)
    return [int(number) for number in numbers]


def draw(dice: Dice, talks: Sequence[Trip], country: Country, year: int, edition: Edition) -> NDArray[np.uint8]:
    """The packed answers of every talk: routed by kind of place and by what was answered before."""
    questions = {question.code: question for question in Question.objects.filter(edition=edition)}
    roles = choice_roles(edition)
    packed = np.zeros((len(talks), length(edition.layout)), np.uint8)
    families = sorted({trip.visit.institution_kind.family for trip in talks})
    family = np.array([families.index(trip.visit.institution_kind.family) for trip in talks])
    place = np.array([trip.place for trip in talks])
    well = country.quality[place].copy()
    rising = place == country.better
    well[rising] = -1.2 + 1.2 * np.clip(np.array([trip.visit.year for trip in talks])[rising] - (year - 2), 0, 2)
    layout = {entry["code"]: entry for entry in edition.layout}
    for entry in edition.layout:
        question = questions[entry["code"]]
        asked = np.array([question.applies(each) for each in families])[family]
        asked &= condition(packed, layout, question)
        likely = weights_of(entry, roles[entry["code"]])
        if entry["kind"] == MULTIPLE:
            fill_multiple(dice, packed, entry, likely, roles[entry["code"]], asked, well)
        else:
            likely = likely * of_some(packed, layout, entry["code"])
            packed[:, entry["offset"]] = np.where(asked, FIRST + pick(dice, entry["code"], likely, well), NEVER_ASKED)
        skipped = asked & (dice.random(len(talks)) < 0.012)
        packed[skipped, entry["offset"] : entry["offset"] + entry["width"]] = 0
        packed[skipped, entry["offset"]] = SKIPPED
    return packed


def of_some(packed: NDArray[np.uint8], layout: dict[str, Place], code: str) -> NDArray[np.float64]:
    """How much likelier each choice is for some of the talks [talk, choice]; 1 where nothing is said."""
    if code not in OF_SOME:
        return np.ones((1, 1))
    (earlier, choice), times = OF_SOME[code]
    place = layout[earlier]
    concerned = packed[:, place["offset"]] == place["codes"][choice]
    return np.where(concerned[:, None], np.array(times)[None, :], 1.0)


def choice_roles(edition: Edition) -> dict[str, list[tuple[str, str, bool]]]:
    """Question code -> (choice code, role, excludes the others) in printed order."""
    roles: dict[str, list[tuple[str, str, bool]]] = {}
    for choice in (
        Choice.objects.filter(edition=edition, question__isnull=False).select_related("question").order_by("order")
    ):
        if choice.question is not None:
            roles.setdefault(choice.question.code, []).append((choice.code, choice.role, choice.excludes))
    return roles


def condition(packed: NDArray[np.uint8], layout: dict[str, Place], question: Question) -> NDArray[np.bool_]:
    """Which talks reach a question that is asked only after certain answers to an earlier one."""
    if not question.ask_if:
        return np.ones(len(packed), bool)
    earlier = layout[question.ask_if["question"]]
    values = [earlier["codes"][code] for code in question.ask_if["choices"]]
    return np.isin(packed[:, earlier["offset"]], values)


def weights_of(entry: Place, roles: Sequence[tuple[str, str, bool]]) -> NDArray[np.float64]:
    """How likely each choice is, in the order of the layout; unknown questions favour their first choices."""
    given = SHARES.get(entry["code"], ())
    if len(given) == len(roles):
        return np.array(given, float)
    answers = [role == Choice.Role.ANSWER for _, role, _ in roles]
    if len(given) == sum(answers):
        rest = iter(given)
        return np.array([next(rest) if answer else 1.5 for answer in answers])
    return np.array([3.0 + len(roles) - at if answer else 1.0 for at, answer in enumerate(answers)])


def pick(dice: Dice, code: str, likely: NDArray[np.float64], well: NDArray[np.float64]) -> NDArray[np.int64]:
    """One choice for each talk, by how likely each is [talk, choice]; a badly run place moves weight towards the bad end."""
    choices = likely.shape[-1]
    tilt = np.zeros(choices) if code in UNMOVED else np.linspace(0.45, -0.45, choices)
    tilt = -tilt if code in BAD_FIRST else tilt
    weights = np.atleast_2d(likely) * np.exp(well[:, None] * tilt[None, :])
    limits = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    drawn: NDArray[np.int64] = np.minimum((dice.random(len(well))[:, None] > limits).sum(axis=1), choices - 1)
    return drawn


def fill_multiple(
    dice: Dice,
    packed: NDArray[np.uint8],
    entry: Place,
    likely: NDArray[np.float64],
    roles: Sequence[tuple[str, str, bool]],
    asked: NDArray[np.bool_],
    well: NDArray[np.float64],
) -> None:
    """Several choices: "none of these" and no answer stand alone, the others may come together, at least one."""
    alone = np.array([excludes or role != Choice.Role.ANSWER for _, role, excludes in roles])
    first = pick(dice, entry["code"], likely, well)
    chosen = np.zeros((len(well), len(roles)), bool)
    chosen[np.arange(len(well)), first] = True
    together = dice.random(chosen.shape) < 0.35
    chosen |= together & ~alone[None, :] & ~alone[first][:, None]
    chosen &= asked[:, None]
    width = entry["width"] - 1
    bits = np.packbits(np.pad(chosen, ((0, 0), (0, width * 8 - len(roles)))), axis=1, bitorder="little")
    packed[:, entry["offset"]] = np.where(asked, FIRST, NEVER_ASKED)
    packed[:, entry["offset"] + 1 : entry["offset"] + entry["width"]] = bits
