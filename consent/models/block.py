"""A block: this professional or this establishment never, whatever access stands (design §4)."""

import uuid
from collections.abc import Collection

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class BlockQuerySet(models.QuerySet["Block"]):
    """Questions asked of blocks."""

    def standing(self) -> "BlockQuerySet":
        """Those that the person has not lifted."""
        return self.filter(ended_at__isnull=True)

    def against(self, professional_id: int, establishment_ids: Collection[int] = ()) -> "BlockQuerySet":
        """Those that close the space to this professional, by their own number or by a place where they work."""
        return self.filter(Q(professional_id=professional_id) | Q(establishment_id__in=establishment_ids))


class Block(models.Model):
    """One reader to whom the space is closed. `emergency_too`: even when an emergency access is allowed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="blocks")
    professional = models.ForeignKey("consent.Professional", null=True, on_delete=models.PROTECT)
    establishment = models.ForeignKey("consent.Establishment", null=True, on_delete=models.PROTECT)
    emergency_too = models.BooleanField()
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="block_of_one_reader",
                condition=Q(professional__isnull=True, establishment__isnull=False)
                | Q(professional__isnull=False, establishment__isnull=True),
            ),
            models.UniqueConstraint(
                name="block_once", fields=["person", "professional", "establishment"],
                condition=Q(ended_at__isnull=True), nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="block_ends_after_start", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at"))
            ),
        ]  # fmt: skip

    @property
    def reader(self) -> str:
        """Who is blocked, in words."""
        return str(self.professional or self.establishment)
