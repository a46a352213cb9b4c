"""The form of the statistics page: plain selects, sent by GET, so that what was asked is its address. Saves nothing."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from institutions.models import Authority, InstitutionKind, Region
from ombudsman.prepared import Prepared
from visits.models import Visit

from .measures.catalogue import DIMENSIONS, Measure
from .measures.reach import Reached
from .measures.wanted import PLACES, Wanted

MOST_YEARS = 10
BASES = [("judged", lazy("visits in which it was judged")), ("all", lazy("all visits in which it was asked"))]
VISITS = [
    ("latest", lazy("the latest accepted visit of each institution in the year")),
    ("all", lazy("all accepted visits")),
]
# Each page and each file of statistics asks for them anew.
REGIONS = Prepared(lambda: Region.objects.order_by("sort_key"))
KINDS = Prepared(lambda: InstitutionKind.objects.order_by("number"))
AUTHORITIES = Prepared(lambda: Authority.objects.order_by("order", "code"))


class StatisticsForm(forms.Form):
    """What to count, by what, where and when. What is not sent is as usual: the last full year, all places."""

    subject = forms.ChoiceField(required=False)
    by = forms.ChoiceField(label=lazy("By"), required=False)
    region = forms.ChoiceField(label=lazy("Region"), required=False)
    kind = forms.ChoiceField(label=lazy("Kind of institution"), required=False)
    authority = forms.ChoiceField(label=lazy("Authority"), required=False)
    first = forms.TypedChoiceField(label=lazy("From"), required=False, coerce=int)
    last = forms.TypedChoiceField(label=lazy("To"), required=False, coerce=int)
    visits = forms.ChoiceField(label=lazy("Which visits count"), choices=VISITS, required=False)
    base = forms.ChoiceField(label=lazy("Share of"), choices=BASES, required=False)
    compare = forms.ChoiceField(label=lazy("Compare with"), required=False)

    def __init__(self, *args: Any, measure: Measure, reached: Reached, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        usual = timezone.localdate().year - 1
        subjects = measure.subjects(reached) if measure.subjects else []
        self._choose("subject", subjects)
        self.fields["subject"].label = str(measure.subject_title)
        self._choose("by", [(code, str(DIMENSIONS[code])) for code in measure.by])
        everywhere = [("", _("all"))]
        self._choose("region", everywhere + [(one.iso, str(one)) for one in REGIONS.rows()])
        self._choose("kind", everywhere + [(one.code, str(one.plural)) for one in KINDS.rows()])
        self._choose("authority", everywhere + [(one.code, str(one)) for one in AUTHORITIES.rows()])
        years = [(year, str(year)) for year in _years(usual)]
        self._choose("first", years)
        self._choose("last", years)
        self.initial = {"by": measure.by[0], "first": usual, "last": usual, "visits": "latest", "base": "judged"}
        compares = {"before": _("the year before"), "rest": _("the rest")}
        self._choose("compare", [("", _("nothing")), *((code, compares[code]) for code in measure.compares)])
        if measure.subjects and all(code for _title, group in subjects for code, _words in group):
            self.initial["subject"] = next((code for _title, group in subjects for code, _words in group), "")
        unwanted = {*PLACES} - {*measure.narrows}
        unwanted |= set() if measure.subjects else {"subject"}
        unwanted |= set() if measure.of_visits else {"visits"}
        unwanted |= set() if measure.judged else {"base"}
        unwanted |= set() if measure.compares else {"compare"}
        unwanted |= {"first", "last"} if measure.years == "none" else set()
        unwanted |= {"first"} if measure.years == "one" else set()
        if measure.years == "one":
            self.fields["last"].label = _("Year")
        unwanted |= {"by"} if len(measure.by) == 1 else set()
        for name in unwanted:
            del self.fields[name]
        if self.is_bound:
            # What is not in the address is as usual, and the selects show it.
            self.data = {name: self.initial[name] for name in self.fields if name in self.initial} | {
                name: value for name, value in self.data.items() if value != ""
            }

    def _choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """From is not after to, and ten years are enough."""
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last year cannot come before the first."))
        elif first and last and last - first >= MOST_YEARS:
            self.add_error("last", _("At most ten years at a time."))
        if found.get("compare") == "before" and first != last:
            self.add_error("compare", _("The year before is compared with one year only."))
        return found

    def wanted(self) -> Wanted:
        """The question as asked; the form must be valid."""
        usual = self.initial
        sent = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        values = {name: sent.get(name, usual.get(name, "")) for name in ("by", "visits", "base", "first", "last")}
        places = {name: sent.get(name, "") for name in PLACES}
        if self.measure.years == "one":
            values["first"] = values["last"]
        more = {name: sent.get(name, "") for name in ("subject", "compare")}
        return Wanted(self.measure.code, **more, **values, **places)


def _years(usual: int) -> range:
    """From the first year with a visit to this one, newest first."""
    first = Visit.objects.order_by("year").values_list("year", flat=True).first() or usual
    return range(usual + 1, min(first, usual) - 1, -1)
