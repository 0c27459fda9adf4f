"""What the auditor asks a professional to explain; the queue of emergency accesses says which were explained."""

import uuid
from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import consent.crypto.fields
from consent.wall_sql import close_table, definer, open_table

audit = import_module("consent.migrations.0011_audit")
OLD = [pair for pair in audit.FUNCTIONS if "emergencies_to_review" in pair[0] or "emergency_counts" in pair[0]]

# With the answer to the last question: none while it waits, or where nothing was asked.
WAITING = (
    "FROM (SELECT a.id, a.person_id, a.started_at, a.contested_at, a.finding, (SELECT x.answered_at "
    "FROM consent_explanation x WHERE x.access_id = a.id ORDER BY x.asked_at DESC LIMIT 1) AS explained_at "
    "FROM consent_emergencyaccess a WHERE a.reviewed_at IS NULL) e "
)

FUNCTIONS = [
    definer(
        "emergencies_to_review", "most int, past int",
        "TABLE (access_id uuid, person_id uuid, started_at timestamptz, contested_at timestamptz, finding text, "
        "explained_at timestamptz)",
        f"SELECT e.id, e.person_id, e.started_at, e.contested_at, e.finding, e.explained_at {WAITING} "
        "ORDER BY e.contested_at, e.started_at, e.id LIMIT most OFFSET past",
    ),
    definer(
        "emergency_counts", "", "TABLE (waiting bigint, contested bigint, to_explain bigint, explained bigint)",
        "SELECT count(*), count(e.contested_at), count(*) FILTER (WHERE e.finding = 'explain' AND e.explained_at IS NULL), "
        f"count(*) FILTER (WHERE e.finding = 'explain' AND e.explained_at IS NOT NULL) {WAITING}",
    ),
    definer(
        "explanations_asked", "asked bigint, most int",
        "TABLE (explanation_id uuid, asked_at timestamptz, started_at timestamptz, day date)",
        "SELECT x.id, x.asked_at, e.started_at, x.day FROM consent_explanation x "
        "LEFT JOIN consent_emergencyaccess e ON e.id = x.access_id "
        "WHERE x.professional_id = asked AND x.answered_at IS NULL ORDER BY x.asked_at, x.id LIMIT most",
    ),
    definer(
        "explanation_of", "wanted uuid, asked bigint", "TABLE (person_id uuid)",
        "SELECT x.person_id FROM consent_explanation x WHERE x.id = wanted AND x.professional_id = asked",
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("consent", "0016_verifications")]

    operations = [
        migrations.CreateModel(
            name="Explanation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("rule", models.CharField(blank=True, max_length=20)),
                ("actor_id", models.UUIDField(null=True)),
                ("day", models.DateField(null=True)),
                ("question", consent.crypto.fields.EncryptedField()),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answer", consent.crypto.fields.EncryptedField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "access",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="explanations",
                        to="consent.emergencyaccess",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="consent.person",
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consent.professional"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["professional", "asked_at"], name="explanation_asked"),
                    models.Index(fields=["access", "-asked_at"], name="explanation_access"),
                    models.Index(
                        condition=models.Q(("rule", ""), _negated=True),
                        fields=["rule", "actor_id", "day"],
                        name="explanation_signal",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("access__isnull", False),
                                ("actor_id", None),
                                ("day", None),
                                ("person__isnull", False),
                                ("rule", ""),
                            ),
                            models.Q(
                                ("access", None),
                                ("actor_id__isnull", False),
                                ("day__isnull", False),
                                ("person", None),
                                models.Q(("rule", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="explanation_of_an_access_or_of_a_signal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer__isnull", True), ("answered_at__isnull", True)),
                            models.Q(("answer__isnull", False), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="explanation_answered_with_words",
                    ),
                ],
            },
        ),
        migrations.RunSQL(close_table("consent_explanation", nobody=True), open_table("consent_explanation")),
        *[migrations.RunSQL(drop, create) for create, drop in OLD],
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
