"""What must not be worked out: nobody, few in two cells together, and few that an edition adds to an earlier one."""

import numpy as np

from reports.disclosure import Rules
from reports.disclosure.crossing import Crossing
from reports.disclosure.primary import primary
from reports.disclosure.tables import Dimension, Edition, Release, Table, atoms_of, every_cell

RULES = Rules()
REGION, ANSWER = Dimension("region", ("A", "B")), Dimension("answer", ("yes", "no", "unsure", "other"))


def release(*parts):
    """One edition for each part, each counting everything up to it."""
    names = [f"p{number}" for number in range(1, len(parts) + 1)]
    return Release(
        (REGION, ANSWER),
        tuple(names),
        tuple(Edition(f"e{at + 1}", tuple(names[: at + 1])) for at in range(len(parts))),
        tuple(
            Table(f"t{at + 1}", f"e{at + 1}", ("region", "answer"), every_cell(REGION, ANSWER), "answer")
            for at in range(len(parts))
        ),
        tuple(
            atom
            for name, counts in zip(names, parts, strict=True)
            for atom in atoms_of((REGION, ANSWER), np.array(counts), part=name)
        ),
    )


def targets(made, kind, rules=RULES):
    return {target.cells for target in primary(Crossing(made), rules).targets if target.kind == kind}


def test_that_nobody_said_it_is_as_secret_as_that_few_did():
    made, nobody = release([[20, 0, 20, 20], [20, 20, 20, 20]]), (("t1", ("A", "no")),)
    assert nobody in targets(made, "cell")
    assert nobody not in targets(made, "cell", Rules(zero_is_small=False))


def test_two_small_cells_that_are_few_together_are_a_secret_together():
    assert (("t1", ("A", "yes")), ("t1", ("A", "no"))) in targets(release([[2, 2, 30, 30], [30, 30, 30, 30]]), "union")
    assert targets(release([[4, 4, 30, 30], [30, 30, 30, 30]]), "union") == set()


def test_what_an_edition_adds_to_an_earlier_one_is_a_secret_where_it_is_few():
    before = [[20, 20, 20, 20], [20, 20, 20, 20]]
    few = targets(release(before, [[1, 30, 30, 30], [30, 30, 30, 30]]), "difference")
    assert (("t2", ("A", "yes")), ("t1", ("A", "yes"))) in few
    assert targets(release(before, [[30, 30, 30, 30], [30, 30, 30, 30]]), "difference") == set()
