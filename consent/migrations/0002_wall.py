"""The roles' rights, the keyring, row-level security, and a journal to which one can only add (design §8)."""

from django.db import migrations

from consent.wall_sql import RIGHTS, UNDO_RIGHTS, close_table, definer, open_table

JOURNAL = """
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON consent_journalentry
  FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON consent_journalentry
  FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
ALTER TABLE consent_journalentry ENABLE ALWAYS TRIGGER journal_no_change;
ALTER TABLE consent_journalentry ENABLE ALWAYS TRIGGER journal_no_truncate;
REVOKE UPDATE, DELETE, TRUNCATE ON consent_journalentry FROM app;
"""
UNDO_JOURNAL = """
DROP TRIGGER journal_no_change ON consent_journalentry;
DROP TRIGGER journal_no_truncate ON consent_journalentry;
DROP FUNCTION journal_is_append_only();
"""

KEYRING = """
CREATE SCHEMA keyring;
CREATE TABLE keyring.person_key (person_id uuid PRIMARY KEY, wrapped bytea NOT NULL);
GRANT USAGE ON SCHEMA keyring TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON keyring.person_key TO app;
"""

FUNCTIONS = [
    definer(
        "find_confirmed_person", "wanted bytea", "uuid",
        "SELECT id FROM consent_person WHERE traits_index = wanted AND level >= 2",
    ),
    definer(
        "receipt_of_request", "wanted uuid", "TABLE (receipt_id uuid, person_id uuid)",
        "SELECT r.id, r.person_id FROM consent_receipt r JOIN consent_journalentry e ON e.id = r.entry_id "
        "WHERE e.request_id = wanted",
    ),
    definer(
        "outbox_due", "older_than timestamptz, most int", "TABLE (item_id uuid, person_id uuid)",
        "SELECT o.id, o.person_id FROM consent_outboxitem o "
        "WHERE o.delivered_at IS NULL AND o.created_at <= older_than ORDER BY o.created_at LIMIT most",
    ),
    definer(
        "spaces_to_erase", "at timestamptz", "TABLE (person_id uuid)",
        "SELECT s.person_id FROM consent_space s WHERE s.state = 'erasing' AND s.erase_after <= at",
    ),
    definer(
        "link_code_of", "account uuid", "TABLE (code_id uuid, person_id uuid)",
        "SELECT c.id, c.person_id FROM consent_linkcode c WHERE c.user_id = account "
        "AND c.used_at IS NULL AND c.cancelled_at IS NULL ORDER BY c.asked_at DESC LIMIT 1",
    ),
]  # fmt: skip

OF_ONE_PERSON = ["consent_space", "consent_consent", "consent_grant", "consent_linkcode", "keyring.person_key"]
SOMETIMES_OF_NOBODY = ["consent_journalentry", "consent_receipt", "consent_outboxitem"]


class Migration(migrations.Migration):
    """Everything that makes "no basis, no data" true in the database itself."""

    dependencies = [("consent", "0001_initial")]

    operations = [
        migrations.RunSQL(RIGHTS, UNDO_RIGHTS),
        migrations.RunSQL(KEYRING, "DROP SCHEMA keyring CASCADE"),
        migrations.RunSQL(JOURNAL, UNDO_JOURNAL),
        migrations.RunSQL(close_table("consent_person", column="id"), open_table("consent_person")),
        *[migrations.RunSQL(close_table(table), open_table(table)) for table in OF_ONE_PERSON],
        *[migrations.RunSQL(close_table(table, nobody=True), open_table(table)) for table in SOMETIMES_OF_NOBODY],
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
