"""A person: someone with a space, a mandate, a representation or a case, and nobody else."""

import uuid
from datetime import date
from uuid import UUID

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.ages import OWN_CARE, reaches
from consent.crypto import blind_index
from consent.crypto.fields import EncryptedDateField, EncryptedField
from consent.crypto.person_key import create_key
from consent.pseudonyms import pseudonym_of
from consent.traits import Traits
from consent.wall import opened


class IdentityLevel(models.IntegerChoices):
    """How sure the service is of who the person is."""

    DECLARED = 1, _("déclarée par la personne")
    CONFIRMED = 2, _("vérifiée")


class IdentityDocument(models.TextChoices):
    """The documents by which an identity is checked."""

    CARD = "card", _("Carte d’identité")
    PASSPORT = "passport", _("Passeport")
    RESIDENCE = "residence", _("Titre de séjour")
    LICENCE = "licence", _("Permis de conduire")


class Channel(models.TextChoices):
    """How the person wants to be told things."""

    SCREEN = "screen", _("À l’écran (message électronique)")
    POST = "post", _("Par courrier postal")
    COUNTER = "counter", _("Au guichet, à ma prochaine visite")


class Person(models.Model):
    """Identity and contact of a person, encrypted under their own key; look-ups go by blind index.

    `level` says how the identity was checked. Two persons of confirmed identity never have equal
    traits; a self-declared one may, since anybody can type anybody's name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    level = models.PositiveSmallIntegerField(choices=IdentityLevel.choices)
    # What the auditor calls the person: consent/pseudonyms.py.
    pseudonym = models.CharField(max_length=20, null=True, unique=True)
    traits_index = models.BinaryField(null=True)
    name_date_index = models.BinaryField(null=True)
    nir_index = models.BinaryField(null=True)
    email_index = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    birth_name = EncryptedField()
    first_names = EncryptedField()
    birth_date = EncryptedDateField()
    sex = EncryptedField()
    birth_place = EncryptedField()
    nir = EncryptedField(null=True)
    used_name = EncryptedField(null=True)
    address = EncryptedField(null=True)
    postcode = EncryptedField(null=True)
    town = EncryptedField(null=True)
    phone = EncryptedField(null=True)
    email = EncryptedField(null=True)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.POST)
    never_write_home = models.BooleanField(default=False)
    died_on = EncryptedDateField(null=True)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("name_date_index", name="person_name_date"),
            models.Index("nir_index", name="person_nir"),
            models.Index("email_index", name="person_email"),
            models.Index("phone_index", name="person_phone"),
            models.Index(
                fields=["traits_index"], condition=Q(level=IdentityLevel.DECLARED), name="person_declared_traits"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["traits_index"],
                condition=Q(level__gte=IdentityLevel.CONFIRMED),
                name="person_confirmed_traits_once",
            )
        ]

    @property
    def person_id(self) -> UUID:
        """The person whose key encrypts this row: themselves."""
        return self.id

    @property
    def traits(self) -> Traits:
        """The strict traits, as written."""
        return Traits(self.birth_name, self.first_names, self.birth_date, self.sex, self.birth_place, self.nir or "")

    @property
    def name(self) -> str:
        """First of the first names and the used name, else the birth name: as one addresses the person."""
        first = self.first_names.split(",")[0].split(" ")[0]
        return f"{first} {self.used_name or self.birth_name}".strip()

    @property
    def addressee(self) -> str:
        """To whom letters about this person go: under 15, to those who represent them (loi 78-17, article 45)."""
        if timezone.now() < reaches(self.birth_date, OWN_CARE):
            return str(_("Aux représentants légaux de %s")) % self.name
        return self.name

    @property
    def address_lines(self) -> list[str]:
        """The postal address, one line each, empty when none was given."""
        if not self.address:
            return []
        return [*self.address.splitlines(), f"{self.postcode or ''} {self.town or ''}".strip()]

    def set_contact(self, contact: dict[str, str | bool]) -> None:
        """Take over the contact fields and their blind indexes, without saving."""
        for name in ("address", "postcode", "town", "phone", "email"):
            setattr(self, name, contact.get(name) or None)
        self.channel = contact["channel"]
        self.never_write_home = bool(contact.get("never_write_home"))
        self.email_index = blind_index("email", self.email.lower()) if self.email else None
        self.phone_index = blind_index("phone", self.phone) if self.phone else None


def create_person(
    traits: Traits, *, level: IdentityLevel, contact: dict[str, str | bool], used_name: str = ""
) -> Person:
    """A new person with their own key. Only an act's effect calls this; the caller opens the wall for them after.

    Raises `django.db.IntegrityError` when a confirmed person with these traits exists already.
    """
    person = Person(
        level=level,
        traits_index=traits.traits_index(),
        name_date_index=traits.name_date_index(),
        nir_index=traits.nir_index(),
        birth_name=traits.birth_name,
        first_names=traits.first_names,
        birth_date=traits.birth_date,
        sex=traits.sex,
        birth_place=traits.birth_place,
        nir=traits.nir or None,
        used_name=used_name or None,
    )
    person.pseudonym = pseudonym_of(person.id)
    person.set_contact(contact)
    with opened(person.id):
        create_key(person.id)
        person.save(force_insert=True)
    return person


def find_confirmed(traits: Traits) -> UUID | None:
    """The id of the person of confirmed identity with exactly these five traits, or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT find_confirmed_person(%s)", [traits.traits_index()])
        return cursor.fetchone()[0]


def is_future(day: date) -> bool:
    """True when `day` is after today, in the service's time zone."""
    return day > timezone.localdate()
