"""Whoever reads by their place of work or a team is told that it ends; no line leads who represents to a refusal; what
tells of something hidden stays; a judgment ends a right."""

from importlib import import_module

from django.db import migrations, models

from consent.wall_sql import definer

before = import_module("consent.migrations.0020_readings_that_open")
readers = import_module("consent.migrations.0007_readers")
OLD = [
    next(pair for pair in module.FUNCTIONS if f" {name}(" in pair[0])
    for module, name in (
        (before, "readings_of"), (before, "accesses_ending"), (readers, "share_codes_before"),
        (readers, "emergencies_before"), (import_module("consent.migrations.0008_telling"), "anniversaries"),
    )
]  # fmt: skip
# Whoever acts for the person reads as that, or not at all; whoever may only look keeps their readings.
OPEN = before.OPEN + (  # noqa: S608 our own words
    " AND NOT EXISTS (SELECT 1 FROM consent_representation n JOIN portal_user u ON u.person_id = n.representative_id "
    "WHERE u.id = who AND n.person_id = {0}.person_id AND n.ended_at IS NULL AND n.starts_at <= at "
    "AND (n.ends_at IS NULL OR n.ends_at > at) "
    "AND NOT n.scopes <@ ARRAY['space.read', 'sheet.read', 'history.read']::varchar[])"
)
# By these rows is known what is hidden: they stay as long as the person hides an access.
HIDES_NOTHING = (
    "NOT EXISTS (SELECT 1 FROM consent_hidden h WHERE h.person_id = {0}.person_id AND h.grant_id IS NOT NULL)"
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
        "SELECT g.id, g.ends_at FROM consent_grant g WHERE g.id IN ("  # noqa: S608 our own words
        "SELECT n.id FROM consent_grant n WHERE n.professional_id = reader "
        "UNION SELECT n.id FROM consent_grant n JOIN consent_establishmentuserobjectpermission w "
        "ON w.content_object_id = n.establishment_id WHERE w.user_id = who "
        "UNION SELECT n.id FROM consent_grant n JOIN consent_careteammember m ON m.team_id = n.team_id "
        "WHERE m.professional_id = reader AND m.left_at IS NULL) AND g.revoked_at IS NULL "
        f"AND g.can_read AND g.ends_at > at AND g.ends_at <= latest AND {OPEN.format('g', '')} "
        "ORDER BY g.ends_at LIMIT most",
    ),
    definer(
        "share_codes_before", "at timestamptz, most int", "TABLE (code_id uuid, person_id uuid)",
        "SELECT c.id, c.person_id FROM consent_sharecode c "  # noqa: S608
        f"WHERE c.ends_at <= at AND {HIDES_NOTHING.format('c')} ORDER BY c.ends_at LIMIT most",
    ),
    definer(
        "emergencies_before", "at timestamptz, most int", "TABLE (access_id uuid, person_id uuid)",
        "SELECT e.id, e.person_id FROM consent_emergencyaccess e "  # noqa: S608
        f"WHERE e.reviewed_at <= at AND e.ends_at <= at AND {HIDES_NOTHING.format('e')} "
        "ORDER BY e.reviewed_at LIMIT most",
    ),
    definer(
        "anniversaries", "at timestamptz, most int", "TABLE (person_id uuid, day date)",
        # A month late at most, when the clock stood still. Whoever suspended forgets what they chose as others do.
        "SELECT s.person_id, a.day FROM consent_space s, LATERAL (SELECT (s.opened_at "
        "+ extract(year FROM age(at, s.opened_at)) * interval '1 year')::date AS day) a "
        "WHERE s.state IN ('open', 'suspended') AND s.opened_at <= at - interval '1 year' AND a.day > at::date - 30 "
        "AND NOT EXISTS (SELECT 1 FROM consent_reminder r WHERE r.person_id = s.person_id AND r.kind = 'year' "
        "AND r.day = a.day) LIMIT most",
    ),
]  # fmt: skip
REASONS = [
    ("person", "la personne y a mis fin"),
    ("representative", "le représentant y a mis fin"),
    ("replaced", "une autre l’a remplacée"),
    ("doubt", "un doute sur le libre choix de la personne a été noté"),
    ("lifted", "un document, jugement ou acte, y met fin"),
    ("death", "l’une des deux personnes est décédée"),
    ("erased", "le représentant n’a plus de dossier"),
]


class Migration(migrations.Migration):
    """Five look-ups, truer; one word more."""

    dependencies = [("consent", "0021_places_that_end")]

    operations = [
        *(
            migrations.RunSQL(f"{old_drop};{create}", f"{drop};{old_create}")
            for (create, drop), (old_create, old_drop) in zip(FUNCTIONS, OLD, strict=True)
        ),
        migrations.AlterField(
            "representation", "end_reason", models.CharField(blank=True, choices=REASONS, max_length=16)
        ),
    ]
