"""`migrate` runs as the role `owner`: the role `app` owns no table."""

from argparse import ArgumentParser

from django.core.management.commands.migrate import Command as Migrate


class Command(Migrate):
    """Django's command, on the alias "owner" unless told otherwise."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
