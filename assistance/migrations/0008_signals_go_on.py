"""That a signal was seen says up to when: what the account does afterwards is a signal again."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assistance", "0007_parent_signs")]

    operations = [
        migrations.AddField(
            "seensignal", "until", models.DateTimeField(default=django.utils.timezone.now), preserve_default=False
        ),
        migrations.RunSQL("UPDATE assistance_seensignal SET until = seen_at", migrations.RunSQL.noop),
        migrations.RemoveConstraint("seensignal", "signal_seen_once"),
        migrations.AddConstraint(
            "seensignal",
            models.UniqueConstraint(fields=("rule", "actor_id", "day", "until"), name="signal_seen_once"),
        ),
        # The way back knows one for each signal: the last.
        migrations.RunSQL(
            migrations.RunSQL.noop,
            "DELETE FROM assistance_seensignal s USING assistance_seensignal l "
            "WHERE (l.rule, l.actor_id, l.day) = (s.rule, s.actor_id, s.day) AND l.until > s.until",
        ),
    ]
