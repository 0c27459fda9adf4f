"""Who may represent whom, in what, and until when: the basis *representation* (design §4, §5)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.registry import all_acts, by_noun, get_act
from consent.bases import AFTER_DEATH, FROZEN_WORDS, Basis, BasisRefused, NotUsedUp, Via, provide, stands
from consent.days import day_words, last_day_words
from consent.models import Represented
from consent.models.representation import EndReason, Kind
from consent.models.space import STANDING
from consent.turns import locked_row

# What a representative may look at; each is a scope by itself.
READINGS: dict[str, str | Promise] = {
    "space.read": gettext_lazy("Voir les accès donnés et les usages acceptés"),
    "sheet.read": gettext_lazy("Lire la fiche d’urgence"),
    "history.read": gettext_lazy("Voir l’historique : qui a fait quoi"),
}
# What whoever holds a representation may always do with it: enter, and give it up.
ALWAYS = frozenset({"representation.entered", "representation.end"})
# Whoever changes where a person is written to could keep them from knowing what is done in their name.
NEVER_BY_A_RELATIVE = frozenset({"contact.change"})


def scopes_for(code: str) -> frozenset[str]:
    """What a representation must list for this act or this reading: an act whose pages are a reading needs both."""
    act = get_act(code)
    return frozenset({code, act.reads}) if act and act.reads else frozenset({code})


def missing_reading(scopes: Collection[str]) -> tuple[str, str] | None:
    """An act among these scopes whose reading is not, and that reading, in words; None when nothing is missing."""
    for code in scopes:
        for other in scopes_for(code) - set(scopes):
            return _in_words(code), _in_words(other)
    return None


def _in_words(code: str) -> str:
    act = get_act(code)
    return str(READINGS.get(code) or (act.label if act else code))


def ceiling(kind: Kind) -> frozenset[str]:
    """All that a representative of this kind may hold at most.

    A trusted person is consulted: they read, if allowed. A *curatelle* assists (code civil, article 467) and
    decides nothing. Parents, *tutelle* and *habilitation* may do every act that can be done for someone,
    less what a judge takes away; a relative, those that the person lists.
    """
    readings = frozenset(READINGS)
    acts = frozenset(act.code for act in all_acts() if Via.REPRESENTATION in act.bases) - ALWAYS
    if kind in (Kind.TRUSTED, Kind.CURATELLE):
        return readings
    if kind is Kind.RELATIVE:
        return (readings | acts) - NEVER_BY_A_RELATIVE
    return readings | acts


def scope_choices(kind: Kind) -> list[tuple[str, list[tuple[str, Any]]]]:
    """The boxes of a form: readings first, then acts by what they are about, as on a mandate."""
    held = ceiling(kind)
    groups = by_noun(act for act in all_acts() if act.code in held)
    readings = [(code, words) for code, words in READINGS.items() if code in held]
    acts = [(about, [(act.code, act.label) for act in acts]) for about, acts in groups.items()]
    return [(str(_("Lire")), readings), *acts]


def scope_facts(scopes: Collection[str]) -> list[tuple[str, str]]:
    """These scopes in words, a line for each noun: what may be read, then what may be done."""
    if set(scopes) >= ceiling(Kind.PARENT):
        return [(_("Peut"), _("tout lire, et faire tous les actes sauf ceux que la personne décide seule"))]
    readings = [str(words) for code, words in READINGS.items() if code in scopes]
    acts = by_noun(act for act in all_acts() if act.code in scopes)
    facts = [(_("Peut lire"), " ; ".join(readings))] if readings else []
    facts += [(_("Peut faire : %s") % about, " ; ".join(str(act.label) for act in of)) for about, of in acts.items()]
    return facts or [(_("Peut"), _("être consulté, sans rien lire"))]


@dataclass(frozen=True)
class Held:
    """One representation that someone holds, as the look-up across persons answers it: ids and dates."""

    id: UUID
    person_id: UUID
    kind: Kind
    starts_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None

    @property
    def in_force(self) -> bool:
        """Whether it stands now."""
        return stands(self.starts_at, self.ends_at, self.ended_at)


def representations_of(representative_id: UUID) -> list[Held]:
    """Every representation that this person holds or held, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM representations_of(%s)", [representative_id])
        return [Held(row[0], row[1], Kind(row[2]), *row[3:]) for row in cursor.fetchall()]


def represented_by(representative_id: UUID) -> list[tuple[Held, str]]:
    """Those whom this person represents now, each with their name. The wall must be open for the representative."""
    rows = Represented.objects.raw(
        "SELECT n.*, r.person_id AS whose, r.kind, r.starts_at, r.ends_at, r.ended_at FROM consent_represented n "
        "JOIN representations_of(%s) r ON r.id = n.id ORDER BY r.starts_at, r.id",
        [representative_id],
    )
    held = [(Held(n.pk, n.whose, Kind(n.kind), n.starts_at, n.ends_at, n.ended_at), n) for n in rows]
    return [(each, row.name) for each, row in held if each.in_force]


def _over(ends_at: datetime | None, ended_at: datetime | None, reason: str) -> str:
    if ended_at is None and ends_at is not None:
        return _("Cette représentation est arrivée à sa fin le %s.") % last_day_words(ends_at)
    if reason == EndReason.DOUBT:
        # Why is the person's to know. Whoever is concerned can have it looked at again.
        return _("Cette représentation a pris fin le %s. Vous pouvez demander par écrit qu’elle soit réexaminée.") % day_words(ended_at)  # fmt: skip
    return _("Cette représentation a pris fin le %s.") % day_words(ended_at)


over_words = lazy(_over, str)


def not_covered() -> Promise:
    """The representation stands, and does not go so far."""
    return gettext_lazy("Votre représentation ne prévoit pas cela.")


# The row that gives the right and the account that uses it, shared; and whether a death is on record.
_RIGHT = """
SELECT r.scopes, r.starts_at, r.ends_at, r.ended_at, r.end_reason,
  u.person_id IS NOT DISTINCT FROM r.representative_id AND u.is_active, p.frozen_at, s.state
FROM consent_representation r JOIN consent_person p ON p.id = r.person_id
LEFT JOIN consent_space s ON s.person_id = p.id, {users} u
WHERE r.id = %s AND r.person_id = %s AND u.id = %s FOR SHARE OF r, u
""".replace("{users}", get_user_model()._meta.db_table)


class RepresentationProvider(NotUsedUp):
    """Someone signed in, for a person who is represented by them now, in what they may do."""

    def lock(self, basis: Basis, code: str) -> None:
        row = locked_row(_RIGHT, [basis.right_id, basis.person_id, basis.actor.id])
        if row is None:
            raise BasisRefused(gettext_lazy("Cette représentation n’existe pas."))
        scopes, starts_at, ends_at, ended_at, end_reason, is_theirs, frozen_at, state = row
        if not is_theirs:
            raise BasisRefused(gettext_lazy("Votre compte n’est pas celui du représentant."))
        if not stands(starts_at, ends_at, ended_at):
            raise BasisRefused(over_words(ends_at, ended_at, end_reason))
        if frozen_at is not None and code not in AFTER_DEATH:
            raise BasisRefused(FROZEN_WORDS)
        # The space was shared by `lock_basis`: its state can change no more.
        if code in READINGS and state is not None and state not in STANDING:
            raise BasisRefused(gettext_lazy("La personne a fermé son espace : elle seule le lit."))
        if code not in ALWAYS and not scopes_for(code) <= set(scopes):
            raise BasisRefused(not_covered())


provide(Via.REPRESENTATION, RepresentationProvider())
