"""The database itself refuses to change or delete entries of the trail. Called by a migration; names no model.

`install` and `remove` take a schema editor's connection. Erasing an expired segment (retention) removes and installs again
in one transaction, so on PostgreSQL the checks that wait for its end are made first: no trigger changes while some wait.
"""

from typing import Any

TABLE = "people_trailentry"
REFUSAL = "The trail is append-only."

SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_{verb} BEFORE {verb.upper()} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for verb in ("update", "delete")
]
SQLITE_REMOVE = [f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}" for verb in ("update", "delete")]

# Back to deferred afterwards; without a transaction both say nothing.
CHECKED, LATER = "SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"
POSTGRESQL = [
    CHECKED,
    f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    f"CREATE OR REPLACE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
    LATER,
]
POSTGRESQL_REMOVE = [
    CHECKED,
    f"DROP TRIGGER IF EXISTS {TABLE}_append_only ON {TABLE}",
    f"DROP FUNCTION IF EXISTS {TABLE}_refuse()",
    LATER,
]


def _run(connection: Any, sqlite: list[str], postgresql: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]:
            cursor.execute(statement)


def install(connection: Any) -> None:
    """Makes the trail append-only in this database; doing it twice changes nothing."""
    _run(connection, SQLITE, POSTGRESQL)


def remove(connection: Any) -> None:
    """Takes the guard away again."""
    _run(connection, SQLITE_REMOVE, POSTGRESQL_REMOVE)


def forwards(apps: Any, schema_editor: Any) -> None:
    """For `migrations.RunPython(forwards, backwards)`."""
    install(schema_editor.connection)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Undoes `forwards`."""
    remove(schema_editor.connection)
