"""What a professional's basis opens for now: who the person is, and of the emergency sheet what is theirs to read."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from consent.acts.base import Fact
from consent.bases import Basis
from consent.models import Category, Person
from consent.readers import SHEET, Opening, opening_facts, opening_of
from consent.reading import read
from records.models.emergency_sheet import PARTS


@dataclass(frozen=True)
class Other:
    """Another right of the same reader that opens what this one does not: by which row, and what more, in words."""

    right_id: UUID
    content: str


@dataclass(frozen=True)
class Patient:
    """What is shown of a patient. Parts that say nothing, or that are not opened, are not there: they look alike."""

    name: str
    birth_name: str
    first_names: str
    birth_date: date
    sex: str
    birth_place: str
    parts: list[tuple[str, str]]
    written_at: datetime | None
    writer: str | None
    until: datetime | None
    others: list[Other]


def read_patient(basis: Basis) -> Patient:
    """The patient, once the read is in their journal. Raises `BasisRefused`, which is there too."""
    return _Reading(basis).done()


class _Reading:
    """One read: what is opened is asked once the basis is locked, and both told and shown from that answer."""

    opening: Opening

    def __init__(self, basis: Basis) -> None:
        self.basis = basis

    def done(self) -> Patient:
        return read(self.basis, SHEET, self.facts, self.fetch)

    def facts(self) -> list[Fact]:
        self.opening = opening_of(self.basis)
        return opening_facts(self.opening)

    def fetch(self) -> Patient:
        person = Person.objects.select_related("emergencysheet").get(pk=self.basis.person_id)
        sheet = getattr(person, "emergencysheet", None)
        parts = [
            (str(part.title), text)
            for part in PARTS
            if sheet and part.category in self.opening.categories and (text := sheet.text_of(part))
        ]
        return Patient(
            name=person.name,
            birth_name=person.birth_name,
            first_names=person.first_names,
            birth_date=person.birth_date,
            sex=person.sex,
            birth_place=person.birth_place,
            parts=parts,
            written_at=timezone.localtime(sheet.written_at) if parts else None,
            writer=sheet.writer if parts else None,
            until=self.opening.until and timezone.localtime(self.opening.until),
            # What else was opened to this reader, to them or where they work: each right is read, and told, by itself.
            others=[
                Other(right_id, ", ".join(str(category.label) for category in Category if category in more))
                for right_id, more in self.opening.others
            ],
        )
