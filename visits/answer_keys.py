"""On PostgreSQL, the keys of answers are checked once a statement, not row by row. Called by a migration; names no model.

A foreign key is looked up for every row and every column, and each look locks the row it finds: a visit of 130 answers wrote locks
on 130 indicators, which visits sent at the same time then shared. Here the same promise is kept by set: whoever writes answers
holds visit and author (FOR KEY SHARE, as a foreign key does); indicators and choices are held by nobody, so whoever deletes one
first waits for all who write answers. SQLite keeps its foreign keys: it locks nothing for them.
"""

from typing import Any

TABLE, FUNCTION = "visits_answer", "visits_answer_keys"
# Column -> the table it leads to, and whether deleting there waits for writers of answers.
PARENTS = {
    "visit_id": ("visits_visit", False),
    "by_id": ("people_user", False),
    "indicator_id": ("visits_indicator", True),
    "choice_id": ("visits_choice", True),
}

# One by one, in order: the plan of such a look is kept, which that of a look for any number of them is not.
SENT = """
CREATE OR REPLACE FUNCTION visits_answer_keys_sent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  visits uuid[]; authors bigint[]; visit uuid; author bigint; whole boolean := true;
BEGIN
  SELECT array_agg(DISTINCT visit_id), array_agg(DISTINCT by_id) INTO visits, authors FROM sent;
  IF visits IS NULL THEN RETURN NULL; END IF;
  FOREACH visit IN ARRAY visits LOOP
    PERFORM FROM visits_visit WHERE id = visit FOR KEY SHARE;
    whole := whole AND FOUND;
  END LOOP;
  FOREACH author IN ARRAY authors LOOP
    PERFORM FROM people_user WHERE id = author FOR KEY SHARE;
    whole := whole AND FOUND;
  END LOOP;
  IF whole AND NOT EXISTS (
    SELECT FROM sent LEFT JOIN visits_indicator i ON i.id = sent.indicator_id LEFT JOIN visits_choice c ON c.id = sent.choice_id
    WHERE i.id IS NULL OR c.id IS NULL AND sent.choice_id IS NOT NULL
  ) THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'An answer leads to a row that does not exist.' USING ERRCODE = 'foreign_key_violation';
END $$
"""
GONE = """
CREATE OR REPLACE FUNCTION visits_answer_keys_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  used boolean;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.id = OLD.id THEN RETURN NULL; END IF;
  IF TG_ARGV[1] = 'wait' THEN LOCK TABLE visits_answer IN SHARE ROW EXCLUSIVE MODE; END IF;
  EXECUTE format('SELECT EXISTS (SELECT FROM visits_answer WHERE %I = $1)', TG_ARGV[0]) INTO used USING OLD.id;
  IF used THEN RAISE EXCEPTION 'An answer still leads to this row.' USING ERRCODE = 'foreign_key_violation'; END IF;
  RETURN NULL;
END $$
"""
FOREIGN_KEYS = "SELECT conname FROM pg_constraint WHERE conrelid = 'visits_answer'::regclass AND contype = 'f'"


def install(connection: Any) -> None:
    """Takes the foreign keys of answers away and sets the checks up in their place; doing it twice changes nothing."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        # No table changes while some checks wait.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(SENT)
        cursor.execute(GONE)
        for verb in ("insert", "update"):
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER {FUNCTION}_{verb} AFTER {verb.upper()} ON {TABLE}"
                f" REFERENCING NEW TABLE AS sent FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}_sent()"
            )
        for column, (parent, waits) in PARENTS.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {FUNCTION}_{column} ON {parent}")
            # As foreign keys here are: asked at the end of the transaction.
            cursor.execute(
                f"CREATE CONSTRAINT TRIGGER {FUNCTION}_{column} AFTER DELETE OR UPDATE OF id ON {parent}"
                " DEFERRABLE INITIALLY DEFERRED"
                f" FOR EACH ROW EXECUTE FUNCTION {FUNCTION}_gone('{column}', '{'wait' if waits else 'no'}')"
            )
        cursor.execute(FOREIGN_KEYS)
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {TABLE} DROP CONSTRAINT "{name}"')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def remove(connection: Any) -> None:
    """Gives answers their foreign keys back."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for verb in ("insert", "update"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {FUNCTION}_{verb} ON {TABLE}")
        for column, (parent, _waits) in PARENTS.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {FUNCTION}_{column} ON {parent}")
            cursor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {TABLE}_{column}_fk")
            cursor.execute(
                f"ALTER TABLE {TABLE} ADD CONSTRAINT {TABLE}_{column}_fk FOREIGN KEY ({column})"
                f" REFERENCES {parent} (id) DEFERRABLE INITIALLY DEFERRED"
            )
        cursor.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}_sent(), {FUNCTION}_gone()")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def forwards(apps: Any, schema_editor: Any) -> None:
    """For `migrations.RunPython(forwards, backwards)`."""
    install(schema_editor.connection)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Undoes `forwards`."""
    remove(schema_editor.connection)
