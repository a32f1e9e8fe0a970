"""Triggers by which the database itself refuses to change or delete what was recorded (docs/adr/0128-the-log-is-a-chain.md).

Allowed are: appending; setting the seal of an entry that has none, and nothing else of it; deleting an entry without a seal.
"""

from typing import Any

from eoffice.audit.chain import CONTENT

NAMES = {
    "postgresql": ("audit_entry_rows", "audit_entry_table"),
    "sqlite": ("audit_entry_deleted", "audit_entry_changed"),
}
"""The triggers of each kind of database."""
_CHANGED = " OR ".join(f"NEW.{column} IS {{differs}} OLD.{column}" for column in CONTENT)

_POSTGRESQL = f"""
CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    IF EXISTS (SELECT 1 FROM audit_entry WHERE sequence IS NOT NULL) THEN
      RAISE EXCEPTION 'the audit log is append-only';
    END IF;
    RETURN NULL;
  END IF;
  IF OLD.sequence IS NOT NULL THEN
    RAISE EXCEPTION 'the audit log is append-only: entry % is sealed', OLD.id;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF {_CHANGED.format(differs="DISTINCT FROM")} THEN
    RAISE EXCEPTION 'the audit log is append-only: entry %', OLD.id;
  END IF;
  RETURN NEW;
END
$guard$;
CREATE TRIGGER audit_entry_rows BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_guard();
CREATE TRIGGER audit_entry_table BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_guard();
"""  # noqa: S608 (names of our own columns)

_SQLITE = (
    "CREATE TRIGGER audit_entry_deleted BEFORE DELETE ON audit_entry WHEN OLD.sequence IS NOT NULL"
    " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    f"CREATE TRIGGER audit_entry_changed BEFORE UPDATE ON audit_entry WHEN OLD.sequence IS NOT NULL"
    f" OR {_CHANGED.format(differs='NOT')} BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
)


def put_up(schema_editor: Any) -> None:
    """Create the triggers. SQLite loses them when a later migration alters the table: that one calls this again."""
    take_down(schema_editor)
    for statement in (_POSTGRESQL,) if schema_editor.connection.vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement, params=None)


def take_down(schema_editor: Any) -> None:
    """Drop the triggers: for a migration that takes the chain back."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS audit_entry_guard() CASCADE", params=None)
    else:
        for name in NAMES["sqlite"]:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)


def missing(connection: Any) -> list[str]:
    """Names of the triggers that are not there, or are switched off."""
    asked = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass AND tgenabled <> 'D'",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in NAMES[connection.vendor] if name not in there]
