"""What a person is told of their cases: the answer, more time, and that the time has passed (GDPR, article 12.3 and 12.4).

By the channel that they chose; who asked on paper is answered on paper.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from assistance.letter_places import reads_on_screen
from assistance.letters import Content, write_letter
from consent import outbox
from consent.bases import Via
from consent.days import day_words
from consent.models import Case, CaseOutcome, OutboxItem, Person


@outbox.handles("case-answered")
def tell_answer(item: OutboxItem) -> None:
    """The answer, word for word."""
    _tell(item, _answered)


@outbox.handles("case-extended")
def tell_extension(item: OutboxItem) -> None:
    """Until when the answer may now take, and why."""
    _tell(item, _extended)


@outbox.handles("case-late")
def tell_late(item: OutboxItem) -> None:
    """That the delay has passed, and how to complain."""
    _tell(item, _late)


def _tell(item: OutboxItem, written: Callable[[Case], Content]) -> None:
    case = Case.objects.get(pk=item.subject_id)
    person = Person.objects.get(pk=item.person_id)
    if person.frozen_at is not None:
        return  # their death is on record: nothing of it goes to their home
    with override("fr"):
        if reads_on_screen(person) and case.via != Via.PAPER:
            # E-mail travels in clear: it says that there is something to read, never what.
            send_mail(
                _("Plein gré : il y a du nouveau dans vos demandes"),
                _("Bonjour,\n\nConnectez-vous pour le lire :\n%s\n\nPlein gré") % f"{settings.SITE_URL}/mon-espace/demandes/",
                None,
                [person.email],
            )  # fmt: skip
        else:
            write_letter(person, item.pk, written(case))


def _content(case: Case, subject: str, paragraphs: list[str], *, complain: bool) -> Content:
    asked = _("Le %(day)s, vous nous avez écrit : %(kind)s.") % {
        "day": day_words(case.opened_at),
        "kind": str(case.get_kind_display()).lower(),
    }
    table = [_("Votre demande"), [[_("Référence"), case.reference], *case.words]]
    return {
        "subject": subject,
        "paragraphs": [_("Bonjour,"), asked, *paragraphs],
        "tables": [table],
        "closing": how_to_complain() if complain else "",
    }


def how_to_complain() -> str:
    """Where a person can complain of what they were answered, or were not (GDPR, articles 77 and 79)."""
    return _(
        "Vous pouvez vous plaindre, sans frais, à la CNIL : 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, "
        "ou www.cnil.fr. Vous pouvez aussi saisir le juge. Un guichet peut vous aider à écrire."
    )


def _answered(case: Case) -> Content:
    paragraphs = [_("Notre réponse : %s.") % case.outcome_words.lower(), *filter(None, case.answer.splitlines())]
    return _content(
        case, _("Réponse à votre demande %s") % case.reference, paragraphs,
        complain=case.outcome != CaseOutcome.GRANTED,
    )  # fmt: skip


def _extended(case: Case) -> Content:
    paragraphs = [
        _("Il nous faut plus de temps pour vous répondre : jusqu’au %s. La loi le permet une fois.")
        % day_words(case.extended_until),
        _("La raison : %s") % case.extension_reason,
    ]
    return _content(case, _("Votre demande %s : un délai plus long") % case.reference, paragraphs, complain=True)


def _late(case: Case) -> Content:
    paragraphs = [
        _("La réponse vous était due le %s au plus tard. Vous ne l’avez pas eue : nous vous prions de nous excuser.")
        % day_words(case.limit),
        _("Elle vous est toujours due, et ceux qui doivent vous la donner sont prévenus chaque jour."),
    ]
    return _content(case, _("Votre demande %s : le délai est passé") % case.reference, paragraphs, complain=True)
