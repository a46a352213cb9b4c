"""The product's tables as the floor sees them: the columns it prints and no others."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models


class Person(AbstractBaseUser):
    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        managed = False
        db_table = "people_user"


class Region(models.Model):
    name_kk = models.CharField(max_length=300)

    class Meta:
        managed = False
        db_table = "institutions_region"


class Institution(models.Model):
    name_kk = models.CharField(max_length=300)

    class Meta:
        managed = False
        db_table = "institutions_institution"


class Organisation(models.Model):
    name_kk = models.CharField(max_length=300)

    class Meta:
        managed = False
        db_table = "people_organisation"


class Visit(models.Model):
    objects: ClassVar[models.Manager["Visit"]] = models.Manager()

    KINDS = (("periodic", "Periodic"), ("special", "Special"), ("follow_up", "Follow-up"))
    STATES = (
        ("open", "In progress"),
        ("submitted", "In review"),
        ("returned", "Returned"),
        ("accepted", "Accepted"),
        ("void", "Void"),
    )
    ACCESSES = (("granted", "Access granted"), ("delayed", "Access delayed"), ("refused", "Access refused"))

    id = models.UUIDField(primary_key=True)
    institution = models.ForeignKey(Institution, models.CASCADE)
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    region = models.ForeignKey(Region, models.CASCADE)
    kind = models.CharField(max_length=10, choices=KINDS)
    state = models.CharField(max_length=10, choices=STATES)
    access = models.CharField(max_length=8, choices=ACCESSES)
    first_day = models.DateField()

    class Meta:
        managed = False
        db_table = "visits_visit"
