"""Witnesses of the log, and the checkpoints that they co-signed. Nothing here is about a person."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    """Co-signatures are only added: who co-signed stays said."""

    dependencies = [("consent", "0003_seal")]

    operations = [
        migrations.CreateModel(
            name="Witness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=300, unique=True)),
                ("declared_at", models.DateTimeField(default=timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("line", models.TextField()),
                (
                    "witness",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="consent.witness",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="cosignature",
            constraint=models.UniqueConstraint(fields=("size", "witness"), name="one_cosignature_a_size"),
        ),
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE, TRUNCATE ON consent_cosignature FROM app;"
            "REVOKE DELETE, TRUNCATE ON consent_witness FROM app;",
            migrations.RunSQL.noop,
        ),
    ]
