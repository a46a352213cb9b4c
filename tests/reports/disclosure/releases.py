"""Small releases of every shape, drawn by hypothesis: one to three dimensions, groups, linked tables, editions, institutions."""

import itertools

from hypothesis import strategies as st

from reports.disclosure.tables import Atom, Dimension, Edition, Known, Release, Table, every_cell

# Shapes: the dimensions of each table.
SHAPES = [["ab"], ["ab"], ["a"], ["ab", "cb"], ["ab", "bc", "ac"], ["abc"]]


@st.composite
def releases(draw, *, institutions=0, shapes=SHAPES, largest=12):
    """A release with true counts up to `largest`, mostly small."""
    tables_by = draw(st.sampled_from(shapes))
    dimensions = {code: _dimension(draw, code) for code in sorted(set("".join(tables_by)))}
    two_editions = draw(st.booleans())
    parts = ("p1", "p2") if two_editions else ("p1",)
    editions = (Edition("e1", ("p1",)), Edition("e2", ("p1", "p2")))[: len(parts)]
    answer = draw(st.sampled_from(["", "b"]))
    tables = tuple(
        Table(
            f"{edition.code}-{by}",
            edition.code,
            tuple(by),
            every_cell(*(dimensions[code] for code in by)),
            answer if answer in by else "",
        )
        for edition in editions
        for by in tables_by
    )
    places = list(itertools.product(*(one.categories for one in dimensions.values())))
    zero = dict(zip(dimensions, draw(st.sampled_from(places)), strict=True)) if draw(st.booleans()) else None
    atoms = []
    for part in parts:
        for place in places:
            at = dict(zip(dimensions, place, strict=True))
            if at != zero:
                shares = {f"i{number}": draw(st.integers(0, largest)) for number in range(max(institutions, 1))}
                held = {who: n for who, n in shares.items() if n}
                atoms.append(Atom(part, at, sum(held.values()), held if institutions else {}))
    known = ()
    if draw(st.booleans()):
        known = (Known("e1", {}, sum(atom.n for atom in atoms if atom.part == "p1")),)
    return Release(
        tuple(dimensions.values()), parts, editions, tables, tuple(atoms), zeros=(zero,) if zero else (), known=known
    )


def _dimension(draw, code):
    size = draw(st.integers(2, 4 if code == "a" else 3))
    categories = tuple(f"{code}{i}" for i in range(size))
    groups = ((f"{code}g", categories[:2]),) if size > 3 and draw(st.booleans()) else ()
    return Dimension(code, categories, groups)
