"""A tombstone carries a stamp under the master keyset: an erasure is not made up with the database alone."""

from django.db import migrations, models

# To stamp an erasure of which nobody knows whether it was one would make it true. Nothing was in service before.
STAMP = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM consent_tombstone) THEN
    RAISE EXCEPTION 'there are erasures from before stamps: they cannot be stamped afterwards'
      USING HINT = 'Begin with an empty database (in a checkout: make clean).';
  END IF;
END $$;
ALTER TABLE consent_tombstone ADD COLUMN stamp bytea NOT NULL
  CONSTRAINT tombstone_stamp_is_32_bytes CHECK (octet_length(stamp) = 32);
"""


class Migration(migrations.Migration):
    """Only where nobody was erased yet: see STAMP."""

    dependencies = [("consent", "0024_seen_again")]

    operations = [
        migrations.RunSQL(
            STAMP,
            "ALTER TABLE consent_tombstone DROP COLUMN stamp",
            state_operations=[migrations.AddField("tombstone", "stamp", models.BinaryField(), preserve_default=False)],
        ),
    ]
