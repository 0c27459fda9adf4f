"""Forms of the acts by which a person keeps something from their representatives."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import BoxesField
from consent.models import Category, Hidden
from consent.models.grant import standing_grants


class _ThingsForm(ActForm):
    """Accesses among the person's own, and kinds of content; at least one thing."""

    grants = BoxesField(label=_("Des accès donnés"), required=False)
    grants.paper_prompt = _("Écrivez le nom des professionnels ou des établissements.")
    categories = BoxesField(label=_("Des contenus"), choices=Category.choices, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.basis is not None:
            self.fields["grants"].choices = self.grant_choices(self.basis.person_id)
            if not self.fields["grants"].choices:
                self.fields.pop("grants")

    def grant_choices(self, person_id: UUID | None) -> list[tuple[str, str]]:
        """The accesses that can be ticked. The wall is open for the person."""
        return [(str(grant.pk), grant.reader) for grant in standing_grants(person_id)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.fields:
            raise forms.ValidationError(_("Rien n’est caché à vos représentants."))
        if not data.get("grants") and not data.get("categories") and not self.errors:
            raise forms.ValidationError(_("Cochez au moins une case."))
        return data


class HideForm(_ThingsForm):
    """What representatives no longer see."""


class ShowForm(_ThingsForm):
    """What representatives may see again: only what is hidden can be ticked, where the person is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.basis is not None:
            hidden = Hidden.objects.filter(person_id=self.basis.person_id).exclude(category="")
            kept = set(hidden.values_list("category", flat=True))
            self.fields["categories"].choices = [choice for choice in Category.choices if choice[0] in kept]
            if not kept:
                self.fields.pop("categories")

    def grant_choices(self, person_id: UUID | None) -> list[tuple[str, str]]:
        hidden = Hidden.objects.filter(person_id=person_id, grant__isnull=False)
        rows = hidden.select_related("grant__professional", "grant__establishment", "grant__team")
        return [(str(row.grant_id), row.grant.reader) for row in rows.order_by("pk")]
