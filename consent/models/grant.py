"""A grant: one professional, one establishment or one care team may read or deposit, until a date."""

import uuid
from collections.abc import Collection
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models.care_team import CareTeamMember


class Category(models.TextChoices):
    """The kinds of content that a person can open or close separately."""

    PRESCRIPTIONS = "prescriptions", _("Ordonnances")
    REPORTS = "reports", _("Comptes rendus")
    BIOLOGY = "biology", _("Analyses de biologie")
    IMAGING = "imaging", _("Imagerie (radios, échographies, IRM)")
    VACCINATIONS = "vaccinations", _("Vaccinations")
    TREATMENTS = "treatments", _("Traitements et allergies")
    HOSPITAL = "hospital", _("Séjours à l’hôpital")
    WISHES = "wishes", _("Volontés et personnes à prévenir")
    OTHER = "other", _("Autres documents")


class GrantQuerySet(models.QuerySet["Grant"]):
    """Questions asked of grants."""

    def in_force(self) -> "GrantQuerySet":
        """Those that stand now: neither revoked nor past their end."""
        now = timezone.now()
        return self.filter(revoked_at__isnull=True, starts_at__lte=now).filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=now)
        )

    def held_by(self, professional_id: int, establishment_ids: Collection[int] = ()) -> "GrantQuerySet":
        """Those given to this professional, to one of these establishments (where they work), or to a team of theirs."""
        in_team = CareTeamMember.objects.standing().filter(team_id=OuterRef("team_id"), professional_id=professional_id)
        return self.filter(
            Q(professional_id=professional_id) | Q(establishment_id__in=establishment_ids) | Exists(in_team)
        )


class Grant(models.Model):
    """An access that the person gave. `categories` is empty when it is on everything."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="grants")
    professional = models.ForeignKey("consent.Professional", null=True, on_delete=models.PROTECT)
    establishment = models.ForeignKey("consent.Establishment", null=True, on_delete=models.PROTECT)
    team = models.ForeignKey("consent.CareTeam", null=True, on_delete=models.CASCADE)
    everything = models.BooleanField(default=False)
    categories = ArrayField(models.CharField(max_length=16, choices=Category.choices), default=list)
    can_read = models.BooleanField(default=False)
    can_deposit = models.BooleanField(default=False)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "professional"], name="grant_person_professional"),
            models.Index(fields=["person", "establishment"], name="grant_person_establishment"),
            models.Index(fields=["ends_at"], name="grant_ends", condition=Q(revoked_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="grant_to_one_reader",
                condition=Q(professional__isnull=False, establishment__isnull=True, team__isnull=True)
                | Q(professional__isnull=True, establishment__isnull=False, team__isnull=True)
                | Q(professional__isnull=True, establishment__isnull=True, team__isnull=False),
            ),
            models.CheckConstraint(name="grant_reads_or_deposits", condition=Q(can_read=True) | Q(can_deposit=True)),
            models.CheckConstraint(
                name="grant_everything_or_categories",
                condition=Q(everything=True, categories=[]) | (Q(everything=False) & ~Q(categories=[])),
            ),
            models.CheckConstraint(
                name="grant_ends_after_start", condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at"))
            ),
        ]

    @property
    def reader(self) -> str:
        """Who holds the access, in words."""
        if self.team_id:
            return self.team.as_reader
        return str(self.professional or self.establishment)

    @property
    def content(self) -> str:
        """What it opens, in words."""
        if self.everything:
            return str(_("Tout le contenu de l’espace"))
        return ", ".join(str(Category(value).label) for value in self.categories)

    @property
    def rights(self) -> str:
        """What the reader may do, in words."""
        words = [(self.can_read, _("lire")), (self.can_deposit, _("déposer"))]
        return str(_(" et ")).join(str(word) for holds, word in words if holds)


def standing_grants(person_id: UUID | None) -> GrantQuerySet:
    """The accesses that this person gave and that stand, the oldest first, with whom they are given to."""
    grants = Grant.objects.in_force().filter(person_id=person_id).order_by("starts_at", "pk")
    return grants.select_related("professional", "establishment", "team")
