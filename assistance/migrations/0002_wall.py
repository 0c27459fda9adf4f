"""Row-level security for what assistance keeps of a person, and its named look-ups (design §8)."""

from django.db import migrations

from consent.wall_sql import close_table, definer, open_table

FUNCTIONS = [
    definer(
        "mandate_of_reference", "wanted text", "TABLE (mandate_id uuid, person_id uuid, counter_number int)",
        "SELECT m.id, m.person_id, c.number FROM assistance_mandate m "
        "JOIN assistance_counter c ON c.id = m.counter_id WHERE m.reference = wanted",
    ),
    definer(
        "mandates_unsigned", "at timestamptz", "TABLE (mandate_id uuid, person_id uuid)",
        "SELECT m.id, m.person_id FROM assistance_mandate m "
        "WHERE m.state IN ('draft', 'printed') AND m.drafted_at <= at - interval '7 days'",
    ),
    definer(
        "visit_of_agent", "wanted uuid, who uuid", "TABLE (person_id uuid)",
        "SELECT v.person_id FROM assistance_visit v WHERE v.id = wanted AND v.agent_id = who",
    ),
    definer(
        "open_visit_of", "who uuid", "TABLE (visit_id uuid, person_id uuid)",
        "SELECT v.id, v.person_id FROM assistance_visit v WHERE v.agent_id = who AND v.ended_at IS NULL",
    ),
    definer(
        "visits_idle", "since timestamptz", "TABLE (visit_id uuid, person_id uuid)",
        "SELECT v.id, v.person_id FROM assistance_visit v WHERE v.ended_at IS NULL AND v.last_seen_at <= since",
    ),
    definer(
        "letters_in", "wanted text, most int, past int",
        "TABLE (letter_id uuid, reference text, created_at timestamptz, printed_at timestamptz, "
        "posted_at timestamptz, returned_at timestamptz, batch_id uuid)",
        "SELECT l.id, l.reference, l.created_at, l.printed_at, l.posted_at, l.returned_at, l.batch_id "
        "FROM assistance_letter l WHERE l.state = wanted ORDER BY l.created_at, l.id LIMIT most OFFSET past",
    ),
    definer(
        "letter_counts", "", "TABLE (state text, many bigint)",
        "SELECT l.state, count(*) FROM assistance_letter l GROUP BY l.state",
    ),
    definer(
        "letter_batches", "most int", "TABLE (batch_id uuid, made_at timestamptz, many bigint, to_post bigint)",
        "SELECT b.id, b.made_at, count(l.id), count(l.id) FILTER (WHERE l.state = 'printed') "
        "FROM assistance_letterbatch b LEFT JOIN assistance_letter l ON l.batch_id = b.id "
        "GROUP BY b.id ORDER BY b.made_at DESC LIMIT most",
    ),
    definer(
        "letters_take", "taker uuid, at timestamptz, most int", "TABLE (letter_id uuid)",
        "UPDATE assistance_letter l SET state = 'printed', printed_at = at, batch_id = taker WHERE l.id IN "
        "(SELECT p.id FROM assistance_letter p WHERE p.state = 'prepared' ORDER BY p.created_at, p.id LIMIT most "
        "FOR UPDATE SKIP LOCKED) RETURNING l.id",
        changes=True,
    ),
    definer(
        "letters_post", "wanted uuid, at timestamptz", "TABLE (letter_id uuid)",
        "UPDATE assistance_letter l SET state = 'posted', posted_at = at, "
        "content = CASE WHEN l.person_id IS NULL THEN NULL ELSE l.content END "
        "WHERE l.batch_id = wanted AND l.state = 'printed' RETURNING l.id",
        changes=True,
    ),
    definer(
        "letters_of_batch", "wanted uuid", "TABLE (letter_id uuid, person_id uuid, reference text)",
        "SELECT l.id, l.person_id, l.reference FROM assistance_letter l "
        "WHERE l.batch_id = wanted ORDER BY l.created_at, l.id",
    ),
    definer(
        "letter_person", "wanted uuid", "TABLE (person_id uuid, state text)",
        "SELECT l.person_id, l.state FROM assistance_letter l WHERE l.id = wanted",
    ),
    definer(
        "mail_in", "wanted text, most int, past int",
        "TABLE (mail_id uuid, reference text, received_on date, act_code text, done_at timestamptz, taken_by uuid)",
        "SELECT m.id, m.reference, m.received_on, m.act_code, m.done_at, m.taken_by_id FROM assistance_mail m "
        "WHERE m.state = wanted ORDER BY m.done_at DESC, m.received_on, m.created_at, m.id LIMIT most OFFSET past",
    ),
    definer(
        "mail_counts", "", "TABLE (state text, many bigint)",
        "SELECT m.state, count(*) FROM assistance_mail m GROUP BY m.state",
    ),
    definer(
        "mail_person", "wanted uuid", "TABLE (person_id uuid, state text)",
        "SELECT m.person_id, m.state FROM assistance_mail m WHERE m.id = wanted",
    ),
    definer(
        "mandates_to_sign", "wanted int, since timestamptz",
        "TABLE (mandate_id uuid, person_id uuid, reference text, drafted_at timestamptz, drafted_by uuid)",
        "SELECT m.id, m.person_id, m.reference, m.drafted_at, m.drafted_by_id FROM assistance_mandate m "
        "JOIN assistance_counter c ON c.id = m.counter_id "
        "WHERE c.number = wanted AND m.state IN ('draft', 'printed') AND m.drafted_at > since "
        "ORDER BY m.drafted_at DESC",
    ),
    definer(
        "personal_form_of_reference", "wanted text",
        "TABLE (form_id uuid, person_id uuid, act_code text, target_id uuid, used_at timestamptz)",
        "SELECT f.id, f.person_id, f.act_code, f.target_id, f.used_at FROM assistance_personalform f "
        "WHERE f.reference = wanted",
    ),
    definer(
        "printout_person", "wanted uuid", "TABLE (person_id uuid)",
        "SELECT p.person_id FROM assistance_printout p WHERE p.id = wanted",
    ),
    definer(
        "printouts_before", "at timestamptz, most int", "TABLE (printout_id uuid, person_id uuid)",
        "SELECT p.id, p.person_id FROM assistance_printout p WHERE p.asked_at <= at ORDER BY p.asked_at LIMIT most",
    ),
    definer(
        "acts_at_counter", "wanted int, since timestamptz, most int",
        "TABLE (at timestamptz, code text, nature text, outcome text, actor_id uuid, visit_id uuid)",
        "SELECT e.at, e.code, e.nature, e.outcome, e.actor_id, e.visit_id FROM consent_journalentry e "
        "WHERE e.counter_number = wanted AND e.at >= since ORDER BY e.at DESC LIMIT most",
    ),
]  # fmt: skip

OF_ONE_PERSON = ["assistance_mandate", "assistance_personalform"]
SOMETIMES_OF_NOBODY = ["assistance_visit", "assistance_letter", "assistance_mail", "assistance_printout"]


class Migration(migrations.Migration):
    """The same wall as consent's."""

    dependencies = [("assistance", "0001_initial"), ("consent", "0002_wall")]

    operations = [
        *[migrations.RunSQL(close_table(table), open_table(table)) for table in OF_ONE_PERSON],
        *[migrations.RunSQL(close_table(table, nobody=True), open_table(table)) for table in SOMETIMES_OF_NOBODY],
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
