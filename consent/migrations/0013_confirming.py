"""Those who opened a space in one name online, so that the code of one of them is recognised."""

from django.db import migrations, models

from consent.wall_sql import definer

FUNCTIONS = [
    definer(
        "find_declared_persons", "wanted bytea", "SETOF uuid",
        "SELECT id FROM consent_person WHERE traits_index = wanted AND level = 1",
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    """One function, and the index that it goes by."""

    dependencies = [("consent", "0012_endings_to_readers")]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("level", 1)), fields=["traits_index"], name="person_declared_traits"
            ),
        ),
        *[migrations.RunSQL(create, drop) for create, drop in FUNCTIONS],
    ]
