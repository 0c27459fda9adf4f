"""Acts on representations that rest on a document seen by a counter agent or a clerk, or on what they noticed."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent import journal, outbox
from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.identity import identity_of, lock_identity, new_person
from consent.acts.registry import register
from consent.acts.representation import (
    ABOUT,
    end_locked,
    facts_of_representation,
    refuse_vouching,
    represent,
    representation_acted_on,
)
from consent.acts.space import refuse_if_refused
from consent.ages import MAJORITY, is_of_age, reaches
from consent.bases import Basis, Via
from consent.days import day_words
from consent.forms.other import other_traits
from consent.forms.representation import ClearDoubtForm, DoubtForm, LiftRepresentationForm, OpenRepresentationForm
from consent.models import Channel, IdentityLevel, Person
from consent.models.person import create_person, find_confirmed
from consent.models.representation import NAMED_BY_THE_PERSON, EndReason, Kind, Representation, Represented
from consent.representing import ceiling
from consent.traits import Traits
from consent.wall import opened

HOME = ("address", "postcode", "town", "channel", "never_write_home")


@register
class OpenRepresentation(Act):
    """Represent one's child, or someone under protection, on a proof that is seen.

    The act is the representative's; the representation is the represented person's, who may have had no row.
    """

    code = "representation.open"
    about = ABOUT
    label = gettext_lazy("Représenter mon enfant, ou une personne protégée")
    button = gettext_lazy("Ouvrir cette représentation")
    sentence = gettext_lazy("(un mandat ne suffit pas : le document doit être vu)")
    form_class = OpenRepresentationForm
    undo = "representation.end"
    bases = frozenset({Via.PRESENCE, Via.PAPER})
    level = IdentityLevel.CONFIRMED
    creates_person = True

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        if basis.person_id is None:
            by = new_person(basis, identity_of(basis, answers), answers)
        else:
            by = Person.objects.get(pk=basis.person_id)
        with opened(by.pk):
            _refuse_unfit(by, answers)
            home = {name: getattr(by, name) for name in HOME}
        kind, traits = Kind(answers["kind"]), other_traits(answers)
        scopes = answers["scopes"] or sorted(ceiling(kind))
        person = _represented(traits, home if kind is Kind.PARENT else {}, scopes)
        if person.pk == by.pk:
            raise BusinessError(gettext_lazy("On ne se représente pas soi-même."), "other_birth_name")
        if person.frozen_at:
            raise BusinessError(gettext_lazy("Cet espace est gelé : le décès de la personne a été signalé."))
        with opened(person.pk):
            _refuse_against_judgment(person, by, kind, answers)
        ends_at = reaches(traits.birth_date, MAJORITY) if kind is Kind.PARENT else _after(answers["ends_on"])
        row = represent(
            person, by, kind, scopes, ends_at=ends_at,
            proof=_proof(basis, answers), court_limits=answers["court_limits"] or None,
        )  # fmt: skip
        with opened(person.pk):
            facts = [
                (_("Personne représentée"), person.name),
                *facts_of_representation(row),
                (_("Document vu"), row.proof),
            ]
            # The person was not there: their representative was.
            via = Via.REPRESENTATION if basis.via is Via.PRESENCE else basis.via
            theirs = Basis(via, person.pk, basis.actor, reference=basis.reference)
            entry = journal.write_event(theirs, "representation.opened", facts, person_id=person.pk)
            outbox.put("told", entry.pk, person.pk)
        return Effect(facts=facts, person_id=by.pk, subject_id=row.pk)


@register
class LiftRepresentation(Act):
    """End before its date what the law or a judge gave: a measure lifted, parental authority withdrawn."""

    code = "representation.lift"
    about = ABOUT
    label = gettext_lazy("Mettre fin, sur justificatif, à une représentation légale")
    button = gettext_lazy("Mettre fin à cette représentation")
    sentence = gettext_lazy("(un mandat ne suffit pas : le document doit être vu)")
    form_class = LiftRepresentationForm
    bases = frozenset({Via.PRESENCE, Via.PAPER})
    target = "representation"

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        rows = Representation.objects.in_force().filter(person_id=basis.person_id).exclude(kind__in=NAMED_BY_THE_PERSON)
        return [(row.pk, f"{row.name} ({row.get_kind_display()})") for row in rows.order_by("starts_at")]

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        return representation_acted_on(self, basis, target_id)

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        _refuse_other_kinds(self, basis, target_id)
        row = end_locked(basis.person_id, target_id, EndReason.LIFTED, basis, tell=False)
        _tell_holder(row)
        return Effect(
            facts=[(_("Représentation terminée"), row.name), (_("Document vu"), answers["document"])], subject_id=row.pk
        )


@register
class DoubtRepresentation(Act):
    """Note a doubt about the person's free choice, seen with them alone: the representation ends at once.

    It is about someone, not about one row: all that the person let the same representative do ends with it.
    What the person said is theirs to read: their representatives see neither this act nor its words. Letters
    home could be read by someone else: none is written.
    """

    code = "representation.doubt"
    about = ABOUT
    label = gettext_lazy("Noter un doute sur le libre choix d’un représentant")
    button = gettext_lazy("Noter ce doute et mettre fin à la représentation")
    sentence = gettext_lazy("(un mandat ne suffit pas : la personne est vue seule)")
    form_class = DoubtForm
    bases = frozenset({Via.PRESENCE, Via.PAPER})
    target = "representation"
    private = True
    notifies = False

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        rows = Representation.objects.in_force().filter(person_id=basis.person_id, kind__in=NAMED_BY_THE_PERSON)
        return [(row.pk, f"{row.name} ({row.get_kind_display()})") for row in rows.order_by("starts_at")]

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        return representation_acted_on(self, basis, target_id)

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        _refuse_other_kinds(self, basis, target_id)
        asked = DoubtForm.base_fields["answered"]
        words = f"{asked.label} {dict(asked.choices)[answers['answered']]}. {answers['words']}"
        row = end_locked(basis.person_id, target_id, EndReason.DOUBT, basis, tell=False, doubt=words)
        theirs = Representation.objects.in_force().filter(
            person_id=basis.person_id, representative_id=row.representative_id, kind__in=NAMED_BY_THE_PERSON
        )
        others = [
            end_locked(basis.person_id, other, EndReason.DOUBT, basis, tell=False, doubt=words)
            for other in theirs.order_by("pk").values_list("pk", flat=True)
        ]
        _tell_holder(row)
        return Effect(
            facts=[
                *(
                    (_("Représentation terminée"), f"{ended.name} ({ended.get_kind_display()})")
                    for ended in [row, *others]
                ),
                (_("Ce qui fait douter"), words),
                (_("Si vous n’êtes pas d’accord"), _("écrivez au service courrier : le doute sera réexaminé")),
            ],
            subject_id=row.pk,
        )


@register
class ClearDoubt(Act):
    """Take a doubt back, once someone saw the person alone again: they may name the same representative anew.

    Nothing comes back by itself: the representation that ended stays ended.
    """

    code = "representation.clear-doubt"
    about = ABOUT
    label = gettext_lazy("Lever un doute sur un représentant")
    button = gettext_lazy("Lever ce doute")
    sentence = gettext_lazy("(un mandat ne suffit pas : la personne est vue seule)")
    form_class = ClearDoubtForm
    bases = frozenset({Via.PRESENCE, Via.PAPER})
    target = "representation"
    private = True
    notifies = False

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        rows = Representation.objects.filter(person_id=basis.person_id, end_reason=EndReason.DOUBT)
        return [(row.pk, f"{row.name} ({row.get_kind_display()})") for row in rows.order_by("ended_at")]

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        row = Representation.objects.filter(pk=target_id, person_id=basis.person_id).first()
        # The words of the doubt are the person's: whoever sees them alone again needs the name.
        return [(_("Représentant"), row.name)] if row else []

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        doubted = Representation.objects.filter(person_id=basis.person_id, end_reason=EndReason.DOUBT)
        row = doubted.select_for_update().filter(pk=target_id).first()
        if row is None:
            raise BusinessError(gettext_lazy("Ce doute est déjà levé."))
        refuse_vouching(basis, row.representative_id)
        # One doubt may have ended several of theirs.
        for other in doubted.select_for_update().filter(representative_id=row.representative_id).order_by("pk"):
            other.clear_doubt()
        return Effect(
            facts=[
                (_("Doute levé sur"), row.name),
                (_("Ce que dit la personne"), answers["words"]),
                (_("Représentation"), _("terminée : la personne peut en donner une autre")),
            ],
            subject_id=row.pk,
        )


def _refuse_other_kinds(act: Act, basis: Basis, target_id: UUID | None) -> None:
    """Raise `BusinessError` for a representation that is not of those that this act can end, or stands no more.

    A judgment is for the judge: no doubt ends it; and what the person named needs no document.
    """
    if act.target_words(basis, target_id) is None:
        raise BusinessError(gettext_lazy("Cet acte ne termine pas cette représentation, ou elle est déjà terminée."))


def _tell_holder(row: Representation) -> None:
    """Tell the representative that it is over, for whom, and how to have it looked at again; never why.

    Nor where: that would say that the person came to a counter, and when.
    """
    reason = EndReason(row.end_reason)
    with opened(row.representative_id):
        if not Person.objects.filter(pk=row.representative_id).exists():
            return
        facts = [(_("Si vous n’êtes pas d’accord"), _("écrivez au service courrier : la décision sera réexaminée"))]
        if reason is not EndReason.DOUBT:
            facts.insert(0, (_("Pourquoi"), str(reason.label)))
        # They may represent several.
        facts[:0] = [(_("Personne représentée"), named.name) for named in Represented.objects.filter(pk=row.pk)]
        theirs = Basis(Via.SERVICE, row.representative_id, journal.machine())
        entry = journal.write_event(theirs, "representation.ended", facts, person_id=row.representative_id)
        outbox.put("told", entry.pk, row.representative_id)


def _represented(traits: Traits, contact: dict[str, Any], scopes: list[str]) -> Person:
    """The row of who is represented; made when there is none. A child is written to as the parent is, or not at all.

    Raises `BusinessError` for someone who refused, unless their refusal may be taken back with these scopes.
    """
    lock_identity(traits)
    if found := find_confirmed(traits):
        with opened(found):
            return Person.objects.get(pk=found)
    if "space.lift-refusal" not in scopes:
        refuse_if_refused(traits)
    post = contact.get("address") and contact["channel"] != Channel.COUNTER
    contact |= {"channel": Channel.POST if post else Channel.COUNTER}
    return create_person(traits, level=IdentityLevel.CONFIRMED, contact=contact)


def _refuse_unfit(by: Person, answers: Answers) -> None:
    """Raises `BusinessError` for a parent of a grown child, and for a guardian who is a minor."""
    kind, birth = Kind(answers["kind"]), answers["other_birth_date"]
    if kind is Kind.PARENT and is_of_age(birth):
        day = day_words(reaches(birth, MAJORITY))
        raise BusinessError(
            _(
                "Cette personne a 18 ans depuis le %s : un parent ne la représente plus. "
                "Elle peut elle-même désigner un proche, si elle le veut."
            )
            % day,
            "other_birth_date",
        )
    if kind is not Kind.PARENT and not is_of_age(by.birth_date):
        raise BusinessError(gettext_lazy("Avant 18 ans, on n’exerce pas une mesure de protection."))


def _refuse_against_judgment(person: Person, by: Person, kind: Kind, answers: Answers) -> None:
    """Raise `BusinessError` when a judge limited or withdrew what this is to open, and no later judgment is shown.

    What a family book proves was true before the judge spoke.
    """
    mine = Representation.objects.filter(person_id=person.pk, representative_id=by.pk, kind=kind)
    for row in mine.filter(Q(court_limits__isnull=False) | Q(end_reason=EndReason.LIFTED)).order_by("starts_at"):
        since = timezone.localtime(row.ended_at if row.end_reason == EndReason.LIFTED else row.starts_at).date()
        if answers["proof"] != "judgment" or not answers["judgment_date"] or answers["judgment_date"] < since:
            raise BusinessError(
                _(
                    "Un jugement, noté le %s, a limité ou retiré ce droit : il faut voir le jugement, plus récent, "
                    "qui le rend."
                )
                % day_words(since),
                "proof",
            )


def _after(day: date) -> datetime:
    """The end of a day: a measure that ends on it still stands that day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _proof(basis: Basis, answers: Answers) -> str:
    """Which document was seen, and by whom, in words."""
    document = dict(OpenRepresentationForm.base_fields["proof"].choices)[answers["proof"]]
    if answers["judgment_date"]:
        document = _("%(document)s du %(day)s") % {
            "document": document, "day": day_words(answers["judgment_date"]),
        }  # fmt: skip
    if basis.actor.counter_number:
        return _("%(document)s, vu au guichet n° %(number)s") % {
            "document": document, "number": basis.actor.counter_number,
        }  # fmt: skip
    return _("%(document)s, vu par le service courrier") % {"document": document}
