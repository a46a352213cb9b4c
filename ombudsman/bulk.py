"""Bringing stored reference rows in line with wanted ones, in bulk. Cellar: services call it, nobody else."""

from typing import Any

from django.db import models


def merge_rows(model: type[models.Model], wanted: list[Any], key: tuple[str, ...]) -> int:
    """Makes missing rows and updates different ones; returns how many. Rows not wanted stay: others may rest on them.

    `key` names the fields that identify a row. Call it inside a transaction.
    """
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]

    def identity(row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in key)

    def values(row: Any) -> list[Any]:
        return [getattr(row, name) for name in names]

    stored = {identity(row): row for row in model._default_manager.all()}
    new, different = [], []
    for row in wanted:
        old = stored.get(identity(row))
        if old is None:
            new.append(row)
        elif values(old) != values(row):
            row.pk = old.pk
            different.append(row)
    model._default_manager.bulk_create(new, batch_size=500)
    if different:
        model._default_manager.bulk_update(different, [name for name in names if name not in key], batch_size=200)
    return len(new) + len(different)
