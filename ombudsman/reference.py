"""Roof: Django's administration, cut down to accounts' data and reference data. No grants, no case data, no own sign-in.

Rights come from the table of roles, not from Django's permissions: who may edit institutions keeps the reference data,
who may edit people keeps names and languages of accounts.
"""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from institutions.models import Authority, InstitutionKind, Region
from ombudsman.people.access import may
from ombudsman.people.models import Organisation, User
from ombudsman.people.roles import Act, Thing


class ReferenceSite(AdminSite):
    """The administration of reference data."""

    site_header = site_title = index_title = _("Reference data")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Coordinators and administrators; the staff and superuser flags alone open nothing."""
        return request.user.is_authenticated and (
            may(request.user, Act.EDIT, Thing.INSTITUTION) or may(request.user, Act.EDIT, Thing.PEOPLE)
        )

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one front door only."""
        return redirect_to_login(request.get_full_path())


class ReferenceAdmin(ModelAdmin):  # type: ignore[type-arg]
    """Rows that whoever may edit `thing` may edit; nobody deletes what visits and figures rest on."""

    thing = Thing.INSTITUTION

    def _may(self, request: HttpRequest) -> bool:
        return may(request.user, Act.EDIT, self.thing)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AccountAdmin(ReferenceAdmin):
    """Names and languages of accounts. Accounts come by invitation and close by the service, rights come by grants."""

    thing = Thing.PEOPLE
    list_display = ("full_name", "email", "organisation", "is_active")
    search_fields = ("full_name", "email")
    fields = ("full_name", "language")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


reference_site = ReferenceSite(name="admin")
for model in (Region, InstitutionKind, Authority, Organisation):
    reference_site.register(model, ReferenceAdmin)
reference_site.register(User, AccountAdmin)
