"""docs/states.md, drawn from the state tables: which state may follow which, and who may do it. Commands and tests only."""

from django.utils import translation

from ombudsman.people.roles import ROLE_NAMES, Act, Role, Thing, cells

from .models import Finding, Recommendation, Visit
from .rules.states import CONCERN, FINDING, RESPONSE, VERIFICATION, VISIT

HEAD = """# States

Drawn by `manage.py draw_states` from `visits/rules/states.py` and `ombudsman/people/roles.py`. What must be in order before a
step is said by the `obstacles_to_…` of `visits/rules/`: the same sentences stand beside the button and answer the API.
Nobody decides on a visit whose team they were on, or on a finding of their own.
"""

# (state now, state then) -> what it is called, the cell of the table of roles that allows it, and what comes with it.
VISIT_STEPS: dict[tuple[str, str], tuple[str, Act, Thing, str]] = {
    ("open", "submitted"): (
        "Submit",
        Act.DECIDE,
        Thing.VISIT_DRAFT,
        "Findings go along; interviews are dissolved, once.",
    ),
    ("open", "void"): (
        "Declare void",
        Act.DECIDE,
        Thing.VISIT_DRAFT,
        "With a reason; interviews not handed in are destroyed.",
    ),
    ("submitted", "returned"): (
        "Return",
        Act.DECIDE,
        Thing.SUBMITTED_VISIT,
        "With a question or a remark; interviews stay closed.",
    ),
    ("submitted", "accepted"): ("Accept", Act.DECIDE, Thing.SUBMITTED_VISIT, "The tally is made."),
    ("submitted", "void"): ("Declare void", Act.DECIDE, Thing.SUBMITTED_VISIT, "With a reason."),
    ("returned", "submitted"): ("Submit again", Act.DECIDE, Thing.VISIT_DRAFT, "Findings go along."),
    ("returned", "void"): ("Declare void", Act.DECIDE, Thing.SUBMITTED_VISIT, "With a reason."),
    ("accepted", "returned"): ("Reopen", Act.DECIDE, Thing.SUBMITTED_VISIT, "With a reason; the tally goes."),
    ("accepted", "void"): ("Declare void", Act.DECIDE, Thing.SUBMITTED_VISIT, "With a reason; the tally goes."),
}
FINDING_STEPS: dict[tuple[str, str], tuple[str, Act, Thing, str]] = {
    ("draft", "submitted"): ("Submit", Act.DECIDE, Thing.VISIT_DRAFT, "With its visit."),
    ("submitted", "returned"): ("Return", Act.DECIDE, Thing.FINDING, "With a reason."),
    ("submitted", "accepted"): ("Accept", Act.DECIDE, Thing.FINDING, ""),
    ("submitted", "rejected"): ("Reject", Act.DECIDE, Thing.FINDING, "With a reason."),
    ("returned", "submitted"): ("Submit again", Act.DECIDE, Thing.VISIT_DRAFT, "With its visit."),
    ("accepted", "returned"): (
        "Return",
        Act.DECIDE,
        Thing.FINDING,
        "With a reason, while no recommendation rests on it.",
    ),
    ("rejected", "returned"): ("Return", Act.DECIDE, Thing.FINDING, "With a reason."),
}
CONCERN_NAMES: dict[str, object] = {"received": "Received", "taken": "Taken by the office", "closed": "Closed"}
CONCERN_STEPS: dict[tuple[str, str], tuple[str, Act, Thing, str]] = {
    ("received", "taken"): ("I have it", Act.DECIDE, Thing.ESCALATION, "By the office only, not by a leader."),
    ("taken", "taken"): ("Take it over", Act.DECIDE, Thing.ESCALATION, "By the office only; names from whom."),
    ("taken", "closed"): (
        "Close",
        Act.DECIDE,
        Thing.ESCALATION,
        "With a coded outcome; never by the one who raised it.",
    ),
}


def drawn() -> str:
    """The whole page, in English."""
    with translation.override("en"):
        parts = [
            _table("Visit", VISIT, dict(Visit.State.choices), VISIT_STEPS),
            _table("Finding", FINDING, dict(Finding.State.choices), FINDING_STEPS),
            _table("Urgent concern", CONCERN, CONCERN_NAMES, CONCERN_STEPS),
            _twin("Response: what the authority says", RESPONSE, dict(Recommendation.Said.choices)),
            _twin("Verification: what we saw", VERIFICATION, dict(Recommendation.Seen.choices)),
        ]
    return HEAD + "\n" + "\n".join(parts)


def _who(act: Act, thing: Thing) -> str:
    roles = [role for role in Role if any(act in cell.acts for cell in cells(role, thing))]
    return ", ".join(str(ROLE_NAMES[role]) for role in roles)


def _table(
    title: str,
    states: dict[str, tuple[str, ...]],
    names: dict[str, object],
    steps: dict[tuple[str, str], tuple[str, Act, Thing, str]],
) -> str:
    lines = [f"## {title}", "", "| From | To | Step | Who | With it |", "|---|---|---|---|---|"]
    for now, following in states.items():
        for then in following:
            step, act, thing, note = steps[now, then]
            lines.append(f"| {names[now]} | {names[then]} | {step} | {_who(act, thing)} | {note} |")
        if not following:
            lines.append(f"| {names[now]} | (the end) | | | |")
    return "\n".join(lines) + "\n"


def _twin(title: str, states: dict[str, tuple[str, ...]], names: dict[str, object]) -> str:
    who = _who(Act.EDIT, Thing.RECOMMENDATION)
    lines = [
        f"## {title}",
        "",
        f"Recorded by: {who}. The same state may be recorded again, with a new day; the first one never comes back.",
        "",
        "| From | To |",
        "|---|---|",
    ]
    lines += [f"| {names[now]} | {', '.join(str(names[then]) for then in then_)} |" for now, then_ in states.items()]
    return "\n".join(lines) + "\n"
