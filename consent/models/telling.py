"""How a person wants to be told of what others read, beside what is told anyway."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReadsTold(models.TextChoices):
    """When the person is told that someone else read their space."""

    EACH = "each", _("À chaque accès (un message par lecteur et par jour)")
    FIRST = "first", _("La première fois que quelqu’un lit")
    WEEKLY = "weekly", _("Une fois par semaine, s’il y a eu des lectures")
    NOTHING = "nothing", _("Pas de message : je regarde moi-même")


class Telling(models.Model):
    """What one person chose; without a row nothing was chosen. `quarterly_since` is empty while it is off."""

    person = models.OneToOneField("consent.Person", on_delete=models.CASCADE, primary_key=True)
    reads = models.CharField(max_length=8, choices=ReadsTold.choices)
    reads_since = models.DateTimeField(default=timezone.now)
    quarterly_since = models.DateTimeField(null=True)
