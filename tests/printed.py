"""Plans of sheets without a printer: every text is five millimetres high, and a side is as short as a test wants it."""

from unittest import mock

from visits.models import Edition, SheetPlan
from visits.paper import grid, printing


def plan(edition: Edition, family: str = "police", language: str = "en", *, bottom: float = grid.BOTTOM) -> SheetPlan:
    """The plan that printing would have made; a smaller `bottom` makes more sides."""
    room = printing.room_of(edition)
    heights = dict.fromkeys(room.lines_of(edition, family), 5.0)
    with mock.patch.object(grid, "BOTTOM", bottom):
        pages = grid.as_json(room.lay_out(edition, family, heights))
    return SheetPlan.objects.create(edition=edition, family=family, language=language, pages=pages)
