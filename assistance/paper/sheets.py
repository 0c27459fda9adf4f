"""What each printed sheet says: plain data in, so that a sheet can be made by any process, at any time.

Every text may be lazy: it is translated when the sheet is rendered, in the sheet's `language`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

Text = Any  # str, or a lazy translation


class Signer(StrEnum):
    """Who signs a mandate; the values are those of `assistance.models.Signer`."""

    PERSON = "person"
    MARK = "mark"
    GUARDIAN = "guardian"
    PARENT = "parent"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What every sheet has. `demo` marks it as invented; `language` is "fr" or "en"."""

    language: str = "fr"
    demo: bool = False


@dataclass(frozen=True, kw_only=True)
class PersonLines:
    """A person as printed: names (one line each), birth in words ("née le 3 avril 1945"), address lines."""

    names: tuple[Text, ...]
    birth: Text = ""
    address: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CounterLines:
    """A counter as printed."""

    name: Text
    address: tuple[Text, ...] = ()
    phone: Text = ""


@dataclass(frozen=True)
class Scope:
    """One act that a mandate gives: its label, and its sentence in full words."""

    label: Text
    sentence: Text


@dataclass(frozen=True)
class Guardian:
    """Who signs for a person under guardianship, and the judgment that says so."""

    name: Text
    court: Text
    judged_on: date


@dataclass(frozen=True)
class Line:
    """One fact: what, and its value."""

    label: Text
    value: Text


@dataclass(frozen=True)
class Table:
    """Facts under a title (empty: no title); `proof` is the text of the QR that proves them, if any."""

    title: Text
    lines: tuple[Line, ...]
    proof: str = ""


LONGEST_KEPT_WHOLE = 12


@dataclass(frozen=True, kw_only=True)
class PaperField:
    """One question on paper.

    `kind`: "grid" (`count` boxes for letters), "lines" (`count` lines), "boxes" (`choices`, one or
    several), "date" (JJ MM AAAA), or "words" (a line, for what is asked in words). `half`: short enough to
    stand beside another.
    """

    kind: str
    label: Text
    help: Text = ""
    required: bool = False
    count: int = 1
    choices: tuple[Text, ...] = ()
    one_only: bool = False
    half: bool = False

    @property
    def is_long(self) -> bool:
        """A list of boxes that may go on over the page: kept whole, it would leave half a page empty."""
        return len(self.choices) > LONGEST_KEPT_WHOLE


@dataclass(frozen=True)
class Section:
    """Questions under a title."""

    title: Text
    hint: Text
    fields: tuple[PaperField, ...]


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A part to cut off and post: its own QR, its reference in clear text, its own questions."""

    title: Text
    text: Text
    code: str
    reference: str = ""
    fields: tuple[PaperField, ...] = ()
    return_address: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MandateSheet(Sheet):
    """A mandate to sign.

    `scopes` are the acts chosen, and no other: how many they are is printed, so that nothing is added after
    the signature. `readings` are the contents that the counter may see; empty: none. `code` and
    `slip` are QR texts (`codes.mandate_code`, `codes.slip_code`). `starts`/`ends` may be unknown before
    the signature. `witnesses` for `Signer.MARK`, `guardian` for `Signer.GUARDIAN`, `parent` for
    `Signer.PARENT`.
    """

    reference: str
    code: str
    slip: str
    person: PersonLines
    counter: CounterLines
    scopes: tuple[Scope, ...]
    duration: Text
    readings: tuple[Text, ...] = ()
    starts: date | None = None
    ends: date | None = None
    signer: Signer = Signer.PERSON
    witnesses: tuple[Text, ...] = ()
    guardian: Guardian | None = None
    parent: Text = ""
    place: Text = ""
    made_on: date | None = None
    agent: Text = ""
    return_address: tuple[Text, ...] = ()
    site: Text = ""
    phone: Text = ""
    large_print: bool = False


@dataclass(frozen=True, kw_only=True)
class FormSheet(Sheet):
    """The paper form of an act. `personal` is the name of the person it was made for, or None (blank).

    `answered`: the person is told on paper of what was done. Of some acts nobody is written to: what is hidden from
    representatives, a death.
    """

    title: Text
    act_code: str
    code: str
    sections: tuple[Section, ...]
    reference: Text = ""
    intro: Text = ""
    personal: Text | None = None
    return_address: tuple[Text, ...] = ()
    answered: bool = True


@dataclass(frozen=True, kw_only=True)
class LetterSheet(Sheet):
    """A letter in a window envelope. `address` and `sender` are lines, the name first."""

    reference: str
    address: tuple[Text, ...]
    sender: tuple[Text, ...]
    dated: date
    subject: Text
    paragraphs: tuple[Text, ...]
    tables: tuple[Table, ...] = ()
    closing: Text = ""
    verifier: Text = ""
    slips: tuple[Slip, ...] = ()
    forms: tuple[FormSheet, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReceiptSheet(Sheet):
    """The receipt of one act: who acted (`by`), for whom (None: for themselves), by what right (`basis`).

    `proof` is the text of its QR, `proof_text` the same to copy, `proof_shows` what it shows; `words` what is pasted
    beside a code that does not carry them, `checkpoint` what an inclusion leads to. `bare`: the code and the hour alone.
    """

    number: Text
    act: Text
    at: datetime
    by: Text
    basis: Text
    lines: tuple[Line, ...]
    on_behalf_of: Text | None = None
    how_to_check: Text = ""
    how_to_contest: Text = ""
    proof: str = ""
    proof_text: str = ""
    proof_shows: Text = ""
    words: str = ""
    checkpoint: str = ""
    bare: bool = False


@dataclass(frozen=True)
class VisitAct:
    """One act of a visit: when, what, its facts in words, whether it was refused, and the text of the QR that proves it."""

    at: datetime
    label: Text
    words: Text = ""
    refused: bool = False
    proof: str = ""


@dataclass(frozen=True, kw_only=True)
class VisitSheet(Sheet):
    """Everything that was done during a visit. `person` is None for someone of whom nothing is kept."""

    counter: CounterLines
    agent: Text
    started: datetime
    ended: datetime
    acts: tuple[VisitAct, ...]
    person: Text | None = None
    document_seen: Text = ""
    mandate: Text = ""
    verifier: Text = ""


@dataclass(frozen=True)
class TraceLine:
    """One trace of a history: when, what, by whom and by what right, its facts in words, and whether it was refused."""

    at: datetime
    what: Text
    who: Text
    how: Text = ""
    words: Text = ""
    refused: bool = False
    is_read: bool = False


@dataclass(frozen=True, kw_only=True)
class TraceSheet(Sheet):
    """A person's history, the newest first. `left_out`: how many older traces are not on it; `narrowed`: its filters.

    `number` is how the auditor finds them.
    """

    person: Text
    period: Text
    made_on: date
    lines: tuple[TraceLine, ...]
    narrowed: tuple[Text, ...] = ()
    left_out: int = 0
    number: Text = ""


@dataclass(frozen=True, kw_only=True)
class NoticeSheet(Sheet):
    """A version of the notice. `body` is safe HTML (h2, h3, p, ul, ol); `easy`: easy-to-read French."""

    title: Text
    version: Text
    in_force_from: date
    sha256: str
    body: str
    easy: bool = False
