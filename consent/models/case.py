"""A case: what a person asked of those who run the service, and that is owed a dated answer (GDPR, article 12)."""

import calendar
import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.crypto.fields import EncryptedField, EncryptedJSONField

MONTHS = 1  # GDPR, article 12.3: within one month of receipt
MONTHS_MORE = 2  # the same article: two further months where necessary


class CaseKind(models.TextChoices):
    """What is asked."""

    COPY = "copy", _("Copie de mes données")
    RECTIFICATION = "rectification", _("Rectification")
    LIMITATION = "limitation", _("Limitation")
    OBJECTION = "objection", _("Opposition")
    COMPLAINT = "complaint", _("Réclamation")
    CONTEST = "contest", _("Ligne d’historique contestée")
    HEIRS = "heirs", _("Demande d’un ayant droit")


# The clerks answer the others: a complaint is never answered by those whom it may be about.
FOR_AUDITOR = frozenset({CaseKind.COMPLAINT, CaseKind.CONTEST})
FOR_CLERKS = frozenset(CaseKind) - FOR_AUDITOR


class CaseState(models.TextChoices):
    """Where a case is. Being late is no state: it is a date that has passed."""

    OPEN = "open", _("en cours")
    EXTENDED = "extended", _("en cours, délai prolongé")
    ANSWERED = "answered", _("répondue")


# From each state, those that may follow.
TRANSITIONS: dict[CaseState, set[CaseState]] = {
    CaseState.OPEN: {CaseState.EXTENDED, CaseState.ANSWERED},
    CaseState.EXTENDED: {CaseState.ANSWERED},
    CaseState.ANSWERED: set(),
}


class CaseOutcome(models.TextChoices):
    """What the answer comes to. Where it is not all that was asked, the ways to complain are told (article 12.4)."""

    GRANTED = "granted", _("Acceptée")
    PARTLY = "partly", _("Acceptée en partie")
    DECLINED = "declined", _("Refusée")


# A contest is not granted: it is right, or not.
CONTEST_WORDS = {
    CaseOutcome.GRANTED: _("Contestation fondée"),
    CaseOutcome.PARTLY: _("Contestation fondée en partie"),
    CaseOutcome.DECLINED: _("Contestation non fondée"),
}


class WrongCaseStep(Exception):
    """A case cannot go from its state to that one."""


class Case(models.Model):
    """One case. `words` is what the person wrote, question by question: [[label, text], …].

    `subject_id` is the row that it is about (the line of the history). `due_on` and `extended_until` are the last
    days on which the answer is in time. `via` is the way by which it was asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="cases")
    kind = models.CharField(max_length=16, choices=CaseKind.choices)
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.OPEN)
    subject_id = models.UUIDField(null=True)
    words = EncryptedJSONField()
    via = models.CharField(max_length=16)
    opened_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    extended_at = models.DateTimeField(null=True)
    extended_until = models.DateField(null=True)
    extension_reason = EncryptedField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=8, choices=CaseOutcome.choices, blank=True)
    answer = EncryptedField(null=True)
    late_told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="case_state_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "subject_id"], condition=Q(kind="contest"), name="case_one_contest_a_line"
            ),
            models.CheckConstraint(
                name="case_answered_is_dated",
                condition=Q(state="answered", answered_at__isnull=False, answer__isnull=False)
                | (~Q(state="answered") & Q(answered_at__isnull=True, answer__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_extended_later",
                condition=Q(extended_until__isnull=True, extension_reason__isnull=True)
                | Q(extended_until__gt=F("due_on"), extension_reason__isnull=False),
            ),
        ]

    @property
    def limit(self) -> date:
        """The last day on which an answer is in time."""
        return self.extended_until or self.due_on

    @property
    def outcome_words(self) -> str:
        """What the answer comes to, in words; empty before it is answered."""
        if not self.outcome:
            return ""
        outcome = CaseOutcome(self.outcome)
        return str(CONTEST_WORDS[outcome] if self.kind == CaseKind.CONTEST else outcome.label)

    def days_left(self, today: date) -> int:
        """Days until the limit: 0 on the last day, negative once it has passed."""
        return (self.limit - today).days

    def is_late(self, today: date) -> bool:
        """Whether an answer is owed since a day before this one."""
        return self.state != CaseState.ANSWERED and self.limit < today

    @property
    def last_extension(self) -> date:
        """The furthest day to which it can be extended: three months after it came."""
        return month_after(self.due_on, MONTHS_MORE)

    def advance(self, to: CaseState) -> None:
        """Go to the next state, without saving: the one place where it changes. The caller holds the row's lock.

        Raises `WrongCaseStep`.
        """
        if to not in TRANSITIONS[CaseState(self.state)]:
            raise WrongCaseStep(f"{self.state} -> {to}")
        now = timezone.now()
        self.state = to
        if to is CaseState.EXTENDED:
            self.extended_at = now
        if to is CaseState.ANSWERED:
            self.answered_at = now


def month_after(day: date, months: int = MONTHS) -> date:
    """The same day, so many months later; the last day of that month where it has no such day.

    Regulation 1182/71, article 3.2.c. A limit that falls on a Sunday is not moved to the Monday: that would only
    help those who owe the answer.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
