"""What the statistics page draws of a table, and what it leaves to the table alone."""

from reports.measures.drawn import LOWEST, MOST, cut_short, drawing
from reports.measures.table import HIDDEN, Column, Row, Table


def table(*percentages):
    rows = tuple(
        Row(
            str(number),
            f"row {number}",
            (share,),
            bar=() if share is HIDDEN else ((share, "good"), (100 - share, "bad")),
        )
        for number, share in enumerate(percentages)
    )
    return Table(columns=(Column("share", "Share", "percent"),), rows=rows)


def test_a_table_that_fits_is_drawn_row_by_row():
    few = table(*range(MOST))
    assert not cut_short(few)
    assert [line.label for line in drawing(few)] == [f"row {number}" for number in range(MOST)]


def test_of_a_long_table_the_lowest_are_drawn_and_nothing_hidden_is():
    long = table(HIDDEN, *range(99, 99 - MOST, -1), 3)
    lines = drawing(long)
    assert cut_short(long)
    assert [line.value for line in lines] == sorted([*range(99, 99 - MOST, -1), 3])[:LOWEST]
    assert lines[0].label == f"row {MOST + 1}"
