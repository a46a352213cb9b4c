"""The state tables: closed, complete, and drawn in the manual."""

from visits.management.commands.draw_states import PAGE
from visits.models import Finding, Recommendation, Visit
from visits.rules.states import CONCERN, FINDING, RESPONSE, VERIFICATION, VISIT
from visits.states_page import CONCERN_NAMES, CONCERN_STEPS, FINDING_STEPS, VISIT_STEPS, drawn


def test_the_page_of_states_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == drawn(), "run manage.py draw_states"


def test_every_state_stands_in_its_table_and_leads_only_to_states():
    for table, states in [
        (VISIT, Visit.State),
        (FINDING, Finding.State),
        (RESPONSE, Recommendation.Said),
        (VERIFICATION, Recommendation.Seen),
    ]:
        assert set(table) == set(states.values)
        assert {then for following in table.values() for then in following} <= set(table)
    assert set(CONCERN) == set(CONCERN_NAMES)


def test_every_step_says_who_takes_it():
    for table, steps in [(VISIT, VISIT_STEPS), (FINDING, FINDING_STEPS), (CONCERN, CONCERN_STEPS)]:
        assert {(now, then) for now, following in table.items() for then in following} == set(steps)
