"""Roof: what waits for a person today, role by role. Each function is one role's worklist and costs a fixed number of queries.

It asks every app by its querysets and decides nothing. A task is one line: what is to be done is the link.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from institutions.models import ConflictOfInterest
from ombudsman.people.access import Rights, rights_of
from ombudsman.people.models import Grant, Invitation, TrailEntry, User
from ombudsman.people.places import region_names
from ombudsman.people.roles import Act, Reach, Role, Thing
from ombudsman.templatetags.house import days, on_day
from reports.models import Publication
from visits import editions
from visits.models import Answer, DeviceCopy, Difference, Recommendation, ReviewComment, Visit
from visits.urgent_lines import UrgentLine, waiting_for

# A worklist is read, not scrolled: the oldest few of a kind, and where the others are.
FEW = 5


@dataclass(frozen=True)
class Task:
    """One line that waits."""

    title: str
    url: str
    text: str = ""
    due: str = ""
    mark: str = "sheet"
    kind: str = "is-none"


@dataclass(frozen=True)
class Part:
    """One section of the visit in progress."""

    code: str
    number: int
    title: str
    answered: int
    total: int

    @property
    def complete(self) -> bool:
        return self.answered >= self.total


@dataclass(frozen=True)
class InProgress:
    """The visit that goes on now, and where to go on."""

    visit: Visit
    parts: list[Part]
    mine: list[Part]

    @property
    def answered(self) -> int:
        return sum(part.answered for part in self.parts)

    @property
    def total(self) -> int:
        return sum(part.total for part in self.parts)

    @property
    def next_part(self) -> Part | None:
        """The first section of one's own that is not complete, else of the team."""
        return next((part for part in [*self.mine, *self.parts] if not part.complete), None)


@dataclass
class Day:
    """Everything on the home page."""

    # Children at risk stand before everything else.
    urgent: list[UrgentLine] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    now: InProgress | None = None
    visits: list[Visit] = field(default_factory=list)
    states: list[tuple[str, int]] = field(default_factory=list)
    year: int = 0
    has_role: bool = True


def day_of(user: User) -> Day:
    """The day of this person: the worklists of all roles held today, together."""
    rights, today = rights_of(user), timezone.localdate()
    day = Day(year=today.year, has_role=bool(set(rights.roles) - {Role.PUBLIC}))
    if rights.may(Act.DECIDE, Thing.ESCALATION):
        day.urgent = waiting_for(user, timezone.now())
    if rights.has(Role.MONITOR):
        own = list(Visit.objects.editable_by(user).select_related("institution", "institution_kind").newest_first())
        day.tasks += differences(user, own)
        monitor(user, day, own)
    if rights.may(Act.DECIDE, Thing.SUBMITTED_VISIT):
        day.tasks += reviewer(user)
    if rights.may(Act.DECIDE, Thing.PEOPLE):
        day.tasks += coordinator(user)
    if rights.may(Act.EDIT, Thing.RECOMMENDATION):
        day.tasks += overdue(user, today)
    if rights.has(Role.REPORT_EDITOR, Role.COORDINATOR):
        day.tasks += report(user, rights)
    if rights.has(Role.COORDINATOR, Role.NGO_COORDINATOR, Role.REGIONAL):
        day.states = states(user, today.year)
    if rights.has(Role.COORDINATOR, Role.NGO_COORDINATOR):
        day.tasks += unsent(user, timezone.now())
    if rights.has(Role.NGO_COORDINATOR, Role.ADMINISTRATOR):
        day.tasks += invitations(user)
    if rights.has(Role.AUDITOR):
        day.tasks += auditor()
    return day


def monitor(user: User, day: Day, editable: list[Visit]) -> None:
    """Visit in progress, returned visits with their questions, the latest visits of the own teams."""
    returned = [visit.pk for visit in editable if visit.state == Visit.State.RETURNED]
    unanswered = ReviewComment.objects.filter(visit__in=returned, resolved_at__isnull=True).order_by()
    questions = dict(unanswered.values_list("visit").annotate(number=Count("pk"))) if returned else {}
    going_on = [visit for visit in editable if visit.state == Visit.State.OPEN]
    if going_on:
        day.now = in_progress(user, going_on[0])
    for visit in editable:
        if visit.state == Visit.State.RETURNED:
            asked = questions.get(visit.pk, 0)
            text = ngettext("%(number)s question of the reviewer", "%(number)s questions of the reviewer", asked)
            day.tasks.append(
                Task(
                    title=_("Answer the reviewer: %(place)s") % {"place": visit.institution.name},
                    url=reverse("visit", args=[visit.pk]),
                    text=text % {"number": asked},
                    due=days(visit.first_day, visit.last_day),
                    mark="returned",
                    kind="is-warn",
                )
            )
    for visit in going_on[1:]:
        day.tasks.append(
            Task(
                title=_("Go on with the visit: %(place)s") % {"place": visit.institution.name},
                url=reverse("visit", args=[visit.pk]),
                due=days(visit.first_day, visit.last_day),
            )
        )
    teams = Visit.objects.visible_to(user).filter(team__user=user, team__left_on__isnull=True)
    day.visits = list(teams.select_related("institution").newest_first()[:FEW])


def differences(user: User, editable: list[Visit]) -> Iterator[Task]:
    """Two answers that the leader has to agree, visit by visit. One query."""
    open_ones = Difference.objects.waiting().filter(
        visit__in=editable, visit__team__user=user, visit__team__part="leader", visit__team__left_on__isnull=True
    )
    counted = dict(open_ones.order_by().values_list("visit").annotate(number=Count("pk"))) if editable else {}
    for visit in editable:
        number = counted.get(visit.pk, 0)
        if not number:
            continue
        yield Task(
            title=ngettext("Two answers to agree: %(place)s", "Answers to agree: %(place)s", number)
            % {"place": visit.institution.name},
            url=reverse("visit_differences", args=[visit.pk]),
            text=ngettext("%(number)s difference", "%(number)s differences", number) % {"number": number},
            due=days(visit.first_day, visit.last_day),
            mark="conflict",
            kind="is-warn",
        )


def in_progress(user: User, visit: Visit) -> InProgress:
    """How far the team has come, section by section. Two queries."""
    family = visit.institution_kind.family
    sections: dict[str, Any] = {}
    wanted: Counter[str] = Counter()
    ids = set()
    for indicator in editions.checklist(visit.checklist_id).indicators.values():
        if indicator.applies(family):
            sections[indicator.section.code] = indicator.section
            wanted[indicator.section.code] += 1
            ids.add(indicator.pk)
    answered: Counter[str] = Counter()
    given = Answer.objects.filter(visit=visit, choice__isnull=False)
    for pk, code in given.values_list("indicator_id", "indicator__section__code"):
        answered[code] += pk in ids
    parts = [
        Part(code, section.order, section.title, answered[code], wanted[code]) for code, section in sections.items()
    ]
    given_to = visit.team.filter(user=user, left_on__isnull=True).values_list("sections", flat=True).first() or []
    return InProgress(visit, parts, [part for part in parts if part.code in given_to])


def reviewer(user: User) -> Iterator[Task]:
    """The queue: how many wait, the oldest first."""
    queue = Visit.objects.decidable_by(user).awaiting_review().select_related("institution")
    waiting = queue.count()
    for visit in queue.order_by("submitted_at", "pk")[:FEW]:
        yield Task(
            title=_("Review: %(place)s") % {"place": visit.institution.name},
            url=reverse("visit_review", args=[visit.pk]),
            text=days(visit.first_day, visit.last_day),
            due=_("handed in on %(day)s") % {"day": on_day(visit.submitted_at)} if visit.submitted_at else "",
            mark="clock",
        )
    if waiting > FEW:
        yield Task(
            title=ngettext("%(number)s visit waits for review", "%(number)s visits wait for review", waiting)
            % {"number": waiting},
            url=reverse("review_queue"),
            mark="next",
        )


def coordinator(user: User) -> Iterator[Task]:
    """Roles that another person proposed and this one may approve."""
    waiting = Grant.objects.awaiting_approval().filter(user__is_active=True).exclude(proposed_by=user)
    rows = list(waiting.exclude(user=user).select_related("user", "proposed_by").order_by("starts", "pk")[:FEW])
    names = region_names() if rows else {}
    for grant in rows:
        yield Task(
            title=_("Approve a role: %(person)s") % {"person": grant.user.full_name},
            url=reverse("person", args=[grant.user_id]),
            text=f"{grant.role_name}, {names.get(grant.region_code, grant.region_code)}",
            due=_("proposed by %(name)s") % {"name": grant.proposed_by.full_name},
            mark="clock",
            kind="is-warn",
        )


def overdue(user: User, today: date) -> Iterator[Task]:
    """Recommendations whose deadline has passed without the authority's answer; the longest overdue first."""
    late = Recommendation.objects.visible_to(user).open().filter(deadline__lt=today, response__in=("none", "no_reply"))
    number = late.count()
    for row in late.select_related("authority").order_by("deadline", "pk")[:FEW]:
        yield Task(
            title=_("No answer to recommendation %(number)s") % {"number": row.number},
            url=reverse("recommendation", args=[row.pk]),
            text=str(row.authority),
            due=_("deadline was %(day)s") % {"day": on_day(row.deadline)},
            mark="warn",
            kind="is-warn",
        )
    if number > FEW:
        yield Task(
            title=ngettext("%(number)s recommendation is overdue", "%(number)s recommendations are overdue", number)
            % {"number": number},
            url=f"{reverse('recommendation_list')}?overdue=1",
            mark="next",
        )


def report(user: User, rights: Rights) -> Iterator[Task]:
    """Where the newest annual report stands."""
    newest = Publication.objects.visible_to(user).order_by("-year", "-edition").first()
    if newest is None:
        if rights.may(Act.CREATE, Thing.REPORT_DRAFT):
            yield Task(title=_("Begin the annual report"), url=reverse("report_list"), text=_("There is none yet."))
    elif newest.state == Publication.State.DRAFT:
        decides = rights.may(Act.DECIDE, Thing.PUBLICATION)
        title = _("Approve the report of %(year)s") if decides else _("Go on with the report of %(year)s")
        yield Task(
            title=title % {"year": newest.year},
            url=reverse("report", args=[newest.year]),
            text=_("Its figures are frozen; it has not been released."),
        )


def states(user: User, year: int) -> list[tuple[str, int]]:
    """How many visits of the year stand in each state, in the order of their life."""
    counted = dict(
        Visit.objects.visible_to(user).in_year(year).order_by().values_list("state").annotate(number=Count("pk"))
    )
    return [(state, counted[state]) for state in Visit.State.values if counted.get(state)]


def invitations(user: User) -> Iterator[Task]:
    """Invitations that nobody has followed yet."""
    rows = Invitation.objects.filter(accepted_at__isnull=True, expires_at__gt=timezone.now())
    scopes = rights_of(user).scopes(Act.CREATE, Thing.PEOPLE)
    if not any(scope.reach is Reach.ALL for scope in scopes):
        rows = rows.filter(organisation__people=user)
    waiting = rows.count()
    if waiting:
        yield Task(
            title=ngettext(
                "%(number)s invitation has not been followed yet",
                "%(number)s invitations have not been followed yet",
                waiting,
            )
            % {"number": waiting},
            url=reverse("people_list"),
            mark="clock",
        )


def unsent(user: User, now: datetime) -> Iterator[Task]:
    """Whose device has held unsent work for longer than a day: a name, a number, a day; never what it is. The longest first."""
    copies = DeviceCopy.objects.visible_to(user).out().exclude(user=user).order_by()
    late = copies.filter(unsent__gt=0, unsent_since__lt=now - timedelta(days=1))
    rows = late.values("user", "user__full_name").annotate(number=Sum("unsent"), since=Min("unsent_since"))
    people = list(rows.order_by("since", "user"))
    for row in people[:FEW]:
        yield Task(
            title=_("Unsent work: %(person)s") % {"person": row["user__full_name"]},
            url=reverse("person", args=[row["user"]]),
            text=ngettext("%(number)s entry on a device", "%(number)s entries on a device", row["number"])
            % {"number": row["number"]},
            due=_("since %(day)s") % {"day": on_day(row["since"])},
            mark="unsent",
            kind="is-warn",
        )
    if len(people) > FEW:
        more = len(people) - FEW
        yield Task(
            title=ngettext("%(number)s more person has unsent work", "%(number)s more people have unsent work", more)
            % {"number": more},
            url=reverse("people_list"),
            mark="unsent",
            kind="is-warn",
        )


def auditor() -> Iterator[Task]:
    """How long the trail is, and how many conflicts of interest stand in the register."""
    today = timezone.localdate()
    entries = TrailEntry.objects.count()
    yield Task(
        title=_("Read the trail"),
        url=reverse("trail"),
        text=ngettext("%(number)s entry", "%(number)s entries", entries) % {"number": entries},
    )
    ties = ConflictOfInterest.objects.filter(Q(until__isnull=True) | Q(until__gte=today), starts__lte=today).count()
    yield Task(
        title=_("Read the register of conflicts of interest"),
        url=reverse("conflict_list"),
        text=ngettext("%(number)s declaration in force", "%(number)s declarations in force", ties) % {"number": ties},
    )
