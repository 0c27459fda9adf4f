"""`manage.py retention`: how long things are kept, and what goes now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from consent import retention


class Command(BaseCommand):
    """Apply the rules of retention, and report."""

    help = "Let go of what was kept long enough, rule by rule; with --dry-run, only say what would go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and let nothing go")

    def handle(self, *args: Any, **options: Any) -> None:
        dry = options["dry_run"]
        with override("fr"):
            results = retention.run(dry=dry)
            for result in results:
                self.stdout.write(_line(result, dry=dry))
        rows, failed = sum(result.rows for result in results), sum(result.failed for result in results)
        self.stdout.write(f"{rows} rows {'due' if dry else 'gone'}" + (f", {failed} failures" if failed else ""))


def _line(result: retention.Result, *, dry: bool) -> str:
    rule = result.rule
    many = "ends by itself" if rule.find is None else f"{result.rows} {'due' if dry else 'gone'}"
    if result.failed:
        many += f", {result.failed} failed"
    return f"{rule.code:<18} {many:<16} {rule.what}\n{'':<18} {'':<16} {rule.kept_words}. {rule.source}.\n"
