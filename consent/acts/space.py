"""Acts on the space itself: open, refuse, take a refusal back, close, open again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from consent.acts.base import Act, Answers, BusinessError, Effect
from consent.acts.identity import identity_of, new_person
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.days import day_words
from consent.forms.space import CloseSpaceForm, LiftRefusalForm, OpenSpaceForm, RefuseSpaceForm, ReopenSpaceForm
from consent.models import Consent, Grant, Notice, Person, Purpose, Refusal, Space, SpaceState
from consent.models.consent import OPTIONAL_PURPOSES
from consent.models.notice import NoticeLanguage
from consent.models.refusal import refusal_of, refused_on
from consent.models.space import STANDING
from consent.open_rights import rights_seen
from consent.readers import end_all
from consent.traits import Traits
from consent.wall import opened

COOLING_OFF = timedelta(days=30)
ABOUT = gettext_lazy("Mon espace")


@register
class OpenSpace(Act):
    """Open the space. The notice in force is shown whole, and kept by its hash with each consent."""

    code = "space.open"
    about = ABOUT
    label = gettext_lazy("Ouvrir mon espace")
    sentence = gettext_lazy("ouvrir mon espace de santé, avec les choix que je lui dicte")
    form_class = OpenSpaceForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    creates_person = True
    template = "consent/space/open.html"

    def offered(self, state: SpaceState | None) -> bool:
        return state is None

    def context(self, basis: Basis) -> dict[str, Any]:
        return notices_shown()

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        traits = identity_of(basis, answers)
        refuse_if_refused(traits, say_when=not by_stranger(basis))
        if basis.person_id is None:
            person = new_person(basis, traits, answers)
        else:
            person = Person.objects.get(pk=basis.person_id)
        notice = Notice.objects.in_force("fr")
        if notice is None:
            raise BusinessError(
                gettext_lazy("Aucune notice d’information n’est publiée : aucun espace ne peut être ouvert.")
            )
        with opened(person.id):
            refuse_if_space(person)
            Space.objects.create(person=person)
            chosen = [p for p in OPTIONAL_PURPOSES if answers[p.value] == "yes"]
            for purpose in [Purpose.SPACE, *chosen]:
                give_consent(person, purpose, notice)
        if basis.via is Via.SELF:
            get_user_model().objects.filter(pk=basis.actor.id).update(person_id=person.id)
        choices = [(p.label, _("oui") if p in chosen else _("non")) for p in OPTIONAL_PURPOSES]
        return Effect(facts=[(_("Espace"), _("ouvert")), notice_fact(notice), *choices], person_id=person.id)


@register
class RefuseSpace(Act):
    """Refuse any space. Keeps a keyed fingerprint and the date, nothing else (design §5)."""

    code = "space.refuse"
    about = ABOUT
    label = gettext_lazy("Refuser tout espace")
    sentence = gettext_lazy("enregistrer mon refus de tout espace")
    form_class = RefuseSpaceForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.PUBLIC, Via.MANDATE, Via.PRESENCE, Via.PAPER})
    creates_person = True
    notifies = False
    traceless = True

    def offered(self, state: SpaceState | None) -> bool:
        return state not in STANDING

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        traits = identity_of(basis, answers)
        # A stranger learns nothing by trying: refusing again changes nothing, and is answered alike.
        if not by_stranger(basis):
            refuse_if_refused(traits)
        if basis.person_id and Space.objects.filter(pk=basis.person_id, state__in=STANDING).exists():
            raise BusinessError(
                gettext_lazy("Votre espace est ouvert. Pour ne plus en avoir, fermez-le et faites-le effacer.")
            )
        if refusal_of(traits) is None:
            Refusal.objects.create(fingerprint=traits.fingerprint(), nir_fingerprint=traits.nir_fingerprint())
        return Effect(
            facts=[
                (_("Décision"), _("refus de tout espace de santé")),
                (_("Ce qui est gardé"), _("une empreinte chiffrée et la date du jour, rien d’autre")),
            ],
            answer_to=address_lines(answers),
        )


@register
class LiftRefusal(Act):
    """Take back a refusal. It opens nothing."""

    code = "space.lift-refusal"
    about = ABOUT
    label = gettext_lazy("Retirer mon refus")
    sentence = gettext_lazy("retirer mon refus, sans rien ouvrir")
    form_class = LiftRefusalForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.PUBLIC, Via.MANDATE, Via.PRESENCE, Via.PAPER})
    creates_person = True
    notifies = False
    traceless = True

    def offered(self, state: SpaceState | None) -> bool:
        return state not in STANDING

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        refusal = refusal_of(identity_of(basis, answers))
        if by_stranger(basis):
            if refusal is not None:
                refusal.delete()
            return Effect(facts=[(_("Décision"), _("refus retiré, s’il y en avait un ; rien n’est ouvert"))])
        if refusal is None:
            raise BusinessError(gettext_lazy("Aucun refus n’est enregistré pour cette identité."))
        refusal.delete()
        return Effect(facts=[(_("Décision"), _("refus retiré ; rien n’est ouvert"))], answer_to=address_lines(answers))


@register
class CloseSpace(Act):
    """Close the space, and keep its content or have it erased after 30 days. Every access ends at once."""

    code = "space.close"
    about = ABOUT
    label = gettext_lazy("Fermer mon espace")
    sentence = gettext_lazy("fermer mon espace, en le gardant ou en l’effaçant, comme je le dis")
    form_class = CloseSpaceForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    needs_space = True

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        space = Space.objects.select_for_update().get(pk=basis.person_id)
        now = timezone.now()
        space.closed_at, space.suspended_at = now, None
        erase = answers["way"] == "erase"
        space.state = SpaceState.ERASING if erase else SpaceState.KEPT
        space.erase_after = now + COOLING_OFF if erase else None
        space.save()
        # All end; a representative is told of those that they may know of.
        ended = rights_seen(basis)
        Grant.objects.in_force().filter(person_id=basis.person_id).update(revoked_at=now)
        Consent.objects.filter(person_id=basis.person_id, withdrawn_at__isnull=True).update(withdrawn_at=now)
        end_all(space.pk, now)
        facts = [(_("Espace"), _("fermé")), *((_("Accès retiré à"), right.words) for right in ended)]
        if erase:
            facts.append(
                (
                    _("Effacement"),
                    _("le %s, sauf si vous changez d’avis avant") % day_words(space.erase_after),
                )
            )
        else:
            facts.append((_("Contenu"), _("gardé, lisible par vous seul sur demande")))
        return Effect(facts=facts)


@register
class ReopenSpace(Act):
    """Open again a space that was closed. Nothing that was open to others comes back."""

    code = "space.reopen"
    about = ABOUT
    label = gettext_lazy("Rouvrir mon espace")
    sentence = gettext_lazy("rouvrir mon espace fermé ; les accès retirés le restent")
    form_class = ReopenSpaceForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    template = "consent/space/open.html"

    def offered(self, state: SpaceState | None) -> bool:
        return state in (SpaceState.KEPT, SpaceState.ERASING)

    def context(self, basis: Basis) -> dict[str, Any]:
        return notices_shown()

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        person = Person.objects.get(pk=basis.person_id)
        space = Space.objects.select_for_update().filter(pk=person.pk).first()
        if space is None:
            raise BusinessError(gettext_lazy("Il n’y a pas d’espace fermé : vous pouvez en ouvrir un."))
        if space.state in STANDING:
            raise BusinessError(gettext_lazy("L’espace est déjà ouvert."))
        refuse_if_refused(identity_of(basis, answers))
        notice = Notice.objects.in_force("fr")
        if notice is None:
            raise BusinessError(
                gettext_lazy("Aucune notice d’information n’est publiée : aucun espace ne peut être ouvert.")
            )
        space.state, space.closed_at, space.erase_after = SpaceState.OPEN, None, None
        space.save()
        give_consent(person, Purpose.SPACE, notice)
        return Effect(
            facts=[
                (_("Espace"), _("rouvert")),
                notice_fact(notice),
                (_("Accès et usages facultatifs"), _("aucun : ceux d’avant restent retirés")),
            ]
        )


def address_lines(answers: Answers) -> list[str]:
    """The address for the answer that a posted form gives, line by line; empty when it gives none."""
    return [line.strip() for line in (answers.get("answer_address") or "").splitlines() if line.strip()]


def by_stranger(basis: Basis) -> bool:
    """Whether nobody checked who types: what they try must not tell whether someone refused.

    See docs/decisions/0011-refusals.md.
    """
    return basis.person_id is None and basis.via in (Via.PUBLIC, Via.SELF)


def refuse_if_refused(traits: Traits, *, say_when: bool = True) -> None:
    """Honour a refusal: nothing opens before the person takes it back. Raises `BusinessError`."""
    day = refused_on(traits)
    if day and not say_when:
        raise BusinessError(
            gettext_lazy("Un refus est enregistré pour cette identité. Retirez-le d’abord, si c’est vous.")
        )
    if day:
        raise BusinessError(
            format_lazy(
                gettext_lazy(
                    "Cette personne a refusé tout espace le {day}. Pour en ouvrir un, elle doit d’abord retirer son refus."
                ),
                day=lazy(day_words, str)(day),
            )
        )


def refuse_if_space(person: Person) -> None:
    """One space a person. Raises `BusinessError` if there is one, open or closed."""
    space = Space.objects.filter(pk=person.pk).first()
    if space is None:
        return
    if space.state in STANDING:
        raise BusinessError(gettext_lazy("Un espace est déjà ouvert pour cette personne."))
    raise BusinessError(gettext_lazy("Cette personne a un espace fermé : il peut être rouvert."))


def give_consent(person: Person, purpose: Purpose, notice: Notice) -> Consent:
    """Record one consent to one purpose under this notice. For effects only."""
    return Consent.objects.create(person=person, purpose=purpose, notice=notice, notice_sha256=notice.sha256)


def notices_shown() -> dict[str, Notice | None]:
    """The notice in force: in the page's language, in French (the text consented to), and easy to read."""
    reference = Notice.objects.in_force(NoticeLanguage.FRENCH)
    if reference is None:
        return {"notice": None, "reference": None, "easy": None}
    same = {notice.language: notice for notice in Notice.objects.published().filter(version=reference.version)}
    return {
        "notice": same.get(get_language() or "", reference),
        "reference": reference,
        "easy": same.get(NoticeLanguage.EASY),
    }


def notice_fact(notice: Notice) -> tuple[str, str]:
    """Which notice was shown, by version and hash, in words."""
    return (_("Notice lue"), f"{notice.version} · SHA-256 {bytes(notice.sha256).hex()[:16]}…")
