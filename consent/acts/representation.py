"""Acts on one's representatives: name one, end it. Those on proof are in `representation_on_proof.py`."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent import journal, outbox
from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.grant import end_of
from consent.acts.registry import register
from consent.ages import is_of_age
from consent.bases import Actor, Basis, ReaderWords, Via
from consent.days import last_day_words
from consent.forms.other import other_traits
from consent.forms.representation import EndRepresentationForm, NameRepresentativeForm
from consent.limits import counted, over
from consent.models import IdentityLevel, Person
from consent.models.journal_entry import ActorKind
from consent.models.person import find_confirmed
from consent.models.representation import NAMED_BY_THE_PERSON, EndReason, Kind, Representation, Represented
from consent.representing import representations_of, represented_by, scope_facts
from consent.wall import opened

TRIES_A_DAY = 10
ABOUT = gettext_lazy("Représenter, être représenté")


@register
class NameRepresentative(Act):
    """Name a trusted person, or let a relative do what one lists."""

    code = "representation.name"
    about = ABOUT
    label = gettext_lazy("Désigner quelqu’un pour me représenter")
    button = gettext_lazy("Désigner cette personne")
    sentence = gettext_lazy("désigner la personne que je nomme pour me représenter dans ce que je coche")
    form_class = NameRepresentativeForm
    undo = "representation.end"
    bases = frozenset({Via.SELF, Via.MANDATE, Via.PAPER})
    level = IdentityLevel.CONFIRMED

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        person = Person.objects.get(pk=basis.person_id)
        if not is_of_age(person.birth_date):
            raise BusinessError(gettext_lazy("Avant 18 ans, on ne désigne pas soi-même un représentant."))
        named = _named(basis, answers)
        refuse_vouching(basis, named.pk)
        standing = Representation.objects.filter(person_id=person.pk, representative_id=named.pk)
        if standing.filter(end_reason=EndReason.DOUBT).exists():
            raise BusinessError(
                gettext_lazy(
                    "Un doute a été noté sur le choix de cette personne. Pour la désigner à nouveau, "
                    "demandez par écrit au service que ce doute soit réexaminé."
                )
            )
        kind = Kind(answers["kind"])
        row = represent(
            person, named, kind, answers["scopes"], ends_at=end_of(answers["duration"], timezone.now())
        )  # fmt: skip
        return Effect(facts=facts_of_representation(row), subject_id=row.pk)


@register
class EndRepresentation(Act):
    """End what one allowed someone, or give up what one holds. It takes effect at once.

    What the law or a judge gave ends on proof (`representation.lift`), unless its holder gives it up.
    """

    code = "representation.end"
    about = ABOUT
    label = gettext_lazy("Mettre fin à une représentation")
    button = gettext_lazy("Mettre fin à cette représentation")
    sentence = gettext_lazy("mettre fin à une représentation que j’ai donnée, ou à laquelle je renonce")
    form_class = EndRepresentationForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    target = "representation"

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        own = Representation.objects.in_force().filter(person_id=basis.person_id).order_by("starts_at")
        if basis.via is Via.REPRESENTATION:
            return [(row.pk, _held_words(row)) for row in own.filter(pk=basis.right_id).select_related("person")]
        mine = [(row.pk, f"{row.name} ({row.get_kind_display()})") for row in own.filter(kind__in=NAMED_BY_THE_PERSON)]
        return mine + [(held.id, _("je représente %s") % name) for held, name in represented_by(basis.person_id)]

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        return representation_acted_on(self, basis, target_id)

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        words = dict(self.targets(basis)).get(target_id)
        if words is None:
            raise BusinessError(gettext_lazy("Cette représentation est déjà terminée."))
        held = next((held for held in representations_of(basis.person_id) if held.id == target_id), None)
        by_holder = held is not None or basis.via is Via.REPRESENTATION
        reason = EndReason.REPRESENTATIVE if by_holder else EndReason.PERSON
        person_id = held.person_id if held else basis.person_id
        end_locked(person_id, target_id, reason, basis, tell=held is not None)
        return Effect(
            facts=[(_("Représentation terminée"), words), (_("Depuis"), _("tout de suite"))], subject_id=target_id
        )


def _held_words(row: Representation) -> str:
    """A representation as both read it: who holds it, who may hold several, and for whom. The wall is open for the person."""
    who = f"{row.name} ({row.get_kind_display()})"
    return _("%(who)s, pour %(person)s") % {"who": who, "person": row.person.name}


def refuse_vouching(basis: Basis, representative_id: UUID) -> None:
    """Raise `BusinessError` when whoever holds the pen at a counter or by post is the representative: nobody vouches
    for themselves (design §6)."""
    staff = basis.actor.kind in (ActorKind.AGENT, ActorKind.CLERK)
    if staff and get_user_model().objects.filter(pk=basis.actor.id, person_id=representative_id).exists():
        raise BusinessError(
            gettext_lazy("Le représentant, c’est vous : un collègue doit recevoir cette personne."), "other_birth_name"
        )


def represent(
    person: Person, by: Person, kind: Kind, scopes: list[str], *, ends_at: datetime | None, **words: str
) -> Representation:
    """Make `by` a representative of `person`, in place of what they held as such. For effects only.

    Opens the wall of each in turn.
    """
    with opened(by.pk):
        name = by.name
    with opened(person.pk):
        standing = Representation.objects.in_force().filter(person_id=person.pk, representative_id=by.pk, kind=kind)
        for before in standing.select_for_update():
            before.end(EndReason.REPLACED)
        row = Representation.objects.create(
            person_id=person.pk, representative_id=by.pk, kind=kind, scopes=scopes, ends_at=ends_at, name=name, **words
        )
        represented = person.name
    with opened(by.pk):
        Represented.objects.create(id=row.pk, person_id=by.pk, name=represented)
    return row


def end_locked(
    person_id: UUID, representation_id: UUID, reason: EndReason, basis: Basis, *, tell: bool, doubt: str | None = None
) -> Representation:
    """End one representation now, its row locked. With `tell`, the represented person's own trace says that who held it
    gave it up.

    Raises `BusinessError` when it ended meanwhile.
    """
    with opened(person_id):
        row = Representation.objects.in_force().select_for_update().filter(pk=representation_id).first()
        if row is None:
            raise BusinessError(gettext_lazy("Cette représentation est déjà terminée."))
        row.doubt = doubt
        row.end(reason)
        if tell:
            who = ReaderWords(row.name, str(row.get_kind_display()), "")
            told = Basis(Via.REPRESENTATION, person_id, Actor(ActorKind.REPRESENTATIVE, basis.actor.id, words=who))
            facts = [(_("Représentant"), row.name), (_("Pourquoi"), str(reason.label))]
            entry = journal.write_event(told, "representation.ended", facts, person_id=person_id)
            outbox.put("told", entry.pk, person_id)
    return row


def representation_acted_on(act: Act, basis: Basis, target_id: UUID | None) -> list[Fact]:
    """Which representation an act ends, as its pages show it."""
    words = act.target_words(basis, target_id)
    return [(_("Représentation"), words)] if words else []


def facts_of_representation(row: Representation) -> list[Fact]:
    """A representation in words; the wall is open for the represented person."""
    end = last_day_words(row.ends_at) if row.ends_at else _("jusqu’à ce qu’il y soit mis fin")
    facts = [
        (_("Représentant"), row.name),
        (_("À titre de"), row.get_kind_display()),
        *scope_facts(row.scopes),
        (_("Jusqu’au"), end),
    ]
    if row.court_limits:
        facts.append((_("Limites fixées par le juge"), row.court_limits))
    return facts


def _named(basis: Basis, answers: Answers) -> Person:
    """The person whose strict traits were typed. Raises `BusinessError` when nobody of checked identity has them.

    Nobody learns by trying who is known here: wrong tries are counted, and end the day.
    """
    limit = ("named-representative", str(basis.person_id))
    if over(*limit, most=TRIES_A_DAY):
        raise BusinessError(gettext_lazy("Trop d’essais aujourd’hui. Recommencez demain, ou passez au guichet."))
    traits = other_traits(answers)
    found = find_confirmed(traits)
    if found is None:
        counted(*limit, most=TRIES_A_DAY, seconds=86_400)
        raise BusinessError(
            gettext_lazy(
                "Le service ne connaît personne d’identité vérifiée avec exactement ces nom, prénoms, date et lieu de "
                "naissance. Vérifiez l’orthographe. La personne doit d’abord faire vérifier son identité à un guichet."
            ),
            "other_birth_name",
        )
    if found == basis.person_id:
        raise BusinessError(gettext_lazy("On ne se représente pas soi-même."), "other_birth_name")
    if not is_of_age(traits.birth_date):
        raise BusinessError(
            gettext_lazy("Un représentant a 18 ans au moins : cette personne est mineure."), "other_birth_date"
        )
    with opened(found):
        named = Person.objects.get(pk=found)
    if named.frozen_at:
        raise BusinessError(gettext_lazy("Cette personne ne peut plus représenter quelqu’un."), "other_birth_name")
    return named
