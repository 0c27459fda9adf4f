"""Acts a second while the sealer seals each second in a process of its own, against the same without it.

The act is « changer mes coordonnées », by one person after the other, through `perform`: locks, effect, journal,
receipt, outbox. Both are run in turn, in short rounds, and the middle ones are compared.
"""

import math
import statistics
import subprocess
import sys
import time
from datetime import date
from typing import IO
from uuid import uuid4

from bench._database import environment, own_database
from bench.line import Line
from consent import outbox
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, Via
from consent.models import Channel, IdentityLevel, SealPlace
from consent.models.journal_entry import ActorKind
from consent.models.person import create_person
from consent.traits import Traits
from portal.accounts.user import User

PERSONS = 50
ROUNDS = 12  # of each
ROUND_SECONDS = 4.0
CONTACT = {
    "address": "4 rue du Château", "postcode": "23600", "town": "Boussac", "phone": "0555000000", "email": None,
    "channel": Channel.POST, "never_write_home": False,
}  # fmt: skip


def measure() -> Line:
    """Acts a second."""
    with own_database():
        outbox._quiet_until = math.inf  # what follows an act is not measured, and nobody is there to deliver it
        try:
            bases = [_basis(number) for number in range(PERSONS)]
            with subprocess.Popen(
                [sys.executable, "-m", "bench._sealer"],
                env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            ) as sealer:  # fmt: skip
                rates = _rounds(bases, sealer.stdin, sealer.stdout)
                sealer.stdin.close()
        finally:
            outbox._quiet_until = 0
        sealed = SealPlace.objects.count()
    if sealed < ROUNDS:
        raise AssertionError("the sealer did nothing")
    with_it, without = (statistics.median(rates[on]) for on in (True, False))
    note = f"{sealed} entries sealed meanwhile; {ROUNDS} rounds of {ROUND_SECONDS:g} s of each"
    return Line("acts_with_sealer", with_it, without, goal=0.97, unit="/s", more_is_better=True, note=note)


def _rounds(bases: list[Basis], order: IO[str], answer: IO[str]) -> dict[bool, list[float]]:
    rates: dict[bool, list[float]] = {True: [], False: []}
    _acts(bases, 1)
    for number in range(2 * ROUNDS):
        # Who goes first changes: with, without, without, with.
        sealing = number % 4 in (0, 3)
        order.write("seal\n" if sealing else "rest\n")
        order.flush()
        answer.readline()
        rates[sealing].append(_acts(bases, ROUND_SECONDS))
    return rates


def _acts(bases: list[Basis], seconds: float) -> float:
    act, done, start = get_act("contact.change"), 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        perform(act, bases[done % len(bases)], CONTACT, uuid4())
        done += 1
    return done / (time.perf_counter() - start)


def _basis(number: int) -> Basis:
    traits = Traits(f"Essai{chr(97 + number // 26)}{chr(97 + number % 26)}", "Zoé", date(1980, 1, 1), "F", "23031")
    person = create_person(traits, level=IdentityLevel.CONFIRMED, contact=CONTACT)
    user = User(person_id=person.id)
    user.email, user.name = f"essai{number}@exemple.fr", "essai"
    user.set_unusable_password()
    user.save(force_insert=True)
    return Basis(Via.SELF, person.id, Actor(ActorKind.PERSON, user.pk))
