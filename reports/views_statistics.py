"""Where numbers are looked at: the statistics page for staff, its table as CSV and XLSX, and the page of one figure.

The address is the question, so a link can be kept; whoever opens it is answered within their own reach. Every number comes
protected out of measures/, and page, chart and files are made from one Table (rule R10).
"""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ombudsman.people.requests import PersonRequest

from . import sheets
from .figures import rules_in_force
from .forms_statistics import StatisticsForm
from .measures import drawn
from .measures.behind import visits_behind
from .measures.catalogue import MEASURES, Measure
from .measures.reach import Reached, reached_by
from .measures.table import Table
from .measures.wanted import Wanted

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Answer(NamedTuple):
    """What was asked and what came of it; `table` is None while the form has faults."""

    measure: Measure
    form: StatisticsForm
    reached: Reached
    wanted: Wanted | None
    table: Table | None

    @property
    def address(self) -> str:
        return urlencode(self.wanted.address()) if self.wanted else ""


def _answer(request: HttpRequest) -> Answer:
    """Counts what the address asks for. 403 for whoever reads released reports only, 404 for an unknown measure."""
    reached = reached_by(request.user)  # type: ignore[arg-type]
    if reached is None:
        raise PermissionDenied
    measure = MEASURES.get(request.GET.get("measure", next(iter(MEASURES))))
    if measure is None:
        raise Http404
    form = StatisticsForm(request.GET, measure=measure, reached=reached)
    if not form.is_valid():
        return Answer(measure, form, reached, None, None)
    wanted = form.wanted()
    return Answer(measure, form, reached, wanted, measure.count(wanted, reached, rules_in_force()))


def _about(answer: Answer) -> list[tuple[str, str]]:
    """What stands beside every table: definition, base, whose, where, when, which visits, editions."""
    wanted, table = answer.wanted, answer.table
    if wanted is None or table is None:
        return []
    period = str(wanted.first) if wanted.first == wanted.last else f"{wanted.first}–{wanted.last}"
    chosen = [str(dict(answer.form.fields[name].choices)[code]) for name, code in wanted.narrowed.items()]  # type: ignore[attr-defined]
    whose = _("The whole country") if answer.measure.national else answer.reached.in_words()
    where = ", ".join([whose, *chosen])
    visits = str(dict(answer.form.fields["visits"].choices)[wanted.visits]) if answer.measure.of_visits else ""  # type: ignore[attr-defined]
    facts = [
        (_("Definition"), table.definition),
        (_("Base"), table.base),
        (_("Where"), where),
        (_("Period"), table.period or (period if answer.measure.years != "none" else "")),
        (_("Which visits count"), visits),
        (_("Asked as"), "; ".join(table.editions)),
    ]
    return [(name, words) for name, words in facts if words]


@require_safe
def statistics(request: PersonRequest) -> HttpResponse:
    """The form, the table and its drawing."""
    answer = _answer(request)
    table = answer.table
    context: dict[str, Any] = {
        "answer": answer,
        "measures": [(one, _link(answer, one)) for one in MEASURES.values()],
        "table": table,
        "about": _about(answer),
        "lines": drawn.drawing(table) if table else [],
        "lowest_only": table is not None and drawn.cut_short(table),
        "swatches": drawn.swatches(table) if table else [],
        "asked": bool(request.GET),
    }
    status = 200 if table is not None else 422
    return render(request, "reports/statistics.html", context, status=status)


def _link(answer: Answer, measure: Measure) -> str:
    """The same places and years of another measure."""
    kept = {
        name: code
        for name, code in (answer.wanted.narrowed if answer.wanted else {}).items()
        if name in measure.narrows
    }
    if answer.wanted and measure.years == "many":
        kept |= {"first": str(answer.wanted.first), "last": str(answer.wanted.last)}
    return f"{reverse('statistics')}?{urlencode({'measure': measure.code, **kept})}"


def _file(request: HttpRequest, ending: str) -> tuple[list[sheets.Line] | None, str]:
    answer = _answer(request)
    if answer.table is None or answer.table.refused:
        return None, "\n".join(answer.table.refused if answer.table else map(str, answer.form.errors.values()))
    link = request.build_absolute_uri(f"{reverse('statistics')}?{answer.address}")
    about = [(_("Measure"), str(answer.measure.title)), *_about(answer), (_("Link"), link)]
    name = f"{answer.measure.code}-{answer.wanted.first}-{answer.wanted.last}.{ending}" if answer.wanted else ending
    return list(sheets.lines(answer.table, about)), name


def _refused(sentences: str) -> HttpResponse:
    return HttpResponse(sentences, status=422, content_type="text/plain; charset=utf-8")


@require_safe
def statistics_csv(request: PersonRequest) -> HttpResponseBase:
    """The table as CSV: the page's cells and notes, nothing else."""
    written, name = _file(request, "csv")
    if written is None:
        return _refused(name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(sheets.as_csv(written), content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
def statistics_xlsx(request: PersonRequest) -> HttpResponse:
    """The table as a workbook."""
    written, name = _file(request, "xlsx")
    if written is None:
        return _refused(name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(sheets.as_xlsx(written), content_type=XLSX, headers=headers)


@require_safe
def statistics_figure(request: PersonRequest) -> HttpResponse:
    """What is this number? One row of a table with all that must stand beside it; 404 where the table has no such row."""
    answer = _answer(request)
    row = answer.table.row(request.GET.get("row", "")) if answer.table else None
    if row is None or not row.opens or answer.table is None or answer.wanted is None:
        raise Http404
    context = {
        "answer": answer,
        "table": answer.table,
        "row": row,
        "about": _about(answer),
        "behind": visits_behind(answer.wanted, row, answer.reached) if answer.measure.of_visits else None,
    }
    return render(request, "reports/statistics_figure.html", context)
