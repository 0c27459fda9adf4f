"""A place in a team that ended is kept: a try to read by it is told, and what was hidden with it stays hidden."""

from django.db import migrations, models

TABLE, STANDS = "consent_careteammember", "care_team_member_stands_once"


class Migration(migrations.Migration):
    """One column, and one place at a time for each professional; the index is built beside whoever works."""

    atomic = False
    dependencies = [("consent", "0020_readings_that_open")]

    operations = [
        migrations.RemoveField("careteam", "members"),
        migrations.AddField("careteammember", "left_at", models.DateTimeField(null=True)),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    f"CREATE UNIQUE INDEX CONCURRENTLY {STANDS} ON {TABLE} (team_id, professional_id) "
                    "WHERE left_at IS NULL",
                    # The way back knows no place that ended.
                    [f"DELETE FROM {TABLE} WHERE left_at IS NOT NULL", f"DROP INDEX CONCURRENTLY {STANDS}"],  # noqa: S608
                )
            ],
            [
                migrations.AddConstraint(
                    "careteammember",
                    models.UniqueConstraint(
                        condition=models.Q(left_at__isnull=True), fields=("team", "professional"), name=STANDS
                    ),
                )
            ],
        ),
        migrations.RemoveConstraint("careteammember", "care_team_member_once"),
    ]
