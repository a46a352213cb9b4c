"""What keeps each of the fifteen indicators from being known, in sentences."""

from django.utils.translation import gettext as _

from ..content import YearContent
from ..disclosure import Protection, Rules
from .names import NAMES
from .own import AFTERCARE, ASKED, DAYS_BEFORE_SENTENCE, DEATHS, Held, countable, numbers_of, question
from .published import Published


def missing(content: YearContent, held: Held, official: Published, rules: Rules) -> dict[int, list[str]]:
    """Number -> sentences; empty = the indicator is known as the Manual defines it."""
    found = {number: [*_of_the_country(number), *_hidden(number, content)] for number in NAMES}
    population = [] if official.population else [_("The number of children in the country, so there is no rate.")]
    found[1] += population
    found[2] += [*_counted(held.counted, held.register, held.children), *population]
    found[3] += [*_counted(held.counted_before, held.register_before, held.before_sentence), *population]
    for number, key in ((4, DAYS_BEFORE_SENTENCE), (6, DEATHS), (11, AFTERCARE)):
        if not held.measured[key].may_be_told(rules):
            found[number].append(
                _("Too few of the institutions visited measured it: %(n)s are needed.") % {"n": rules.institutions}
            )
    return found


def _of_the_country(number: int) -> list[str]:
    """What neither our visits nor the figures published so far can say."""
    level = _("Which of the Manual’s four levels the law reaches: that is judged by people and is not recorded here.")
    words = {
        1: [_("Arrests in a year: the register of internal affairs bodies counts children, not arrests.")],
        4: [
            _("The time of each child: our visits note one median for each remand place."),
            _("Police and court statistics of time before sentence are not published."),
        ],
        5: [_("Statistics of time served by children are not published, and our visits do not measure it.")],
        6: [_("Deaths in twelve months per 1,000 children: the checklist asks for deaths in 36 months.")],
        7: [_("All children detained in the year, not only those in places visited who spoke with us.")],
        8: [
            _("Children in detention alone: the question is also asked in care homes, disability homes and hospitals."),
            _("All children detained in the year, not only those in places visited who spoke with us."),
        ],
        9: [_("All sentences of children, by kind of sentence.")],
        10: [_("Children diverted and children sentenced in one year: cases closed by conciliation are not children.")],
        11: [_("All children released in the year: our visits note one share for each place.")],
        12: [_("Visits of other independent bodies to each place."), level],
        13: [_("Whether complaints are decided by a body outside the institution."), level],
        14: [_("Nothing on courts, prosecutors and police for children is recorded here."), level],
        15: [_("Nothing on a national plan for prevention is recorded here."), level],
    }
    return words.get(number, [])


def _counted(counted: int, register: int, children: int | None) -> list[str]:
    """Places that were not counted, or a count that would tell of one place."""
    found = []
    if not register:
        found.append(_("No such place is in the register."))
    if counted < register:
        found.append(
            _("Children in places not visited: %(counted)s of %(register)s places of detention were counted.")
            % {"counted": counted, "register": register}
        )
    if counted and children is None:
        found.append(_("The count is not printed: it would tell of single places."))
    return found


def _hidden(number: int, content: YearContent) -> list[str]:
    """Figures that exist and are protected."""
    found = [
        _("%(code)s is not printed: too few institutions, or too few children behind it.") % {"code": line["code"]}
        for line in content["indicators"]
        if number in numbers_of(line) and line["protection"] != Protection.SHOWN.value
    ]
    for code, codes in ASKED.get(number, ()):
        line = question(content, code)
        if line is not None and countable(line, codes) is None:
            found.append(_("Answers of children to %(code)s are too few to be printed.") % {"code": code})
    return found
