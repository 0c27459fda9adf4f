"""What « Mon espace » shows of a person to that person, panel by panel; the wall is open for them."""

from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from consent.acts.grant import grant_facts
from consent.acts.registry import all_acts, by_noun
from consent.bases import Basis, Via
from consent.days import day_words
from consent.doors.base import Door
from consent.hiding import grants_seen
from consent.models import Channel, Consent, IdentityLevel, Person, Space, SpaceState
from consent.models.consent import OPTIONAL_PURPOSES
from consent.own.panels import Button, Panel, Row

Offered = dict[str, list[tuple[str, str]]]


def acts_offered(door: Door, state: SpaceState | None, level: IdentityLevel | None) -> Offered:
    """The acts that can be begun through this door now, by what they are about: the label and the address of each."""
    offered = [
        act
        for act in all_acts()
        if door.serves(act)
        and door.covers(act.code)
        and act.offered(state)
        and (act.creates_person if level is None else level >= act.level)
    ]
    groups = by_noun(offered).items()
    return {about: [(str(act.label), door.act_url(act.code)) for act in acts] for about, acts in groups}


def link(label: str, code: str, target_id: object = None, about: str = "") -> Button:
    """A button that leads to the page of an act in one's own space."""
    name, args = ("consent:act-on", [code, target_id]) if target_id else ("consent:act", [code])
    return Button(label, reverse(name, args=args), about)


def ways(door: Door, *wanted: tuple[str, str], target_id: UUID | None = None, about: str = "") -> list[Button]:
    """Buttons to acts (label, code), those alone that this door covers."""
    return [Button(label, door.act_url(code, target_id), about) for label, code in wanted if door.covers(code)]


def to_confirm() -> Button:
    """The way to have one's identity checked."""
    return Button(_("Faire vérifier mon identité"), reverse("consent:identity"))


def grants_panel(door: Door, basis: Basis, level: int) -> Panel:
    """Who may read or deposit now."""
    confirmed = level >= IdentityLevel.CONFIRMED
    change = [(_("Changer"), "grant.change")] if confirmed else []
    rows = [
        Row(
            grant.reader,
            grant_facts(grant)[1:],
            ways(door, *change, (_("Retirer"), "grant.revoke"), target_id=grant.pk, about=grant.reader),
        )
        for grant in grants_seen(basis)
    ]
    intro = "" if confirmed else _(
        "Pour donner un accès, votre identité doit d’abord être vérifiée, à un guichet ou par courrier."
    )  # fmt: skip
    buttons = ways(door, (_("Donner un accès"), "grant.give")) if confirmed else [to_confirm()]
    if basis.via is Via.REPRESENTATION:
        return Panel(_("Les accès donnés"), rows, _("Personne n’a d’accès à cet espace."), buttons=buttons)
    return Panel(_("Les accès que j’ai donnés"), rows, _("Personne n’a d’accès à votre espace."), intro, buttons)


def with_consents(people: QuerySet[Person]) -> QuerySet[Person]:
    """The same people, each with the consents that stand, in the same statement. The wall must be open for them."""
    standing = Consent.objects.filter(person_id=OuterRef("pk"), withdrawn_at__isnull=True)
    rows = standing.values(row=JSONObject(purpose="purpose", given_at="given_at"))
    return people.annotate(consented=ArraySubquery(rows))


def uses_panel(door: Door, person: Person) -> Panel:
    """The optional uses of a person read `with_consents`, each by itself."""
    given = {row["purpose"]: parse_datetime(row["given_at"]) for row in person.consented}
    rows = []
    for purpose in OPTIONAL_PURPOSES:
        code, label = ("consent.withdraw", _("Retirer")) if purpose in given else ("consent.give", _("Accepter"))
        when = _("accepté depuis le %s") % day_words(given[purpose]) if purpose in given else _("non")
        fields = [("purpose", str(purpose.value))]
        button = Button(label, door.act_url(code), str(purpose.label), fields)
        rows.append(Row(str(purpose.label), [(_("Aujourd’hui"), when)], [button] if door.covers(code) else []))
    return Panel(
        _("Les usages facultatifs"), rows, intro=_("Chacun est libre, et ne change rien au reste de l’espace.")
    )


def contact_panel(door: Door, basis: Basis, person: Person) -> Panel:
    """Where and how the person is told things; to who represents them, only the way to change it."""
    if basis.via is Via.REPRESENTATION:
        return Panel(_("Ses coordonnées"), [], buttons=ways(door, (_("Les changer"), "contact.change")))
    facts = [
        (_("Adresse"), ", ".join(person.address_lines) or _("aucune")),
        (_("Téléphone"), person.phone or _("aucun")),
        (_("Adresse électronique"), person.email or _("aucune")),
        (_("Me prévenir"), str(Channel(person.channel).label)),
    ]
    if person.never_write_home:
        facts.append((_("Courrier"), _("ne jamais écrire chez moi")))
    return Panel(_("Mes coordonnées"), [Row("", facts, [])], buttons=ways(door, (_("Les changer"), "contact.change")))


def state_words(space: Space | None, *, for_another: bool = False) -> str:
    """The state of the space in one sentence, told to the person or to who represents them."""
    if for_another:
        return _state_of_another(space)
    if space is None:
        return _("Aucun espace de santé n’existe à votre nom.")
    if space.state == SpaceState.OPEN:
        return _("Votre espace est ouvert depuis le %s.") % day_words(space.opened_at)
    if space.state == SpaceState.SUSPENDED:
        return _(
            "Votre espace est suspendu depuis le %s. Personne d’autre que vous n’y lit ni n’y fait rien."
        ) % day_words(space.suspended_at)
    if space.state == SpaceState.KEPT:
        return _("Votre espace est fermé depuis le %s. Son contenu est gardé ; personne n’y entre.") % day_words(
            space.closed_at
        )
    return _(
        "Votre espace est fermé. Tout sera effacé après le %s. Jusque-là, vous pouvez changer d’avis."
    ) % day_words(space.erase_after)


def _state_of_another(space: Space | None) -> str:
    if space is None:
        return _("Aucun espace de santé n’existe à ce nom.")
    if space.state == SpaceState.OPEN:
        return _("Cet espace est ouvert depuis le %s.") % day_words(space.opened_at)
    if space.state == SpaceState.KEPT:
        return _("Cet espace est fermé depuis le %s. Son contenu est gardé ; personne n’y entre.") % day_words(
            space.closed_at
        )
    return _("Cet espace est fermé. Tout sera effacé après le %s. Jusque-là, on peut changer d’avis.") % day_words(
        space.erase_after
    )
