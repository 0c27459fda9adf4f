"""`manage.py declare_witness KEY`: show the co-signatures of this body; `--end`: show them no more."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent.proofs import cosigned


class Command(BaseCommand):
    """Declare a witness by the verifier key that it publishes."""

    help = "Declare a witness of the log by its verifier key (name+id+base64), or end one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The key, and whether to end it."""
        parser.add_argument("key")
        parser.add_argument("--end", action="store_true")

    def handle(self, *args: Any, key: str, end: bool, **options: Any) -> None:
        """Declare, or end."""
        if end:
            if not cosigned.end(key):
                raise CommandError("No such witness is declared.")
            return
        try:
            cosigned.declare(key)
        except ValueError as error:
            raise CommandError(str(error)) from error
