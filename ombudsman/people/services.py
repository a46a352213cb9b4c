"""Acts on people: invite, accept, propose, approve, end, close, keys for programs. One transaction and one trail entry each."""

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from . import rules
from .access import Refused
from .mail import send_invitation
from .models import ApiToken, Grant, Invitation, Organisation, User, digest
from .trail import record

# Accounts of programs have an address that can never receive mail (RFC 2606).
CLIENT_DOMAIN = "client.invalid"


def _refuse(obstacles: list[str]) -> None:
    if obstacles:
        raise Refused(obstacles)


def prepare_invitation(
    *, email: str, organisation: Organisation | None, role: str, region_code: str, by: User, at: datetime
) -> tuple[Invitation, str]:
    """Keeps an invitation and returns it with its secret, which is stored nowhere. No mail, no rules: see `invite`."""
    secret = Invitation.new_secret()
    with transaction.atomic():
        invitation = Invitation.objects.create(
            email=email.strip().lower(),
            organisation=organisation,
            role=role,
            region_code=region_code,
            secret_digest=digest(secret),
            invited_by=by,
            expires_at=at + timedelta(days=settings.INVITATION_DAYS),
        )
        record(by=by, at=at, act="invitation.send", thing=invitation, role=role, region=region_code)
    return invitation, secret


def invite(
    *,
    email: str,
    organisation: Organisation | None,
    role: str,
    region_code: str,
    by: User,
    at: datetime,
    door: Callable[[str], str],
) -> Invitation:
    """Invites a new person; the link goes to their address alone. `door` makes a whole address of a path.

    Raises Refused (`rules.obstacles_to_invite`) and OSError when the mail could not be sent (the invitation then stands).
    """
    _refuse(
        rules.obstacles_to_invite(
            email=email,
            organisation_id=organisation.pk if organisation else None,
            role=role,
            region_code=region_code,
            by=by,
        )
    )
    invitation, secret = prepare_invitation(
        email=email, organisation=organisation, role=role, region_code=region_code, by=by, at=at
    )
    send_invitation(to=invitation.email, secret=secret, until=invitation.expires_at, door=door)
    return invitation


def send_new_link(*, person: User, by: User, at: datetime, door: Callable[[str], str]) -> Invitation:
    """A new link to set a password, for somebody who lost the old one. Raises Refused when the account is closed."""
    if not person.is_active:
        _refuse(rules.obstacles_to_propose(person, role="", region_code="", starts=timezone.localdate(at)))
    invitation, secret = prepare_invitation(
        email=person.email, organisation=person.organisation, role="", region_code="", by=by, at=at
    )
    send_invitation(to=person.email, secret=secret, until=invitation.expires_at, door=door)
    return invitation


@transaction.atomic
def accept_invitation(
    *, secret: str, full_name: str, language: str, password: str, at: datetime, telephone: str = ""
) -> User:
    """Makes the account (or sets a new password for the one that exists) and proposes the grant that goes with it.

    Raises Refused for an unknown, used or expired invitation, with one and the same sentence.
    """
    address = Invitation.objects.filter(secret_digest=digest(secret)).values("email")
    # All invitations of one address are locked together, so that two links followed at once make one account.
    same = Invitation.objects.select_for_update().filter(email__in=address).order_by("pk")
    invitation = next((row for row in same if row.secret_digest == digest(secret)), None)
    if invitation is None or not invitation.valid(at):
        raise Refused(rules.obstacles_to_accept(invitation, at))
    person = User.objects.filter(email=invitation.email).first()
    if person is not None and not person.is_active:
        _refuse(rules.obstacles_to_accept(None, at))
    if person is None:
        person = User.objects.create_user(invitation.email, full_name=full_name, organisation=invitation.organisation)
    person.full_name, person.language = full_name, language
    # A new link for a lost password leaves the number that is there where none is written.
    person.telephone = telephone or person.telephone
    person.set_password(password)
    person.save()
    # The link went to this address, so it is known to be theirs.
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    held = set(person.grants.values_list("role", "region_code"))
    if invitation.role and (invitation.role, invitation.region_code) not in held:
        Grant.objects.create(
            user=person,
            role=invitation.role,
            region_code=invitation.region_code,
            starts=timezone.localdate(at),
            proposed_by=invitation.invited_by,
        )
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    # One link at a time: older ones to the same address end with this one.
    Invitation.objects.filter(email=invitation.email, accepted_at__isnull=True).update(accepted_at=at)
    record(by=person, at=at, act="invitation.accept", thing=invitation)
    return person


@transaction.atomic
def write_telephone(*, person: User, telephone: str, by: User, at: datetime) -> None:
    """Keeps one's own telephone, or takes it away. The trail learns that it changed, never the number. Raises Refused."""
    _refuse(rules.obstacles_to_write_telephone(person, by))
    person.telephone = telephone
    person.save(update_fields=["telephone"])
    record(by=by, at=at, act="account.telephone", thing=person)


@transaction.atomic
def propose_grant(
    *, person: User, role: str, region_code: str, starts: date, until: date | None, by: User, at: datetime
) -> Grant:
    """Proposes a role; it takes effect when a second person approves it. Raises Refused."""
    _refuse(rules.obstacles_to_propose(person, role=role, region_code=region_code, starts=starts))
    grant = Grant.objects.create(
        user=person, role=role, region_code=region_code, starts=starts, until=until, proposed_by=by
    )
    record(by=by, at=at, act="grant.propose", thing=grant, person=person.pk, role=role, region=region_code)
    return grant


@transaction.atomic
def approve_grant(*, grant: Grant, by: User, at: datetime) -> Grant:
    """The second person's yes. Raises Refused for the proposer and for the receiver."""
    grant = Grant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant.pk)
    _refuse(rules.obstacles_to_approve(grant, by))
    grant.approved_by, grant.approved_at = by, at
    grant.save(update_fields=["approved_by", "approved_at"])
    record(by=by, at=at, act="grant.approve", thing=grant, person=grant.user_id, role=grant.role)
    return grant


@transaction.atomic
def end_grant(*, grant: Grant, by: User, at: datetime) -> None:
    """Ends a role at once, or takes back a proposal; the trail keeps that it was there. Raises Refused."""
    today = timezone.localdate(at)
    _refuse(rules.obstacles_to_end(grant, today))
    yesterday = today - timedelta(days=1)
    row = Grant.objects.filter(pk=grant.pk)
    if grant.approved_by_id is None or grant.starts > yesterday:
        row.delete()
    else:
        row.update(until=yesterday)
    record(by=by, at=at, act="grant.end", thing=grant, person=grant.user_id, role=grant.role)


@transaction.atomic
def close_account(*, person: User, by: User, at: datetime) -> None:
    """Closes an account: no sign-in, no key, no session from the next request on. Raises Refused."""
    _refuse(rules.obstacles_to_close(person, by, timezone.localdate(at)))
    person.is_active = False
    person.save(update_fields=["is_active"])
    record(by=by, at=at, act="account.close", thing=person)


@transaction.atomic
def reopen_account(*, person: User, by: User, at: datetime) -> None:
    """Opens a closed account again; its grants are what they were. Raises Refused."""
    _refuse(rules.obstacles_to_reopen(person))
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(by=by, at=at, act="account.reopen", thing=person)


@transaction.atomic
def issue_token(*, name: str, region_code: str, days: int, by: User, at: datetime) -> tuple[ApiToken, str]:
    """A key for a named program, for at most 90 days. Returns it with its secret, which is shown once and stored nowhere."""
    prefix = secrets.token_hex(4)
    secret = f"{prefix}.{secrets.token_urlsafe(32)}"
    client = User.objects.create_user(f"{prefix}@{CLIENT_DOMAIN}", full_name=name, organisation=by.organisation)
    token = ApiToken.objects.create(
        user=client,
        name=name,
        prefix=prefix,
        secret_digest=digest(secret),
        region_code=region_code,
        created_at=at,
        expires_at=at + min(timedelta(days=days), ApiToken.LONGEST),
    )
    record(by=by, at=at, act="token.issue", thing=token, region=region_code, days=days)
    return token, secret


@transaction.atomic
def withdraw_token(*, token: ApiToken, by: User, at: datetime) -> None:
    """Ends a key at once."""
    token.expires_at = min(token.expires_at, at)
    token.save(update_fields=["expires_at"])
    record(by=by, at=at, act="token.withdraw", thing=token)


def found_office(*, emails: tuple[str, str], at: datetime) -> list[tuple[User, str]]:
    """The first two coordinators with the secrets of their invitations; each stands for the other's grant.

    Raises Refused when anybody has an account already.
    """
    with transaction.atomic():
        if User.objects.exists():
            raise Refused(["The office exists already: accounts are made by invitation."])
        first, second = (User.objects.create_user(email, full_name=email.split("@")[0]) for email in emails)
        for person, other in ((first, second), (second, first)):
            grant = Grant.objects.create(
                user=person,
                role="coordinator",
                starts=timezone.localdate(at),
                proposed_by=person,
                approved_by=other,
                approved_at=at,
            )
            record(by=None, at=at, act="office.found", thing=grant, person=person.pk)
        return [
            (
                person,
                prepare_invitation(email=person.email, organisation=None, role="", region_code="", by=person, at=at)[1],
            )
            for person in (first, second)
        ]
