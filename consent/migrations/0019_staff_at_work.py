"""The auditor's search by the account of staff shows what it did at work, and not what its holder did as a patient."""

from importlib import import_module

from django.db import migrations

from consent.wall_sql import definer

audit = import_module("consent.migrations.0011_audit")
OLD = next(pair for pair in audit.FUNCTIONS if "audit_of_actor" in pair[0])
AT_WORK = "IN ('pro', 'agent', 'clerk', 'auditor')"

FUNCTIONS = [
    definer(
        "audit_of_actor", "wanted uuid, most int, past int", audit.ENTRY,
        # Of an account that served once, the name is known: beside it, the number of its holder would be known too.
        audit.FIND.format(
            f"e.actor_id = wanted AND (e.actor_kind {AT_WORK} OR NOT EXISTS "  # noqa: S608 our own words
            f"(SELECT 1 FROM consent_journalentry w WHERE w.actor_id = wanted AND w.actor_kind {AT_WORK}))"
        ),
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    """One look-up, narrower."""

    dependencies = [("consent", "0018_represented_alone")]

    operations = [migrations.RunSQL(f"{OLD[1]};{create}", f"{drop};{OLD[0]}") for create, drop in FUNCTIONS]
