"""Checking a receipt's code on the service's own page. `verifier.py` does the same without us, in another way.

Only public things are read: keys, checkpoints. Nothing is looked for among the traces of anyone, and nothing is kept.
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from consent.acts.base import Fact
from consent.days import moment_words
from consent.merkle import leaf_hash, root_from_path
from consent.models import JournalEntry, SealCheckpoint
from consent.models.journal_entry import Nature, Outcome
from consent.proofs import code
from consent.proofs.words import WordsUnreadable, readings
from consent.seal import keys
from consent.trace import history
from consent.trace.kept import shown as kept_words


class ReceiptFalse(Exception):
    """The code cannot be read, or something in it is false. `message` says what, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass
class Checked:
    """What a genuine code proves, what it does not, and the words that it confirms."""

    proved: list[str] = field(default_factory=list)
    not_proved: list[str] = field(default_factory=list)
    words: list[Fact] = field(default_factory=list)
    checkpoint: str = ""


def check(text: str, words: str = "") -> Checked:
    """Check the text of a code, and the words pasted beside it if any. Raises `ReceiptFalse`."""
    try:
        receipt = code.read(text)
    except code.CodeUnreadable as error:
        raise ReceiptFalse(
            _(
                "Ce code n’est pas celui d’un reçu de Plein gré, ou un caractère a changé. Copiez-le de nouveau en "
                "entier, ou prenez une autre photo."
            )
        ) from error
    checked = Checked()
    if isinstance(receipt, code.Inclusion):
        _check_inclusion(receipt, checked)
    else:
        _check_promise(receipt, checked)
    _check_words(receipt, words, checked)
    checked.not_proved.append(
        _("Qui présente ce reçu : un papier peut changer de mains. Le code ne porte ni nom ni date de naissance.")
    )
    return checked


def _check_promise(receipt: code.Promise, checked: Checked) -> None:
    known = [key for key in keys.public_keys() if key.key_id == receipt.key_id]
    if not any(key.verifies(receipt.signature, receipt.message) for key in known):
        raise ReceiptFalse(
            _(
                "La signature de ce code n’est pas la nôtre : ce reçu est faux, ou un caractère a changé. Ne vous y fiez pas."
            )
        )
    checked.proved.append(
        _("Le service a signé ce reçu : une trace a été faite le %s.")
        % moment_words(datetime.fromtimestamp(receipt.at, UTC))
    )
    checked.proved.append(_("Le service a promis qu’elle soit dans le journal scellé une minute après au plus."))
    checked.not_proved.append(
        _(
            "Que la promesse a été tenue. Pour cela, demandez la « preuve complète » sur la page du reçu, ou confiez ce "
            "code à un témoin."
        )
    )


def _check_inclusion(receipt: code.Inclusion, checked: Checked) -> None:
    try:
        root = root_from_path(leaf_hash(receipt.leaf), receipt.place, receipt.size, receipt.path)
    except ValueError as error:
        raise ReceiptFalse(
            _(
                "Le chemin de ce code ne mène nulle part : ce reçu est faux, ou un caractère a changé. Ne vous y fiez pas."
            )
        ) from error
    published = SealCheckpoint.objects.filter(size=receipt.size).first()
    if published is None:
        raise ReceiptFalse(
            _(
                "Ce code parle d’un journal de %s traces : nous n’avons publié aucun scellé de cette taille. "
                "Ce reçu est faux, ou vient d’un autre journal."
            )
            % receipt.size
        )
    if bytes(published.root) != root:
        raise ReceiptFalse(
            _(
                "Ce code mène à une autre racine que celle que nous avons publiée : un caractère a été mal copié, ou ce "
                "reçu est faux, ou il vient d’un autre journal. Recopiez-le en entier, ou scannez de nouveau le QR. Seul, "
                "il ne prouve rien contre le journal : il y faut aussi un scellé de cette taille, signé, qui porte l’autre "
                "racine."
            )
        )
    checked.proved.append(
        _("La trace est dans le journal scellé, à la place %(place)s sur %(size)s. Elle date de l’heure du %(hour)s.")
        % {
            "place": receipt.place + 1,
            "size": receipt.size,
            "hour": moment_words(datetime.fromtimestamp(receipt.hour * 3600, UTC)),
        }
    )
    checked.proved.append(
        _("La racine du journal est bien celle qui a été publiée : %s") % base64.b64encode(root).decode()
    )
    checked.checkpoint = published.note
    checked.not_proved.append(
        _(
            "Que le journal montré ici est celui qui est montré à tous. Pour cela, comparez ce scellé à celui "
            "d’un témoin ou de l’affiche d’un guichet."
        )
    )


def _check_words(receipt: code.Code, text: str, checked: Checked) -> None:
    shown = receipt.shown if isinstance(receipt, code.Promise) else None
    if text.strip():
        shown = _confirmed(receipt, text)
    if shown is None:
        checked.not_proved.append(
            _("Ce que dit la trace : ce code ne porte pas ses mots. Collez-les à côté du code pour les vérifier.")
        )
        return
    try:
        said = json.loads(shown)
        at = datetime.fromisoformat(said["at"])
        rows = _rows(said, at)
    except (ValueError, KeyError, TypeError) as error:
        raise ReceiptFalse(_("Les mots de ce reçu ne sont pas ceux d’une trace.")) from error
    seconds = int(at.timestamp())
    same = seconds // 3600 == receipt.hour if isinstance(receipt, code.Inclusion) else seconds == receipt.at
    if not same:
        raise ReceiptFalse(_("L’heure écrite dans les mots n’est pas celle de la trace : ce reçu est faux."))
    checked.words = rows
    checked.proved.append(_("Les mots de ce reçu sont ceux de la trace, sans un signe de changé."))


def _confirmed(receipt: code.Code, text: str) -> bytes:
    """The words among the readings of a text that the code confirms. Raises `ReceiptFalse`."""
    try:
        found = [shown for shown, hidden in readings(text) if code.digest_of(shown, hidden) == receipt.digest]
    except WordsUnreadable as error:
        raise ReceiptFalse(
            _("Le texte des mots ne se lit pas. Copiez-le en entier, de la première accolade à la dernière.")
        ) from error
    if not found:
        raise ReceiptFalse(
            _(
                "Ces mots ne sont pas ceux de la trace : ils ont été changés, ou viennent d’un autre reçu. Ne vous y fiez pas."
            )
        )
    return found[0]


def _rows(said: dict[str, Any], at: datetime) -> list[Fact]:
    entry = JournalEntry(
        nature=Nature(said["nature"]), code=said["code"], outcome=Outcome(said["outcome"]), via=said["via"],
        actor_kind=said["by"], counter_number=said["counter"], basis_reference=said["reference"],
        details={},
    )  # fmt: skip
    rows = [
        (_("Quoi"), history.what_words(entry.code)),
        (_("Le"), moment_words(at)),
        *history.done_facts(entry),
    ]
    if entry.outcome == Outcome.REFUSED:
        rows.append((_("Refusé"), kept_words(said["reason"])))
    return [*rows, *((kept_words(str(label)), kept_words(str(value))) for label, value in said["facts"])]
