"""Which categories merge with which before anything is hidden (R7), as trees: neighbours in age, in kind, on the map. Pure.

A branch is printed as one row. Its leaves are the finest categories: age bands, kinds, regions. Where a row may not stand, its
parent takes its place, and with it all other rows beneath that parent; the root stands for everything, and then there is no table.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Branch:
    """One category (no children), or several that stand together."""

    codes: tuple[str, ...]
    children: tuple["Branch", ...] = ()

    def everywhere(self) -> Iterator["Branch"]:
        """The branch and all beneath it, from the leaves up."""
        for child in self.children:
            yield from child.everywhere()
        yield self


# The country in five parts, then three, then two; by ISO codes. Neighbours stay together.
REGIONS: tuple[tuple[tuple[tuple[str, ...], ...], ...], ...] = (
    (
        (("KZ-11", "KZ-39", "KZ-55", "KZ-59", "KZ-71"), ("KZ-35", "KZ-62")),
        (("KZ-10", "KZ-63"),),
    ),
    (
        (("KZ-19", "KZ-33", "KZ-75"), ("KZ-31", "KZ-43", "KZ-61", "KZ-79")),
        (("KZ-15", "KZ-23", "KZ-27", "KZ-47"),),
    ),
)
# Families of kinds: those of criminal procedure and of correction, then those of care and of health.
KINDS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("police", "remand"), ("colony", "special_school", "adaptation_centre")),
    (("care_home",), ("disability_home", "psychiatric")),
)


def joined(branches: Sequence[Branch]) -> Branch | None:
    """Branches under a common parent: none for no branch, the branch itself for one."""
    if len(branches) < 2:
        return branches[0] if branches else None
    return Branch(tuple(code for branch in branches for code in branch.codes), tuple(branches))


def _grown(plan: object, leaves: Mapping[str, Sequence[str]]) -> Branch | None:
    """The tree of a nested plan whose names stand for leaves; what is not there is left out."""
    if isinstance(plan, str):
        return joined([Branch((code,)) for code in leaves.get(plan, ())])
    grown = [_grown(part, leaves) for part in plan]  # type: ignore[attr-defined]
    return joined([branch for branch in grown if branch])


def of_regions(codes: Sequence[str]) -> Branch | None:
    """The regions, their neighbours, and so on. A region that the plan does not know stands beside its halves."""
    known = {code for half in REGIONS for part in half for group in part for code in group}
    tree = _grown(REGIONS, {code: (code,) for code in codes})
    others = [Branch((code,)) for code in codes if code not in known]
    return joined([*([tree] if tree else []), *others])


def of_kinds(family_of: Mapping[str, str]) -> Branch | None:
    """Kinds by family, then families that are alike. `family_of`: code of a kind -> its family."""
    families: dict[str, list[str]] = {}
    for code, family in family_of.items():
        families.setdefault(family, []).append(code)
    known = {family for half in KINDS for part in half for family in part}
    tree = _grown(KINDS, families)
    others = [joined([Branch((code,)) for code in codes]) for family, codes in families.items() if family not in known]
    return joined([branch for branch in (tree, *others) if branch])


def of_choices(choices: Sequence[str], merge_order: Sequence[Sequence[Sequence[str]]]) -> Branch | None:
    """The answers of a question about the child, in the order in which its edition merges them."""
    branches = [Branch((code,)) for code in choices]
    for step in merge_order:
        for together in step:
            meant = [branch for branch in branches if set(branch.codes) & set(together)]
            if len(meant) > 1:
                at = branches.index(meant[0])
                branches = [branch for branch in branches if branch not in meant]
                branches.insert(at, Branch(tuple(code for one in meant for code in one.codes), tuple(meant)))
    return joined(branches)


class Cut:
    """A tree with the rows that stand at present. It only ever gets coarser."""

    def __init__(self, root: Branch, rows: Sequence[Branch] | None = None) -> None:
        self.root = root
        self._parent = {child: branch for branch in root.everywhere() for child in branch.children}
        self.rows = list(rows) if rows is not None else [one for one in root.everywhere() if not one.children]

    @property
    def useless(self) -> bool:
        """Whether the table would only say again what is said of all."""
        return len(self.rows) < 2

    def merge(self, row: Branch) -> None:
        """Puts the row's parent in its place, and in that of every row beneath the parent."""
        parent = self._parent.get(row, self.root)
        at = next(at for at, other in enumerate(self.rows) if set(other.codes) <= set(parent.codes))
        self.rows = [other for other in self.rows if not set(other.codes) <= set(parent.codes)]
        self.rows.insert(at, parent)

    def until(self, stands: Callable[[Branch], bool]) -> None:
        """Merges until every row stands, those that fail deepest in the tree first."""
        while not self.useless:
            failing = [row for row in self.rows if not stands(row)]
            if not failing:
                return
            self.merge(min(failing, key=lambda row: (len(self._parent.get(row, self.root).codes), row.codes)))
