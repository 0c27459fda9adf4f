"""`/demonstration/`: who can be played, with the codes of the moment, and a story to try."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consent.models import Channel
from portal.demo import cast, codes


@dataclass(frozen=True)
class Player:
    """An account, as the page shows it."""

    account: cast.Account
    role: str
    codes: codes.Codes | None


@login_not_required
@require_safe
def demonstration(request: HttpRequest) -> HttpResponse:
    """Accounts, codes, what to type. It does not exist where DEMO is off."""
    if not settings.DEMO:
        raise Http404
    players = [
        Player(
            account,
            str(cast.ROLE_WORDS[account.role]),
            codes.current(account.totp_secret) if account.totp_secret else None,
        )
        for account in cast.ACCOUNTS
    ]
    context = {
        "staff": [player for player in players if player.codes],
        "people": [player for player in players if not player.codes],
        "seconds": next(player.codes.seconds for player in players if player.codes),
        "password": cast.PASSWORD,
        "doctor": cast.PROFESSIONALS[0],
        "somebodies": [(who, _rows(who)) for who in cast.TO_TYPE],
        "professionals": cast.PROFESSIONALS,
        "establishments": cast.ESTABLISHMENTS,
    }
    return render(request, "portal/demonstration.html", context)


def _rows(who: cast.Somebody) -> list[tuple[str, str]]:
    """What to type for somebody, label by label, as the forms ask it."""
    traits = who.traits
    rows = [
        (_("Nom de naissance"), traits.birth_name),
        (_("Prénoms"), traits.first_names),
        (_("Date de naissance"), f"{traits.birth_date:%d/%m/%Y}"),
        (_("Sexe à l’état civil"), _("Féminin") if traits.sex == "F" else _("Masculin")),
        (_("Code du lieu de naissance"), traits.birth_place),
        (_("Numéro de sécurité sociale"), traits.nir or _("(laisser vide)")),
        (_("Pièce d’identité vue"), str(who.document)),
    ]
    if contact := who.contact:
        rows += [
            (_("Adresse"), f"{contact['address']}\n{contact['postcode']} {contact['town']}"),
            (_("Téléphone"), contact.get("phone", "")),
            (_("Être prévenu"), str(Channel(contact["channel"]).label)),
        ]
    return [(label, value) for label, value in rows if value]
