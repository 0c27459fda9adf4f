"""How a person is told: their choice, what was told already, statements; and who is to be told now."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from consent.wall_sql import close_table, definer, open_table

FUNCTIONS = [
    definer(
        "week_to_tell", "monday date, since timestamptz, until timestamptz, vias text[], most int",
        "TABLE (person_id uuid)",
        "SELECT t.person_id FROM consent_telling t WHERE t.reads = 'weekly' AND t.reads_since < until AND EXISTS "
        "(SELECT 1 FROM consent_journalentry e WHERE e.person_id = t.person_id AND e.at >= since AND e.at < until "
        "AND e.nature = 'read' AND e.outcome = 'done' AND e.via = ANY (vias)) AND NOT EXISTS "
        "(SELECT 1 FROM consent_reminder r WHERE r.person_id = t.person_id AND r.kind = 'week' AND r.day = monday) "
        "LIMIT most",
    ),
    definer(
        "statements_due", "first date, before timestamptz, most int", "TABLE (person_id uuid)",
        "SELECT t.person_id FROM consent_telling t WHERE t.quarterly_since < before AND NOT EXISTS "
        "(SELECT 1 FROM consent_statement s WHERE s.person_id = t.person_id AND s.by_clock AND s.since = first) "
        "LIMIT most",
    ),
    definer(
        "grants_ending", "since timestamptz, until timestamptz, most int",
        "TABLE (subject_id uuid, person_id uuid, ends_at timestamptz)",
        # One that lasts two weeks at most was given with its end in mind.
        "SELECT g.id, g.person_id, g.ends_at FROM consent_grant g WHERE g.revoked_at IS NULL "
        "AND g.ends_at > since AND g.ends_at <= until AND g.starts_at < g.ends_at - interval '14 days' AND NOT EXISTS "
        "(SELECT 1 FROM consent_reminder r WHERE r.person_id = g.person_id AND r.kind = 'grant-ends' "
        "AND r.subject_id = g.id AND r.day = (g.ends_at AT TIME ZONE 'Europe/Paris')::date) LIMIT most",
    ),
    definer(
        "anniversaries", "at timestamptz, most int", "TABLE (person_id uuid, day date)",
        # A month late at most, when the clock stood still.
        "SELECT s.person_id, a.day FROM consent_space s, LATERAL (SELECT (s.opened_at "
        "+ extract(year FROM age(at, s.opened_at)) * interval '1 year')::date AS day) a "
        "WHERE s.state = 'open' AND s.opened_at <= at - interval '1 year' AND a.day > at::date - 30 AND NOT EXISTS "
        "(SELECT 1 FROM consent_reminder r WHERE r.person_id = s.person_id AND r.kind = 'year' AND r.day = a.day) "
        "LIMIT most",
    ),
]  # fmt: skip

OF_ONE_PERSON = ["consent_telling", "consent_reminder", "consent_statement"]


class Migration(migrations.Migration):
    """Three tables behind the wall, and four look-ups of who is due."""

    dependencies = [("consent", "0007_readers")]

    operations = [
        migrations.CreateModel(
            name="Telling",
            fields=[
                ("person", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="consent.person")),
                ("reads", models.CharField(choices=[("each", "À chaque accès (un message par lecteur et par jour)"), ("first", "La première fois que quelqu’un lit"), ("weekly", "Une fois par semaine, s’il y a eu des lectures"), ("nothing", "Pas de message : je regarde moi-même")], max_length=8)),
                ("reads_since", models.DateTimeField(default=django.utils.timezone.now)),
                ("quarterly_since", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("subject_id", models.UUIDField()),
                ("day", models.DateField(null=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="consent.person")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "kind", "subject_id", "day"), name="reminder_once", nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("by_clock", models.BooleanField(default=False)),
                ("on_paper", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="statements", to="consent.person")),
            ],
            options={
                "constraints": [models.UniqueConstraint(condition=models.Q(("by_clock", True)), fields=("person", "since"), name="statement_once_a_quarter")],
            },
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(condition=models.Q(("revoked_at__isnull", True)), fields=["ends_at"], name="grant_ends"),
        ),
        *[migrations.RunSQL(close_table(table), open_table(table)) for table in OF_ONE_PERSON],
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]  # fmt: skip
