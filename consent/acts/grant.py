"""Acts on accesses given to professionals and establishments."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.forms.base import ActForm
from consent.forms.grant import ChangeGrantForm, GiveGrantForm, RevokeGrantForm
from consent.hiding import grants_seen
from consent.models import Grant, IdentityLevel

DAYS = {"1d": 1, "1w": 7, "1m": 30, "6m": 182, "1y": 365}


class _GrantAct(Act):
    """What the acts on one standing access share: the person chooses it among theirs."""

    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    level = IdentityLevel.CONFIRMED
    needs_space = True
    target = "grant"

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        return [
            (g.pk, g.reader)
            for g in grants_seen(basis).select_related("professional", "establishment").order_by("starts_at")
        ]

    def summary(self, basis: Basis, form: ActForm) -> list[Fact]:
        grant = Grant.objects.select_related("professional", "establishment").filter(pk=form.target_id).first()
        return [*(grant_facts(grant) if grant else []), *form.facts()]

    def locked(self, basis: Basis, target_id: UUID | None) -> Grant:
        """The access acted on, locked until the end. Raises `BusinessError` if it no longer stands."""
        grant = grants_seen(basis).select_for_update().filter(pk=target_id).first()
        if grant is None:
            raise BusinessError(gettext_lazy("Cet accès n’existe plus : il a pris fin ou a été retiré."))
        return grant


@register
class GiveGrant(Act):
    """Give one professional or one establishment an access, until a date."""

    code = "grant.give"
    label = gettext_lazy("Donner un accès")
    button = gettext_lazy("Donner cet accès")
    sentence = gettext_lazy("donner à un professionnel ou à un établissement que je nomme l’accès que je décide")
    form_class = GiveGrantForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    level = IdentityLevel.CONFIRMED
    needs_space = True

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        number = answers["reader_number"]
        field = "professional" if len(number) == 11 else "establishment"
        reader = _reader(field, number)
        if grants_seen(basis).filter(**{field: reader}).exists():
            raise BusinessError(
                format_lazy(
                    gettext_lazy("{reader} a déjà un accès : changez-le, ou retirez-le d’abord."), reader=reader
                ),
                "reader_number",
            )
        grant = Grant.objects.create(person_id=basis.person_id, **{field: reader}, **_terms(answers))
        return Effect(facts=grant_facts(grant), subject_id=grant.pk)


@register
class ChangeGrant(_GrantAct):
    """Change what an access opens, or until when."""

    code = "grant.change"
    label = gettext_lazy("Changer un accès")
    button = gettext_lazy("Changer cet accès")
    sentence = gettext_lazy("changer un accès que j’ai donné")
    form_class = ChangeGrantForm

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        grant = self.locked(basis, target_id)
        for name, value in _terms(answers).items():
            setattr(grant, name, value)
        grant.save()
        return Effect(facts=grant_facts(grant), subject_id=grant.pk)


@register
class RevokeGrant(_GrantAct):
    """Take back an access. It takes effect at once."""

    code = "grant.revoke"
    label = gettext_lazy("Retirer un accès")
    button = gettext_lazy("Retirer cet accès")
    sentence = gettext_lazy("retirer un accès que j’ai donné")
    form_class = RevokeGrantForm
    level = IdentityLevel.DECLARED

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        grant = self.locked(basis, target_id)
        grant.revoked_at = timezone.now()
        grant.save(update_fields=["revoked_at"])
        return Effect(
            facts=[(_("Accès retiré à"), grant.reader), (_("Depuis"), _("tout de suite"))], subject_id=grant.pk
        )


def _reader(field: str, number: str) -> Any:
    model = Grant._meta.get_field(field).related_model
    key = "rpps" if field == "professional" else "finess"
    reader = model.objects.filter(**{key: number}).first()
    if reader is None:
        raise BusinessError(gettext_lazy("Ce numéro n’est pas dans l’annuaire."), "reader_number")
    return reader


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
    """When a duration of the form ends; None for "until I take it back"."""
    return None if duration == "none" else start + timedelta(days=DAYS[duration])


def grant_facts(grant: Grant) -> list[Fact]:
    """An access in words."""
    end = (
        date_format(timezone.localtime(grant.ends_at), "j F Y") if grant.ends_at else _("jusqu’à ce qu’il soit retiré")
    )
    return [
        (_("Accès donné à"), grant.reader),
        (_("Pour"), grant.rights),
        (_("Contenu"), grant.content),
        (_("Jusqu’au"), end),
    ]
