"""A care team: the professionals that the person puts together under a name of theirs (design §5)."""

import uuid

from django.db import models
from django.utils import timezone

from consent.crypto.fields import EncryptedField


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
    members = models.ManyToManyField("consent.Professional", through="consent.CareTeamMember")
    composed_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = CareTeamQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.name)


class CareTeamMember(models.Model):
    """One professional of a team; `person_id` is that of the team, for the wall."""

    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(CareTeam, on_delete=models.CASCADE, related_name="places")
    professional = models.ForeignKey("consent.Professional", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "professional"], name="care_team_member_once")]
        indexes = [models.Index(fields=["person", "professional"], name="care_team_of_professional")]
