"""What the fifteen indicators are called, which are the core and which are questions of policy. Pure."""

from django.utils.translation import gettext_lazy as _

NAMES = {
    1: _("Children in conflict with the law"),
    2: _("Children in detention"),
    3: _("Children in detention before sentence"),
    4: _("Time in detention before sentence"),
    5: _("Time in detention after sentence"),
    6: _("Deaths of children in detention"),
    7: _("Separation from adults"),
    8: _("Contact with parents and family"),
    9: _("Custodial sentences"),
    10: _("Diversion before sentence"),
    11: _("Care after leaving"),
    12: _("Regular independent inspections"),
    13: _("Complaints mechanism"),
    14: _("Specialised justice for children"),
    15: _("Prevention"),
}
# The Manual asks every State for these first.
CORE = frozenset({2, 3, 9, 10, 14})
# Whether something exists; the Manual answers with one of four levels.
POLICY = frozenset({12, 13, 14, 15})
