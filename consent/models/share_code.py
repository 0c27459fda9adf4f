"""A share code: a few characters on a card that let one professional read, for minutes to a week (design §5)."""

import hmac
import secrets
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from consent.crypto import blind_index
from consent.models.grant import Category
from consent.references import ALPHABET, MEANT

TRIES = 5
HALF = 6  # characters: the handle, by which the row is found, and the secret, 30 bits each


def new_handle() -> str:
    """The first half of a new code: it finds the row, and opens nothing."""
    return "".join(secrets.choice(ALPHABET) for _place in range(HALF))


def normalise_code(typed: str) -> str:
    """A code as typed ("7k2p 9qxa o4td") in capitals without separators, O, I and L read as the digits they look like."""
    plain = "".join(char for char in typed.upper() if char.isascii() and char.isalnum())
    return plain.translate(MEANT)


class ShareCodeQuerySet(models.QuerySet["ShareCode"]):
    """Questions asked of share codes."""

    def standing(self) -> "ShareCodeQuerySet":
        """Those that open, or may yet: not cancelled, not past their end, not tried too often before anyone used them."""
        alive = Q(tries__lt=TRIES) | Q(used_by__isnull=False)
        return self.filter(alive, cancelled_at__isnull=True, ends_at__gt=timezone.now())


class ShareCode(models.Model):
    """One code. The first professional who types it rightly becomes its only reader (`used_by`).

    The secret half is nowhere: it is computed from the row's id and a key of the service, so that the person can look
    at their code as long as it stands, and neither database, journal nor receipt holds it. `categories` is empty when
    it opens everything. After `TRIES` wrong secrets the code is refused for good.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="share_codes")
    handle = models.CharField(max_length=HALF, unique=True, default=new_handle)
    professional = models.ForeignKey("consent.Professional", null=True, on_delete=models.PROTECT, related_name="+")
    everything = models.BooleanField(default=False)
    categories = ArrayField(models.CharField(max_length=16, choices=Category.choices), default=list)
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_by = models.ForeignKey("consent.Professional", null=True, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = ShareCodeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "ends_at"], name="share_code_person"),
            models.Index(fields=["used_by", "ends_at"], name="share_code_reader"),
        ]
        constraints = [
            models.CheckConstraint(
                name="share_code_everything_or_categories",
                condition=Q(everything=True, categories=[]) | (Q(everything=False) & ~Q(categories=[])),
            ),
            models.CheckConstraint(name="share_code_ends_after_start", condition=Q(ends_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="share_code_used_is_dated",
                condition=Q(used_by__isnull=True, used_at__isnull=True)
                | Q(used_by__isnull=False, used_at__isnull=False),
            ),
        ]

    @property
    def code(self) -> str:
        """The whole code, as it is printed: three groups of four."""
        whole = self.handle + self._secret()
        return "-".join(whole[place : place + 4] for place in range(0, len(whole), 4))

    def opens_with(self, typed: str) -> bool:
        """Whether the second half of a normalised code is the right one; takes the same time whatever is typed."""
        return hmac.compare_digest(self._secret().encode(), typed[HALF:].encode())

    @property
    def content(self) -> str:
        """What it opens, in words."""
        if self.everything:
            return _("Tout le contenu de l’espace")
        return ", ".join(str(Category(value).label) for value in self.categories)

    @property
    def reader(self) -> str:
        """Who can use it, in words."""
        reader = self.used_by or self.professional
        return str(reader) if reader else _("le premier professionnel de santé qui le tape")

    @property
    def words(self) -> str:
        """The code in words, without its secret half."""
        return f"{self.handle[:4]}… · {self.reader}"

    def _secret(self) -> str:
        number = int.from_bytes(blind_index("share code", str(self.pk))[:5])
        return "".join(ALPHABET[number >> 5 * place & 31] for place in range(HALF))
