"""Cases that are owed an answer, spaces that their person suspends, and what the rules of retention look for."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import consent.crypto.fields
from consent.wall_sql import close_table, definer, open_table

FUNCTIONS = [
    definer(
        "cases_in", "kinds text[], wanted text[], most int, past int",
        "TABLE (case_id uuid, reference text, kind text, state text, opened_at timestamptz, due date, "
        "answered_at timestamptz)",
        "SELECT c.id, c.reference, c.kind, c.state, c.opened_at, coalesce(c.extended_until, c.due_on), c.answered_at "
        "FROM consent_case c WHERE c.kind = ANY (kinds) AND c.state = ANY (wanted) "
        "ORDER BY c.answered_at DESC, coalesce(c.extended_until, c.due_on), c.opened_at, c.id LIMIT most OFFSET past",
    ),
    definer(
        "case_counts", "kinds text[], today date, near date",
        "TABLE (to_answer bigint, answered bigint, soon bigint, late bigint)",
        "SELECT count(*) FILTER (WHERE c.state <> 'answered'), count(*) FILTER (WHERE c.state = 'answered'), "
        "count(*) FILTER (WHERE c.state <> 'answered' AND coalesce(c.extended_until, c.due_on) BETWEEN today AND near), "
        "count(*) FILTER (WHERE c.state <> 'answered' AND coalesce(c.extended_until, c.due_on) < today) "
        "FROM consent_case c WHERE c.kind = ANY (kinds)",
    ),
    definer(
        "case_person", "wanted uuid", "TABLE (person_id uuid, kind text, reference text)",
        "SELECT c.person_id, c.kind, c.reference FROM consent_case c WHERE c.id = wanted",
    ),
    definer(
        "cases_late", "today date, most int", "TABLE (case_id uuid, person_id uuid)",
        "SELECT c.id, c.person_id FROM consent_case c WHERE c.state <> 'answered' AND c.late_told_at IS NULL "
        "AND coalesce(c.extended_until, c.due_on) < today ORDER BY c.due_on LIMIT most",
    ),
    definer(
        "cases_answered_before", "at timestamptz, most int", "TABLE (case_id uuid, person_id uuid)",
        "SELECT c.id, c.person_id FROM consent_case c WHERE c.answered_at <= at ORDER BY c.answered_at LIMIT most",
    ),
    definer(
        "link_codes_before", "at timestamptz, most int", "TABLE (code_id uuid, person_id uuid)",
        "SELECT c.id, c.person_id FROM consent_linkcode c WHERE c.asked_at <= at ORDER BY c.asked_at LIMIT most",
    ),
    definer(
        "outbox_delivered_before", "at timestamptz, most int", "TABLE (item_id uuid, person_id uuid)",
        "SELECT o.id, o.person_id FROM consent_outboxitem o WHERE o.delivered_at <= at ORDER BY o.delivered_at LIMIT most",
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    """The table of cases behind the wall, and the states of a space."""

    dependencies = [
        ("consent", "0004_proofs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=16, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("copy", "Copie de mes données"),
                            ("rectification", "Rectification"),
                            ("limitation", "Limitation"),
                            ("objection", "Opposition"),
                            ("complaint", "Réclamation"),
                            ("contest", "Ligne d’historique contestée"),
                            ("heirs", "Demande d’un ayant droit"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "en cours"),
                            ("extended", "en cours, délai prolongé"),
                            ("answered", "répondue"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("subject_id", models.UUIDField(null=True)),
                ("words", consent.crypto.fields.EncryptedJSONField()),
                ("via", models.CharField(max_length=16)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_on", models.DateField()),
                ("extended_at", models.DateTimeField(null=True)),
                ("extended_until", models.DateField(null=True)),
                ("extension_reason", consent.crypto.fields.EncryptedField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("granted", "Acceptée"), ("partly", "Acceptée en partie"), ("declined", "Refusée")],
                        max_length=8,
                    ),
                ),
                ("answer", consent.crypto.fields.EncryptedField(null=True)),
                ("late_told_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="space",
            name="space_closed_has_a_date",
        ),
        migrations.AddField(
            model_name="space",
            name="suspended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="journalentry",
            name="actor_kind",
            field=models.CharField(
                choices=[
                    ("person", "la personne elle-même"),
                    ("proxy", "un représentant"),
                    ("agent", "un agent de guichet"),
                    ("clerk", "un agent du service courrier"),
                    ("pro", "un professionnel de santé"),
                    ("machine", "le service, automatiquement"),
                    ("public", "une personne non connectée"),
                    ("auditor", "le délégué à la protection des données"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="space",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "ouvert"),
                    ("suspended", "suspendu"),
                    ("kept", "fermé, contenu gardé"),
                    ("erasing", "fermé, effacement prévu"),
                ],
                default="open",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="space",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state__in", ["open", "suspended"])),
                    models.Q(
                        models.Q(("state__in", ["open", "suspended"]), _negated=True), ("closed_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="space_closed_has_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="space",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "suspended"), ("suspended_at__isnull", False)),
                    models.Q(models.Q(("state", "suspended"), _negated=True), ("suspended_at__isnull", True)),
                    _connector="OR",
                ),
                name="space_suspended_has_a_date",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="cases", to="consent.person"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["state", "due_on"], name="case_state_due"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "contest")), fields=("person", "subject_id"), name="case_one_contest_a_line"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__isnull", False), ("answered_at__isnull", False), ("state", "answered")),
                    models.Q(
                        models.Q(("state", "answered"), _negated=True),
                        ("answer__isnull", True),
                        ("answered_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="case_answered_is_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("extended_until__isnull", True), ("extension_reason__isnull", True)),
                    models.Q(("extended_until__gt", models.F("due_on")), ("extension_reason__isnull", False)),
                    _connector="OR",
                ),
                name="case_extended_later",
            ),
        ),
        migrations.RunSQL(close_table("consent_case"), open_table("consent_case")),
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
