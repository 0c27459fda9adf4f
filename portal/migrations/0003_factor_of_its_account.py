"""A second factor is sealed for its account: copied to another it does not open."""

from collections.abc import Callable
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def _each(change: str) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    def run(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        from portal.accounts import mfa

        rows: Any = apps.get_model("mfa", "Authenticator").objects.using(editor.connection.alias)
        for row in rows.all():
            rows.filter(pk=row.pk).update(data=getattr(mfa, change)(row.data, row.user_id))

    return run


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_professional"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(_each("bound"), _each("loosed"))]
