"""Those who read in Odette's space: a doctor, another one, her daughter; and the reads that they leave."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from consent import journal
from consent.bases import Actor, Basis, ReaderWords, Via
from consent.models import JournalEntry, OutboxItem, Reminder
from consent.models.journal_entry import ActorKind
from consent.seal.entry import bind
from consent.wall import opened

DOCTORS = [UUID(int=number) for number in range(1, 24)]
PEOPLE = UUID("6f6a8a2e-0000-4000-8000-000000000000")
LEMOINE = Actor(
    ActorKind.PROFESSIONAL,
    uuid5(PEOPLE, "lemoine"),
    words=ReaderWords("Dr Claire Lemoine", "médecin généraliste", "Boussac"),
)
MOREAU = Actor(
    ActorKind.PROFESSIONAL, uuid5(PEOPLE, "moreau"), words=ReaderWords("Dr Paul Moreau", "cardiologue", "Guéret")
)
DAUGHTER = Actor(ActorKind.REPRESENTATIVE, uuid5(PEOPLE, "hélène"), words=ReaderWords("Hélène Vidal", "tutrice"))


def reads(person_id: UUID, reader: Actor = LEMOINE, via: Via = Via.GRANT, right_id: UUID | None = None) -> JournalEntry:
    """This reader reads the emergency sheet now."""
    basis = Basis(via, person_id, reader, right_id=right_id)
    with opened(person_id):
        return journal.write_read(basis, "visit.file", [("Contenu", "allergies")])


def did_read(person_id: UUID, at: datetime, reader: Actor = LEMOINE, via: Via = Via.GRANT, **changes: Any) -> None:
    """This reader read at that moment; nobody was told."""
    with opened(person_id):
        entry = JournalEntry(
            person_id=person_id, at=at, nature="read", code="visit.file", outcome="done", via=via,
            actor_kind=reader.kind, actor_id=reader.id,
            details={"facts": [["Contenu", "allergies"]], "reader": vars(reader.words)}, **changes,
        )  # fmt: skip
        bind(entry)
        entry.save(force_insert=True)


def outbox_of(person_id: UUID, topic: str) -> list[OutboxItem]:
    """What waits to be told, the oldest first."""
    with opened(person_id):
        return list(OutboxItem.objects.filter(person_id=person_id, topic=topic).order_by("created_at"))


def reminders_of(person_id: UUID) -> list[str]:
    """The kinds of what was told already."""
    with opened(person_id):
        return sorted(Reminder.objects.filter(person_id=person_id).values_list("kind", flat=True))


def entries(person_id: UUID, lines: int, **changes: Any) -> None:
    """So many lines of history, a minute apart, by each of these doctors in turn."""
    doctors = changes.pop("doctors", DOCTORS)
    now = timezone.now()
    with opened(person_id):
        JournalEntry.objects.bulk_create(
            JournalEntry(
                person_id=person_id, at=now - timedelta(minutes=number), nature="read", code="visit.file",
                outcome="done", via="grant", actor_kind="pro", actor_id=doctors[number % len(doctors)], nonce="00",
                details={"facts": [], "reader": {"name": "Dr", "profession": "", "place": ""}}, salt=bytes(16),
                commitment=bytes(32), imprint=bytes(32), **changes,
            )
            for number in range(lines)
        )  # fmt: skip
