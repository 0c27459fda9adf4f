"""From what is stored to what is printed: each function makes the plain sheet of one PDF (see paper/sheets.py)."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.forms.mail import IdentifyForm
from assistance.models import Counter, Letter, Mandate, Signer, Visit
from assistance.paper import codes, sheets
from assistance.paper.form_fields import sections_of
from assistance.paper.sheets import Line, Table
from consent.acts.base import Act
from consent.acts.registry import all_acts, get_act, is_kept_quiet
from consent.days import day_words
from consent.forms.identity import CONTACT, IDENTITY, IdentityForm, TraitsForm
from consent.models import JournalEntry, Notice, Person, Receipt
from consent.models.journal_entry import Outcome
from consent.proofs.receipt import Choice, proof_of, qr_of
from consent.pseudonyms import pseudonym_of
from consent.trace.history import Line as Trace
from consent.trace.history import how_words, what_words, who_words
from consent.trace.kept import beside


def person_lines(person: Person) -> sheets.PersonLines:
    """A person as printed."""
    born = _("née le %s") if person.sex == "F" else _("né le %s")
    names = (f"{person.first_names} {person.birth_name}",)
    if person.used_name:
        names = (*names, _("nom utilisé : %s") % person.used_name)
    return sheets.PersonLines(
        names=names, birth=born % day_words(person.birth_date), address=tuple(person.address_lines)
    )


def counter_lines(counter: Counter) -> sheets.CounterLines:
    """A counter as printed."""
    return sheets.CounterLines(name=str(counter), address=tuple(counter.address_lines), phone=counter.phone)


def mandate_sheet(mandate: Mandate) -> sheets.MandateSheet:
    """The mandate to sign."""
    signing = mandate.signing or {}
    guardian = None
    if mandate.signer == Signer.GUARDIAN:
        judged_on = timezone.datetime.fromisoformat(signing["judgment_date"]).date()
        guardian = sheets.Guardian(signing["guardian"], signing["judgment_court"], judged_on)
    scopes = tuple(sheets.Scope(act.label, act.sentence) for act in all_acts() if act.code in mandate.scopes)
    return sheets.MandateSheet(
        reference=mandate.reference,
        code=codes.mandate_code(mandate.reference),
        slip=codes.slip_code(mandate.reference),
        person=person_lines(mandate.person),
        counter=counter_lines(mandate.counter),
        scopes=scopes,
        duration=mandate.get_duration_display(),
        starts=mandate.in_force_at and timezone.localtime(mandate.in_force_at).date(),
        ends=mandate.ends_at and timezone.localtime(mandate.ends_at).date(),
        signer=sheets.Signer(mandate.signer),
        witnesses=tuple(signing[name] for name in ("witness_1", "witness_2") if signing.get(name)),
        guardian=guardian,
        parent=signing.get("guardian", "") if mandate.signer == Signer.PARENT else "",
        place=mandate.counter.town.title(),
        made_on=timezone.localdate(),
        return_address=tuple(settings.OPERATOR),
        site=settings.SITE_URL,
        phone=settings.OPERATOR_PHONE,
        large_print=mandate.large_print,
        demo=settings.DEMO,
    )


def verifier_url() -> str:
    """Where anyone checks a receipt, as printed."""
    return settings.SITE_URL + reverse("assistance:verifier")


def receipt_sheet(receipt: Receipt, person: Person | None, choice: Choice = Choice.WORDS) -> sheets.ReceiptSheet:
    """The receipt of one act, with the proof that its holder chose. Raises `TraceChanged`, and `NotSealedYet`."""
    entry, proof = receipt.entry, proof_of(receipt.entry, choice)
    return sheets.ReceiptSheet(
        number=str(receipt.pk),
        act=what_words(entry.code),
        at=timezone.localtime(entry.at),
        by=who_words(entry),
        basis=how_words(entry),
        on_behalf_of=person.name if person else None,
        lines=tuple(Line(label, value) for label, value in [*entry.details["facts"], *beside(entry)]),
        how_to_contest=_("Vous ne reconnaissez pas cet acte ? Dites-le à un guichet, par courrier ou en ligne."),
        how_to_check=_("N’importe qui peut vérifier ce reçu sans nous croire : %s") % verifier_url(),
        proof=proof.qr, proof_text=proof.text, proof_shows=proof.shows,
        words="" if proof.tells else proof.words, checkpoint=proof.checkpoint,
        bare=choice is Choice.BARE,
        demo=settings.DEMO,
    )  # fmt: skip


def visit_sheet(visit: Visit, person: Person | None, entries: list[JournalEntry]) -> sheets.VisitSheet:
    """Everything that was done during a visit, less what is kept quiet: the sheet goes home too."""
    done = [entry for entry in entries if not entry.code.startswith("visit.") and not is_kept_quiet(entry.code)]
    references = sorted({entry.basis_reference for entry in done if entry.basis_reference})
    seen = f"{visit.get_document_kind_display()} …{visit.document_tail}" if visit.document_kind else ""
    return sheets.VisitSheet(
        counter=counter_lines(visit.counter),
        agent=visit.agent.name,
        started=timezone.localtime(visit.opened_at),
        ended=timezone.localtime(visit.ended_at or timezone.now()),
        acts=tuple(_visit_act(entry) for entry in done),
        person=person.name if person else None,
        document_seen=seen,
        mandate=", ".join(references),
        verifier=verifier_url(),
        demo=settings.DEMO,
    )


def _visit_act(entry: JournalEntry) -> sheets.VisitAct:
    words = entry.details.get("reason") or " · ".join(f"{label} : {value}" for label, value in entry.details["facts"])
    return sheets.VisitAct(
        timezone.localtime(entry.at),
        what_words(entry.code),
        words,
        entry.outcome == Outcome.REFUSED,
        qr_of(entry),
    )


def trace_sheet(
    person: Person, lines: list[Trace], *, period: str, narrowed: list[str], left_out: int
) -> sheets.TraceSheet:
    """The history of a person during a period."""
    return sheets.TraceSheet(
        person=person.name,
        period=period,
        made_on=timezone.localdate(),
        lines=tuple(_trace_line(line) for line in lines),
        narrowed=tuple(narrowed),
        left_out=left_out,
        number=pseudonym_of(person.pk),
        demo=settings.DEMO,
    )


def _trace_line(line: Trace) -> sheets.TraceLine:
    words = [f"{label} : {value}" for label, value in line.facts]
    if line.reason:
        words.insert(0, line.reason)
    return sheets.TraceLine(
        at=line.at, what=line.what, who=line.who, how=line.how, words=" · ".join(words), refused=line.refused,
        is_read=line.is_read,
    )  # fmt: skip


def form_sheet(act: Act, *, reference: str = "", personal: str | None = None, about: str = "") -> sheets.FormSheet:
    """The paper form of an act: blank, or for one person (then `reference` is that of the personal form)."""
    if reference:
        sections, code = _still_to_ask(act), codes.personal_form_code(reference)
        intro = _(
            "Ce formulaire est à vous : il dit déjà qui vous êtes et de quoi il s’agit. Il suffit de le signer et de le renvoyer."
        )
        if sections:
            intro = _(
                "Ce formulaire est à vous : il dit déjà qui vous êtes. Répondez, signez-le et renvoyez-le. Rien n’est coché d’avance."
            )
    else:
        sections, code = sections_of(act.form_class()), codes.form_code(act.code, act.form_version)
        intro = _(
            "Écrivez en lettres capitales. Rien n’est coché d’avance : ce que vous laissez vide n’est pas accepté."
        )
        if not issubclass(act.form_class, TraitsForm):
            # The clerk finds by these who signed: a form that does not ask them could be anyone's.
            sections = (*sections_of(IdentifyForm()), *sections)
        if act.target:
            sections = (*sections, _asked_in_words(act))
    return sheets.FormSheet(
        title=f"{act.label} : {about}" if about else act.label,
        act_code=act.code, code=code, sections=sections, reference=reference, intro=intro,
        personal=personal, return_address=tuple(settings.OPERATOR), answered=act.notifies, demo=settings.DEMO,
    )  # fmt: skip


def _still_to_ask(act: Act) -> tuple[sheets.Section, ...]:
    """The questions of an act for someone who is known: all but who they are and how to reach them."""
    form = act.form_class()
    if isinstance(form, IdentityForm):
        for name in {*IDENTITY, *CONTACT} - set(getattr(form, "always", [])):
            form.fields.pop(name, None)
    return sections_of(form)


def _asked_in_words(act: Act) -> sheets.Section:
    field = sheets.PaperField(kind="lines", label=_("Écrivez de quoi ou de qui il s’agit"), required=True, count=2)
    return sheets.Section(_("De quoi s’agit-il ?"), "", (field,))


def letter_sheet(letter: Letter) -> sheets.LetterSheet:
    """A letter, as it was written when it was prepared."""
    content: dict[str, Any] = letter.content
    name = content["address"][0]
    forms = [
        form_sheet(get_act(form["act"]), reference=form["reference"], personal=name, about=form["about"])
        for form in content.get("forms", [])
    ]
    slips = [
        sheets.Slip(
            title=slip["title"], text=slip["text"], code=slip["code"], reference=slip["reference"],
            return_address=tuple(settings.OPERATOR),
        )
        for slip in content.get("slips", [])
    ]  # fmt: skip
    return sheets.LetterSheet(
        reference=letter.reference,
        address=tuple(content["address"]),
        sender=tuple(settings.OPERATOR),
        dated=timezone.localtime(letter.created_at).date(),
        subject=content["subject"],
        paragraphs=tuple(content["paragraphs"]),
        tables=tuple(_table(*table) for table in content.get("tables", [])),
        closing=content.get("closing", ""),
        verifier=verifier_url(),
        slips=tuple(slips),
        forms=tuple(forms),
        demo=settings.DEMO,
    )


def _table(title: str, rows: list[list[str]], proof: str = "") -> Table:
    return Table(title, tuple(Line(label, value) for label, value in rows), proof)


def notice_sheet(notice: Notice, body: str) -> sheets.NoticeSheet:
    """A notice; `body` is its text as safe HTML."""
    return sheets.NoticeSheet(
        title=notice.title, version=notice.version, in_force_from=notice.published_on,
        sha256=bytes(notice.sha256).hex(), body=body, easy=notice.language == "fr-x-facile",
        language="en" if notice.language == "en" else "fr", demo=settings.DEMO,
    )  # fmt: skip
