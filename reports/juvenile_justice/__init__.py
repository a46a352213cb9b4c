"""The fifteen juvenile justice indicators of UNODC and UNICEF, as far as own and official figures know them.

Source: Manual for the Measurement of Juvenile Justice Indicators, United Nations, New York, 2006: eleven quantities and four
questions of policy. Definitions stand with the standard "JJI" (visits/data/standards.yaml), in our own words.

Own figures are those of the year's report (figures.year_content), protected as there; nothing is counted here that the report
does not print, but for the children present in places of detention and what institutions measured. For each indicator it is said
what is missing. Nothing is estimated.
"""

from visits.models import Provision

from ..content import YearContent
from ..disclosure import Rules
from ..figures import rules_in_force, year_content
from . import missing, own, published
from .names import CORE, NAMES, POLICY
from .values import JusticeIndicator, JusticeValue, Status

__all__ = ["JusticeIndicator", "JusticeValue", "Status", "juvenile_justice"]


def juvenile_justice(
    year: int, *, content: YearContent | None = None, rules: Rules | None = None
) -> list[JusticeIndicator]:
    """The fifteen indicators in their order, in the language in force.

    `content`: figures of that year already counted (a frozen report); counted now if None. Official figures are those published
    for the year and the years before it.
    """
    rules = rules or rules_in_force()
    content = content or year_content(year, rules=rules)
    held, counted = own.held(year, rules), published.Published.until(year)
    found = own.values(content, held, rules)
    for number, values in published.values(counted).items():
        found.setdefault(number, []).extend(values)
    for number, values in own.rates(year, held, counted).items():
        found.setdefault(number, []).extend(values)
    gists = {one.number: str(one.gist) for one in Provision.objects.filter(standard__code="JJI")}
    lacks = missing.missing(content, held, counted, rules)
    return [
        JusticeIndicator(
            number=number,
            name=str(name),
            definition=gists.get(str(number), ""),
            core=number in CORE,
            policy=number in POLICY,
            status=_status(found.get(number, []), lacks[number]),
            values=tuple(found.get(number, [])),
            missing=tuple(lacks[number]),
        )
        for number, name in NAMES.items()
    ]


def _status(values: list[JusticeValue], lacks: list[str]) -> Status:
    if not values:
        return "missing"
    return "part" if lacks else "known"
