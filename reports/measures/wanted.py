"""What somebody asked the statistics page for. Pure: the same question always has the same address."""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self

from ..tallies import Choice

Base = Literal["judged", "all"]
PLACES = ("region", "kind", "authority")


@dataclass(frozen=True)
class Wanted:
    """One table. `subject` is the code of the indicator, section, question or series ("" = none); `region`, `kind` and
    `authority` narrow it to one code each; `compare` is "" or "before" or "rest".
    """

    measure: str
    first: int
    last: int
    subject: str = ""
    by: str = ""
    visits: Choice = "latest"
    base: Base = "judged"
    region: str = ""
    kind: str = ""
    authority: str = ""
    compare: str = ""

    @property
    def years(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def narrowed(self) -> dict[str, str]:
        """The dimensions that are narrowed to one category, with its code."""
        return {name: getattr(self, name) for name in PLACES if getattr(self, name)}

    def but(self, **changes: Any) -> Self:
        return replace(self, **changes)

    def address(self) -> dict[str, str]:
        """As parts of a link: what is empty or as usual is left out."""
        usual = {one.name: one.default for one in fields(self)}
        return {name: str(value) for name, value in vars(self).items() if value != usual[name] and value != ""}
