"""Whatever the service writes in the journal is dated when it is written."""

from django.db import migrations

REFUSE = """
CREATE OR REPLACE FUNCTION journal_is_dated_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an entry is dated when it is written' USING ERRCODE = 'insufficient_privilege';
END $$;
"""
# For the role of the service alone: a restore writes the past. Ten minutes are what verifying allows (OUT_OF_TURN).
TRIGGER = """
CREATE TRIGGER journal_dated_now BEFORE INSERT ON consent_journalentry FOR EACH ROW
  WHEN (current_user = 'app' AND NEW.at NOT BETWEEN statement_timestamp() - interval '10 minutes'
    AND statement_timestamp() + interval '10 minutes')
  EXECUTE FUNCTION journal_is_dated_now();
ALTER TABLE consent_journalentry ENABLE ALWAYS TRIGGER journal_dated_now;
"""
UNDO = "DROP TRIGGER journal_dated_now ON consent_journalentry; DROP FUNCTION journal_is_dated_now()"


class Migration(migrations.Migration):
    dependencies = [("consent", "0022_endings_and_ends")]

    operations = [migrations.RunSQL(REFUSE + TRIGGER, UNDO)]
