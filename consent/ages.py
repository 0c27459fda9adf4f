"""The days that an age changes something: 15, when a minor may keep their care to themself, and 18."""

from datetime import date, datetime, time

from django.utils import timezone

MAJORITY = 18
# Code de la santé publique, article L1111-5-1; the age of consent to processing: loi 78-17, article 45.
OWN_CARE = 15


def reaches(birth: date, years: int) -> datetime:
    """When someone born on this day is so many years old: at midnight, in the service's time zone.

    Whoever is born on 29 February is so on 1 March of a common year: without a like day, a period of years
    runs out at the end of the month (code de procédure civile, articles 641 and 642).
    """
    year = birth.year + years
    try:
        day = birth.replace(year=year)
    except ValueError:
        day = date(year, 3, 1)
    return timezone.make_aware(datetime.combine(day, time()))


def keeps_own_care(birth: date) -> bool:
    """Whether someone born on this day is 15 now."""
    return timezone.now() >= reaches(birth, OWN_CARE)


def is_of_age(birth: date) -> bool:
    """Whether someone born on this day is 18 now."""
    return timezone.now() >= reaches(birth, MAJORITY)
