"""A mandate: a person lets a counter do listed acts for them, until a date (design §6)."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.crypto.fields import EncryptedJSONField


class MandateState(models.TextChoices):
    """The life of a mandate: draft, printed, in force, ended."""

    DRAFT = "draft", _("préparé")
    PRINTED = "printed", _("imprimé, à signer")
    IN_FORCE = "in_force", _("en vigueur")
    ENDED = "ended", _("terminé")


class EndReason(models.TextChoices):
    """Why a mandate ended."""

    REVOKED = "revoked", _("la personne y a mis fin")
    REPLACED = "replaced", _("un nouveau mandat l’a remplacé")
    EXPIRED = "expired", _("sa durée est écoulée")
    UNSIGNED = "unsigned", _("il n’a pas été signé dans les 7 jours")


class Signer(models.TextChoices):
    """Who signs."""

    PERSON = "person", _("la personne signe elle-même")
    MARK = "mark", _("la personne ne peut pas signer : elle fait une marque devant deux témoins")
    GUARDIAN = "guardian", _("la personne est sous tutelle : le tuteur signe")
    PARENT = "parent", _("la personne est mineure : son père ou sa mère signe")


class Duration(models.TextChoices):
    """How long a mandate lasts."""

    VISIT = "visit", _("Cette visite seulement")
    MONTH = "month", _("1 mois")
    HALF_YEAR = "half-year", _("6 mois")
    YEAR = "year", _("1 an")


LASTS = {
    Duration.VISIT: timedelta(hours=12),
    Duration.MONTH: timedelta(days=30),
    Duration.HALF_YEAR: timedelta(days=182),
    Duration.YEAR: timedelta(days=365),
}
SIGN_WITHIN = timedelta(days=7)

# From each state, those that may follow.
TRANSITIONS = {
    MandateState.DRAFT: {MandateState.PRINTED, MandateState.IN_FORCE, MandateState.ENDED},
    MandateState.PRINTED: {MandateState.IN_FORCE, MandateState.ENDED},
    MandateState.IN_FORCE: {MandateState.ENDED},
    MandateState.ENDED: set(),
}


class WrongTransition(Exception):
    """A mandate cannot go from its state to that one."""


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Questions asked of mandates."""

    def in_force(self) -> "MandateQuerySet":
        """Those that stand now: signed, not ended, not past their date (no task has to run for that)."""
        return self.filter(state=MandateState.IN_FORCE, ends_at__gt=timezone.now())

    def to_sign(self) -> "MandateQuerySet":
        """Drafts that can still be signed."""
        return self.filter(
            state__in=[MandateState.DRAFT, MandateState.PRINTED], drafted_at__gt=timezone.now() - SIGN_WITHIN
        )


class Mandate(models.Model):
    """One mandate, to one counter. `scopes` are codes of acts; `signing` how it is signed, encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="mandates")
    counter = models.ForeignKey("assistance.Counter", on_delete=models.PROTECT, related_name="mandates")
    state = models.CharField(max_length=8, choices=MandateState.choices, default=MandateState.DRAFT)
    scopes = ArrayField(models.CharField(max_length=40))
    duration = models.CharField(max_length=10, choices=Duration.choices)
    large_print = models.BooleanField(default=False)
    signer = models.CharField(max_length=8, choices=Signer.choices)
    signing = EncryptedJSONField(null=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    drafted_at = models.DateTimeField(default=timezone.now)
    printed_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=8, choices=EndReason.choices, blank=True)
    evidence = models.CharField(max_length=8, blank=True)
    attested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    scan = models.CharField(max_length=120, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "counter", "state"], name="mandate_person_counter"),
            models.Index(fields=["ends_at"], name="mandate_ends", condition=Q(state="in_force")),
        ]
        constraints = [
            models.CheckConstraint(
                name="mandate_in_force_is_dated",
                condition=~Q(state="in_force")
                | Q(in_force_at__isnull=False, ends_at__isnull=False, ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="mandate_ended_is_dated",
                condition=Q(state="ended", ended_at__isnull=False) & ~Q(end_reason="") | ~Q(state="ended"),
            ),
            models.UniqueConstraint(
                fields=["person", "counter"], condition=Q(state="in_force"), name="mandate_one_in_force_at_a_counter"
            ),
        ]

    def advance(self, to: MandateState, *, at: datetime | None = None, reason: EndReason | None = None) -> None:
        """Go to the next state and save: the only place where a mandate's state changes.

        The caller holds the row's lock. Raises `WrongTransition`.
        """
        if to not in TRANSITIONS[MandateState(self.state)]:
            raise WrongTransition(f"{self.state} -> {to}")
        at = at or timezone.now()
        self.state = to
        if to is MandateState.PRINTED:
            self.printed_at = at
        elif to is MandateState.IN_FORCE:
            self.in_force_at, self.ends_at = at, at + LASTS[Duration(self.duration)]
        elif to is MandateState.ENDED:
            self.ended_at, self.end_reason = at, reason
        self.save()
