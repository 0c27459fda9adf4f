"""`manage.py demo`: load the demonstration and say who can be played."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.demo import announce
from portal.demo.load import load


class Command(BaseCommand):
    """Load invented people, agents, a clerk and professionals. Refused where DEMO is off."""

    help = "Load the demonstration (idempotent) and print its accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="accounts, passwords and current codes as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        load()
        if options["json"]:
            self.stdout.write(json.dumps(announce.as_json(settings.SITE_URL), ensure_ascii=False, indent=2))
        elif options["verbosity"]:
            self.stdout.write(announce.text(settings.SITE_URL, demo=True))
