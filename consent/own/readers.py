"""What « Mon espace » shows of readers beside the accesses: who asks, who is blocked, the teams, the share codes.

Most people have none of these: what is not encrypted comes with the space, in its own statement.
"""

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from consent.acts.block import emergency_fact
from consent.acts.care_team import team_facts
from consent.acts.request import request_facts
from consent.acts.share_code import code_facts
from consent.bases import Basis
from consent.doors.represented import RepresentedDoor
from consent.hiding import codes_made, codes_seen
from consent.models import (
    AccessRequest,
    Block,
    CareTeam,
    CareTeamMember,
    Establishment,
    IdentityLevel,
    Professional,
    ShareCode,
    Space,
)
from consent.own.panels import Button, Panel, Row
from consent.own.space import link, ways

_READER = ("name", "profession", "town")
_PLACE = ("name", "town")


def with_readers(spaces: QuerySet[Space]) -> QuerySet[Space]:
    """The same spaces, each with its waiting requests, blocks and share codes, and whether it has teams."""
    return spaces.annotate(
        asked=_rows(
            AccessRequest.objects.waiting().order_by("asked_at"),
            ("id", "asked_at", "categories", "can_read", "can_deposit"),
            professional=_READER,
        ),
        blocked=_rows(
            Block.objects.standing().order_by("started_at"),
            ("id", "emergency_too"),
            professional=_READER,
            establishment=_PLACE,
        ),
        has_teams=Exists(_teams(OuterRef("pk"))),
        codes=_rows(
            ShareCode.objects.standing().order_by("made_at"),
            ("id", "handle", "everything", "categories", "ends_at"),
            professional=_READER,
            used_by=_READER,
        ),
    )


def readers_panels(basis: Basis, space: Space) -> list[Panel]:
    """The panels of a space that was read `with_readers`; none for what there is none of."""
    panels = []
    if space.asked:
        rows = [_asked_row(row) for row in space.asked]
        panels.append(
            Panel(_("On vous demande un accès"), rows, urgent=True, intro=_("Rien n’est ouvert sans votre oui."))
        )
    if space.has_teams:
        panels.append(_teams_panel(basis))
    if space.blocked:
        panels.append(Panel(_("Ceux que je bloque"), [_block_row(row) for row in space.blocked]))
    if space.codes:
        buttons = [link(_("Créer un code de partage"), "share-code.create")]
        panels.append(Panel(_("Mes codes de partage"), [_code_row(row) for row in space.codes], buttons=buttons))
    return panels


def _rows(rows: QuerySet[Any], names: tuple[str, ...], **related: tuple[str, ...]) -> ArraySubquery:
    """These columns of the rows of each space, and those of the rows that they name."""
    columns: dict[str, Any] = {name: name for name in names}
    for relation, wanted in related.items():
        columns |= {f"{relation}__{name}": f"{relation}__{name}" for name in wanted}
    return ArraySubquery(rows.filter(person_id=OuterRef("pk")).values(row=JSONObject(**columns)))


def _professional(row: dict[str, Any], relation: str = "professional") -> Professional | None:
    named = {name: row[f"{relation}__{name}"] for name in _READER}
    return Professional(**named) if named["name"] else None


def _asked_row(row: dict[str, Any]) -> Row:
    names = ("id", "categories", "can_read", "can_deposit")
    asked = AccessRequest(**{name: row[name] for name in names}, asked_at=parse_datetime(row["asked_at"]))
    asked.professional = _professional(row)
    who = str(asked.professional)
    # Their reason is encrypted: it is read where one answers.
    return Row(
        who,
        request_facts(asked, with_reason=False)[1:],
        [
            link(_("Lire sa raison et répondre oui"), "request.accept", row["id"], who),
            link(_("Répondre non"), "request.decline", row["id"], who),
        ],
    )


def _block_row(row: dict[str, Any]) -> Row:
    """Who is blocked, by the words of the directory."""
    who = str(_professional(row) or Establishment(**{name: row[f"establishment__{name}"] for name in _PLACE}))
    facts = [emergency_fact(emergency_too=row["emergency_too"])]
    return Row(who, facts, [link(_("Lever"), "block.remove", row["id"], who)])


def _teams(person_id: UUID | OuterRef) -> QuerySet[CareTeam]:
    return CareTeam.objects.standing().filter(person_id=person_id)


def _teams_panel(basis: Basis) -> Panel:
    """Each team by the name that the person gave it, with who is in it."""
    teams = _teams(basis.person_id).annotate(who=_members())
    rows = [
        Row(
            str(team),
            team_facts(team, [Professional(**row) for row in team.who])[1:],
            [
                link(_("Changer"), "care-team.change", team.pk, str(team)),
                link(_("Y mettre fin"), "care-team.end", team.pk, str(team)),
            ],
        )
        for team in teams.order_by("composed_at")
    ]
    return Panel(_("Mes équipes de soins"), rows)


def _members() -> ArraySubquery:
    of_the_team = CareTeamMember.objects.standing().filter(team_id=OuterRef("pk")).order_by("professional__name")
    return ArraySubquery(of_the_team.values(row=JSONObject(**{name: f"professional__{name}" for name in _READER})))


def _code_row(row: dict[str, Any]) -> Row:
    """A code that stands, whole: the person may have lost the paper."""
    names = ("handle", "everything", "categories")
    code = ShareCode(pk=UUID(row["id"]), **{name: row[name] for name in names}, ends_at=parse_datetime(row["ends_at"]))
    code.professional, code.used_by = _professional(row), _professional(row, "used_by")
    buttons = [
        link(_("Annuler"), "share-code.cancel", code.pk, code.handle),
        Button(_("La carte à imprimer"), reverse("consent:share-card", args=[code.pk]), code.handle),
    ]
    return Row(code.code, code_facts(code), buttons)


def share_codes_of_other(door: RepresentedDoor, basis: Basis, level: int) -> Panel:
    """The codes that stand, to who represents the person: whole, and with their card, only those that they made."""
    made, rows = codes_made(basis), []
    for code in codes_seen(basis, made):
        buttons = ways(door, (_("Annuler"), "share-code.cancel"), target_id=code.pk, about=code.handle)
        if code.pk in made:
            card = reverse("consent:for-share-card", args=[door.representation.pk, code.pk])
            buttons.append(Button(_("La carte à imprimer"), card, code.handle))
        rows.append(Row(code.code if code.pk in made else code.words, code_facts(code), buttons))
    create = [(_("Créer un code de partage"), "share-code.create")] if level >= IdentityLevel.CONFIRMED else []
    return Panel(_("Les codes de partage"), rows, _("Aucun code de partage ne sert."), buttons=ways(door, *create))
