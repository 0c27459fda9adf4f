"""A grant: one professional or one establishment may read or deposit, until a date."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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


class Grant(models.Model):
    """An access that the person gave. `categories` is empty when it is on everything."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="grants")
    professional = models.ForeignKey("consent.Professional", null=True, on_delete=models.PROTECT)
    establishment = models.ForeignKey("consent.Establishment", null=True, on_delete=models.PROTECT)
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
        ]
        constraints = [
            models.CheckConstraint(
                name="grant_to_one_reader",
                condition=Q(professional__isnull=True, establishment__isnull=False)
                | Q(professional__isnull=False, establishment__isnull=True),
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
