"""The nouns of assistance."""

from assistance.models.agent import CounterRole, Invitation
from assistance.models.counter import (
    Counter,
    CounterGroupObjectPermission,
    CounterKind,
    CounterUserObjectPermission,
)
from assistance.models.fault import FaultAnswer
from assistance.models.letter import Letter, LetterBatch, LetterState, WrongStep
from assistance.models.mail import SIGNED_MANDATE, Mail, MailFinding, MailState
from assistance.models.mandate import Duration, EndReason, Mandate, MandateState, Signer
from assistance.models.personal_form import PersonalForm
from assistance.models.printout import Printout, PrintoutKind
from assistance.models.signal import SeenSignal
from assistance.models.visit import Visit, VisitEnd

__all__ = [
    "SIGNED_MANDATE",
    "Counter",
    "CounterGroupObjectPermission",
    "CounterKind",
    "CounterRole",
    "CounterUserObjectPermission",
    "Duration",
    "EndReason",
    "FaultAnswer",
    "Invitation",
    "Letter",
    "LetterBatch",
    "LetterState",
    "Mail",
    "MailFinding",
    "MailState",
    "Mandate",
    "MandateState",
    "PersonalForm",
    "Printout",
    "PrintoutKind",
    "SeenSignal",
    "Signer",
    "Visit",
    "VisitEnd",
    "WrongStep",
]
