"""What is unusual enough for the auditor to look at: the rules, as data, and the signals that they give.

Each rule asks one function of the database, which looks across persons at what stands in the clear in the journal: who
acted, when, by what kind of code. A signal accuses nobody: it says where to look. It is one account on one day, and is
computed anew each time; that it was seen is kept (`SeenSignal`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.counted_rows import CountedRows, rows_of
from consent.models.journal_entry import ActorKind

PERIOD = timedelta(days=30)


@dataclass(frozen=True)
class Pattern:
    """One rule. `least` times give a signal; `more` are further parameters of its function.

    `says` is what it looks for, `unit` what is counted, `blind` what it cannot see.
    """

    code: str
    name: Promise
    says: Promise
    unit: Promise
    blind: Promise
    least: int
    function: str
    more: tuple[Any, ...] = ()

    @property
    def words(self) -> str:
        """What it looks for, with its threshold."""
        return str(self.says) % {"least": self.least}


PATTERNS: dict[str, Pattern] = {
    pattern.code: pattern
    for pattern in (
        Pattern(
            "visits",
            _("Beaucoup de visites en une heure"),
            _("Un agent de guichet commence au moins %(least)d visites en soixante minutes."),
            _("visites dans l’heure la plus chargée"),
            _("Ne voit pas les visites de personnes qui n’ont pas encore de dossier : elles ne laissent pas de trace."),
            least=10,  # one every six minutes: less than it takes to see a document and to print what was done
            function="unusual_visits",
        ),
        Pattern(
            "closed",
            _("Lectures quand le guichet ou le service est fermé"),
            _("Un agent ou le service courrier lit avant 7 heures, après 20 heures, ou un dimanche."),
            _("lectures"),
            _(
                "Ne connaît ni les jours fériés, ni les horaires de chaque guichet, ni l’heure des départements d’outre-mer."
            ),
            least=1,
            function="unusual_hours",
            more=([ActorKind.AGENT, ActorKind.CLERK], 7, 20, 1),
        ),
        Pattern(
            "night",
            _("Lectures par un professionnel la nuit"),
            _(
                "Un professionnel fait au moins %(least)d lectures entre 22 heures et 6 heures. Les accès d’urgence n’y sont pas."
            ),
            _("lectures"),
            _("Ne sait pas qui est de garde : une nuit de travail à l’hôpital y ressemble."),
            least=5,
            function="unusual_hours",
            more=([ActorKind.PROFESSIONAL], 6, 22, 0),
        ),
        Pattern(
            "near",
            _("Lectures par quelqu’un de proche"),
            _("Le lecteur porte le nom de famille de la personne, ou travaille au même endroit qu’elle."),
            _("personnes"),
            _(
                "Ne voit pas un parent d’un autre nom, un nom que le lecteur n’utilise pas au travail, ni un collègue "
                "dont le compte n’est pas relié à son espace. Un nom fréquent donne des signaux sans raison."
            ),
            least=1,
            function="unusual_ties",
        ),
    )
}


@dataclass(frozen=True)
class Signal:
    """One account on one day. `day` is when it began: a night is of the evening's day."""

    actor_id: UUID
    actor_kind: str
    counter_number: int | None
    day: date
    times: int
    first: datetime
    last: datetime


class Many(NamedTuple):
    """How many signals a rule gives: those that nobody has seen, and those that were."""

    unseen: int
    seen: int


_COLUMNS = "f.actor_id, f.actor_kind, f.counter_number, f.day, f.times, f.earliest, f.latest"
# One that went on after it was seen is a signal again.
_SEEN = (
    "EXISTS (SELECT 1 FROM assistance_seensignal s WHERE s.rule = %s AND s.actor_id = f.actor_id AND s.day = f.day "
    "AND s.until >= f.latest)"
)


def _function(pattern: Pattern, first: date, last: date) -> tuple[str, list[Any]]:
    """The call of a rule's function, and its parameters."""
    arguments = [first, last, pattern.least, *pattern.more]
    return f"{pattern.function}({', '.join(['%s'] * len(arguments))})", arguments


def _period() -> tuple[date, date]:
    """The first and the last day that are looked at."""
    today = timezone.localdate()
    return today - PERIOD, today


def counts() -> dict[str, Many]:
    """How many signals each rule gives, in one statement that runs each rule once."""
    parts, parameters = [], []
    for pattern in PATTERNS.values():
        function, arguments = _function(pattern, *_period())
        parts.append(f"SELECT %s AS code, {_SEEN} AS seen FROM {function} f")  # noqa: S608 our own names
        parameters += [pattern.code, pattern.code, *arguments]
    query = f"SELECT code, seen, count(*) FROM ({' UNION ALL '.join(parts)}) found GROUP BY code, seen"  # noqa: S608 as above
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        found = {(code, seen): many for code, seen, many in cursor.fetchall()}
    return {code: Many(found.get((code, False), 0), found.get((code, True), 0)) for code in PATTERNS}


def signals(pattern: Pattern, many: int, *, seen: bool) -> CountedRows[Signal]:
    """The signals of one rule, the latest first, `many` of them."""
    function, arguments = _function(pattern, *_period())
    query = f"SELECT {_COLUMNS} FROM {function} f WHERE {_SEEN} = %s "  # noqa: S608 our own names
    order = "ORDER BY f.day DESC, f.times DESC, f.actor_id LIMIT %s OFFSET %s"
    return rows_of(query + order, Signal, [*arguments, pattern.code, seen], many)


def signal_of(pattern: Pattern, actor_id: UUID, day: date) -> Signal | None:
    """The signal that this rule gives for this account on this day, or None."""
    function, arguments = _function(pattern, day, day)
    query = f"SELECT {_COLUMNS} FROM {function} f WHERE f.actor_id = %s AND f.day = %s"  # noqa: S608 our own names
    with connection.cursor() as cursor:
        cursor.execute(query, [*arguments, actor_id, day])
        row = cursor.fetchone()
    return Signal(*row) if row else None
