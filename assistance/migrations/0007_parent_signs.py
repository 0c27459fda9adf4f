"""A parent signs the mandate of a minor."""

from django.db import migrations, models

SIGNERS = [
    ("person", "la personne signe elle-même"),
    ("mark", "la personne ne peut pas signer : elle fait une marque devant deux témoins"),
    ("guardian", "la personne est sous tutelle : le tuteur signe"),
    ("parent", "la personne est mineure : son père ou sa mère signe"),
]


class Migration(migrations.Migration):
    """One choice more; the column stays as it is."""

    dependencies = [("assistance", "0006_faults")]

    operations = [
        migrations.AlterField("mandate", "signer", models.CharField(choices=SIGNERS, max_length=8)),
    ]
