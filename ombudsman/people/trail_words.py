"""The trail's codes in words of the office. Every act and thing that `record()` is given has its word here (a test looks)."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "invitation.send": _("sent an invitation"),
    "invitation.accept": _("accepted an invitation"),
    "grant.propose": _("proposed a role"),
    "grant.approve": _("approved a role"),
    "grant.end": _("ended a role"),
    "account.close": _("closed an account"),
    "account.reopen": _("opened an account again"),
    "token.issue": _("made a key for a program"),
    "token.withdraw": _("withdrew a key"),
    "office.found": _("founded the office"),
    "conflict.declare": _("declared a conflict of interest"),
    "conflict.end": _("ended a conflict of interest"),
    "visit.look": _("looked at answers of a visit"),
    "visit.ask": _("asked the team of a visit a question"),
    "visit.settle": _("settled a question"),
    "visit.confirm_ratings": _("confirmed ratings of sections"),
    "visit.return": _("returned a visit"),
    "visit.accept": _("accepted a visit"),
    "visit.reopen": _("reopened a visit"),
    "visit.void": _("declared a visit void"),
    "finding.accepted": _("accepted a finding"),
    "finding.returned": _("returned a finding"),
    "finding.rejected": _("rejected a finding"),
    "recommendation.issue": _("issued a recommendation"),
    "recommendation.response": _("recorded what an authority says"),
    "recommendation.verification": _("recorded what was seen"),
}

THINGS = {
    "user": _("Account"),
    "grant": _("Role of a person"),
    "invitation": _("Invitation"),
    "apitoken": _("Key for a program"),
    "conflictofinterest": _("Conflict of interest"),
    "institution": _("Institution"),
    "headcount": _("Headcount"),
    "visit": _("Visit"),
    "participation": _("Team"),
    "answer": _("Answer"),
    "finding": _("Finding"),
    "recommendation": _("Recommendation"),
    "publication": _("Publication"),
}
