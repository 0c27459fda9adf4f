"""`manage.py acts`: what a person can decide, by what right, and through which doors."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from consent.acts.base import Act
from consent.acts.registry import all_acts
from consent.bases import Via
from consent.doors.base import doors

# The ways of a person: a representative's pages are the person's own, by another address.
DOORS = ("online", "counter", "paper")


def describe(act: Act) -> dict[str, Any]:
    """One act: `{code, label, bases, doors}`; a door is the pattern of its address, or None if it does not serve."""
    return {
        "code": act.code,
        "label": str(act.label),
        "bases": [str(via) for via in Via if via in act.bases],
        "doors": {
            door.name: door.url_pattern.format(code=act.code) if door.serves(act) else None
            for door in doors
            if door.name in DOORS
        },
    }


class Command(BaseCommand):
    """List the acts of the registry."""

    help = "List every act with its bases and the address of each door that serves it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("fr"):
            acts = [describe(act) for act in all_acts()]
        if options["json"]:
            self.stdout.write(json.dumps(acts, ensure_ascii=False, indent=2))
            return
        for act in acts:
            self.stdout.write(f"{act['code']:<20} {act['label']}\n{'':<20} {', '.join(act['bases'])}\n")
            for name, pattern in act["doors"].items():
                self.stdout.write(f"{'':<20} {name:<8} {pattern or '-'}\n")
