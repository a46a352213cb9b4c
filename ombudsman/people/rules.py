"""What stands in the way of an act on people, in whole sentences; an empty list means that it may be done."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .access import rights_of
from .models import Grant, Invitation, User
from .roles import GRANTABLE, Act, Reach, Role, Thing

# Two, because a grant needs a proposer and a second person.
FEWEST_COORDINATORS = 2


def may_invite(user: User) -> bool:
    """The office and the coordinators of organisations invite."""
    rights = rights_of(user)
    return rights.may(Act.CREATE, Thing.PEOPLE) or rights.may(Act.DECIDE, Thing.PEOPLE)


def roles_to_invite(user: User) -> tuple[Role, ...]:
    """Roles an invitation of this person may propose: the office's coordinators all, an NGO's monitors, others none."""
    rights = rights_of(user)
    if rights.may(Act.DECIDE, Thing.PEOPLE):
        return GRANTABLE
    if any(scope.reach is Reach.ORGANISATION for scope in rights.scopes(Act.CREATE, Thing.PEOPLE)):
        return (Role.MONITOR,)
    return ()


def invites_to_own_only(user: User) -> bool:
    """Whether this person may invite into the own organisation only."""
    rights = rights_of(user)
    scopes = [*rights.scopes(Act.CREATE, Thing.PEOPLE), *rights.scopes(Act.DECIDE, Thing.PEOPLE)]
    return all(scope.reach is not Reach.ALL for scope in scopes)


def obstacles_to_invite(*, email: str, organisation_id: int | None, role: str, region_code: str, by: User) -> list[Any]:
    """No second account for one address; nobody gives a role or an organisation beyond their reach."""
    found = []
    if User.objects.filter(email=email.strip().lower()).exists():
        found.append(_("There is an account with this e-mail already. A new sign-in link can be sent from its page."))
    if role and role not in roles_to_invite(by):
        found.append(_("This role cannot be proposed by an invitation of yours."))
    if invites_to_own_only(by) and (by.organisation_id is None or organisation_id != by.organisation_id):
        found.append(_("An NGO coordinator invites people of the own organisation only."))
    regions = rights_of(by).roles.get(Role.NGO_COORDINATOR)
    if role and invites_to_own_only(by) and regions is not None and region_code not in regions:
        found.append(_("An NGO coordinator invites for the own region only."))
    return found


def obstacles_to_write_telephone(person: User, by: User) -> list[Any]:
    """A telephone is its owner's."""
    return [] if person.pk == by.pk else [_("Everybody writes their own telephone.")]


def obstacles_to_accept(invitation: Invitation | None, at: datetime) -> list[Any]:
    """Unknown, used and expired invitations get the same sentence."""
    if invitation is None or not invitation.valid(at):
        return [_("This invitation is not valid any more. Ask the person who sent it for a new one.")]
    return []


def obstacles_to_approve(grant: Grant, by: User) -> list[Any]:
    """A second person: neither the one who proposed it nor the one who receives it (security rule 3)."""
    found = []
    if grant.approved_by_id is not None:
        found.append(_("This grant has been approved already."))
    if grant.proposed_by_id == by.pk:
        found.append(_("A grant is approved by a second person, not by the one who proposed it."))
    if grant.user_id == by.pk:
        found.append(_("Nobody approves a grant to themselves."))
    if not grant.user.is_active:
        found.append(_("The account is closed."))
    return found


def obstacles_to_propose(user: User, *, role: str, region_code: str, starts: date) -> list[Any]:
    """Not to a closed account, not the same grant twice."""
    found = []
    if not user.is_active:
        found.append(_("The account is closed."))
    same = user.grants.filter(role=role, region_code=region_code)
    if same.filter(until__isnull=True).exists() or same.filter(until__gte=starts).exists():
        found.append(_("The person holds this role in this region already, or it waits for approval."))
    return found


def other_coordinators(user: User, day: date) -> "QuerySet[User]":
    """Who else could decide on people if this person could not."""
    grants = Grant.objects.in_force(day).filter(role=Role.COORDINATOR, region_code="")
    return User.objects.filter(is_active=True, pk__in=grants.values("user_id")).exclude(pk=user.pk)


def obstacles_to_end(grant: Grant, day: date) -> list[Any]:
    """The office keeps two coordinators, or nobody could grant anything any more."""
    found = []
    if grant.condition(day) == "ended":
        found.append(_("This grant has ended already."))
    keeps = grant.role == Role.COORDINATOR and grant.condition(day) == "in_force"
    if keeps and other_coordinators(grant.user, day).count() < FEWEST_COORDINATORS:
        found.append(_("The office needs two coordinators. Make another one first."))
    return found


def obstacles_to_close(person: User, by: User, day: date) -> list[Any]:
    """Nobody closes the own account; the office keeps two coordinators."""
    found = []
    if not person.is_active:
        found.append(_("The account is closed already."))
    if person.pk == by.pk:
        found.append(_("Nobody closes their own account."))
    held = Grant.objects.in_force(day).filter(user=person, role=Role.COORDINATOR, region_code="")
    if held.exists() and other_coordinators(person, day).count() < FEWEST_COORDINATORS:
        found.append(_("The office needs two coordinators. Make another one first."))
    return found


def obstacles_to_reopen(person: User) -> list[Any]:
    """Only a closed account can be opened again."""
    return [_("The account is open.")] if person.is_active else []
