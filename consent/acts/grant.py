"""Acts on accesses given to professionals and establishments."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.days import day_words
from consent.forms.grant import ChangeGrantForm, GiveGrantForm, RevokeGrantForm
from consent.hiding import blocks_seen, grants_seen, hidden_accesses, teams_seen
from consent.models import Grant, Hidden, IdentityLevel, Professional, Space
from consent.models.grant import Category
from consent.professions import at_most, profession_of
from consent.roles import oneself_among, places_of

DAYS = {"1d": 1, "1w": 7, "1m": 30, "6m": 182, "1y": 365}
ABOUT = gettext_lazy("Les accès à mon espace")
WITH_CEILING = "consent/grant/form.html"


class _GrantAct(Act):
    """What the acts on one standing access share: the person chooses it among theirs."""

    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    level = IdentityLevel.CONFIRMED
    needs_space = True
    target = "grant"

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        return [(grant.pk, grant.reader) for grant in grants_seen(basis)]

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        grant = grants_seen(basis).filter(pk=target_id).first()
        return grant_facts(grant) if grant else []

    def locked(self, basis: Basis, target_id: UUID | None) -> Grant:
        """The access acted on, locked until the end. Raises `BusinessError` if it no longer stands."""
        grant = grants_seen(basis).select_for_update(of=("self",)).filter(pk=target_id).first()
        if grant is None:
            raise BusinessError(gettext_lazy("Cet accès n’existe plus : il a pris fin ou a été retiré."))
        return grant


@register
class GiveGrant(Act):
    """Give one professional or one establishment an access, until a date."""

    code = "grant.give"
    about = ABOUT
    label = gettext_lazy("Donner un accès")
    button = gettext_lazy("Donner cet accès")
    sentence = gettext_lazy("donner à un professionnel ou à un établissement que je nomme l’accès que je décide")
    form_class = GiveGrantForm
    template = WITH_CEILING
    undo = "grant.revoke"
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    level = IdentityLevel.CONFIRMED
    needs_space = True

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        grant = open_grant(basis, _reader(basis, answers), answers)
        facts = [*grant_facts(grant), *without_effect(basis, grant.professional)]
        return Effect(facts, subject_id=grant.pk)


@register
class ChangeGrant(_GrantAct):
    """Change what an access opens, or until when."""

    code = "grant.change"
    about = ABOUT
    label = gettext_lazy("Changer un accès")
    button = gettext_lazy("Changer cet accès")
    sentence = gettext_lazy("changer un accès que j’ai donné")
    form_class = ChangeGrantForm
    template = WITH_CEILING

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        grant = self.locked(basis, target_id)
        change_grant(grant, answers)
        facts = [*grant_facts(grant), *without_effect(basis, grant.professional)]
        return Effect(facts, subject_id=grant.pk)


@register
class RevokeGrant(_GrantAct):
    """Take back an access. It takes effect at once."""

    code = "grant.revoke"
    about = ABOUT
    label = gettext_lazy("Retirer un accès")
    button = gettext_lazy("Retirer cet accès")
    sentence = gettext_lazy("retirer un accès que j’ai donné")
    form_class = RevokeGrantForm
    level = IdentityLevel.DECLARED

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        grant = self.locked(basis, target_id)
        grant.revoked_at = timezone.now()
        grant.save(update_fields=["revoked_at"])
        facts = [(_("Accès retiré à"), grant.reader), (_("Depuis"), _("tout de suite")), *still_reads(basis, grant)]
        return Effect(facts, subject_id=grant.pk)


def still_reads(basis: Basis, ended: Grant) -> list[Fact]:
    """By what else the reader of an access that ended reads, as far as whoever acts may know."""
    if ended.professional is None:
        return []
    left = grants_seen(basis).held_by(ended.professional_id, places_of(ended.professional)).exclude(pk=ended.pk)
    return [(_("Lit encore par l’accès donné à"), grant.reader) for grant in left.filter(can_read=True)]


def open_grant(basis: Basis, reader: dict[str, Any], answers: Answers) -> Grant:
    """The access of an effect: to this reader (one column and its row), on these terms. Raises `BusinessError`."""
    (who,) = reader.values()
    mine = {"person_id": basis.person_id, **reader}
    # What is hidden from a representative, an access or a block, is not told by refusing another access.
    if grants_seen(basis).filter(**reader).exists():
        raise BusinessError(
            format_lazy(gettext_lazy("{reader} a déjà un accès : changez-le, ou retirez-le d’abord."), reader=who),
            "team" if "team" in reader else "reader_number",
        )
    refuse_blocked(basis, reader)
    if isinstance(who, Professional):
        refuse_oneself(basis, [who], "reader_number")
        keep_under_ceiling(who, answers)
    grant = Grant.objects.create(**mine, **_terms(answers))
    # Whoever was hidden is, by the same person, hidden still.
    if not basis.by_representative and hidden_accesses(basis.person_id).filter(**reader).exists():
        Hidden.objects.create(person_id=basis.person_id, grant=grant)
    return grant


def without_effect(basis: Basis, who: Professional | None = None) -> list[Fact]:
    """What is to be said beside what opens something to somebody, while the space is suspended, or a place where this
    professional works is blocked, as far as whoever acts may know."""
    facts = []
    if Space.objects.suspended().filter(pk=basis.person_id).exists():
        facts.append((_("Aujourd’hui"), _("sans effet, tant que l’espace est suspendu")))
    if who and blocks_seen(basis).filter(establishment__in=places_of(who)).exists():
        facts.append((_("Sans effet"), _("tant que vous bloquez un lieu où il travaille")))
    return facts


def change_grant(grant: Grant, answers: Answers) -> None:
    """These terms from now on, for the same reader. Raises `BusinessError`."""
    if grant.professional:
        keep_under_ceiling(grant.professional, answers)
    for name, value in _terms(answers).items():
        setattr(grant, name, value)
    grant.save()


def refuse_blocked(basis: Basis, reader: dict[str, Any]) -> None:
    """Raise `BusinessError` when this reader (one column and its row) is blocked, as far as whoever acts may know."""
    if "team" not in reader and blocks_seen(basis).filter(**reader).exists():
        (who,) = reader.values()
        raise BusinessError(
            format_lazy(gettext_lazy("Vous avez bloqué {reader} : levez d’abord ce blocage."), reader=who),
            "reader_number",
        )


def refuse_oneself(basis: Basis, readers: Collection[Professional], field: str) -> None:
    """Raise `BusinessError` when an access would go to the person themselves, or to whoever acts for them."""
    who = oneself_among(basis, readers)
    if who is None:
        return
    if basis.via is Via.SELF:
        reason = gettext_lazy(
            "{reader}, c’est vous : on ne se donne pas d’accès à soi-même. Vous lisez déjà votre espace."
        )
    else:
        reason = gettext_lazy(
            "{reader} est la personne elle-même, ou celle qui agit pour elle : personne ne s’ouvre un espace à soi-même."
        )
    raise BusinessError(format_lazy(reason, reader=who), field)


def keep_under_ceiling(who: Professional, answers: Answers) -> None:
    """Raise `BusinessError` when what is opened goes beyond what this profession can at most be shown."""
    profession = profession_of(who.profession)
    if profession is None:
        raise BusinessError(
            gettext_lazy("Sa profession n’est pas de celles qui peuvent lire ou déposer ici."), "reader_number"
        )
    beyond = [str(Category(value).label) for value in answers["categories"] if value not in profession.categories]
    if answers["extent"] == "some" and beyond:
        raise BusinessError(
            format_lazy(
                gettext_lazy("{profession} : au plus {content}. Décochez : {beyond}."),
                profession=profession.label, content=profession.content, beyond=", ".join(beyond),
            ),
            "categories",
        )  # fmt: skip


def _reader(basis: Basis, answers: Answers) -> dict[str, Any]:
    """The column and the row of who is named: a team of the person, or a number of the directory."""
    if answers.get("team"):
        team = teams_seen(basis).select_for_update().filter(pk=answers["team"]).first()
        if team is None:
            raise BusinessError(gettext_lazy("Cette équipe n’existe plus."), "team")
        return {"team": team}
    number = answers["reader_number"]
    field, key = ("professional", "rpps") if len(number) == 11 else ("establishment", "finess")
    reader = Grant._meta.get_field(field).related_model.objects.filter(**{key: number}).first()
    if reader is None:
        raise BusinessError(gettext_lazy("Ce numéro n’est pas dans l’annuaire."), "reader_number")
    return {field: reader}


def _terms(answers: Answers) -> dict[str, Any]:
    everything = answers["extent"] == "all"
    return {
        "everything": everything,
        "categories": [] if everything else answers["categories"],
        "can_read": "read" in answers["rights"],
        "can_deposit": "deposit" in answers["rights"],
        "ends_at": end_of(answers["duration"], timezone.now()),
    }


def end_of(duration: str, start: datetime) -> datetime | None:
    """When a duration of a form ends; None for "none": a trusted person stays until they are taken back."""
    return None if duration == "none" else start + timedelta(days=DAYS[duration])


def grant_facts(grant: Grant) -> list[Fact]:
    """An access in words."""
    end = day_words(grant.ends_at) if grant.ends_at else _("jusqu’à ce qu’il soit retiré")
    facts = [
        (_("Accès donné à"), grant.reader),
        (_("Pour"), grant.rights),
        (_("Contenu"), grant.content),
        (_("Jusqu’au"), end),
    ]
    limit = at_most(grant.professional.profession, everything=grant.everything) if grant.professional else []
    return [*facts, *limit]
