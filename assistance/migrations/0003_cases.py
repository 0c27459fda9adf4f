"""What the rules of retention look for; the reason for which a mail was put aside is encrypted.

The reasons kept so far are dropped: the person's journal and their letter say them in words.
"""

from django.db import migrations

import consent.crypto.fields
from consent.wall_sql import definer

FUNCTIONS = [
    definer(
        "mails_settled_before", "at timestamptz, most int", "TABLE (mail_id uuid, person_id uuid)",
        "SELECT m.id, m.person_id FROM assistance_mail m WHERE m.done_at <= at ORDER BY m.done_at LIMIT most",
    ),
    definer(
        "letters_sent_before", "at timestamptz, most int", "TABLE (letter_id uuid, person_id uuid)",
        "SELECT l.id, l.person_id FROM assistance_letter l WHERE l.state IN ('posted', 'returned', 'handed') "
        "AND l.posted_at <= at ORDER BY l.posted_at LIMIT most",
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    """One column changes its kind, which PostgreSQL cannot do by itself."""

    dependencies = [("assistance", "0002_wall"), ("consent", "0005_cases")]

    operations = [
        migrations.RemoveField("mail", "reason"),
        migrations.AddField("mail", "reason", consent.crypto.fields.EncryptedField(null=True)),
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
