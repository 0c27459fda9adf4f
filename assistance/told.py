"""What a person is told by the clock and of reads by others: each by their channel, in words."""

import base64
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from assistance.letters import Content, reach
from assistance.models import PersonalForm
from assistance.paper.codes import new_reference
from consent import outbox
from consent.acts.registry import get_act
from consent.days import day_words, moment_words
from consent.endings import Ends, words_of
from consent.models import JournalEntry, OutboxItem, Person, Reminder, Statement
from consent.pseudonyms import pseudonym_of
from consent.seal import log
from consent.statements import reads_of
from consent.summary import Item, summary_of
from consent.telling import midnight, reads_between
from consent.trace.history import Line, lines_of

# A letter that lists more would be a book: it says how many more there are, and where they are had.
MOST_LINES = 200


def _tell(item: OutboxItem, write: Callable[[Person], Content], **how: Any) -> None:
    reach(item.person_id, item.pk, write, **how)


@outbox.handles("read-told")
def tell_read(item: OutboxItem) -> None:
    """Tell of one read by somebody else."""
    entry = JournalEntry.objects.get(pk=item.subject_id)
    _tell(item, lambda person: _of_read(entry))


@outbox.handles("week-told")
def tell_week(item: OutboxItem) -> None:
    """Tell of a week's reads."""
    monday = Reminder.objects.get(pk=item.subject_id).day
    reads = reads_between(item.person_id, midnight(monday), midnight(monday + timedelta(days=7)))
    _tell(item, lambda person: _of_week(monday, list(reads[:MOST_LINES]), reads.count()))


@outbox.handles("ending-told")
def tell_ending(item: OutboxItem) -> None:
    """Tell that something ends within two weeks; nothing when it ended meanwhile."""
    reminder = Reminder.objects.get(pk=item.subject_id)
    if ends := words_of(reminder):
        _tell(item, lambda person: _of_ending(person, ends), path=reverse("consent:home"))


@outbox.handles("statement")
def send_statement(item: OutboxItem) -> None:
    """Send a statement of who read what."""
    statement = Statement.objects.get(pk=item.subject_id)
    days = {"since": f"{statement.since:%d/%m/%Y}", "until": f"{statement.until:%d/%m/%Y}", "others": "on"}
    _tell(
        item,
        lambda person: _of_statement(statement),
        path=f"{reverse('consent:trace')}?{urlencode(days)}",
        on_paper=statement.on_paper,
    )


@outbox.handles("year-told")
def tell_year(item: OutboxItem) -> None:
    """Send the summary of the year."""
    _tell(item, lambda person: _of_year(person.pk), path=reverse("consent:summary"))


def _of_read(entry: JournalEntry) -> Content:
    paragraphs = [_("Bonjour,"), _("Quelqu’un d’autre que vous vient de lire dans votre espace de santé.")]
    subject = _("Une lecture dans votre espace de santé")
    return _letter(subject, [*paragraphs, _unknown()], [_table(line) for line in lines_of([entry])])


def _of_week(monday: date, reads: list[JournalEntry], many: int) -> Content:
    days = {"first": day_words(monday), "last": day_words(monday + timedelta(days=6))}
    told = _("Voici qui a lu dans votre espace de santé du %(first)s au %(last)s.") % days
    subject = _("Ce qui a été lu dans votre espace de santé cette semaine")
    return _letter(subject, [_("Bonjour,"), told, *_left_out(many, reads), _unknown()], _by_reader(reads))


def _of_statement(statement: Statement) -> Content:
    reads, many = reads_of(statement, MOST_LINES)
    days = {"since": day_words(statement.since), "until": day_words(statement.until)}
    told = _("Voici qui a lu quoi dans votre espace de santé du %(since)s au %(until)s.") % days
    if not reads:
        told = _("Du %(since)s au %(until)s, personne d’autre que vous n’a rien lu dans votre espace de santé.") % days
    nothing = [[_("Lectures par quelqu’un d’autre"), [[_("Du %(since)s au %(until)s") % days, _("rien")]]]]
    free = _("Ce relevé est gratuit. Chaque trace est gardée au moins 3 ans : vous pouvez la redemander.")
    subject = _("Relevé de qui a lu quoi dans votre espace de santé")
    tables = [*(_by_reader(reads) or nothing), *_sealed()]
    paragraphs = [told, *_left_out(many, reads), _unknown(), free, number_words(statement.person_id)]
    return _letter(subject, [_("Bonjour,"), *paragraphs], tables)


def _sealed() -> list[Any]:
    """The newest checkpoint of the sealed journal: paper at home witnesses it (design §8)."""
    if (checkpoint := log.latest()) is None:
        return []
    sealed_at = datetime.fromtimestamp(checkpoint.time, tz=timezone.get_current_timezone())
    rows = [
        [_("Traces scellées"), str(checkpoint.size)],
        [_("Empreinte"), base64.b64encode(checkpoint.root).decode()],
        [_("Scellé le"), moment_words(sealed_at)],
    ]
    return [[_("Le dernier scellé du journal : gardez-le, il prouve que le passé n’a pas été changé"), rows]]


def _of_ending(person: Person, ends: Ends) -> Content:
    told = _("Dans deux semaines au plus, ceci prend fin de soi-même. Si vous ne faites rien, rien ne continue.")
    paragraphs = [_("Bonjour,"), told]
    forms = []
    if act := get_act(ends.go_on):
        paragraphs.append(
            _("Pour que cela continue, c’est à vous de le dire : en ligne, à un guichet ou par courrier.")
        )
        form = PersonalForm.objects.create(
            reference=new_reference("PF"), person_id=person.pk, act_code=act.code, target_id=ends.target_id
        )
        forms.append({"act": act.code, "reference": form.reference, "about": ends.title})
    subject = _("Bientôt terminé : %s") % ends.title
    return _letter(subject, paragraphs, [[ends.title, _rows(ends.facts)]]) | {"forms": forms}


def _of_year(person_id: UUID) -> Content:
    tables = [[part.title, [_item_row(item) for item in part.items]] for part in summary_of(person_id) if part.items]
    told = _(
        "Il y a un an de plus que votre espace est ouvert. Voici, sur une page, ce qui est ouvert, fermé et refusé."
    )
    paragraphs = [_("Bonjour,"), told, number_words(person_id)]
    return _letter(_("Votre espace de santé : le résumé de l’année"), paragraphs, tables)


def _item_row(item: Item) -> list[str]:
    return [item.title, ", ".join(f"{label} : {value}" for label, value in item.facts)]


def _letter(subject: str, paragraphs: list[str], tables: list[Any]) -> Content:
    return {
        "subject": subject,
        "paragraphs": paragraphs,
        "tables": tables,
        "closing": _("Vous pouvez changer d’avis quand vous voulez, par toutes les voies, sans dire pourquoi."),
    }


def _by_reader(reads: list[JournalEntry]) -> list[Any]:
    """A table for each reader, their lines in order."""
    lines = sorted(lines_of(reads), key=lambda line: (line.who, line.at))
    return [
        [who, [[moment_words(line.at), _read_words(line)] for line in theirs]]
        for who, theirs in groupby(lines, key=lambda line: line.who)
    ]


def _read_words(line: Line) -> str:
    facts = " · ".join(f"{label} : {value}" for label, value in line.facts)
    return " – ".join(part for part in (line.what, line.how, facts) if part)


def _table(line: Line) -> list[Any]:
    rows = [[_("Quand"), moment_words(line.at)], [_("Qui"), line.who]]
    rows += [[_("De quel droit"), line.how]] if line.how else []
    return [line.what, [*rows, *_rows(line.facts)]]


def _rows(facts: list[tuple[str, str]]) -> list[list[str]]:
    return [[str(label), str(value)] for label, value in facts]


def _left_out(many: int, reads: list[JournalEntry]) -> list[str]:
    if many <= len(reads):
        return []
    more = many - len(reads)
    return [_("Il y en a %d de plus : demandez-les en ligne, à un guichet ou par courrier.") % more]


def number_words(person_id: UUID) -> str:
    """By what number the auditor finds the person's traces, for who has no screen to read it on."""
    return _(
        "Votre numéro pour le délégué à la protection des données, qui ne connaît pas votre nom : %s."
    ) % pseudonym_of(person_id)


def _unknown() -> str:
    return _("Si vous ne reconnaissez pas quelque chose, dites-le nous par courrier, par téléphone ou à un guichet.")
