"""Collect the French texts to translate into locale/en, the same bytes on every machine."""

import shutil
from argparse import ArgumentParser
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import makemessages

LOCALE = "en"
PO = Path(LOCALE, "LC_MESSAGES", "django.po")
NOT_OURS = [".venv", "var", "tests", "bench", "docs", "scripts", "node_modules"]
# What changes by itself would be in every diff.
VOLATILE = ('"POT-Creation-Date:', '"PO-Revision-Date:')


class TemplateAsPython(makemessages.BuildFile):
    """A template turned into Python for xgettext, outside the source tree."""

    @property
    def work_path(self) -> str:
        """The path given to xgettext; a template's stands in the command's own folder."""
        if not self.is_templatized:
            return self.path
        return str(Path(self.command.scratch, self.path.replace("/", "+") + ".py"))


class Command(makemessages.Command):
    """Django's own, sorted by text, without dates, places in the code, guesses or what no longer exists."""

    help = __doc__
    build_file_class = TemplateAsPython
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching", "--sort-output"]
    msguniq_options = [*makemessages.Command.msguniq_options, "--sort-output"]
    msgattrib_options = [*makemessages.Command.msgattrib_options, "--sort-output"]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --check, for continuous integration."""
        super().add_arguments(parser)
        parser.add_argument("--check", action="store_true", help="write nothing, fail if texts are missing or too many")
        parser.set_defaults(locale=[LOCALE], no_location=True, no_obsolete=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect in a temporary folder, then compare with what is committed, or replace it."""
        committed = Path(settings.LOCALE_PATHS[0]) / PO
        with TemporaryDirectory() as self.scratch, chdir(settings.BASE_DIR):
            collected = Path(self.scratch) / PO
            collected.parent.mkdir(parents=True)
            if committed.exists():
                shutil.copy(committed, collected)
            super().handle(*args, **{**options, "ignore_patterns": [*options["ignore_patterns"], *NOT_OURS]})
            lines = collected.read_text().splitlines(keepends=True)
        text = "".join(line for line in lines if not line.startswith(VOLATILE))
        if not options["check"]:
            committed.parent.mkdir(parents=True, exist_ok=True)
            committed.write_text(text)
        elif text != committed.read_text():
            raise CommandError(f"{committed} is out of date: run make messages")

    def process_files(self, file_list: list[makemessages.TranslatableFile]) -> None:
        """Have everything collected into one catalogue, in the temporary folder."""
        self.locale_paths = [self.scratch]
        for file in file_list:
            file.locale_dir = self.scratch
        super().process_files(file_list)
