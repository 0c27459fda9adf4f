"""A leaf binds what lies in the clear too: a salt and an imprint in each entry, and the imprint in the log."""

from django.db import migrations, models

# A leaf of an older version binds no column: giving it an outline afterwards would prove nothing. Nothing was in
# service before this version.
IMPRINT = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM consent_journalentry) THEN
    RAISE EXCEPTION 'the journal has entries whose leaves do not bind their columns: they cannot be sealed afterwards'
      USING HINT = 'Begin with an empty database (in a checkout: make clean).';
  END IF;
END $$;
ALTER TABLE consent_journalentry
  ADD COLUMN salt bytea NOT NULL CONSTRAINT journal_salt_is_16_bytes CHECK (octet_length(salt) = 16),
  ADD COLUMN imprint bytea NOT NULL CONSTRAINT journal_imprint_is_32_bytes CHECK (octet_length(imprint) = 32);
"""
UNDO_IMPRINT = "ALTER TABLE consent_journalentry DROP COLUMN salt, DROP COLUMN imprint"

QUEUE = """
CREATE OR REPLACE FUNCTION journal_waits_for_its_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.consent_sealwaiting (entry_id, hour, {column})
    VALUES (NEW.id, floor(extract(epoch FROM NEW.at) / 3600), NEW.{column});
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """Only on an empty journal: see IMPRINT."""

    dependencies = [("consent", "0014_readers_of_a_journal")]

    operations = [
        migrations.RunSQL(
            IMPRINT,
            UNDO_IMPRINT,
            state_operations=[
                migrations.AddField("journalentry", "salt", models.BinaryField(), preserve_default=False),
                migrations.AddField("journalentry", "imprint", models.BinaryField(), preserve_default=False),
            ],
        ),
        migrations.RenameField("sealwaiting", "commitment", "imprint"),
        migrations.RenameField("sealplace", "commitment", "imprint"),
        migrations.RunSQL(QUEUE.format(column="imprint"), QUEUE.format(column="commitment")),
    ]
