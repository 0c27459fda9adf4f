"""Each verification of the journal is kept, and none is changed or taken away."""

import uuid
from importlib import import_module

import django.utils.timezone
from django.db import migrations, models

from consent.wall_sql import definer

seal = import_module("consent.migrations.0003_seal")
OLD_BESIDE = next(pair for pair in seal.FUNCTIONS if "entries_without_place" in pair[0])

FUNCTIONS = [
    # Of `since` or later, for a run that looks at what is new alone.
    definer(
        "entries_without_place", "since timestamptz, older timestamptz, newer timestamptz",
        "TABLE (entry_id uuid, at timestamptz)",
        "SELECT e.id, e.at FROM consent_journalentry e WHERE e.at >= since AND (e.at < older OR e.at > newer) "
        "AND NOT EXISTS (SELECT 1 FROM consent_sealplace p WHERE p.entry_id = e.id) ORDER BY e.at LIMIT 1",
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("consent", "0015_outline")]

    operations = [
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "reach",
                    models.CharField(
                        choices=[
                            ("whole", "tout le journal"),
                            ("new", "ce qui est venu depuis la vérification d’avant"),
                            ("given", "ce qui est venu depuis un scellé gardé ailleurs"),
                        ],
                        max_length=5,
                    ),
                ),
                ("start", models.BigIntegerField(default=0)),
                ("size", models.BigIntegerField(null=True)),
                ("root", models.BinaryField(null=True)),
                (
                    "broken",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("entry", "une trace a été changée ou retirée, ou ne s’ouvre plus"),
                            ("log", "les places, les empreintes ou les scellés ne s’accordent plus"),
                            (
                                "late",
                                "une trace n’a pas été scellée dans la minute, ou a été glissée dans le journal",
                            ),
                            ("past", "le journal n’est plus celui d’un scellé d’avant"),
                        ],
                        max_length=5,
                    ),
                ),
                ("says", models.TextField(blank=True)),
            ],
            options={
                "indexes": [models.Index(fields=["-at", "id"], name="verification_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("broken", ""), ("root__isnull", False), ("size__isnull", False)),
                            models.Q(
                                models.Q(("broken", ""), _negated=True), ("root__isnull", True), ("size__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="verification_is_well_or_says_why",
                    )
                ],
            },
        ),
        migrations.RunSQL(seal.append_only("consent_verification"), seal.changeable("consent_verification")),
        migrations.RunSQL(OLD_BESIDE[1], OLD_BESIDE[0]),
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
