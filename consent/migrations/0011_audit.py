"""What the auditor needs: a number for each person, what an emergency review found, and looks across the journal.

The looks answer what stands in the clear in the journal: who acted, when, by what code. Never a word of the person.
"""

from django.apps.registry import Apps
from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from consent.pseudonyms import pseudonym_of
from consent.wall_sql import definer

ENTRY = (
    "TABLE (entry_id uuid, person_id uuid, pseudonym text, at timestamptz, nature text, code text, outcome text, "
    "via text, actor_kind text, actor_id uuid, counter_number integer, reference text)"
)
# An erased person has no row, and so no number: the entry stays, and leads to nobody.
FIND = (
    "SELECT e.id, e.person_id, p.pseudonym, e.at, e.nature, e.code, e.outcome, e.via, e.actor_kind, e.actor_id, "
    "e.counter_number, e.basis_reference FROM consent_journalentry e LEFT JOIN consent_person p ON p.id = e.person_id "
    "WHERE {} ORDER BY e.at DESC, e.id LIMIT most OFFSET past"
)

OLD_QUEUE = definer(
    "emergencies_to_review", "most int",
    "TABLE (access_id uuid, person_id uuid, started_at timestamptz, contested_at timestamptz)",
    "SELECT e.id, e.person_id, e.started_at, e.contested_at FROM consent_emergencyaccess e "
    "WHERE e.reviewed_at IS NULL ORDER BY e.contested_at, e.started_at LIMIT most",
)  # fmt: skip

FUNCTIONS = [
    definer(
        "emergencies_to_review", "most int, past int",
        "TABLE (access_id uuid, person_id uuid, started_at timestamptz, contested_at timestamptz, finding text)",
        "SELECT e.id, e.person_id, e.started_at, e.contested_at, e.finding FROM consent_emergencyaccess e "
        "WHERE e.reviewed_at IS NULL ORDER BY e.contested_at, e.started_at, e.id LIMIT most OFFSET past",
    ),
    definer(
        "emergency_counts", "", "TABLE (waiting bigint, contested bigint, to_explain bigint)",
        "SELECT count(*), count(e.contested_at), count(*) FILTER (WHERE e.finding = 'explain') "
        "FROM consent_emergencyaccess e WHERE e.reviewed_at IS NULL",
    ),
    definer(
        "audit_of_pseudonym", "wanted text, most int, past int", ENTRY,
        FIND.format("e.person_id = (SELECT q.id FROM consent_person q WHERE q.pseudonym = wanted)"),
    ),
    definer(
        "audit_of_number", "wanted uuid, most int, past int", ENTRY,
        FIND.format(
            "e.id IN (SELECT wanted UNION ALL SELECT r.entry_id FROM consent_receipt r WHERE r.id = wanted)"
        ),
    ),
    definer(
        "audit_of_reference", "wanted text, most int, past int", ENTRY, FIND.format("e.basis_reference = wanted"),
    ),
    definer(
        "audit_of_actor", "wanted uuid, most int, past int", ENTRY, FIND.format("e.actor_id = wanted"),
    ),
    definer(
        "audit_looks", "wanted uuid, most int, past int", ENTRY,
        FIND.format("e.actor_id = wanted AND e.actor_kind = 'auditor'"),
    ),
]  # fmt: skip


def number(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give their number to those who are here already."""
    # As the owner, whom the wall does not stop.
    persons = apps.get_model("consent", "Person").objects.using(editor.connection.alias)
    for pk in persons.filter(pseudonym=None).values_list("pk", flat=True).iterator():
        persons.filter(pk=pk).update(pseudonym=pseudonym_of(pk))


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0010_representation_endings"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="pseudonym",
            field=models.CharField(max_length=20, null=True, unique=True),
        ),
        migrations.RunPython(number, migrations.RunPython.noop),
        migrations.AddField(
            model_name="emergencyaccess",
            name="finding",
            field=models.CharField(
                blank=True,
                choices=[("fair", "Conforme"), ("explain", "À expliquer"), ("abuse", "Abusif")],
                default="",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=BrinIndex(fields=["at"], name="journal_at"),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(
                fields=["actor_id", "-at"], name="journal_actor", condition=models.Q(actor_id__isnull=False)
            ),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(
                fields=["basis_reference"],
                name="journal_reference",
                condition=models.Q(("basis_reference", ""), _negated=True),
            ),
        ),
        migrations.RunSQL(OLD_QUEUE[1], OLD_QUEUE[0]),
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
