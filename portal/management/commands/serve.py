"""`manage.py serve --port N`: the whole service, until Ctrl-C."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demo import announce
from portal.serving import before
from portal.serving.run import serve


class Command(BaseCommand):
    """Migrate, load what is public, start the web server, the worker and its clock, and stop all when told."""

    help = "Serve the whole service at http://localhost:PORT until Ctrl-C or SIGTERM."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        before.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        host = os.environ.get("HOST", "127.0.0.1")
        try:
            status = serve(host, options["port"], self._announce)
        except before.CannotServe as error:
            raise CommandError(str(error)) from error
        if status:
            sys.exit(status)

    def _announce(self) -> None:
        self.stdout.write(announce.text(settings.SITE_URL, demo=settings.DEMO) + "  Ctrl-C stops everything.\n")
        self.stdout.flush()
