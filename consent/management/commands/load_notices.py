"""Load the notices of consent/notices: adds what is new, changes nothing, ever."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from consent.models import Notice
from consent.notice_files import FOLDER, NoticeFile, NoticeFileError, read_notices


class Command(BaseCommand):
    """`manage.py load_notices`: all or nothing, and the same as often as it is run."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the versions are")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            added = add_new(read_notices(folder))
        except (NoticeFileError, OSError) as error:
            raise CommandError(f"{error}. Nothing was written.") from error
        for file in added:
            self.stdout.write(f"added {file.version} {file.language}")
        if not added:
            self.stdout.write("nothing new")


@transaction.atomic
def add_new(files: list[NoticeFile]) -> list[NoticeFile]:
    """Store the files that are not stored yet, and return them.

    Raises `NoticeFileError`, with nothing stored, naming each stored notice that its file no longer matches.
    """
    stored = {(notice.version, notice.language): notice for notice in Notice.objects.all()}
    changed = [
        f"{file.version}/{file.language}.md"
        for file in files
        if (notice := stored.get((file.version, file.language))) and differs(notice, file)
    ]
    if changed:
        names = ", ".join(changed)
        raise NoticeFileError(f"{names}: published already, and no longer the same; make a new version")
    added = [file for file in files if (file.version, file.language) not in stored]
    Notice.objects.bulk_create(
        Notice(
            version=file.version, language=file.language, title=file.title, body=file.body,
            sha256=file.sha256, published_on=file.published_on,
        )
        for file in added
    )  # fmt: skip
    return added


def differs(notice: Notice, file: NoticeFile) -> bool:
    """Whether a published notice and its file say different things (text, title or date)."""
    stored = (bytes(notice.sha256), notice.title, notice.published_on)
    return stored != (file.sha256, file.title, file.published_on)
