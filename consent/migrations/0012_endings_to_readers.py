"""What ends soon is told to the professional who holds it too: which access and when, and not of whom."""

from django.db import migrations

from consent.wall_sql import definer

FUNCTIONS = [
    definer(
        "accesses_ending", "reader bigint, at timestamptz, latest timestamptz, most int",
        "TABLE (right_id uuid, until timestamptz)",
        "SELECT g.id, g.ends_at FROM consent_grant g JOIN consent_space s ON s.person_id = g.person_id "
        "JOIN consent_person p ON p.id = g.person_id WHERE g.professional_id = reader AND g.revoked_at IS NULL "
        "AND g.can_read AND g.ends_at > at AND g.ends_at <= latest AND s.state = 'open' AND p.frozen_at IS NULL "
        "ORDER BY g.ends_at LIMIT most",
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    """One function that looks across persons."""

    dependencies = [("consent", "0011_audit")]

    operations = [migrations.RunSQL(create, drop) for create, drop in FUNCTIONS]
