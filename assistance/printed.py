"""Which sheet a printout shows: from its row to the plain data of `assistance/compose.py`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection
from django.http import QueryDict

from assistance import compose
from assistance.letter_places import settle
from assistance.models import Letter, Mandate, PersonalForm, Printout, PrintoutKind, Visit
from assistance.paper.sheets import Sheet
from assistance.visit_memory import entries_of
from consent import journal
from consent.acts.base import Act
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, Via
from consent.forms.trace import TraceFilters
from consent.models import Notice, Person, Receipt, Representation
from consent.models.journal_entry import ActorKind
from consent.pages.trace import MOST_PRINTED
from consent.proofs.receipt import Choice, choice_of
from consent.trace import history
from consent.trace.seen import lines_seen, traces_seen
from consent.wall import opened


class NothingToPrint(Exception):
    """What the printout is about does not exist, or no longer."""


def sheet_of(printout: Printout) -> Sheet:
    """The sheet of a printout of one document. The wall is open for its person.

    Raises `NothingToPrint`, or `DoesNotExist` of the row it is about.
    """
    return _SHEETS[PrintoutKind(printout.kind)](printout)


def letters_of_batch(batch_id: UUID) -> Iterator[Sheet]:
    """The letters of a batch, in order; the wall opens for one person at a time, only to read their letter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT letter_id, person_id FROM letters_of_batch(%s)", [batch_id])
        found = cursor.fetchall()
    if not found:
        raise NothingToPrint("an empty batch")
    for letter_id, person_id in found:
        with opened(person_id):
            letter = Letter.objects.select_for_update().get(pk=letter_id)
            # Whoever was erased since is written to no more; the others are, as they want it now.
            sheet = compose.letter_sheet(letter) if letter.content and settle(letter) else None
        if sheet:
            yield sheet


def form_name(act: Act) -> str:
    """The name of the printout of an act's blank form; it changes with the form's version."""
    return f"{act.code}/{act.form_version}"


def receipt_name(choice: Choice) -> str:
    """The name of the printout of a receipt, by what its proof shows."""
    return "" if choice is Choice.WORDS else choice.value


def notice_name(notice: Notice) -> str:
    """The name of the printout of a notice; a version published never changes."""
    return f"{notice.version}/{notice.language}"


def _mandate(printout: Printout) -> Sheet:
    mandate = Mandate.objects.select_related("person", "counter").get(pk=printout.subject_id)
    sheet = compose.mandate_sheet(mandate)
    return replace(sheet, large_print=True) if printout.large_print else sheet


def _receipt(printout: Printout) -> Sheet:
    receipt = Receipt.objects.select_related("entry").get(pk=printout.subject_id)
    return compose.receipt_sheet(receipt, _person(receipt.person_id), choice_of(printout.name))


def _visit(printout: Printout) -> Sheet:
    visit = Visit.objects.select_related("counter", "agent").get(pk=printout.subject_id)
    # A refusal made during the visit is about nobody, and is part of what was done all the same.
    return compose.visit_sheet(visit, _person(visit.person_id), entries_of(visit))


def _letter(printout: Printout) -> Sheet:
    return compose.letter_sheet(Letter.objects.get(pk=printout.subject_id))


def _trace(printout: Printout) -> Sheet:
    form = TraceFilters(QueryDict(printout.name))
    if not form.is_valid():
        raise NothingToPrint("filters of another version")
    basis = _reader_of(printout)
    entries = traces_seen(basis).filter(form.condition()).order_by("-at", "id")
    lines = lines_seen(basis, history.with_counters(entries)[:MOST_PRINTED])
    return compose.trace_sheet(
        Person.objects.get(pk=printout.person_id), lines, period=form.period(), narrowed=form.narrowed(),
        left_out=entries.count() - len(lines),
    )  # fmt: skip


def _reader_of(printout: Printout) -> Basis:
    """On what basis a history was asked for: the person's own, or that of the representation which is its subject."""
    if printout.subject_id is None:
        return Basis(Via.SELF, printout.person_id, journal.machine())
    held = Representation.objects.in_force().get(pk=printout.subject_id)
    account = get_user_model().objects.filter(person_id=held.representative_id).values_list("pk", flat=True).first()
    actor = Actor(ActorKind.REPRESENTATIVE, account)
    return Basis(Via.REPRESENTATION, printout.person_id, actor, right_id=held.pk)


def _notice(printout: Printout) -> Sheet:
    version, _sep, language = printout.name.rpartition("/")
    notice = Notice.objects.published().get(version=version, language=language)
    return compose.notice_sheet(notice, notice.html)


def _form(printout: Printout) -> Sheet:
    if printout.subject_id:
        return _personal_form(PersonalForm.objects.get(pk=printout.subject_id))
    return compose.form_sheet(_act(printout.name.partition("/")[0]))


def _personal_form(form: PersonalForm) -> Sheet:
    act = _act(form.act_code)
    basis = Basis(Via.PAPER, form.person_id, journal.machine(), reference=form.reference)
    about = (act.target_words(basis, form.target_id) or "") if form.target_id else ""
    name = Person.objects.get(pk=form.person_id).name
    return compose.form_sheet(act, reference=form.reference, personal=name, about=about)


def _act(code: str) -> Act:
    act = get_act(code)
    if act is None:
        raise NothingToPrint("no such act")
    return act


def _person(person_id: UUID | None) -> Person | None:
    return Person.objects.filter(pk=person_id).first() if person_id else None


_SHEETS: dict[PrintoutKind, Callable[[Printout], Sheet]] = {
    PrintoutKind.MANDATE: _mandate,
    PrintoutKind.RECEIPT: _receipt,
    PrintoutKind.VISIT: _visit,
    PrintoutKind.LETTER: _letter,
    PrintoutKind.NOTICE: _notice,
    PrintoutKind.FORM: _form,
    PrintoutKind.TRACE: _trace,
}
