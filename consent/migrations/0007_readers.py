"""Readers: who works where, share codes, emergency access; behind the wall, with their named look-ups."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import consent.crypto.fields
import consent.models.emergency
import consent.models.share_code
from consent.wall_sql import close_table, definer, open_table

FUNCTIONS = [
    definer(
        "reading_right", "wanted uuid, reader bigint, who uuid", "TABLE (kind text, person_id uuid)",
        "SELECT 'grant', g.person_id FROM consent_grant g WHERE g.id = wanted AND (g.professional_id = reader "
        "OR EXISTS (SELECT 1 FROM consent_establishmentuserobjectpermission w "
        "WHERE w.user_id = who AND w.content_object_id = g.establishment_id) "
        "OR EXISTS (SELECT 1 FROM consent_careteammember m "
        "WHERE m.team_id = g.team_id AND m.professional_id = reader)) "
        "UNION ALL SELECT 'emergency', e.person_id FROM consent_emergencyaccess e "
        "WHERE e.id = wanted AND e.professional_id = reader "
        "UNION ALL SELECT 'share', c.person_id FROM consent_sharecode c WHERE c.id = wanted AND c.used_by_id = reader",
    ),
    definer(
        "readings_of", "reader bigint, at timestamptz, most int",
        "TABLE (right_id uuid, kind text, since timestamptz, until timestamptz)",
        "SELECT e.id, 'emergency', e.started_at, e.ends_at FROM consent_emergencyaccess e "
        "WHERE e.professional_id = reader AND e.ended_at IS NULL AND e.ends_at > at "
        "UNION ALL SELECT c.id, 'share', c.used_at, c.ends_at FROM consent_sharecode c "
        "WHERE c.used_by_id = reader AND c.cancelled_at IS NULL AND c.ends_at > at ORDER BY 3 DESC LIMIT most",
    ),
    definer(
        "share_code_of", "wanted text", "TABLE (code_id uuid, person_id uuid)",
        "SELECT c.id, c.person_id FROM consent_sharecode c WHERE c.handle = wanted",
    ),
    definer(
        "emergencies_to_review", "most int",
        "TABLE (access_id uuid, person_id uuid, started_at timestamptz, contested_at timestamptz)",
        "SELECT e.id, e.person_id, e.started_at, e.contested_at FROM consent_emergencyaccess e "
        "WHERE e.reviewed_at IS NULL ORDER BY e.contested_at, e.started_at LIMIT most",
    ),
    definer(
        "share_codes_before", "at timestamptz, most int", "TABLE (code_id uuid, person_id uuid)",
        "SELECT c.id, c.person_id FROM consent_sharecode c WHERE c.ends_at <= at ORDER BY c.ends_at LIMIT most",
    ),
    definer(
        "emergencies_before", "at timestamptz, most int", "TABLE (access_id uuid, person_id uuid)",
        "SELECT e.id, e.person_id FROM consent_emergencyaccess e "
        "WHERE e.reviewed_at <= at AND e.ends_at <= at ORDER BY e.reviewed_at LIMIT most",
    ),
    definer(
        "emergency_person", "wanted uuid", "uuid",
        "SELECT e.person_id FROM consent_emergencyaccess e WHERE e.id = wanted",
    ),
]  # fmt: skip

OF_ONE_PERSON = ["consent_emergencyconsent", "consent_emergencyaccess", "consent_sharecode"]


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("consent", "0006_accesses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EmergencyConsent",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="consent.person",
                    ),
                ),
                ("allowed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AlterModelOptions(
            name="establishment",
            options={
                "default_permissions": (),
                "permissions": [("work_in", "Read what was opened to this establishment")],
            },
        ),
        migrations.CreateModel(
            name="EmergencyAccess",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", consent.crypto.fields.EncryptedField()),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField(default=consent.models.emergency.emergency_end)),
                ("ended_at", models.DateTimeField(null=True)),
                ("contested_at", models.DateTimeField(null=True)),
                ("contest", consent.crypto.fields.EncryptedField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("reviewed_by", models.UUIDField(null=True)),
                ("review", consent.crypto.fields.EncryptedField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="emergencies", to="consent.person"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="consent.professional"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-started_at"], name="emergency_person"),
                    models.Index(fields=["professional", "ends_at"], name="emergency_professional"),
                    models.Index(
                        condition=models.Q(("reviewed_at__isnull", True)),
                        fields=["started_at"],
                        name="emergency_review",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("started_at"))), name="emergency_ends_after_start"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EstablishmentUserObjectPermission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="user_rights",
                        to="consent.establishment",
                    ),
                ),
                ("permission", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "abstract": False,
                "unique_together": {("user", "permission", "content_object")},
            },
        ),
        migrations.CreateModel(
            name="ShareCode",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("handle", models.CharField(default=consent.models.share_code.new_handle, max_length=6, unique=True)),
                ("everything", models.BooleanField(default=False)),
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
                        default=list,
                        size=None,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="share_codes", to="consent.person"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.professional",
                    ),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consent.professional",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "ends_at"], name="share_code_person"),
                    models.Index(fields=["used_by", "ends_at"], name="share_code_reader"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("categories", []), ("everything", True)),
                            models.Q(("everything", False), models.Q(("categories", []), _negated=True)),
                            _connector="OR",
                        ),
                        name="share_code_everything_or_categories",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("made_at"))), name="share_code_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("used_at__isnull", True), ("used_by__isnull", True)),
                            models.Q(("used_at__isnull", False), ("used_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="share_code_used_is_dated",
                    ),
                ],
            },
        ),
        *[migrations.RunSQL(close_table(table), open_table(table)) for table in OF_ONE_PERSON],
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
