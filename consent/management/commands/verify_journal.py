"""`manage.py verify_journal`: is the journal whole and unchanged? One line says so, or says what is wrong and where."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from consent.models.verification import Reach
from consent.seal.note import NoteRefused
from consent.seal.verifications import run


class Command(BaseCommand):
    """Exit status 0 when all is well, 1 when it is not."""

    help = (
        "Verify the journal: every entry against its imprint, every leaf, tile, checkpoint and signature. "
        "Interrupted, it goes on where it was, within a day. Each run is kept, and is shown to the auditor."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since",
            type=Path,
            metavar="CHECKPOINT_FILE",
            help="a checkpoint that was published earlier and kept elsewhere: the log must begin with it, and what "
            "came after is verified. Only so are a roll-back and a rewriting of everything seen.",
        )
        parser.add_argument(
            "--bookmark",
            type=Path,
            default=Path(settings.VAR_DIR) / "verify-journal.json",
            help="the file that keeps the place that was reached (default: %(default)s)",
        )
        parser.add_argument("--afresh", action="store_true", help="forget the place that was reached")

    def handle(self, *args: Any, **options: Any) -> None:
        since, bookmark = options["since"], options["bookmark"]
        if options["afresh"]:
            bookmark.unlink(missing_ok=True)
        try:
            given = since.read_text() if since else ""
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{since} cannot be read as a checkpoint") from error
        reach = Reach.GIVEN if since else Reach.WHOLE
        told = self._told if options["verbosity"] > 1 else lambda done, end: None
        try:
            kept, found = run(reach, checkpoint=given, bookmark=bookmark, told=told)
        except NoteRefused as error:
            raise CommandError(f"{since} is no checkpoint of this log: {error}. Nothing was verified.") from error
        if found is None:
            self.stdout.write(f"journal: {kept.says}")
            sys.exit(1)
        erased = f", {found.erased} of erased persons by what lies in the clear" if found.erased else ""
        self.stdout.write(f"journal: well up to its {found.size} entries ({found.entries} opened{erased})")

    def _told(self, done: int, end: int) -> None:
        self.stderr.write(f"{done} of {end}")
