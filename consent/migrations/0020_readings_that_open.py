"""What a professional is listed as open is what opens now: not what a suspension, a block or a death closes meanwhile.

A line that leads to a refusal would tell a reader that something was closed to them (EHDS, article 8).
"""

from importlib import import_module

from django.db import migrations

from consent.wall_sql import definer

OLD = [
    next(pair for pair in import_module(f"consent.migrations.{module}").FUNCTIONS if f" {name}(" in pair[0])
    for module, name in (("0007_readers", "readings_of"), ("0012_endings_to_readers", "accesses_ending"))
]
OPEN = (
    "EXISTS (SELECT 1 FROM consent_space s JOIN consent_person p ON p.id = s.person_id "
    "WHERE s.person_id = {0}.person_id AND s.state = 'open' AND p.frozen_at IS NULL) "
    "AND NOT EXISTS (SELECT 1 FROM consent_block b WHERE b.person_id = {0}.person_id AND b.ended_at IS NULL{1} "
    "AND (b.professional_id = reader OR EXISTS (SELECT 1 FROM consent_establishmentuserobjectpermission w "
    "WHERE w.user_id = who AND w.content_object_id = b.establishment_id)))"
)

FUNCTIONS = [
    definer(
        "readings_of", "reader bigint, who uuid, at timestamptz, most int",
        "TABLE (right_id uuid, kind text, since timestamptz, until timestamptz)",
        "SELECT e.id, 'emergency', e.started_at, e.ends_at FROM consent_emergencyaccess e "  # noqa: S608 our own words
        "WHERE e.professional_id = reader AND e.ended_at IS NULL AND e.ends_at > at "
        f"AND {OPEN.format('e', ' AND b.emergency_too')} "
        "UNION ALL SELECT c.id, 'share', c.used_at, c.ends_at FROM consent_sharecode c "
        f"WHERE c.used_by_id = reader AND c.cancelled_at IS NULL AND c.ends_at > at AND {OPEN.format('c', '')} "
        "ORDER BY 3 DESC LIMIT most",
    ),
    definer(
        "accesses_ending", "reader bigint, who uuid, at timestamptz, latest timestamptz, most int",
        "TABLE (right_id uuid, until timestamptz)",
        "SELECT g.id, g.ends_at FROM consent_grant g WHERE g.professional_id = reader AND g.revoked_at IS NULL "  # noqa: S608
        f"AND g.can_read AND g.ends_at > at AND g.ends_at <= latest AND {OPEN.format('g', '')} "
        "ORDER BY g.ends_at LIMIT most",
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    """Two look-ups, narrower."""

    dependencies = [("consent", "0019_staff_at_work")]

    operations = [
        migrations.RunSQL(f"{old_drop};{create}", f"{drop};{old_create}")
        for (create, drop), (old_create, old_drop) in zip(FUNCTIONS, OLD, strict=True)
    ]
