"""The invented people of the demonstration, and what to type to be one of them.

Their passwords, secrets and numbers are public: they are written here, and open nothing where DEMO is off.
RPPS and FINESS numbers carry a right key but begin with 000, which no directory gives: RPPS numbers begin
with 1, FINESS numbers with the number of a department.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.traits import Traits

PASSWORD = "boussac plein gre"  # noqa: S105
# The counter of the story is a real place; nobody in this file works there.
COUNTER = 137
OTHER_COUNTER = 755


class Role(StrEnum):
    """What an account is for, as `manage.py demo --json` says it."""

    PERSON = "person"
    AGENT = "agent"
    MANAGER = "manager"
    CLERK = "clerk"
    AUDITOR = "auditor"
    PROFESSIONAL = "professional"


ROLE_WORDS = {
    Role.PERSON: _("personne"),
    Role.AGENT: _("agent de guichet"),
    Role.MANAGER: _("responsable de guichet"),
    Role.CLERK: _("agent du courrier"),
    Role.AUDITOR: _("auditeur"),
    Role.PROFESSIONAL: _("professionnel de santé"),
}


@dataclass(frozen=True)
class Account:
    """One account. `counter` is where an agent works; `rpps` who a professional is, and `finess` where."""

    key: str
    name: str
    role: Role
    purpose: str | Promise
    totp_secret: str | None = None
    counter: int | None = None
    rpps: str = ""
    finess: str = ""

    @property
    def email(self) -> str:
        """In a domain that can have no mail (RFC 2606)."""
        return f"{self.key}@demo.example"

    @property
    def recovery_seed(self) -> str:
        """What the ten recovery codes are drawn from."""
        return sha256(f"recovery codes of {self.key}".encode()).hexdigest()


ACCOUNTS = [
    Account(
        "karim", "Karim Haddad", Role.AGENT, _("agent au guichet France Services de Boussac (n° 137)"),
        "KARIMKARIMKARIMKARIMKARIMKARIM22", COUNTER,
    ),
    Account(
        "nadege", "Nadège Roux", Role.AGENT, _("sa collègue : atteste un mandat signé quand il n’y a pas de scanner"),
        "NADEGENADEGENADEGENADEGENADEGE22", COUNTER,
    ),
    Account(
        "louise", "Louise Marchand", Role.MANAGER, _("responsable du guichet de Boussac : invite et retire des agents"),
        "LOUISELOUISELOUISELOUISELOUISE22", COUNTER,
    ),
    Account(
        "thomas", "Thomas Giraud", Role.AGENT, _("agent d’un autre guichet (Aubusson) : ne peut rien pour Odette"),
        "THOMASTHOMASTHOMASTHOMASTHOMAS22", OTHER_COUNTER,
    ),
    Account(
        "nadia", "Nadia Lefort", Role.CLERK, _("saisit les formulaires postés et imprime les lettres"),
        "NADIANADIANADIANADIANADIANADIA22",
    ),
    Account(
        "paul", "Paul Vasseur", Role.AUDITOR, _("contrôle la trace, sans lire de donnée de santé"),
        "PAULPAULPAULPAULPAULPAULPAULPA22",
    ),
    Account(
        "claire", "Dr Claire Lemoine", Role.PROFESSIONAL, _("médecin : lit ce que ses patients lui ouvrent"),
        "CLAIRECLAIRECLAIRECLAIRECLAIRE22", rpps="00010000016",
    ),
    Account(
        "hugo", "Dr Hugo Ferrand", Role.PROFESSIONAL,
        _("cardiologue à l’hôpital : ne lit rien tant que personne ne lui ouvre rien"),
        "HUGOHUGOHUGOHUGOHUGOHUGOHUGOHU22", rpps="00010000024", finess="000100016",
    ),
    Account(
        "odette", "Odette Garnier", Role.PERSON,
        _("un compte qui n’est relié à personne : Odette le reliera avec le code reçu par courrier"),
    ),
    Account("rose", "Rose Lagrange", Role.PERSON, _("a ouvert elle-même son espace en ligne")),
]  # fmt: skip


@dataclass(frozen=True)
class Somebody:
    """Someone whose traits can be typed; the service knows nothing of them before that."""

    traits: Traits
    story: str | Promise
    document: str | Promise
    contact: dict[str, str] = field(default_factory=dict)


ODETTE = Somebody(
    Traits("Garnier", "Odette Marie", date(1945, 3, 12), "F", "23031", "245032303112346"),
    _("81 ans, sans Internet. Rien n’existe à son nom."),
    _("carte d’identité, qui finit par 4K7"),
    {"address": "4 rue du Château", "postcode": "23600", "town": "Boussac", "phone": "0555000000", "channel": "post"},
)
LUCIEN = Somebody(
    Traits("Perrin", "Lucien", date(1950, 7, 2), "M", "23176"),
    _("Son voisin : ne veut aucun espace, et le fait écrire."),
    _("passeport, qui finit par 82C"),
)
AICHA = Somebody(
    Traits("Ben Saïd", "Aïcha", date(1988, 11, 30), "F", "99351"),
    _("écrit de chez elle : elle poste la feuille « Ouvrir mon espace »."),
    "",
    {"address": "12 rue des Lilas", "postcode": "23150", "town": "Ahun", "channel": "post"},
)
ROSE = Somebody(
    Traits("Lagrange", "Rose", date(1938, 10, 21), "F", "23008"),
    _("a ouvert elle-même son espace en ligne"),
    "",
    {"email": "rose@demo.example", "channel": "screen"},
)
TO_TYPE = [ODETTE, LUCIEN, AICHA]

PROFESSIONALS = [
    {"rpps": "00010000016", "name": "Dr Claire Lemoine", "profession": "Médecin généraliste", "town": "Boussac"},
    {"rpps": "00010000024", "name": "Dr Hugo Ferrand", "profession": "Médecin cardiologue", "town": "Montluçon"},
    {"rpps": "00010000032", "name": "Inès Carpentier", "profession": "Infirmière", "town": "Boussac"},
    {"rpps": "00010000040", "name": "Marc Delage", "profession": "Pharmacien", "town": "Boussac"},
]
ESTABLISHMENTS = [
    {"finess": "000100016", "name": "Hôpital inventé de la Petite Creuse", "town": "Boussac"},
    {"finess": "000100024", "name": "Laboratoire inventé du Centre", "town": "Guéret"},
]
