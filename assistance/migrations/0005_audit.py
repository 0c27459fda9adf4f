"""The auditor's signals: what looks for them in the journal, and which ones were seen."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from consent.wall_sql import definer

SIGNAL = (
    "TABLE (actor_id uuid, actor_kind text, counter_number integer, day date, times bigint, "
    "earliest timestamptz, latest timestamptz)"
)

FUNCTIONS = [
    # The busiest sixty minutes of each agent's day.
    definer(
        "unusual_visits", "since date, until date, enough int", SIGNAL,
        "SELECT v.actor_id, 'agent', min(v.counter_number), v.day, max(v.within), min(v.first), max(v.at) FROM ("
        "SELECT e.actor_id, e.counter_number, e.at, (e.at AT TIME ZONE 'Europe/Paris')::date AS day, "
        "count(*) OVER hour AS within, min(e.at) OVER hour AS first FROM consent_journalentry e "
        "WHERE e.code = 'visit.started' AND e.actor_kind = 'agent' AND e.actor_id IS NOT NULL AND e.at >= since::timestamp AT TIME ZONE 'Europe/Paris' - interval '1 hour' "
        "AND e.at < (until + 1)::timestamp AT TIME ZONE 'Europe/Paris' "
        "WINDOW hour AS (PARTITION BY e.actor_id ORDER BY e.at RANGE BETWEEN interval '1 hour' PRECEDING "
        "AND CURRENT ROW)) v "
        "WHERE v.within >= enough AND v.day >= since GROUP BY v.actor_id, v.day",
    ),
    # From noon to noon, so that a night is one.
    definer(
        "unusual_hours",
        "since date, until date, enough int, kinds text[], opens int, closes int, sundays int", SIGNAL,
        "SELECT n.actor_id, min(n.actor_kind), min(n.counter_number), n.day, count(*), min(n.at), max(n.at) FROM ("
        "SELECT e.actor_id, e.actor_kind, e.counter_number, e.at, "
        "((e.at AT TIME ZONE 'Europe/Paris') - interval '12 hours')::date AS day "
        "FROM consent_journalentry e WHERE e.nature = 'read' AND e.outcome = 'done' AND e.via <> 'emergency' "
        "AND e.actor_kind = ANY (kinds) AND e.actor_id IS NOT NULL "
        "AND (extract(hour FROM e.at AT TIME ZONE 'Europe/Paris') < opens "
        "OR extract(hour FROM e.at AT TIME ZONE 'Europe/Paris') >= closes "
        "OR sundays = 1 AND extract(isodow FROM e.at AT TIME ZONE 'Europe/Paris') = 7) "
        "AND e.at >= (since::timestamp + interval '12 hours') AT TIME ZONE 'Europe/Paris' "
        "AND e.at < (until::timestamp + interval '36 hours') AT TIME ZONE 'Europe/Paris') n "
        "GROUP BY n.actor_id, n.day HAVING count(*) >= enough",
    ),
    definer(
        "unusual_ties", "since date, until date, enough int", SIGNAL,
        "SELECT e.actor_id, min(e.actor_kind), min(e.counter_number), (e.at AT TIME ZONE 'Europe/Paris')::date, "
        "count(*), min(e.at), max(e.at) FROM consent_journalentry e WHERE e.code = 'signal.near' AND e.actor_id IS NOT NULL "
        "AND e.at >= since::timestamp AT TIME ZONE 'Europe/Paris' "
        "AND e.at < (until + 1)::timestamp AT TIME ZONE 'Europe/Paris' "
        "GROUP BY e.actor_id, (e.at AT TIME ZONE 'Europe/Paris')::date HAVING count(*) >= enough",
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0004_telling"),
        ("consent", "0011_audit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SeenSignal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("rule", models.CharField(max_length=20)),
                ("actor_id", models.UUIDField()),
                ("day", models.DateField()),
                ("words_sealed", models.BinaryField()),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("rule", "actor_id", "day"), name="signal_seen_once")],
            },
        ),
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
