"""What an act is: defined once, served by every door (design §4)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from consent.bases import Basis, Via
from consent.forms.base import ActForm
from consent.models.person import IdentityLevel
from consent.models.space import STANDING, SpaceState

Answers = dict[str, Any]
Fact = tuple[str, str]


class BusinessError(Exception):
    """The act cannot be done as asked. `message` says what is wrong and what to do; `field` where, if anywhere."""

    def __init__(self, message: str | Promise, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


@dataclass
class Effect:
    """What an act did. `facts` go in the receipt, the journal and the letter, in words.

    `person_id` is set when the act made the person's row. `subject_id` is the row it was about (a grant,
    a mandate), kept encrypted with the words. `follow` are outbox topics with their subjects. `answer_to`
    is where an act that keeps nothing of the person is answered, line by line: the basis settles it and
    neither journal nor receipt has it.
    """

    facts: list[Fact] = field(default_factory=list)
    person_id: UUID | None = None
    subject_id: UUID | None = None
    follow: list[tuple[str, UUID]] = field(default_factory=list)
    answer_to: list[str] = field(default_factory=list)


class Act:
    """One thing that a person can decide. Subclasses say what it is, and its effect.

    `code` is also the mandate's scope and the journal's code; `about` says what its noun is, for menus and filters.
    `target` names the model a single row of which it acts on ("grant"), or is empty; `by_day`: its rows are too many
    to list, those of any day can be asked. `undo` is the code of the act that takes back what this one did, on the
    row that its effect names: its personal form goes with the letter. `needs_space`: only with an open space.
    `creates_person`: may be done for someone who has no row yet. `notifies`: the person is told afterwards.
    `traceless`: the journal keeps that it happened, and not about whom (a refusal). `private`: representatives never
    see its traces. `reads` is the reading that its own pages are ("history.read": they list lines of the history):
    whoever represents the person must hold that one too, and opening the act's page leaves its trace.
    """

    code: ClassVar[str]
    about: ClassVar[str | Promise]
    label: ClassVar[str | Promise]
    sentence: ClassVar[str | Promise]
    # What the button that does it says, when the label is not precise enough ("Retirer cet accès").
    button: ClassVar[str | Promise] = ""
    form_class: ClassVar[type[ActForm]]
    bases: ClassVar[frozenset[Via]]
    target: ClassVar[str] = ""
    by_day: ClassVar[bool] = False
    undo: ClassVar[str] = ""
    level: ClassVar[IdentityLevel] = IdentityLevel.DECLARED
    needs_space: ClassVar[bool] = False
    creates_person: ClassVar[bool] = False
    notifies: ClassVar[bool] = True
    traceless: ClassVar[bool] = False
    private: ClassVar[bool] = False
    reads: ClassVar[str] = ""
    form_version: ClassVar[int] = 1
    template: ClassVar[str] = "consent/act/form.html"

    def offered(self, state: SpaceState | None) -> bool:
        """Whether it makes sense to propose it to a person whose space is in this state (None: no space)."""
        return state in STANDING or not self.needs_space

    def shows(self, via: Via) -> str:
        """The reading that its pages are to somebody else who comes by this way; "" when they show nothing that stands."""
        return self.reads

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        """The rows the person may choose among, with their words; the wall is open for the person."""
        return []

    def targets_of_day(self, basis: Basis, day: date) -> list[tuple[UUID, str]]:
        """The rows of one day, for an act that says `by_day`; the wall is open for the person."""
        raise TypeError(f"{self.code} does not list its rows by day")

    def beside(self, subject_id: UUID) -> list[Fact]:
        """What the receipt and the letter show beside the kept words, and that is kept nowhere (a share code).

        The wall is open for the person.
        """
        return []

    def target_words(self, basis: Basis, target_id: UUID | None) -> str | None:
        """The words of one row that it can act on; None when it is not one of the person's, or stands no more.

        An act whose rows are too many to be listed answers here without listing them.
        """
        return dict(self.targets(basis)).get(target_id)

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        """What the row acted on is, in words: shown above the form, and among what will change."""
        words = self.target_words(basis, target_id) if self.target else None
        return [(_("De quoi il s’agit"), words)] if words else []

    def summary(self, basis: Basis, form: ActForm) -> list[Fact]:
        """What will change, in words, shown before the act is confirmed, beside the row that it acts on."""
        return form.facts()

    def context(self, basis: Basis) -> dict[str, Any]:
        """What the act's own template needs beside the form."""
        return {}

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        """Do it. Called by `perform` alone, in its transaction, with the locks held.

        Raises `BusinessError` when it cannot be done.
        """
        raise TypeError(f"{self.code} has no effect")
