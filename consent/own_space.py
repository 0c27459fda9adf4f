"""What « Mon espace » shows of a person to that person, panel by panel; the wall is open for them."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consent.acts.base import Act
from consent.acts.grant import grant_facts
from consent.acts.registry import all_acts, by_noun
from consent.bases import Basis
from consent.doors.online import OnlineDoor
from consent.models import Channel, Consent, IdentityLevel, Person, Space, SpaceState
from consent.models.consent import OPTIONAL_PURPOSES
from consent.models.grant import standing_grants
from consent.panels import Button, Panel, Row


def acts_offered(state: SpaceState | None, level: IdentityLevel | None) -> dict[str, list[Act]]:
    """The acts that the person can begin online now, by what they are about."""
    return by_noun(
        act
        for act in all_acts()
        if OnlineDoor.serves(act)
        and act.offered(state)
        and (act.creates_person if level is None else level >= act.level)
    )


def link(label: str, code: str, target_id: object = None, about: str = "") -> Button:
    """A button that leads to the page of an act."""
    name, args = ("consent:act-on", [code, target_id]) if target_id else ("consent:act", [code])
    return Button(label, reverse(name, args=args), about)


def grants_panel(basis: Basis, level: int) -> Panel:
    """Who may read or deposit now."""
    confirmed = level >= IdentityLevel.CONFIRMED
    rows = [
        Row(
            grant.reader,
            grant_facts(grant)[1:],
            [
                *([link(_("Changer"), "grant.change", grant.pk, grant.reader)] if confirmed else []),
                link(_("Retirer"), "grant.revoke", grant.pk, grant.reader),
            ],
        )
        for grant in standing_grants(basis.person_id)
    ]
    intro = "" if confirmed else _(
        "Pour donner un accès, votre identité doit d’abord être vérifiée, par un code reçu par courrier ou à un guichet."
    )  # fmt: skip
    buttons = [link(_("Donner un accès"), "grant.give")] if confirmed else []
    return Panel(_("Les accès que j’ai donnés"), rows, _("Personne n’a d’accès à votre espace."), intro, buttons)


def uses_panel(basis: Basis) -> Panel:
    """The optional uses, each by itself."""
    standing = Consent.objects.filter(person_id=basis.person_id, withdrawn_at__isnull=True)
    given = dict(standing.values_list("purpose", "given_at"))
    rows = []
    for purpose in OPTIONAL_PURPOSES:
        code, label = ("consent.withdraw", _("Retirer")) if purpose in given else ("consent.give", _("Accepter"))
        when = (
            _("accepté depuis le %s") % date_format(timezone.localtime(given[purpose]), "j F Y")
            if purpose in given
            else _("non")
        )
        fields = [("purpose", str(purpose.value))]
        button = Button(label, reverse("consent:act", args=[code]), str(purpose.label), fields)
        rows.append(Row(str(purpose.label), [(_("Aujourd’hui"), when)], [button]))
    return Panel(
        _("Les usages facultatifs"), rows, intro=_("Chacun est libre, et ne change rien au reste de votre espace.")
    )


def contact_panel(person: Person) -> Panel:
    """Where and how the person is told things."""
    facts = [
        (_("Adresse"), ", ".join(person.address_lines) or _("aucune")),
        (_("Téléphone"), person.phone or _("aucun")),
        (_("Adresse électronique"), person.email or _("aucune")),
        (_("Me prévenir"), str(Channel(person.channel).label)),
    ]
    if person.never_write_home:
        facts.append((_("Courrier"), _("ne jamais écrire chez moi")))
    return Panel(_("Mes coordonnées"), [Row("", facts, [])], buttons=[link(_("Les changer"), "contact.change")])


def state_words(space: Space | None) -> str:
    """The state of the space in one sentence."""
    if space is None:
        return _("Aucun espace de santé n’existe à votre nom.")
    if space.state == SpaceState.OPEN:
        return _("Votre espace est ouvert depuis le %s.") % _day(space.opened_at)
    if space.state == SpaceState.SUSPENDED:
        return _("Votre espace est suspendu depuis le %s. Personne d’autre que vous n’y lit ni n’y fait rien.") % _day(
            space.suspended_at
        )
    if space.state == SpaceState.KEPT:
        return _("Votre espace est fermé depuis le %s. Son contenu est gardé ; personne n’y entre.") % _day(
            space.closed_at
        )
    return _("Votre espace est fermé. Tout sera effacé après le %s. Jusque-là, vous pouvez changer d’avis.") % _day(
        space.erase_after
    )


def _day(at: object) -> str:
    return date_format(timezone.localtime(at), "j F Y")
