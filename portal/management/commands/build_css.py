"""Cut the design system's styles down to what the pages use, into static/plein-gre.css."""

import gzip
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.design.sheet import BUILT, build, write_state_marks


class Command(BaseCommand):
    """Write the stylesheet, or with --check only say whether the one on disk is up to date."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --check, for continuous integration."""
        parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, then compare or write."""
        css = build()
        if options["check"]:
            if not BUILT.exists() or BUILT.read_text() != css:
                raise CommandError(f"{BUILT} is out of date: run manage.py build_css")
            return
        BUILT.write_text(css)
        if settings.STATE_MARKS:
            self.stdout.write(f"{write_state_marks()}: the State's marks")
        packed = len(gzip.compress(css.encode(), 9))
        self.stdout.write(f"{BUILT}: {len(css):,} bytes, {packed:,} compressed")
