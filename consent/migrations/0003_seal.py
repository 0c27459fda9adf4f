"""The seal (design §8): a commitment in each entry, what waits for its place, places, tiles and checkpoints."""

from django.db import migrations, models

from consent.wall_sql import definer

# An entry written before has a nonce that was never bound to its words: it cannot be given a commitment afterwards,
# for whoever gave it could as well have changed the words. Nothing was in service before this version.
COMMITMENT = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM consent_journalentry) THEN
    RAISE EXCEPTION 'the journal has entries from before the seal: they cannot be sealed afterwards'
      USING HINT = 'Begin with an empty database (in a checkout: make clean).';
  END IF;
END $$;
ALTER TABLE consent_journalentry ADD COLUMN commitment bytea NOT NULL
  CONSTRAINT journal_commitment_is_32_bytes CHECK (octet_length(commitment) = 32);
"""

QUEUE = """
CREATE FUNCTION journal_waits_for_its_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.consent_sealwaiting (entry_id, hour, commitment)
    VALUES (NEW.id, floor(extract(epoch FROM NEW.at) / 3600), NEW.commitment);
  RETURN NULL;
END $$;
CREATE TRIGGER journal_waits AFTER INSERT ON consent_journalentry
  FOR EACH ROW EXECUTE FUNCTION journal_waits_for_its_place();
ALTER TABLE consent_journalentry ENABLE ALWAYS TRIGGER journal_waits;
REVOKE UPDATE, TRUNCATE ON consent_sealwaiting FROM app;
"""
UNDO_QUEUE = """
DROP TRIGGER journal_waits ON consent_journalentry;
DROP FUNCTION journal_waits_for_its_place();
"""

# Hashes do not compress: they are kept as they are.
TILES = """
ALTER TABLE consent_sealtile ALTER COLUMN hashes SET STORAGE EXTERNAL;
CREATE FUNCTION tiles_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.level, NEW.index) = (OLD.level, OLD.index)
        AND substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) = OLD.hashes THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a tile only grows' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER tile_only_grows BEFORE UPDATE OR DELETE ON consent_sealtile
  FOR EACH ROW EXECUTE FUNCTION tiles_only_grow();
CREATE TRIGGER tile_no_truncate BEFORE TRUNCATE ON consent_sealtile
  FOR EACH STATEMENT EXECUTE FUNCTION tiles_only_grow();
ALTER TABLE consent_sealtile ENABLE ALWAYS TRIGGER tile_only_grows;
ALTER TABLE consent_sealtile ENABLE ALWAYS TRIGGER tile_no_truncate;
REVOKE DELETE, TRUNCATE ON consent_sealtile FROM app;
"""
UNDO_TILES = """
DROP TRIGGER tile_only_grows ON consent_sealtile;
DROP TRIGGER tile_no_truncate ON consent_sealtile;
DROP FUNCTION tiles_only_grow();
"""


def append_only(table: str) -> str:
    """Rows of this table are added and never changed, by anyone."""
    return f"""
CREATE TRIGGER seal_no_change BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER seal_no_change;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER seal_no_truncate;
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM app;
"""


def changeable(table: str) -> str:
    """The reverse of `append_only`."""
    return f"DROP TRIGGER seal_no_change ON {table}; DROP TRIGGER seal_no_truncate ON {table};"


FUNCTIONS = [
    # An entry that is missing from the journal has no `at`.
    definer(
        "sealed_entries", "since bigint, most int", "TABLE (place bigint, entry_id uuid, person_id uuid, at timestamptz)",
        "SELECT p.place, p.entry_id, e.person_id, e.at FROM consent_sealplace p "
        "LEFT JOIN consent_journalentry e ON e.id = p.entry_id "
        "WHERE p.place >= since ORDER BY p.place LIMIT most",
    ),
    # What has no place although it is older than this, or was written with a date to come.
    definer(
        "entries_without_place", "older timestamptz, newer timestamptz", "TABLE (entry_id uuid, at timestamptz)",
        "SELECT e.id, e.at FROM consent_journalentry e WHERE (e.at < older OR e.at > newer) "
        "AND NOT EXISTS (SELECT 1 FROM consent_sealplace p WHERE p.entry_id = e.id) ORDER BY e.at LIMIT 1",
    ),
    definer(
        "erasure_of", "wanted uuid", "TABLE (erased_at timestamptz)",
        "SELECT t.erased_at FROM consent_tombstone t WHERE t.person_id = wanted AND EXISTS (SELECT 1 FROM "
        "consent_journalentry e WHERE e.person_id = wanted AND e.code LIKE '%.erased')",
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    """Only on an empty journal: see COMMITMENT."""

    dependencies = [("consent", "0002_wall")]

    operations = [
        migrations.RunSQL(
            COMMITMENT,
            "ALTER TABLE consent_journalentry DROP COLUMN commitment",
            state_operations=[
                migrations.AddField("journalentry", "commitment", models.BinaryField(), preserve_default=False)
            ],
        ),
        migrations.CreateModel(
            name="SealWaiting",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("entry_id", models.UUIDField()),
                ("hour", models.IntegerField()),
                ("commitment", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="SealPlace",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_id", models.UUIDField(unique=True)),
                ("hour", models.IntegerField()),
                ("commitment", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="SealTile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hashes", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="SealCheckpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("signed_at", models.DateTimeField()),
                ("note", models.TextField()),
            ],
        ),
        migrations.RunSQL(QUEUE, UNDO_QUEUE),
        migrations.RunSQL(TILES, UNDO_TILES),
        *[
            migrations.RunSQL(append_only(table), changeable(table))
            for table in ("consent_sealplace", "consent_sealcheckpoint")
        ],
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
