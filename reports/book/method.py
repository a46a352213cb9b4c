"""How we counted, and what we do not know."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .. import sentences
from ..wording import number
from .year import Book, Chapter


def chapters(book: Book) -> Iterator[Chapter]:
    """One chapter of questions and answers."""
    c, seen, rules = book.content, book.content["coverage"], book.content.get("rules", {})
    states = [question["protection"] for question in c["questions"]]
    tables = [one["protection"] for question in c["questions"] for one in question.get("breakdowns", [])]
    hidden = [one for one in c["indicators"] if one["protection"] != "shown"]
    yield Chapter(
        "method",
        "method",
        _("How we counted, and what we do not know"),
        _("Choice of visits, bases, protection of small numbers"),
        data={
            "seen": seen,
            "rules": rules,
            "latest": book.choice == "latest",
            "choice": sentences.choice_of_visits(book.choice),
            "talks": sentences.talks(seen["interviews"]),
            "shown": sentences.questions(states.count("shown")),
            "merged": sentences.questions(states.count("merged")),
            "too_few": sentences.questions(states.count("too_few")),
            "hidden": sentences.indicators(len(hidden)),
            "tables": {state: number(tables.count(state)) for state in ("shown", "partly", "withheld")}
            if tables
            else {},
            "refused": sentences.visits(seen["refused"]),
            "caption": book.table(_("With whom we spoke")),
            "editions": [
                _("%(title)s, edition %(numbers)s") % {"title": one["title"], "numbers": one["number"]}
                for one in c["editions"]
            ],
            "people": [
                (_("Children present on the day of the visit, as counted"), number(seen["children_present"])),
                (_("Talks in private"), number(seen["interviews"])),
                (_("Institutions in which children spoke with us"), number(seen["institutions_with_interviews"])),
                (pgettext("book", "Visits"), number(seen["visits"])),
                (_("Visits to which the team was not let in"), number(seen["refused"])),
            ],
        },
    )
