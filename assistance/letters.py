"""Letters: how a person is told, by the way that they chose (design §6)."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from assistance.letter_places import address_of, reads_on_screen, stays
from assistance.models import Letter, LetterState, Mandate, PersonalForm, Visit
from assistance.paper.codes import new_reference, slip_code
from consent import asking, linking, outbox
from consent.acts.registry import get_act, is_kept_quiet
from consent.acts.request import request_facts
from consent.ages import keeps_own_care
from consent.bases import Basis, Via
from consent.days import day_words, moment_words
from consent.hiding import is_represented
from consent.journal import machine
from consent.models import AccessRequest, JournalEntry, OutboxItem, Person, Receipt, Space
from consent.models.journal_entry import Nature, Outcome
from consent.proofs.receipt import qr_of
from consent.trace.history import done_facts, what_words
from consent.trace.kept import beside
from consent.trace.seen import is_kept_event

Content = dict[str, Any]


@outbox.handles("told")
def tell_entry(item: OutboxItem) -> None:
    """Tell a person of one act of theirs."""
    entry = JournalEntry.objects.get(pk=item.subject_id)
    _tell(item, [entry], on_paper=entry.via == Via.PAPER)


@outbox.handles("visit-told")
def tell_visit(item: OutboxItem) -> None:
    """Tell a person of everything that was done during a visit, in one message; less what is kept quiet."""
    found = JournalEntry.objects.filter(visit_id=item.subject_id, person_id=item.person_id).order_by("at")
    # That a letter waited for them is not told at home to who may be there; what was handed over needs no letter more.
    shared = is_represented(item.person_id)
    entries = [e for e in found if not is_kept_quiet(e.code) and not (shared and is_kept_event(e.code))]
    if any(_is_use(entry) for entry in entries):
        _tell(item, entries, visit=Visit.objects.select_related("counter").get(pk=item.subject_id))


def _is_use(entry: JournalEntry) -> bool:
    """Whether it is what a person is told of a visit: an act, a signature, a reading under their mandate."""
    return entry.nature == Nature.ACT or entry.code == "mandate.signed" or _is_read(entry)


def _is_read(entry: JournalEntry) -> bool:
    """Whether a counter read, by the mandate that it was given."""
    return entry.nature == Nature.READ and entry.via == Via.MANDATE


def _tell(item: OutboxItem, entries: list[JournalEntry], *, on_paper: bool = False, visit: Visit | None = None) -> None:
    reach(item.person_id, item.pk, lambda person: _told(person, entries, visit), on_paper=on_paper)


def reach(
    person_id: UUID,
    subject_id: UUID,
    write: Callable[[Person], Content],
    *,
    path: str = "/mon-espace/trace/",
    on_paper: bool = False,
) -> None:
    """Tell a person something by the way that they chose, once for a subject. The wall is open for them.

    By e-mail only that there is something to read, and where (`path`); else the letter that `write` makes.
    """
    person = Person.objects.get(pk=person_id)
    if person.frozen_at is not None:
        return  # their death is on record: nothing of it goes to their home
    with override("fr"):
        if reads_on_screen(person) and not on_paper:
            tell_by_mail(person, path)
        else:
            write_letter(person, subject_id, write(person))


@outbox.handles(asking.TOPIC)
def tell_request(item: OutboxItem) -> None:
    """Tell a person that a professional asks for an access; the letter carries a form for each answer."""
    reach(item.person_id, item.subject_id, lambda person: _asked(person, item.subject_id))


def _asked(person: Person, request_id: UUID) -> Content:
    request = AccessRequest.objects.select_related("professional").get(pk=request_id)
    answers = [personal_form(person, code, request_id) for code in ("request.decline", "request.accept")]
    return {
        "subject": _("Un professionnel vous demande un accès"),
        "paragraphs": [
            _("Bonjour,"),
            _("Un professionnel de santé demande à voir une partie de votre espace. Rien ne lui est ouvert."),
            _(
                "Vous décidez : oui, non, ou oui pour moins que ce qu’il demande. Si vous ne répondez pas, "
                "la réponse est non, et vous n’avez rien à faire."
            ),
        ],
        "tables": [[_("La demande"), [[str(label), str(value)] for label, value in request_facts(request)]]],
        "closing": _("Vous n’avez pas à dire pourquoi vous refusez."),
        "forms": [form for form in answers if form],
    }


@outbox.handles("link-code")
def post_code(item: OutboxItem) -> None:
    """Write the letter that carries the code of an account to link; the code is drawn now, and only its digest kept."""
    drawn = new_reference("C").removeprefix("C-")
    if linking.set_code(item.subject_id, drawn):
        person = Person.objects.get(pk=item.person_id)
        # Whoever types it is the person from then on: a letter box proves nothing against who shares it.
        shared = is_represented(person.pk) or not keeps_own_care(person.birth_date)
        with override("fr"):
            write_letter(person, item.subject_id, _with_code(drawn), at_counter=shared)


def _with_code(drawn: str) -> Content:
    return {
        "subject": _("Votre code pour relier un compte en ligne"),
        "paragraphs": [
            _("Bonjour,"),
            _("Quelqu’un a demandé à relier un compte en ligne à votre dossier. Si c’est vous, tapez ce code :"),
            drawn,
            _("à l’adresse %s") % f"{settings.SITE_URL}/mon-espace/relier/code/",
            _("Il sert une seule fois, pendant 30 jours, et seulement avec le compte qui l’a demandé."),
            _("Si ce n’est pas vous, ne donnez ce code à personne et jetez ce courrier : rien ne change."),
        ],
    }


def tell_by_mail(person: Person, path: str = "/mon-espace/trace/") -> None:
    """Say by e-mail that there is something to read, and where."""
    # E-mail travels in clear: it says that there is something to read, never what.
    send_mail(
        _("Plein gré : il y a du nouveau dans votre espace"),
        _("Bonjour,\n\nIl y a quelque chose à lire dans votre espace. Connectez-vous pour le voir :\n%s\n\nPlein gré")
        % f"{settings.SITE_URL}{path}",
        None,
        [person.email],
    )


def write_letter(person: Person, subject_id: UUID, content: Content, *, at_counter: bool = False) -> Letter:
    """Prepare a letter, once for a subject. The wall is open for the person."""
    held = at_counter or stays(person, content)
    content["address"] = address_of(person)
    letter, _created = Letter.objects.get_or_create(
        subject_id=subject_id,
        defaults={
            "reference": new_reference("LT"),
            "person_id": person.pk,
            "state": LetterState.HELD if held else LetterState.PREPARED,
            "content": content,
        },
    )
    return letter


def write_answer(subject_id: UUID, address: list[str], content: Content) -> Letter:
    """Prepare a letter to someone of whom nothing is kept, once for a subject: sealed, emptied once posted.

    The wall is open for nobody.
    """
    content["address"] = address
    letter, _created = Letter.objects.get_or_create(
        subject_id=subject_id, defaults={"reference": new_reference("LT"), "content": content}
    )
    return letter


def answer_act(receipt: Receipt, address: list[str]) -> Letter:
    """The answer to an act that keeps nothing of the person: its receipt, at the address of the form."""
    with override("fr"):
        content = {
            "subject": _("Ce qui a été fait à votre demande"),
            "paragraphs": [
                _("Bonjour,"),
                _(
                    "Votre formulaire signé est arrivé. Voici ce qui a été fait. Gardez cette lettre : c’est votre reçu."
                ),
                _(
                    "Rien de votre courrier n’est gardé : ni votre nom, ni votre adresse, ni l’image du formulaire. "
                    "Cette lettre elle-même est effacée chez nous dès qu’elle est postée."
                ),
            ],
            "tables": [entry_table(receipt.entry), [_("Reçu"), [[_("Numéro"), str(receipt.pk)]]]],
            "closing": _("Vous pouvez changer d’avis quand vous voulez, par toutes les voies, sans dire pourquoi."),
        }
        return write_answer(receipt.pk, address, content)


def rejection(mail_reference: str, received_on: date, reason: str) -> Content:
    """What is written to someone whose form could not be dealt with."""
    with override("fr"):
        day = day_words(received_on)
        return {
            "subject": _("Votre courrier reçu le %s") % day,
            "paragraphs": [
                _("Bonjour,"),
                _("Nous avons reçu votre courrier le %s. Nous n’avons rien pu faire de ce qu’il demande :") % day,
                str(reason),
                _(
                    "Rien n’a changé pour vous. Vous pouvez renvoyer un formulaire, passer à un guichet, "
                    "ou nous téléphoner : nous le remplirons avec vous."
                ),
            ],
            "tables": [[_("Votre courrier"), [[_("Référence"), mail_reference]]]],
            "closing": "",
        }


def _told(person: Person, entries: list[JournalEntry], visit: Visit | None) -> Content:
    paragraphs = [_("Bonjour,")]
    # Whoever has no space is not told of one.
    has_space = Space.objects.filter(pk=person.pk).exists()
    where = _("dans votre espace de santé") if has_space else _("à votre nom")
    if visit:
        day = day_words(visit.opened_at)
        paragraphs.append(
            _("Le %(day)s, vous êtes venu au guichet %(counter)s. Voici tout ce qui y a été fait pour vous.")
            % {"day": day, "counter": visit.counter}
        )
    else:
        paragraphs.append(_("Voici ce qui vient d’être fait %s, et de quelle façon.") % where)
    paragraphs.append(
        _("Si vous ne reconnaissez pas quelque chose, dites-le nous par courrier, par téléphone ou à un guichet.")
    )
    return {
        "subject": _("Ce qui a été fait %s") % where,
        "paragraphs": paragraphs,
        "tables": [entry_table(entry) for entry in entries if _is_read(entry) or not entry.code.startswith("visit.")],
        "closing": _("Vous pouvez changer d’avis quand vous voulez, par toutes les voies, sans dire pourquoi."),
        "slips": [_slip(mandate) for mandate in _mandates(person, entries)],
        "forms": _forms(person, entries),
    }


def entry_table(entry: JournalEntry) -> list[Any]:
    """One trace as a table of a letter: [title, [[label, value], …], the text of the QR that proves it]."""
    title = what_words(entry.code)
    if entry.outcome == Outcome.REFUSED:
        title = _("Essai refusé : %s") % title
    rows = [[_("Quand"), moment_words(entry.at)]]
    rows += map(list, done_facts(entry))
    if entry.details.get("reason"):
        rows.append([_("Raison du refus"), entry.details["reason"]])
    return [title, [*rows, *entry.details["facts"], *map(list, beside(entry))], qr_of(entry)]


def _mandates(person: Person, entries: list[JournalEntry]) -> list[Mandate]:
    """The mandates in force that these traces are about: the letter carries a slip to end each."""
    references = {entry.basis_reference for entry in entries if entry.basis_reference}
    subjects = {entry.details.get("subject") for entry in entries if entry.code == "mandate.give"}
    standing = Mandate.objects.in_force().filter(person_id=person.pk).select_related("counter")
    return [mandate for mandate in standing if mandate.reference in references or str(mandate.pk) in subjects]


def _forms(person: Person, entries: list[JournalEntry]) -> list[Content]:
    """A form made out to the person for each of these acts that can be taken back and still stands."""
    forms = []
    for entry in entries:
        act, subject = get_act(entry.code), entry.details.get("subject")
        if act and act.undo and subject and (form := personal_form(person, act.undo, UUID(subject))):
            forms.append(form)
    return forms


def _slip(mandate: Mandate) -> Content:
    return {
        "title": _("Mettre fin au mandat %s") % mandate.reference,
        "text": _("Pour mettre fin au mandat donné à %s, signez ce coupon et renvoyez-le. Il suffit.")
        % mandate.counter,
        "code": slip_code(mandate.reference),
        "reference": mandate.reference,
    }


def personal_form(person: Person, code: str, target_id: UUID) -> Content | None:
    """The form of an act made out to this person about one of their rows; None when that row stands no more."""
    about = get_act(code).target_words(Basis(Via.PAPER, person.pk, machine()), target_id)
    if about is None:
        return None
    form = PersonalForm.objects.create(
        reference=new_reference("PF"), person_id=person.pk, act_code=code, target_id=target_id
    )
    return {"act": form.act_code, "reference": form.reference, "about": about}
