"""A counter: a place where a person without internet is served. Public data."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class CounterKind(models.TextChoices):
    """Whether a counter stands by itself or depends on another."""

    MAIN = "main", _("Espace France Services")
    BRANCH = "branch", _("Antenne")


class Counter(models.Model):
    """One counter of the national France Services list, under its number there.

    `hours` maps each weekday, "monday" to "saturday" (the source says nothing of Sunday), to
    {"spans": [["09:00", "12:00"], …] or None, "text": words that could not be read as hours};
    no span at all means closed, None means unknown. `source` keeps the entry of the list word for
    word, so that nothing is lost. A counter that leaves the list stays, with `listed` false: mandates
    name it.
    """

    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=8, choices=CounterKind.choices, default=CounterKind.MAIN)
    travels = models.BooleanField(default=False)
    parent_number = models.PositiveIntegerField(null=True)
    network = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=160, blank=True)
    address_more = models.CharField(max_length=160, blank=True)
    postcode = models.CharField(max_length=5, db_index=True)
    town = models.CharField(max_length=120)
    insee = models.CharField(max_length=5)
    department = models.CharField(max_length=3, db_index=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    email = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.JSONField(default=dict)
    hours_note = models.CharField(max_length=240, blank=True)
    town_key = models.CharField(max_length=120, db_index=True)
    search_text = models.TextField()
    listed = models.BooleanField(default=True)
    source = models.JSONField(default=dict)

    # What stands before its name wherever it is told.
    CALLED = "France Services "

    class Meta:
        ordering = ["department", "town_key", "number"]
        # The four standing rights of staff on a counter: see assistance/roles.py. Django's own
        # four (add, change, …) mean nothing here: the list is loaded, never edited by hand.
        default_permissions = ()
        permissions = [
            ("assist", "Serve people at this counter"),
            ("manage", "Manage the team of this counter"),
            ("scan", "Scan the papers signed at this counter"),
            ("print", "Print the papers of this counter"),
        ]

    def __str__(self) -> str:
        return f"{self.CALLED}{self.name}"

    @property
    def phone_link(self) -> str:
        """The telephone number without spaces, for a link that dials it."""
        return "".join(self.phone.split())

    @property
    def email_works(self) -> bool:
        """False for what the list gives as an address and cannot be one ("name@town,fr", a web site)."""
        try:
            validate_email(self.email)
        except ValidationError:
            return False
        return True

    @property
    def address_lines(self) -> list[str]:
        """The postal address, one line each, without empty lines."""
        lines = [self.address_more, self.address, f"{self.postcode} {self.town}"]
        return [line for line in lines if line.strip()]


class CounterUserObjectPermission(UserObjectPermissionBase):
    """A right given to one user on one counter (guardian, by direct foreign key)."""

    content_object = models.ForeignKey(Counter, on_delete=models.CASCADE, related_name="user_rights")


class CounterGroupObjectPermission(GroupObjectPermissionBase):
    """A right given to one group on one counter (guardian, by direct foreign key)."""

    content_object = models.ForeignKey(Counter, on_delete=models.CASCADE, related_name="group_rights")
