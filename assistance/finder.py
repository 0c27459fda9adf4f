"""Finding a counter: by town, by postcode, by department, or the nearest ones.

The list gives where each counter is, not where each town is. When a town or a postcode has no
counter, "nearest" is therefore counted from the middle of the counters of the same postal sector
(three first digits), or else of the department, and the page says so.
"""

import difflib
import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from assistance.departments import DEPARTMENTS, department_of
from assistance.models.counter import Counter

EARTH_RADIUS_KM = 6371.0088
NEAREST = 10
# Beyond, a counter helps nobody: on an island, the next one may be across the sea.
REACH_KM = 100
# The only department that the list gives no counter: its neighbours.
NEIGHBOURS = {"90": ("25", "68", "70", "88")}
SHORT_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
NUMBERED_CITIES = {"paris": 75000, "lyon": 69000, "marseille": 13000}
NUMBERED = re.compile(r"(paris|lyon|marseille) (\d{1,2})(?: ?(?:e|er|eme))?(?: arrondissement)?")

Point = tuple[float, float]


class Match(StrEnum):
    """How the counters found answer the question asked."""

    PLACE = "place"
    DEPARTMENT = "department"
    SECTOR = "sector"
    NEAR_DEPARTMENT = "near-department"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Found:
    """The answer of the finder: counters, why these, and towns that were perhaps meant."""

    counters: QuerySet[Counter] | list[Counter]
    match: Match
    department: str = ""
    suggestions: list[str] = field(default_factory=list)


def place_key(words: str) -> str:
    """A name of a place as it is compared: no accent, case, hyphen or apostrophe; "St" is "saint"."""
    plain = unicodedata.normalize("NFKD", words.lower().replace("œ", "oe").replace("æ", "ae"))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(SHORT_WORDS.get(word, word) for word in re.findall(r"[a-z0-9]+", plain))


def distance_km(here: Point, there: Point) -> float:
    """The distance in a straight line between two (latitude, longitude), in kilometres (haversine)."""
    lat_1, lon_1, lat_2, lon_2 = map(math.radians, (*here, *there))
    half = math.sin((lat_2 - lat_1) / 2) ** 2
    half += math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def find(place: str = "", department: str = "") -> Found:
    """Find counters for what was typed (a town, a postcode, or both) and a department, each optional."""
    postcode, key = read_place(place)
    if key in DEPARTMENTS.keys() | {code.lower() for code in DEPARTMENTS}:
        department, key = department or key.upper(), ""
    if postcode:
        return _by_postcode(postcode)
    if key:
        return _by_town(key, department)
    return _by_department(department)


def read_place(place: str) -> tuple[str, str]:
    """Tell the postcode from the words in "23600 Boussac", "Boussac" or "4200": (postcode, words)."""
    key = place_key(place)
    numbered = NUMBERED.fullmatch(key)
    if numbered:
        return str(NUMBERED_CITIES[numbered[1]] + int(numbered[2])), ""
    digits = re.search(r"\b\d{5}\b", key) or re.fullmatch(r"\d{4}|\d{2} \d{3}", key)
    if digits:
        return digits[0].replace(" ", "").zfill(5), ""
    return "", key


def nearest_to(counter: Counter, limit: int = 5) -> list[tuple[Counter, float]]:
    """The counters nearest to this one, with the distance in kilometres; empty if its place is unknown."""
    if counter.latitude is None or counter.longitude is None:
        return []
    here = _point(counter)
    others = [place for place in _places() if place.pk != counter.pk]
    return [(near, distance_km(here, _point(near))) for near in _nearest(here, others, limit)]


# -- Each kind of question ------------------------------------------------------------------------


def _by_postcode(postcode: str) -> Found:
    exact = Counter.objects.filter(listed=True, postcode=postcode)
    if exact.exists():
        return Found(exact, Match.PLACE)
    department = department_of(postcode)
    places = _places()
    sector = [place for place in places if place.postcode[:3] == postcode[:3]]
    if sector:
        # Corsica and overseas share their prefix between departments: the sector is more precise.
        return Found(_nearest(_middle(sector), places), Match.SECTOR, department)
    return _around_department(department, places)


def _by_town(key: str, department: str) -> Found:
    counters = Counter.objects.filter(listed=True)
    if department:
        counters = counters.filter(department=department)
    ranks = [Q(town_key=key), Q(search_text__contains=f" {key} "), Q(search_text__contains=f" {key}")]
    matches = counters.filter(ranks[-1]).annotate(
        rank=Case(*(When(test, then=Value(rank)) for rank, test in enumerate(ranks)), output_field=IntegerField())
    )
    matches = matches.order_by("rank", *Counter._meta.ordering)
    if matches.exists():
        return Found(matches, Match.PLACE, department)
    if department:
        return _around_department(department, _places())
    named = [code for code, name in DEPARTMENTS.items() if place_key(name) == key]
    if named:
        return _by_department(named[0])
    return Found([], Match.NOTHING, suggestions=_towns_like(key))


def _by_department(department: str) -> Found:
    counters = Counter.objects.filter(listed=True, department=department)
    if counters.exists():
        return Found(counters, Match.DEPARTMENT, department)
    return _around_department(department, _places())


def _around_department(department: str, places: list[Counter]) -> Found:
    """All counters of the department from its middle outwards, then others nearby if they are few."""
    codes = NEIGHBOURS.get(department, (department,))
    inside = [place for place in places if place.department in codes]
    if not inside:
        return Found([], Match.NOTHING, department)
    middle = _middle(inside)
    outside = [place for place in places if place.department not in codes]
    others = [place for place in _sorted_from(middle, outside) if _within_reach(middle, place)]
    chosen = _sorted_from(middle, inside)[: NEAREST if department in NEIGHBOURS else None]
    chosen += others[: max(0, NEAREST - len(chosen))]
    return Found(_fetch(chosen), Match.NEAR_DEPARTMENT, department)


# -- Places ---------------------------------------------------------------------------------------


def _places() -> list[Counter]:
    """Every listed counter whose place is known, with the few columns that distances need."""
    return list(
        Counter.objects.filter(listed=True, latitude__isnull=False, longitude__isnull=False)
        .only("pk", "postcode", "department", "latitude", "longitude")
        .order_by("pk")
    )


def _fetch(places: list[Counter]) -> list[Counter]:
    """The same counters, whole and in the same order, in one query."""
    whole = Counter.objects.in_bulk([place.pk for place in places])
    return [whole[place.pk] for place in places if place.pk in whole]


def _point(place: Counter) -> Point:
    return (place.latitude or 0.0, place.longitude or 0.0)


def _middle(places: Iterable[Counter]) -> Point:
    points = [_point(place) for place in places]
    return (sum(lat for lat, _lon in points) / len(points), sum(lon for _lat, lon in points) / len(points))


def _sorted_from(here: Point, places: list[Counter]) -> list[Counter]:
    return sorted(places, key=lambda place: distance_km(here, _point(place)))


def _within_reach(here: Point, place: Counter) -> bool:
    return distance_km(here, _point(place)) <= REACH_KM


def _nearest(here: Point, places: list[Counter], limit: int = NEAREST) -> list[Counter]:
    near = [place for place in _sorted_from(here, places) if _within_reach(here, place)]
    return _fetch(near[:limit])


def _towns_like(key: str) -> list[str]:
    """Up to three towns of the list spelled nearly like this."""
    towns = dict(Counter.objects.filter(listed=True).order_by("pk").values_list("town_key", "town"))
    return [towns[close] for close in difflib.get_close_matches(key, towns, n=3, cutoff=0.75)]
