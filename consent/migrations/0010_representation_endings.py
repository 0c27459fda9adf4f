"""The representations that end soon, for both sides: ids and dates."""

from django.db import migrations, models

from consent.wall_sql import definer

# What began less than two weeks before its end was given with its end in mind.
_DUE = (
    "r.ended_at IS NULL AND r.ends_at > since AND r.ends_at <= until "
    "AND r.starts_at < r.ends_at - interval '14 days' AND NOT EXISTS "
    "(SELECT 1 FROM consent_reminder m WHERE m.person_id = p.id AND m.kind = '{kind}' AND m.subject_id = r.id "
    "AND m.day = (r.ends_at AT TIME ZONE 'Europe/Paris')::date) LIMIT most"
)
_ROWS = "TABLE (subject_id uuid, person_id uuid, ends_at timestamptz)"
_SELECT = "SELECT r.id, p.id, r.ends_at FROM consent_representation r JOIN consent_person p ON p.id = "

FUNCTIONS = [
    definer(
        "representations_ending", "since timestamptz, until timestamptz, most int", _ROWS,
        f"{_SELECT} r.person_id WHERE {_DUE.format(kind='representation-ends')}",
    ),
    definer(
        "representing_ending", "since timestamptz, until timestamptz, most int", _ROWS,
        f"{_SELECT} r.representative_id WHERE {_DUE.format(kind='representing-ends')}",
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    """Two look-ups, and the index that they go by."""

    dependencies = [("consent", "0009_representation")]

    operations = [
        migrations.AddIndex(
            model_name="representation",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["ends_at"], name="representation_ends"
            ),
        ),
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
