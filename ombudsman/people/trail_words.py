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
