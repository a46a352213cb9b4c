"""Reads what a benchmark's database holds and compares it with what was sent: `python -m benchmarks.fieldwork_check WHAT FILE`.

In a process of its own. Last line: JSON, numbers of deviations.
"""

import hashlib
import json
import sys
import zlib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django


def once(told: list[dict[str, Any]]) -> dict[str, int]:
    """`copies`: deliveries with more than one row; `half`: visits whose answers or talks are not exactly those of one delivery."""
    from django.db.models import Count

    from visits.models import Answer, Delivery

    rows = dict(
        Delivery.objects.filter(number__in=[each["number"] for each in told])
        .values_list("number")
        .annotate(rows=Count("pk"))
    )
    answers = dict(
        Answer.objects.filter(visit__in=[each["visit"] for each in told], version=1)
        .values_list("visit")
        .annotate(rows=Count("pk"))
    )
    talks = talks_of([each["visit"] for each in told])
    found = {"copies": 0, "half": 0}
    for each in told:
        number = next((count for key, count in rows.items() if str(key) == each["number"]), 0)
        kept = next((count for key, count in answers.items() if str(key) == each["visit"]), 0)
        found["copies"] += number > 1
        found["half"] += number == 0 or kept != each["answers"] or talks[each["visit"]] != each["talks"]
    return found


def talks_of(visits: list[str]) -> dict[str, int]:
    """How many talks each visit holds: in bundles while it is open, as interviews once it was submitted."""
    from ombudsman.people.models import User
    from visits.models import Interview, InterviewBundle, Visit
    from visits.services.interviews import read_bundle

    found: dict[str, int] = defaultdict(int)
    for key in Interview.objects.filter(visit_id__in=visits).values_list("visit", flat=True):
        found[str(key)] += 1
    for visit, member in InterviewBundle.objects.filter(visit_id__in=visits).values_list("visit", "member"):
        _version, rows = read_bundle(visit=Visit.objects.get(pk=visit), member=User.objects.get(pk=member))
        found[str(visit)] += len(rows)
    return found


def replay(told: dict[str, Any]) -> dict[str, int]:
    """Deviations from "what stands is a replay of the accepted edits, and nobody's other edit is lost"."""
    from ombudsman.people.models import User
    from visits.models import Answer, AnswerVersion, Difference

    edits = told["edits"]
    words = {(edit["indicator"], edit["words"]): edit for edit in edits}
    accepted: dict[str, set[int]] = defaultdict(set)
    for edit in edits:
        if edit["outcome"] == "saved":
            accepted[edit["indicator"]].add(edit["version"])
    found = {"broken_chains": 0, "values_nobody_sent": 0, "wrong_values": 0, "lost_to_their_author": 0}
    for answer in Answer.objects.filter(visit=told["visit"]).select_related("indicator"):
        code = answer.indicator.code
        chain = {row.version: row.value["note"] for row in AnswerVersion.objects.filter(answer=answer)}
        chain[answer.version] = answer.note
        found["broken_chains"] += set(chain) != set(range(1, answer.version + 1)) or set(chain) != accepted[code]
        for version, note in chain.items():
            edit = words.get((code, note))
            found["values_nobody_sent"] += edit is None
            found["wrong_values"] += edit is not None and (edit["outcome"], edit["version"]) != ("saved", version)
    by_author: dict[int, set[tuple[str, str]]] = {}
    for edit in edits:
        if edit["outcome"] in ("saved", "same"):
            continue
        if edit["by"] not in by_author:
            seen = Difference.objects.visible_to(User.objects.get(pk=edit["by"])).filter(by=edit["by"])
            by_author[edit["by"]] = {
                (row.indicator.code, row.mine["note"]) for row in seen.select_related("indicator") if row.indicator
            }
        found["lost_to_their_author"] += (edit["indicator"], edit["words"]) not in by_author[edit["by"]]
    return found


def killed(told: list[dict[str, Any]]) -> dict[str, int]:
    """Every delivery that has a receipt, against what is stored: `lost`, `copies`, `half` visits, `changed` contents."""
    from visits.models import Answer, Delivery, Finding, Visit

    talks = talks_of([each["visit"] for each in told])
    found = {"lost_receipts": 0, "copies": 0, "half_visits": 0, "changed_contents": 0}
    for each in told:
        rows = list(Delivery.objects.filter(visit=each["visit"]))
        found["lost_receipts"] += each["number"] not in {str(row.number) for row in rows}
        found["copies"] += len(rows) > 1
        # The talks are taken out before the body is kept: what is left is compared with what was sent.
        kept = [json.loads(zlib.decompress(bytes(row.body)))["changes"] for row in rows]
        found["changed_contents"] += digest(kept[:1]) != each["changes"]
        answers = Answer.objects.filter(visit=each["visit"]).select_related("indicator", "choice")
        stored = sorted([row.indicator.code, row.choice.code if row.choice else None, row.note] for row in answers)
        found["changed_contents"] += digest(stored) != each["answers"]
        state = Visit.objects.values_list("state", flat=True).get(pk=each["visit"])
        whole = (state, Finding.objects.filter(visit=each["visit"]).count(), talks[each["visit"]])
        found["half_visits"] += whole != ("submitted", each["findings"], each["talks"])
    return found


def digest(content: Any) -> str:
    """SHA-256 of the content in one fixed spelling."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


if __name__ == "__main__":
    django.setup()
    plan = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    checks: dict[str, Callable[[Any], dict[str, int]]] = {"once": once, "replay": replay, "killed": killed}
    print(json.dumps(checks[sys.argv[1]](plan)))
