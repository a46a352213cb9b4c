"""The three-way merge: it commutes for disjoint edits, never invents a value, and loses nothing without asking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.merge import UNKNOWN, Merged, merge

VALUES = st.sampled_from(["", "met", "partly_met", "not_met"])
SHEETS = st.fixed_dictionaries(dict.fromkeys(("AA-01", "AA-02", "BB-01", "BB-02"), VALUES))


def lay(sheet, change, base, waiting):
    """One hand's sheet over what stands; what differs waits beside it."""
    then = dict(sheet)
    for code, mine in change.items():
        found = merge(base[code], mine, sheet[code])
        if found is Merged.SAVED:
            then[code] = mine
        elif found is Merged.DIFFERENCE:
            waiting.append((code, mine))
    return then


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "found"),
    [
        ("", "met", "", Merged.SAVED),
        ("met", "met", "not_met", Merged.THEIRS),
        ("", "met", "met", Merged.SAME),
        ("met", "met", "met", Merged.SAME),
        ("", "met", "not_met", Merged.DIFFERENCE),
        (UNKNOWN, "met", "not_met", Merged.DIFFERENCE),
        (UNKNOWN, "met", "met", Merged.SAME),
    ],
)
def test_one_side_changed_both_said_the_same_or_both_differ(base, mine, theirs, found):
    assert merge(base, mine, theirs) is found


@given(base=SHEETS, ana=SHEETS, bek=SHEETS, mask=st.sets(st.sampled_from(["AA-01", "AA-02", "BB-01", "BB-02"])))
def test_edits_at_different_places_give_the_same_sheet_in_either_order(base, ana, bek, mask):
    ana = {code: value if code in mask else base[code] for code, value in ana.items()}
    bek = {code: base[code] if code in mask else value for code, value in bek.items()}
    waiting: list = []
    one = lay(lay(base, ana, base, waiting), bek, base, waiting)
    other = lay(lay(base, bek, base, waiting), ana, base, waiting)
    assert one == other
    assert waiting == []
    assert one == {code: ana[code] if code in mask else bek[code] for code in base}


@given(base=SHEETS, ana=SHEETS, bek=SHEETS)
def test_nothing_is_invented_and_nothing_is_lost(base, ana, bek):
    waiting: list = []
    found = lay(lay(base, ana, base, waiting), bek, base, waiting)
    for code, value in found.items():
        assert value in (base[code], ana[code], bek[code])
        for hand in (ana, bek):
            # Whatever somebody changed stands, or waits to be agreed on.
            assert hand[code] in (base[code], value) or (code, hand[code]) in waiting


@given(base=VALUES, mine=VALUES, theirs=VALUES)
def test_both_sides_see_the_same_difference(base, mine, theirs):
    turned = {Merged.SAVED: Merged.THEIRS, Merged.THEIRS: Merged.SAVED}
    found = merge(base, mine, theirs)
    assert merge(base, theirs, mine) is turned.get(found, found)
