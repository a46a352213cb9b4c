"""People, their organisations and grants, invitations, tokens, and the trail of what was done."""

import hashlib
import re
import secrets
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ombudsman.model_parts import both_or_neither, new_id, not_before, one_of
from ombudsman.words import NameField, Words

from .access import rights_of
from .roles import GRANTABLE, ROLE_NAMES, Act, Reach, Role, Thing

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Organisation(models.Model):
    """An NGO, public monitoring commission, preventive mechanism or office that people belong to."""

    class Kind(models.TextChoices):
        NGO = "ngo", _("Non-governmental organisation")
        COMMISSION = "commission", _("Public monitoring commission")
        PREVENTIVE = "preventive_mechanism", _("Preventive mechanism")
        OFFICE = "office", _("Ombudsman’s office")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    name_kk, name_ru, name_en = NameField(), NameField(), NameField()
    name = Words()
    # ISO 3166-2 code of the region it works in; empty = the whole country.
    region_code = models.CharField(max_length=10, blank=True, default="")
    sort_key = models.CharField(max_length=300, default="", db_index=True)

    class Privacy:
        public = ["id", "kind", "name_kk", "name_ru", "name_en", "region_code", "sort_key"]

    class Meta:
        constraints = [
            one_of("kind", ["ngo", "commission", "preventive_mechanism", "office"], name="organisation_kind")
        ]

    def __str__(self) -> str:
        return str(self.name)


def telephone_number(written: str) -> None:
    """A number of ITU-T E.164 (a plus sign, the country's code, 8 to 15 digits), with spaces, hyphens and brackets between.

    Raises ValidationError.
    """
    digits = re.sub(r"[ ()-]", "", written)
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", digits) or not re.fullmatch(r"\+[0-9]+([ -]?\(?[0-9]+\)?)*", written):
        raise ValidationError(_("Write the number with its country’s code: +7 701 234 56 78."), code="telephone")


class UserManager(BaseUserManager["User"]):
    """Makes accounts; e-mail addresses are compared in lower case."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """An account; without a password it cannot sign in until one is set by invitation."""
        user = self.model(email=email.strip().lower(), **extra)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save(using=self._db)
        return user

    def visible_to(self, user: "User | AnonymousUser") -> "models.QuerySet[User]":
        """Whose page this person may open: all (office), the own organisation (its coordinator), always oneself."""
        if not user.is_authenticated:
            return self.none()
        seen = Q(pk=user.pk)
        for act in (Act.CREATE, Act.READ, Act.EDIT, Act.DECIDE):
            for scope in rights_of(user).scopes(act, Thing.PEOPLE):
                if scope.reach is Reach.ALL:
                    return self.all()
                if scope.reach is Reach.ORGANISATION and scope.organisation_id:
                    seen |= Q(organisation_id=scope.organisation_id)
        return self.filter(seen)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Rights come from grants only: is_staff and is_superuser open nothing but reference data."""

    email = models.EmailField(_("E-mail"), unique=True)
    full_name = models.CharField(_("Full name"), max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="people")
    language = models.CharField(_("Language"), max_length=2, choices=settings.LANGUAGES, default="kk")
    # For the coordinator, the duty officer and the person alone: whom to call when a child is at risk.
    telephone = models.CharField(_("Telephone"), max_length=30, blank=True, default="", validators=[telephone_number])
    is_active = models.BooleanField(_("Active"), default=True)
    is_staff = models.BooleanField(_("May enter the administration of reference data"), default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Privacy:
        internal = [
            "id",
            "email",
            "full_name",
            "organisation",
            "language",
            "is_active",
            "is_staff",
            "is_superuser",
            "date_joined",
            "last_login",
            "groups",
            "user_permissions",
        ]
        sensitive = ["password", "telephone"]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    @property
    def telephone_link(self) -> str:
        """The number as a `tel:` link takes it."""
        return f"tel:{re.sub(r'[ ()-]', '', self.telephone)}"


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants in the words of the office."""

    def in_force(self, day: date) -> "GrantQuerySet":
        """Approved by a second person and valid on `day` (both ends included)."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), approved_by__isnull=False, starts__lte=day)

    def awaiting_approval(self) -> "GrantQuerySet":
        """Proposed, not yet approved by a second person."""
        return self.filter(approved_by__isnull=True)


class Grant(models.Model):
    """A role for a person, in a region, for a time. Takes effect when a second person approves it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, ROLE_NAMES[role]) for role in GRANTABLE])
    # ISO 3166-2 code; empty = the whole country. A code, not a key: people are known before institutions.
    region_code = models.CharField(max_length=10, blank=True, default="")
    starts = models.DateField()
    until = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Privacy:
        internal = [
            "id",
            "user",
            "role",
            "region_code",
            "starts",
            "until",
            "proposed_by",
            "approved_by",
            "approved_at",
        ]

    class Meta:
        constraints = [
            one_of("role", [role.value for role in GRANTABLE], name="grant_role"),
            not_before("starts", "until", name="grant_ends_after_it_starts"),
            both_or_neither("approved_by", "approved_at", name="grant_approved_by_and_at"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("proposed_by")),
                name="grant_needs_a_second_person",
            ),
        ]

    @property
    def role_name(self) -> str:
        return str(ROLE_NAMES[Role(self.role)])

    def condition(self, day: date) -> str:
        """Where the grant stands on `day`: waiting, later, in_force or ended."""
        if self.until is not None and self.until < day:
            return "ended"
        if self.approved_by_id is None:
            return "waiting"
        return "later" if self.starts > day else "in_force"


def digest(secret: str) -> str:
    """SHA-256 of a random secret (at least 128 bits, so no slow hash is needed), as 64 hex digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Invitation(models.Model):
    """An expiring invitation to one e-mail address; the only way to an account. The secret stands in the link alone."""

    email = models.EmailField()
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="invitations")
    # Empty = no grant goes with it: a bare account, or a new sign-in link for an account that exists.
    role = models.CharField(
        max_length=20, blank=True, default="", choices=[(role.value, ROLE_NAMES[role]) for role in GRANTABLE]
    )
    region_code = models.CharField(max_length=10, blank=True, default="")
    secret_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        internal = ["id", "email", "organisation", "role", "region_code", "invited_by", "expires_at", "accepted_at"]
        sensitive = ["secret_digest"]

    def valid(self, at: datetime) -> bool:
        """Not accepted yet and not expired."""
        return self.accepted_at is None and at < self.expires_at

    @staticmethod
    def new_secret() -> str:
        """A fresh secret for a link: 256 random bits, URL-safe."""
        return secrets.token_urlsafe(32)


class ApiToken(models.Model):
    """A key for a program: one scope, at most 90 days, stored hashed, never any sealed part."""

    LONGEST = timedelta(days=90)

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=8, db_index=True)
    secret_digest = models.CharField(max_length=64, unique=True)
    region_code = models.CharField(max_length=10, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)

    class Privacy:
        internal = ["id", "user", "name", "prefix", "region_code", "created_at", "expires_at", "last_used_on"]
        sensitive = ["secret_digest"]

    def in_force(self, at: datetime) -> bool:
        return at < min(self.expires_at, self.created_at + self.LONGEST)


class TrailActor(models.Model):
    """Who stands behind an actor id of the trail. Apart, so that the name can be deleted and the chain still verifies."""

    actor = models.UUIDField(default=new_id, unique=True, editable=False)
    user = models.OneToOneField(User, models.CASCADE, related_name="trail_actor")

    class Privacy:
        sensitive = ["id", "actor", "user"]


class TrailEntry(models.Model):
    """One act, append-only and hash-chained: no foreign key, no words of a child, ids and codes only."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    act = models.CharField(max_length=60)
    thing = models.CharField(max_length=40)
    thing_id = models.CharField(max_length=40)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Privacy:
        internal = ["number", "at", "actor", "act", "thing", "thing_id", "detail", "previous_hash", "hash"]

    class Meta:
        indexes = [models.Index(fields=["thing", "thing_id"], name="trail_by_thing")]


class TrailHead(models.Model):
    """The end of the chain: one row, locked last in every transaction that writes the trail."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Privacy:
        internal = ["id", "number", "hash"]
