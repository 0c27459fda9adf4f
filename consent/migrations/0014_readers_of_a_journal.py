"""The journal says of each entry whom the person takes for its reader, and finds readers by an index.

The column is computed by the database as the table is written anew: no entry changes, and none of what binds them.
"""

from django.db import migrations, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast, Concat


class Migration(migrations.Migration):
    """One generated column, one index."""

    dependencies = [("consent", "0013_confirming")]

    operations = [
        migrations.AddField(
            model_name="journalentry",
            name="reader",
            field=models.GeneratedField(
                db_persist=True,
                expression=Case(
                    When(
                        Q(actor_kind="agent", counter_number__isnull=False),
                        then=Concat(
                            F("actor_kind"),
                            Value(":"),
                            Cast("counter_number", models.TextField()),
                            output_field=models.TextField(),
                        ),
                    ),
                    When(
                        Q(actor_kind="person", via="self")
                        | Q(actor_kind__in=["agent", "clerk", "auditor", "machine", "public"])
                        | Q(actor_id__isnull=True),
                        then=F("actor_kind"),
                    ),
                    default=Concat(
                        F("actor_kind"),
                        Value(":"),
                        Cast("actor_id", models.TextField()),
                        output_field=models.TextField(),
                    ),
                    output_field=models.TextField(),
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(fields=["person_id", "reader", "-at", "id"], name="journal_reader"),
        ),
    ]
