"""`manage.py appoint`: the first manager of a counter, and those who work for the whole service."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assistance.models import Counter, CounterRole
from assistance.roles import Service, join, join_service
from portal.accounts.user import User

TEAMS = {service.value.partition(":")[2]: service for service in Service}


class Command(BaseCommand):
    """Give an account that exists its place among the staff. Doing it twice changes nothing."""

    help = "Put an account in the team of a counter, or in a team of the service."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("--counter", type=int, help="number of the counter")
        place.add_argument("--service", choices=sorted(TEAMS))
        parser.add_argument("--role", choices=CounterRole.values, default=CounterRole.AGENT)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.by_email(options["email"])
        if user is None:
            raise CommandError("No account has this e-mail address: make it on the sign-in page first.")
        if options["service"]:
            join_service(user, TEAMS[options["service"]])
            return
        counter = Counter.objects.filter(number=options["counter"]).first()
        if counter is None:
            raise CommandError(f"There is no counter {options['counter']}.")
        join(user, counter, CounterRole(options["role"]))
