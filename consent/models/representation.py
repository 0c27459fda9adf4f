"""A representation: someone may act or read for someone else, within scopes, until a date, an act or an event."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.crypto.fields import EncryptedField


class Kind(models.TextChoices):
    """By what the representative was made one: the law, a judgment, or the person themselves."""

    PARENT = "parent", _("parent")
    CURATELLE = "guardian-curatelle", _("curateur ou curatrice")
    TUTELLE = "guardian-tutelle", _("tuteur ou tutrice")
    HABILITATION = "guardian-habilitation", _("personne habilitée par le juge")
    TRUSTED = "trusted", _("personne de confiance")
    RELATIVE = "relative", _("proche")


NAMED_BY_THE_PERSON = frozenset({Kind.TRUSTED, Kind.RELATIVE})
BY_JUDGMENT = frozenset({Kind.CURATELLE, Kind.TUTELLE, Kind.HABILITATION})


class EndReason(models.TextChoices):
    """Why a representation ended before its date."""

    PERSON = "person", _("la personne y a mis fin")
    REPRESENTATIVE = "representative", _("le représentant y a mis fin")
    REPLACED = "replaced", _("une autre l’a remplacée")
    DOUBT = "doubt", _("un doute sur le libre choix de la personne a été noté")
    LIFTED = "lifted", _("un document, jugement ou acte, y met fin")
    DEATH = "death", _("l’une des deux personnes est décédée")
    ERASED = "erased", _("le représentant n’a plus de dossier")


class RepresentationQuerySet(models.QuerySet["Representation"]):
    """Questions asked of representations."""

    def in_force(self) -> "RepresentationQuerySet":
        """Those that stand now. The day of an 18th birthday is a date like another: no task has to run."""
        now = timezone.now()
        dated = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
        return self.filter(dated, ended_at__isnull=True, starts_at__lte=now)


class Representation(models.Model):
    """One representative of one person. The row is the represented person's, and behind their wall.

    `representative_id` is the id of the representative's own Person row, and `name` their name as the
    represented person reads it. `scopes` are codes of acts and of readings (`consent/representing.py`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="representations")
    representative_id = models.UUIDField()
    kind = models.CharField(max_length=24, choices=Kind.choices)
    scopes = ArrayField(models.CharField(max_length=40))
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=16, blank=True, choices=EndReason.choices)
    name = EncryptedField()
    proof = EncryptedField(null=True)
    court_limits = EncryptedField(null=True)
    doubt = EncryptedField(null=True)

    objects = RepresentationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["representative_id"], name="representation_by"),
            models.Index(fields=["ends_at"], name="representation_ends", condition=Q(ended_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="representation_of_someone_else", condition=~Q(person_id=F("representative_id"))
            ),
            models.CheckConstraint(
                name="representation_by_law_ends",
                condition=Q(kind__in=[Kind.TRUSTED]) | Q(ends_at__isnull=False),
            ),
            models.CheckConstraint(
                name="representation_ended_with_reason",
                condition=Q(ended_at__isnull=True, end_reason="") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
            ),
        ]

    def end(self, reason: EndReason) -> None:
        """End it now, and save. The row must be locked."""
        self.ended_at, self.end_reason = timezone.now(), reason
        self.save(update_fields=["ended_at", "end_reason", "doubt"])

    def clear_doubt(self) -> None:
        """The doubt by which it ended is taken back: it stays ended. The row must be locked."""
        self.end_reason, self.doubt = EndReason.PERSON, None
        self.save(update_fields=["end_reason", "doubt"])


class Represented(models.Model):
    """How a representative reads the name of someone they represent, without that one's wall being opened.

    `id` is the representation's. Whether it still stands is asked where it is, never here.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="+")
    name = EncryptedField()
