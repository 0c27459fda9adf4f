"""A witness that looks at a quiet log again is kept again; who saw the log last is found without going through the rest."""

from django.db import migrations, models

TABLE, ONCE, LAST = "consent_cosignature", "cosignature_once", "cosignature_last_seen"


class Migration(migrations.Migration):
    """Both indexes are built beside whoever works."""

    atomic = False
    dependencies = [("consent", "0023_dated_when_written")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    f"CREATE INDEX CONCURRENTLY {LAST} ON {TABLE} (witness_id, size DESC, at DESC)",
                    f"DROP INDEX CONCURRENTLY {LAST}",
                )
            ],
            [
                migrations.AddIndex(
                    "cosignature",
                    models.Index(fields=["witness", "-size", "-at"], name=LAST),
                )
            ],
        ),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    [
                        f"CREATE UNIQUE INDEX CONCURRENTLY {ONCE} ON {TABLE} (size, witness_id, at)",
                        f"ALTER TABLE {TABLE} ADD CONSTRAINT {ONCE} UNIQUE USING INDEX {ONCE}",
                    ],
                    f"ALTER TABLE {TABLE} DROP CONSTRAINT {ONCE}",
                )
            ],
            [
                migrations.AddConstraint(
                    "cosignature", models.UniqueConstraint(fields=("size", "witness", "at"), name=ONCE)
                )
            ],
        ),
        migrations.RemoveConstraint("cosignature", "one_cosignature_a_size"),
        # The way back knows one for each size: the first, as it was then.
        migrations.RunSQL(
            migrations.RunSQL.noop,
            f"DELETE FROM {TABLE} c USING {TABLE} b WHERE (b.size, b.witness_id) = (c.size, c.witness_id) AND b.at < c.at",  # noqa: S608
        ),
    ]
