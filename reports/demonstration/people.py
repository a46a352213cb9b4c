"""The invented people: fifty NGOs with their monitors, the office, and one account for each role to sign in with."""

import itertools
import os
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from ombudsman.people.models import Grant, Organisation, User
from ombudsman.words import sort_key

from .dice import dice_for, one_of
from .names import FAMILY, GIVEN, OFFICE, ORGANISATION_FORMS, PROPER, REGIONS

DOMAIN = "demo.example"
HOME_REGION = "KZ-35"
NGOS = 50
MONITORS_EACH = 4
# A code of mobile networks that the country has given to none (703, 704 and 709 are free): these numbers ring nowhere.
NOBODYS_CODE = "709"
# Who is called when a child is at risk, and who calls; the teams besides.
CALLED = ("coordinator", "coordinator2", "duty")
# The roles that a newcomer may sign in as: (account, role, region or "" for the whole country).
OFFICERS = (
    ("coordinator", "coordinator", ""),
    ("coordinator2", "coordinator", ""),
    ("reviewer", "reviewer", HOME_REGION),
    ("reviewer2", "reviewer", "KZ-75"),
    ("regional", "regional", HOME_REGION),
    ("editor", "report_editor", ""),
    ("auditor", "auditor", ""),
    ("admin", "administrator", ""),
    ("duty", "duty_officer", ""),
)


@dataclass
class People:
    """Everybody who takes part, found by what they are for."""

    office: Organisation
    officers: dict[str, User]
    # ISO code -> teams: (organisation, its monitors; the first leads)
    teams: dict[str, list[tuple[Organisation, list[User]]]]
    # ISO code -> who reviews there
    reviewers: dict[str, User]
    passwords: dict[str, str] = field(default_factory=dict)


def make_people(seed: int, year: int) -> People:
    """Writes organisations, accounts and grants. Only the accounts of roles get a password that works."""
    dice = dice_for(seed, "people")
    office = Organisation(
        kind="office", name_kk=OFFICE.kk, name_ru=OFFICE.ru, name_en=OFFICE.en, sort_key=sort_key(OFFICE.kk)
    )
    ngos = [organisation(number) for number in range(NGOS)]
    Organisation.objects.bulk_create([office, *ngos])
    passwords = {
        f"{name}@{DOMAIN}": "-".join(secrets.token_hex(3) for _ in range(4))
        for name in ("monitor", "leader", "ngo", *(name for name, _, _ in OFFICERS))
    }
    joined = at_noon(date(year - 3, 9, 1))

    numbers = itertools.count(1)

    def person(name: str, of: Organisation, *, called: bool = False) -> User:
        email = f"{name}@{DOMAIN}"
        return User(
            email=email,
            full_name=f"{one_of(dice, GIVEN)} {one_of(dice, FAMILY)}",
            organisation=of,
            language="kk" if dice.random() < 0.6 else "ru",
            telephone=telephone(next(numbers)) if called else "",
            password=make_password(passwords.get(email)),
            date_joined=joined,
        )

    officers = {name: person(name, office, called=name in CALLED) for name, _, _ in OFFICERS}
    regional_reviewers = [person(f"reviewer{number}", office) for number in range(3, 7)]
    members: list[tuple[Organisation, User, list[User]]] = []
    for ngo in ngos:
        home = ngo is ngos[0]
        number = ngos.index(ngo) + 1
        head = person("ngo" if home else f"ngo{number}", ngo)
        names = [f"monitor{number}-{each}" for each in range(1, MONITORS_EACH + 1)]
        if home:
            names[:2] = ["leader", "monitor"]
        members.append((ngo, head, [person(name, ngo, called=True) for name in names]))
    everybody = [*officers.values(), *regional_reviewers]
    everybody += [user for _, head, monitors in members for user in (head, *monitors)]
    User.objects.bulk_create(everybody)
    reviewers = share_regions(officers, regional_reviewers)
    Grant.objects.bulk_create(grants(officers, reviewers, members, year))
    teams: dict[str, list[tuple[Organisation, list[User]]]] = {iso: [] for iso in REGIONS}
    for ngo, _, monitors in members:
        teams[ngo.region_code].append((ngo, monitors))
    return People(office=office, officers=officers, teams=teams, reviewers=reviewers, passwords=passwords)


def organisation(number: int) -> Organisation:
    """The NGO of this number: two or three a region, the first at home."""
    regions = [HOME_REGION, *(iso for iso in REGIONS if iso != HOME_REGION)]
    name, latin = PROPER[number % len(PROPER)]
    form = ORGANISATION_FORMS[number // len(PROPER) % len(ORGANISATION_FORMS)]
    return Organisation(
        kind="ngo",
        name_kk=form.kk.format(name=name),
        name_ru=form.ru.format(name=name),
        name_en=form.en.format(name=latin),
        region_code=regions[number % len(regions)],
        sort_key=sort_key(form.kk.format(name=name)),
    )


def telephone(number: int) -> str:
    """The invented telephone of this number, written as people write it: +7 709 000 00 01."""
    digits = f"{number:07}"
    return f"+7 {NOBODYS_CODE} {digits[:3]} {digits[3:5]} {digits[5:]}"


def share_regions(officers: dict[str, User], others: list[User]) -> dict[str, User]:
    """Who reviews where: each region has one reviewer."""
    reviewers = {HOME_REGION: officers["reviewer"], "KZ-75": officers["reviewer2"]}
    rest = [iso for iso in REGIONS if iso not in reviewers]
    return reviewers | {iso: others[place % len(others)] for place, iso in enumerate(rest)}


def grants(
    officers: dict[str, User],
    reviewers: dict[str, User],
    members: list[tuple[Organisation, User, list[User]]],
    year: int,
) -> list[Grant]:
    """Approved grants for everybody. The two coordinators stand behind all of them; each approves what is not their own."""
    first, second = officers["coordinator"], officers["coordinator2"]
    starts = date(year - 3, 9, 1)

    def grant(user: User, role: str, region: str) -> Grant:
        proposer, approver = (second, first) if user is second else (first, second)
        if user is first:
            proposer, approver = second, officers["admin"]
        return Grant(
            user=user,
            role=role,
            region_code=region,
            starts=starts,
            proposed_by=proposer,
            approved_by=approver,
            approved_at=at_noon(starts),
        )

    rows = [grant(officers[name], role, region) for name, role, region in OFFICERS if role != "reviewer"]
    rows += [grant(user, "reviewer", iso) for iso, user in reviewers.items()]
    for ngo, head, monitors in members:
        rows.append(grant(head, "ngo_coordinator", ngo.region_code))
        rows += [grant(monitor, "monitor", ngo.region_code) for monitor in monitors]
    return rows


def at_noon(day: date) -> datetime:
    """Noon of a day in the office's time zone."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def write_sign_ins(passwords: dict[str, str], path: Path) -> None:
    """Keeps the sign-ins of this installation in a file that its owner alone can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{email}\t{password}\n" for email, password in passwords.items())
