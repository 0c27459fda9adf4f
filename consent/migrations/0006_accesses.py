"""Blocks, requests for access, care teams; an access may be given to a team."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import consent.crypto.fields
from consent.wall_sql import close_table, open_table

CLOSED = ["consent_accessrequest", "consent_block", "consent_careteam", "consent_careteammember"]


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0005_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
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
                        size=None,
                    ),
                ),
                ("can_read", models.BooleanField(default=True)),
                ("can_deposit", models.BooleanField(default=False)),
                ("reason", consent.crypto.fields.EncryptedField()),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True, choices=[("accepted", "acceptée"), ("declined", "refusée")], max_length=8
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("emergency_too", models.BooleanField()),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CareTeam",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", consent.crypto.fields.EncryptedField()),
                ("composed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CareTeamMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="grant",
            name="grant_to_one_reader",
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="access_requests", to="consent.person"
            ),
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="professional",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consent.professional"
            ),
        ),
        migrations.AddField(
            model_name="block",
            name="establishment",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="consent.establishment"),
        ),
        migrations.AddField(
            model_name="block",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="blocks", to="consent.person"
            ),
        ),
        migrations.AddField(
            model_name="block",
            name="professional",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="consent.professional"),
        ),
        migrations.AddField(
            model_name="careteam",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="care_teams", to="consent.person"
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="team",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="consent.careteam"),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("establishment__isnull", True), ("professional__isnull", False), ("team__isnull", True)),
                    models.Q(("establishment__isnull", False), ("professional__isnull", True), ("team__isnull", True)),
                    models.Q(("establishment__isnull", True), ("professional__isnull", True), ("team__isnull", False)),
                    _connector="OR",
                ),
                name="grant_to_one_reader",
            ),
        ),
        migrations.AddField(
            model_name="careteammember",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="consent.person"),
        ),
        migrations.AddField(
            model_name="careteammember",
            name="professional",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consent.professional"
            ),
        ),
        migrations.AddField(
            model_name="careteammember",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="places", to="consent.careteam"
            ),
        ),
        migrations.AddField(
            model_name="careteam",
            name="members",
            field=models.ManyToManyField(through="consent.CareTeamMember", to="consent.professional"),
        ),
        migrations.AddIndex(
            model_name="accessrequest",
            index=models.Index(fields=["person", "professional"], name="request_person_professional"),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True)),
                    models.Q(("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                    _connector="OR",
                ),
                name="request_answered_with_an_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("categories", []), _negated=True), name="request_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("establishment__isnull", False), ("professional__isnull", True)),
                    models.Q(("establishment__isnull", True), ("professional__isnull", False)),
                    _connector="OR",
                ),
                name="block_of_one_reader",
            ),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("person", "professional", "establishment"),
                name="block_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True), ("ended_at__gte", models.F("started_at")), _connector="OR"
                ),
                name="block_ends_after_start",
            ),
        ),
        migrations.AddIndex(
            model_name="careteammember",
            index=models.Index(fields=["person", "professional"], name="care_team_of_professional"),
        ),
        migrations.AddConstraint(
            model_name="careteammember",
            constraint=models.UniqueConstraint(fields=("team", "professional"), name="care_team_member_once"),
        ),
        *[migrations.RunSQL(close_table(table), open_table(table)) for table in CLOSED],
    ]
