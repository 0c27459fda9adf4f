"""Load the national list of France Services counters from its GeoJSON file."""

import json
import re
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from assistance.departments import department_code
from assistance.finder import place_key
from assistance.hours import WEEKDAYS, parse_day
from assistance.models import Counter, CounterKind

DEFAULT_FILE = Path(__file__).resolve().parents[2] / "data" / "france_services.geojson"
FRENCH_DAYS = dict(zip(WEEKDAYS, ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"], strict=True))


class Command(BaseCommand):
    """Add and update counters by number, all in one transaction; running it again changes nothing.

    An entry that cannot be read is named and left out, the others are loaded, and the exit status is
    1. A counter that left the list is kept, no longer shown, unless entries were left out.
    """

    help = "Load the France Services counters; a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take another file than the one beside the code."""
        parser.add_argument("file", nargs="?", type=Path, default=DEFAULT_FILE)

    def handle(self, *, file: Path, **_options: Any) -> None:
        """Read the file, write what changed, print the counts."""
        counters, faults = read_counters(file)
        new, changed, same, gone = write_counters(counters, complete=not faults)
        self.stdout.write(f"counters: {new} new, {changed} changed, {same} same, {gone} no longer listed")
        for fault in faults:
            self.stderr.write(f"left out: {fault}")
        if faults:
            raise CommandError(f"{len(faults)} of {len(faults) + len(counters)} entries could not be read")


def read_counters(file: Path) -> tuple[dict[int, Counter], list[str]]:
    """Counters of the file by number, and one line for each entry that could not be read."""
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{file} is not a GeoJSON list of counters ({type(error).__name__})") from error
    counters: dict[int, Counter] = {}
    faults = []
    for place, feature in enumerate(features, start=1):
        try:
            counter = read_counter(feature["properties"])
            if counter.number in counters:
                raise ValueError("this number was already given")
            counters[counter.number] = counter
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append(f"entry {place}, number {_number_of(feature)}: {type(error).__name__}: {error}")
    tie_branches(counters)
    return counters, faults


def read_counter(properties: dict[str, Any]) -> Counter:
    """One counter, not saved, from an entry of the list. Raises ValueError or KeyError if it is malformed."""
    text = {name: " ".join(value.split()) for name, value in properties.items() if isinstance(value, str)}
    town, name = text["lib_com"], text["lib_france_services"]
    # One entry in thirty lost the first zero of its postcode.
    postcode = text["code_postal"].zfill(5)
    if not re.fullmatch(r"\d{5}", postcode):
        raise ValueError(f"postcode {postcode!r}")
    if not town or not name:
        raise ValueError("no name or no town")
    latitude, longitude = _position(properties)
    counter = Counter(
        number=int(properties["MATRICULE"]),
        name=name,
        kind=CounterKind.BRANCH if text["FORMAT_FS"] == "Antenne" else CounterKind.MAIN,
        travels=text["ITINERANCE"] == "Oui",
        network=text.get("Groupe", ""),
        address=text["ADRESSE"],
        address_more=text["COMPLEMENT.D.ADRESSE"],
        postcode=postcode,
        town=town,
        insee=text["insee_com"],
        department=department_code(text["DEPARTEMENT"]),
        latitude=latitude,
        longitude=longitude,
        email=_said(text["CONTACT.MAIL"]),
        phone=_said(text["TELEPHONE"]).replace(".", " "),
        hours={day: parse_day(properties[f"h_{french}"] or "") for day, french in FRENCH_DAYS.items()},
        hours_note=text.get("Commentaire.horaires", ""),
        town_key=place_key(re.sub(r"\b\d{5}\b", "", town)),
        source=properties,
    )
    counter.search_text = f" {place_key(f'{counter.town_key} {counter.name} {counter.network}')} "
    counter.clean_fields(exclude=["source", "hours", "latitude", "longitude", "parent_number"])
    return counter


def tie_branches(counters: dict[int, Counter]) -> None:
    """Say of which counter each branch depends.

    The list names it by number, but some numbers are of an older numbering: the number counts only
    if it leads to a counter of the same group; otherwise the only full counter of the group does.
    """
    mains: dict[str, list[int]] = {}
    for counter in counters.values():
        if counter.kind == CounterKind.MAIN and counter.network:
            mains.setdefault(counter.network, []).append(counter.number)
    for counter in counters.values():
        if counter.kind == CounterKind.BRANCH:
            candidates = mains.get(counter.network, [])
            named = counter.source.get("Goupe_France_Services_responsable")
            if named in candidates:
                counter.parent_number = named
            elif len(candidates) == 1:
                counter.parent_number = candidates[0]


@transaction.atomic
def write_counters(counters: dict[int, Counter], *, complete: bool) -> tuple[int, int, int, int]:
    """Write what differs from the table: how many are (new, changed, same, no longer listed)."""
    fields = [f.name for f in Counter._meta.concrete_fields if f.name not in {"id", "number"}]
    known = {counter.number: counter for counter in Counter.objects.select_for_update()}
    new = [counter for number, counter in counters.items() if number not in known]
    changed = [
        counter
        for number, counter in counters.items()
        if number in known and any(getattr(counter, name) != getattr(known[number], name) for name in fields)
    ]
    for counter in changed:
        counter.pk = known[counter.number].pk
    Counter.objects.bulk_create(new)
    Counter.objects.bulk_update(changed, fields, batch_size=200)
    gone = 0
    if complete:
        gone = Counter.objects.filter(listed=True).exclude(number__in=counters).update(listed=False)
    return len(new), len(changed), len(counters) - len(new) - len(changed), gone


def _position(properties: dict[str, Any]) -> tuple[float | None, float | None]:
    """Latitude and longitude in degrees, both or none; a point at (0, 0) or off the globe is none."""
    latitude, longitude = properties.get("LATITUDE"), properties.get("LONGITUDE")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None, None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude, longitude) == (0, 0):
        return None, None
    return float(latitude), float(longitude)


def _said(words: str) -> str:
    """The list writes "-" for nothing."""
    return "" if words == "-" else words


def _number_of(feature: Any) -> str:
    try:
        return str(feature["properties"]["MATRICULE"])
    except (KeyError, TypeError):
        return "unknown"
