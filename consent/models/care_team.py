"""A care team: the professionals that the person puts together under a name of theirs (design §5)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.crypto.fields import EncryptedField, Sealed
from consent.models.directory import Professional


class CareTeamQuerySet(models.QuerySet["CareTeam"]):
    """Questions asked of teams."""

    def standing(self) -> "CareTeamQuerySet":
        """Those that the person has not ended."""
        return self.filter(ended_at__isnull=True)


class CareTeam(models.Model):
    """A team of one person. Nobody is told that they are in it; an access may be given to it as a whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="care_teams")
    name = EncryptedField()
    composed_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = CareTeamQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.name)

    @property
    def as_reader(self) -> str:
        """How it is called where readers are."""
        return str(_("Mon équipe « %s »")) % self

    @classmethod
    def sealed(cls, pk: uuid.UUID, person_id: uuid.UUID, name: str) -> "CareTeam":
        """A team by its name as it lies in the database, which came as JSON ("\\x" and hexadecimal digits)."""
        team = cls(pk=pk, person_id=person_id)
        team.name = Sealed(bytes.fromhex(name.removeprefix("\\x")))
        return team

    def members(self) -> list[Professional]:
        """Who is in it now, by name."""
        places = self.places.standing().select_related("professional")
        return [place.professional for place in places.order_by("professional__name")]


class CareTeamMemberQuerySet(models.QuerySet["CareTeamMember"]):
    """Questions asked of places."""

    def standing(self) -> "CareTeamMemberQuerySet":
        """Those of who is in a team now."""
        return self.filter(left_at__isnull=True)


class CareTeamMember(models.Model):
    """The place of one professional in a team; `person_id` is that of the team, for the wall.

    A place that ended is kept: who tries to read by it is refused, and what was hidden with it stays hidden.
    """

    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(CareTeam, on_delete=models.CASCADE, related_name="places")
    professional = models.ForeignKey("consent.Professional", on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True)

    objects = CareTeamMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "professional"], name="care_team_member_stands_once", condition=Q(left_at__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["person", "professional"], name="care_team_of_professional")]
