"""Whoever was kept for a representation alone, once it has ended: by an act, an event or its date."""

from django.conf import settings
from django.db import migrations

from consent.wall_sql import definer

FUNCTIONS = [
    definer(
        "representations_over", "at timestamptz, most int", "TABLE (representation_id uuid, person_id uuid)",
        # Each side; whoever has a space, an account, a case or a representation that stands is not kept for this one.
        "SELECT r.id, p.id FROM consent_representation r JOIN consent_person p ON p.id IN (r.person_id, r.representative_id) "
        "WHERE least(r.ended_at, r.ends_at) <= at AND NOT EXISTS (SELECT 1 FROM consent_space s WHERE s.person_id = p.id) "
        "AND NOT EXISTS (SELECT 1 FROM portal_user u WHERE u.person_id = p.id) "
        "AND NOT EXISTS (SELECT 1 FROM consent_case c WHERE c.person_id = p.id) "
        "AND NOT EXISTS (SELECT 1 FROM consent_representation o WHERE p.id IN (o.person_id, o.representative_id) "
        "AND (least(o.ended_at, o.ends_at) > at OR least(o.ended_at, o.ends_at) IS NULL)) LIMIT most",
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    """One look-up."""

    dependencies = [
        ("consent", "0017_explanations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunSQL(create, drop) for create, drop in FUNCTIONS]
