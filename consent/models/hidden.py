"""What a person keeps from their representatives: one access that they gave, or one kind of content."""

from django.db import models
from django.db.models import Q

from consent.models.grant import Category


class Hidden(models.Model):
    """One thing hidden. Representatives see neither it, nor its traces, nor that something is hidden."""

    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="+")
    grant = models.ForeignKey("consent.Grant", null=True, on_delete=models.CASCADE)
    category = models.CharField(max_length=16, choices=Category.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hidden_one_thing",
                condition=Q(grant__isnull=False, category="") | (Q(grant__isnull=True) & ~Q(category="")),
            ),
            models.UniqueConstraint(fields=["person", "grant", "category"], name="hidden_once", nulls_distinct=False),
        ]
