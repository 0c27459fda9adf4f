"""The history as PDF, and the mandates that end soon: for the person, and for the desk of the counter."""

from django.db import migrations, models

from consent.wall_sql import definer

KINDS = [
    ("mandate", "mandat"), ("receipt", "reçu"), ("visit", "reçu de la visite"), ("letter", "courrier"),
    ("batch", "lot de courriers"), ("notice", "notice d’information"), ("form", "formulaire"), ("trace", "historique"),
]  # fmt: skip

FUNCTIONS = [
    definer(
        "mandates_ending", "since timestamptz, until timestamptz, most int",
        "TABLE (subject_id uuid, person_id uuid, ends_at timestamptz)",
        "SELECT m.id, m.person_id, m.ends_at FROM assistance_mandate m WHERE m.state = 'in_force' "
        "AND m.ends_at > since AND m.ends_at <= until AND m.in_force_at < m.ends_at - interval '14 days' AND NOT EXISTS "
        "(SELECT 1 FROM consent_reminder r WHERE r.person_id = m.person_id AND r.kind = 'mandate-ends' "
        "AND r.subject_id = m.id AND r.day = (m.ends_at AT TIME ZONE 'Europe/Paris')::date) LIMIT most",
    ),
    definer(
        "mandates_ending_at", "wanted int, since timestamptz, until timestamptz",
        "TABLE (reference text, ends_at timestamptz)",
        "SELECT m.reference, m.ends_at FROM assistance_mandate m JOIN assistance_counter c ON c.id = m.counter_id "
        "WHERE c.number = wanted AND m.state = 'in_force' AND m.ends_at > since AND m.ends_at <= until "
        "AND m.in_force_at < m.ends_at - interval '14 days' ORDER BY m.ends_at, m.reference",
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    """A kind of printout with room for its filters, an index by end, two look-ups."""

    dependencies = [("assistance", "0003_cases"), ("consent", "0008_telling")]

    operations = [
        migrations.AlterField(
            model_name="printout", name="kind", field=models.CharField(choices=KINDS, max_length=8)
        ),
        migrations.AlterField(
            model_name="printout", name="name", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(condition=models.Q(("state", "in_force")), fields=["ends_at"], name="mandate_ends"),
        ),
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]  # fmt: skip
