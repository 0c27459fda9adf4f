"""`manage.py appoint`: the first manager of a counter, those who work for the whole service, and professionals."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from assistance.models import Counter, CounterRole
from assistance.roles import Service, join, join_service
from consent import roles
from consent.models import Establishment, Professional
from portal.accounts.user import User

TEAMS = {service.value.partition(":")[2]: service for service in Service}


class Command(BaseCommand):
    """Give an account that exists its place among the staff. Doing it twice changes nothing."""

    help = "Put an account in the team of a counter or of the service, or say which health professional it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("--counter", type=int, help="number of the counter")
        place.add_argument("--service", choices=sorted(TEAMS))
        place.add_argument("--rpps", help="RPPS number of the health professional whose account it is")
        parser.add_argument(
            "--finess", action="append", default=[], help="where they work now, and nowhere else; once for each place"
        )
        parser.add_argument(
            "--end", action="store_true", help="with --rpps: the account is that professional's no more"
        )
        parser.add_argument("--role", choices=CounterRole.values, default=CounterRole.AGENT)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.by_email(options["email"])
        if user is None:
            raise CommandError("No account has this e-mail address: make it on the sign-in page first.")
        if options["service"]:
            join_service(user, TEAMS[options["service"]])
            return
        if options["rpps"]:
            if options["end"]:
                self.end_professional(user, options["rpps"])
            else:
                self.appoint_professional(user, options["rpps"], options["finess"] or [])
            return
        counter = Counter.objects.filter(number=options["counter"]).first()
        if counter is None:
            raise CommandError(f"There is no counter {options['counter']}.")
        join(user, counter, CounterRole(options["role"]))

    def appoint_professional(self, user: User, rpps: str, places: list[str]) -> None:
        """Link the account to the professional, and to where they work. All or nothing."""
        professional = Professional.objects.filter(rpps=rpps).first()
        if professional is None:
            raise CommandError(f"No professional of the directory has the RPPS number {rpps}.")
        other = User.objects.filter(professional=professional).exclude(pk=user.pk)
        if other.exists():
            raise CommandError(f"Another account is linked to the RPPS number {rpps}.")
        found = list(Establishment.objects.filter(finess__in=places))
        if missing := set(places) - {place.finess for place in found}:
            raise CommandError(f"No establishment has the FINESS number {', '.join(sorted(missing))}.")
        with transaction.atomic():
            roles.make_professional(user, professional)
            roles.works_only_in(user, found)

    def end_professional(self, user: User, rpps: str) -> None:
        """Take from the account all that it read as this professional."""
        if user.professional is None or user.professional.rpps != rpps:
            raise CommandError(f"This account is not linked to the RPPS number {rpps}.")
        with transaction.atomic():
            roles.no_professional(user)
