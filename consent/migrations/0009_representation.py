"""Representations, what is hidden from them, and the death that freezes a space; all behind the wall."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import consent.crypto.fields
from consent.wall_sql import close_table, definer, open_table

FUNCTIONS = [
    definer(
        "representations_of", "wanted uuid",
        "TABLE (id uuid, person_id uuid, kind text, starts_at timestamptz, ends_at timestamptz, ended_at timestamptz)",
        "SELECT r.id, r.person_id, r.kind, r.starts_at, r.ends_at, r.ended_at FROM consent_representation r "
        "WHERE r.representative_id = wanted ORDER BY r.starts_at, r.id",
    ),
]  # fmt: skip
OF_ONE_PERSON = ["consent_representation", "consent_represented", "consent_hidden"]


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0008_telling"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="died_on",
            field=consent.crypto.fields.EncryptedDateField(null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="frozen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Represented",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", consent.crypto.fields.EncryptedField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="consent.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hidden",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("prescriptions", "Ordonnances"),
                            ("reports", "Comptes rendus"),
                            ("biology", "Analyses de biologie"),
                            ("imaging", "Imagerie (radios, échographies, IRM)"),
                            ("vaccinations", "Vaccinations"),
                            ("treatments", "Traitements et allergies"),
                            ("hospital", "Séjours à l’hôpital"),
                            ("wishes", "Volontés et personnes à prévenir"),
                            ("other", "Autres documents"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="consent.grant"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="consent.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("category", ""), ("grant__isnull", False)),
                            models.Q(("grant__isnull", True), models.Q(("category", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="hidden_one_thing",
                    ),
                    models.UniqueConstraint(
                        fields=("person", "grant", "category"), name="hidden_once", nulls_distinct=False
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Representation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("representative_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("parent", "parent"),
                            ("guardian-curatelle", "curateur ou curatrice"),
                            ("guardian-tutelle", "tuteur ou tutrice"),
                            ("guardian-habilitation", "personne habilitée par le juge"),
                            ("trusted", "personne de confiance"),
                            ("relative", "proche"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None),
                ),
                ("starts_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "la personne y a mis fin"),
                            ("representative", "le représentant y a mis fin"),
                            ("replaced", "une autre l’a remplacée"),
                            ("doubt", "un doute sur le libre choix de la personne a été noté"),
                            ("death", "l’une des deux personnes est décédée"),
                            ("erased", "le représentant n’a plus de dossier"),
                        ],
                        max_length=16,
                    ),
                ),
                ("name", consent.crypto.fields.EncryptedField()),
                ("proof", consent.crypto.fields.EncryptedField(null=True)),
                ("court_limits", consent.crypto.fields.EncryptedField(null=True)),
                ("doubt", consent.crypto.fields.EncryptedField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="representations", to="consent.person"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["representative_id"], name="representation_by")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person_id", models.F("representative_id")), _negated=True),
                        name="representation_of_someone_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["trusted"]), ("ends_at__isnull", False), _connector="OR"),
                        name="representation_by_law_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_reason", ""), ("ended_at__isnull", True)),
                            models.Q(("ended_at__isnull", False), models.Q(("end_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="representation_ended_with_reason",
                    ),
                ],
            },
        ),
        *[migrations.RunSQL(close_table(table), open_table(table)) for table in OF_ONE_PERSON],
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
