"""`manage.py witness`: be a witness of a log. Without a database of one's own: `python -m consent.proofs.witness`."""

import argparse
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from consent.proofs import witness


class Command(BaseCommand):
    """One look at the log: proved against the last, then co-signed."""

    help = "Check a log, co-sign its checkpoint, write evidence against it. Exit status: 0, 1 not reached, 2 evidence."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the witness."""
        witness.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Look once, and end with the witness's status."""
        status = witness.run(argparse.Namespace(**options), self.stdout.write)
        if status:
            sys.exit(status)
