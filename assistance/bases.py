"""The bases that assistance provides: a mandate, a person's presence at a counter, a posted form."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.letters import answer_act
from assistance.models import Counter, EndReason, Mail, MailState, Mandate, MandateState, PersonalForm, Visit
from assistance.models.visit import IDLE
from assistance.roles import CounterRight, Service, answered_by, has_right
from assistance.signing import FOR_THE_PERSON, may_by
from assistance.visit_memory import remember_nameless
from consent import outbox
from consent.acts.base import Effect
from consent.acts.registry import get_act
from consent.bases import AFTER_DEATH, FROZEN_WORDS, Basis, BasisRefused, NotUsedUp, Via, provide
from consent.days import moment_words
from consent.explanations import EXPLAINED
from consent.models import Case, CaseKind, EmergencyAccess, Explanation, JournalEntry, Person, Receipt, Representation
from consent.models.representation import EndReason as RepresentationEnd
from consent.turns import locked_row
from consent.wall import opened

OWN_AFFAIR = gettext_lazy("Un agent n’agit ni pour lui-même, ni pour qui il représente : un collègue le fera.")
# What is done with a case by those who answer it: reading it, extending it, answering it.
CASE_CODES = frozenset({"case.read", "case.extended", "case.answered"})
# What the auditor looks at and records: never with a word of health.
AUDIT_CODES = frozenset(
    {
        "emergency.looked",
        "emergency.reviewed",
        "audit.queue",
        "audit.signals",
        "audit.signal",
        "audit.seen",
        "audit.asked",
        "audit.fault",
        "audit.search",
    }
)


def users_about(person_id: UUID | None) -> QuerySet[AbstractBaseUser]:
    """Accounts that may serve, each with whether this person's affairs are their own: theirs, or those of someone whom
    they represent, or represented until a doubt was noted (design §6); whether it is a clerk's; and whether a death of
    the person is on record. The wall is open for the person.
    """
    held = Representation.objects.filter(person_id=person_id, representative_id=OuterRef("person_id"))
    own = Q(person_id=person_id) if person_id else Q(pk__in=[])
    tied = own | Exists(held.in_force()) | Exists(held.filter(end_reason=RepresentationEnd.DOUBT))
    accounts = get_user_model().objects.filter(is_active=True)
    return accounts.annotate(
        own_affair=ExpressionWrapper(tied, output_field=BooleanField()),
        clerk=Exists(Group.objects.filter(user=OuterRef("pk"), name=Service.MAIL)),
        frozen=Exists(Person.objects.filter(pk=person_id, frozen_at__isnull=False)),
    )


class MandateProvider:
    """An agent of the counter named in a mandate in force, during a visit with that person."""

    def lock(self, basis: Basis, code: str) -> None:
        row = locked_row(
            "SELECT m.state, m.ends_at, m.ended_at, m.end_reason, m.scopes, m.signer, c.number FROM assistance_mandate m "
            "JOIN assistance_counter c ON c.id = m.counter_id WHERE m.id = %s AND m.person_id = %s FOR SHARE OF m",
            [basis.right_id, basis.person_id],
        )
        if row is None:
            raise BasisRefused(gettext_lazy("Ce mandat n’existe pas."))
        state, ends_at, ended_at, reason, scopes, signer, number = row
        if state == MandateState.ENDED:
            raise BasisRefused(ended_words(basis.reference, reason, ended_at))
        if state != MandateState.IN_FORCE:
            raise BasisRefused(
                format_lazy(gettext_lazy("Le mandat {ref} n’est pas encore signé."), ref=basis.reference)
            )
        if ends_at <= timezone.now():
            raise BasisRefused(ended_words(basis.reference, EndReason.EXPIRED, ends_at))
        if code not in scopes or (
            signer in FOR_THE_PERSON and code not in may_by(Mandate.objects.get(pk=basis.right_id))
        ):
            raise BasisRefused(not_covered(basis.reference))
        if number != basis.actor.counter_number:
            raise BasisRefused(gettext_lazy("Ce mandat a été donné à un autre guichet."))
        lock_visit(basis)

    def used(self, basis: Basis, receipt: Receipt, effect: Effect) -> None:
        """A mandate is not used up."""
        _remember(basis, receipt)


class PresenceProvider:
    """An agent of the counter, in a visit: the person is there and their identity document was seen."""

    def lock(self, basis: Basis, code: str) -> None:
        lock_visit(basis)

    def used(self, basis: Basis, receipt: Receipt, effect: Effect) -> None:
        """Presence is not used up. Whom the act met for the first time is whom the visit is with from now on."""
        if basis.person_id is None and receipt.person_id is not None:
            Visit.objects.filter(pk=basis.visit_id, person_id__isnull=True).update(person_id=receipt.person_id)
        _remember(basis, receipt)


class PaperProvider:
    """A signed form that came by post, keyed in beside its scan by the clerk who took it. It serves once."""

    def lock(self, basis: Basis, code: str) -> None:
        mail = Mail.objects.select_for_update().filter(pk=basis.right_id).first()
        clerk = _clerk_of_another(basis)
        if mail is None or mail.state != MailState.WAITING or mail.person_id != basis.person_id:
            raise BasisRefused(gettext_lazy("Ce courrier a déjà été traité."))
        if mail.taken_by_id != basis.actor.id:
            raise BasisRefused(gettext_lazy("Ce courrier est à un collègue : prenez-le d’abord."))
        if clerk.frozen and code not in AFTER_DEATH:
            raise BasisRefused(FROZEN_WORDS)
        act = get_act(mail.act_code)
        if act is not None and code == act.shows(Via.PAPER):
            return  # what its pages show: the form serves when the act is done
        if mail.act_code and mail.act_code != code:
            raise BasisRefused(gettext_lazy("Ce formulaire demande un autre acte."))
        form = PersonalForm.objects.select_for_update().filter(pk=mail.personal_form_id).first()
        if mail.personal_form_id and (form is None or form.used_at):
            raise BasisRefused(gettext_lazy("Ce formulaire personnel a déjà servi : il ne sert qu’une fois."))

    def used(self, basis: Basis, receipt: Receipt, effect: Effect) -> None:
        """The form served: it is settled with its receipt, in the act's own transaction."""
        # Where the act keeps nothing of the person, neither does the mail.
        with opened(basis.person_id or receipt.person_id):
            mail = Mail.objects.get(pk=basis.right_id)
            PersonalForm.objects.filter(pk=mail.personal_form_id).update(used_at=timezone.now())
            mail.state, mail.done_at = MailState.DONE, timezone.now()
            mail.receipt_id, mail.person_id = receipt.pk, receipt.person_id
            mail.save(update_fields=["state", "done_at", "receipt_id", "person_id"])
        with opened(receipt.person_id):
            outbox.put("mail-settled", mail.pk, receipt.person_id)
        if effect.answer_to:
            with opened(None):
                answer_act(receipt, effect.answer_to)


class ServiceProvider(NotUsedUp):
    """The standing duty of the service: to print and post one person's letter, to look at a filed scan, to answer.

    A case is read and answered by clerks or by the auditor, as its kind says, and never by those whom it is about.
    """

    clerk_codes = frozenset({"letter.read", "mail.read"})

    def lock(self, basis: Basis, code: str) -> None:
        if code in self.clerk_codes:
            _clerk_of_another(basis)
        elif code in CASE_CODES:
            self._who_answers(basis)
        elif code in AUDIT_CODES:
            self._auditor_of_another(basis)
        elif code == EXPLAINED:
            self._who_is_asked(basis)
        else:
            raise BasisRefused(gettext_lazy("Le service ne lit que les courriers et les demandes."))

    def _who_answers(self, basis: Basis) -> None:
        kind = Case.objects.filter(pk=basis.right_id).values("kind")
        teams = Group.objects.filter(user=OuterRef("pk")).values("name")
        contested = Case.objects.filter(pk=basis.right_id, kind=CaseKind.CONTEST).values("subject_id")
        theirs = JournalEntry.objects.filter(pk__in=contested, person_id=basis.person_id, actor_id=OuterRef("pk"))
        users = users_about(basis.person_id).annotate(
            case_kind=Subquery(kind), teams=ArraySubquery(teams), contested=Exists(theirs)
        )
        user = users.filter(pk=basis.actor.id).first()
        if user is None or not user.case_kind or answered_by(CaseKind(user.case_kind)) not in user.teams:
            raise BasisRefused(gettext_lazy("Cette demande n’est pas de celles que vous traitez."))
        if user.own_affair or user.contested:
            raise BasisRefused(gettext_lazy("On ne traite pas sa propre demande : un collègue le fera."))

    def _who_is_asked(self, basis: Basis) -> None:
        user = get_user_model().objects.filter(pk=basis.actor.id, is_active=True).first()
        asked = Explanation.objects.filter(pk=basis.right_id, professional=user and user.professional_id)
        if user is None or user.professional_id is None or not asked.exists():
            raise BasisRefused(gettext_lazy("Cette question n’est pas pour vous."))

    def _auditor_of_another(self, basis: Basis) -> None:
        """The auditor, who is neither the person nor the professional whose emergency access is reviewed."""
        user = get_user_model().objects.filter(pk=basis.actor.id, is_active=True, groups__name=Service.AUDIT).first()
        if user is None:
            raise BasisRefused(gettext_lazy("Seul le délégué à la protection des données contrôle la trace."))
        own = user.person_id is not None and user.person_id == basis.person_id
        if not own and basis.right_id is not None and user.professional_id is not None:
            accesses = EmergencyAccess.objects.filter(pk=basis.right_id, professional=user.professional_id)
            own = accesses.exists()
        if own:
            raise BasisRefused(gettext_lazy("On ne contrôle pas ce qui nous concerne : un collègue le fera."))


def _clerk_of_another(basis: Basis) -> AbstractBaseUser:
    """Check that the actor is a clerk, of whom this is no affair of their own. Raises `BasisRefused`."""
    user = users_about(basis.person_id).filter(pk=basis.actor.id).first()
    if user is None or not user.clerk:
        raise BasisRefused(gettext_lazy("Seul le service courrier traite les formulaires reçus par la poste."))
    if user.own_affair:
        raise BasisRefused(
            gettext_lazy("On ne traite ni son propre courrier, ni celui de qui l’on représente : un collègue le fera.")
        )
    return user


def _remember(basis: Basis, receipt: Receipt) -> None:
    """The receipt of an act that leaves no name is shown during the visit, and found by nothing else."""
    if receipt.person_id is None and basis.person_id is not None and basis.visit_id is not None:
        remember_nameless(basis.visit_id, receipt.pk)


SHARED_VISIT = (
    "SELECT v.ended_at, v.last_seen_at, v.agent_id, v.person_id, v.counter_id FROM assistance_visit v "
    "WHERE v.id = %s FOR SHARE OF v"
)
# A person without row may come into being by the act itself, which then writes the visit: two such acts at
# once that shared its lock would wait for each other for ever.
OWN_VISIT = SHARED_VISIT.replace("FOR SHARE", "FOR NO KEY UPDATE")


def lock_visit(basis: Basis) -> None:
    """Check that the visit goes on and that this agent still serves at this counter. Raises `BasisRefused`."""
    row = locked_row(SHARED_VISIT if basis.person_id else OWN_VISIT, [basis.visit_id])
    if row is None or row[2] != basis.actor.id:
        raise BasisRefused(gettext_lazy("Cette visite n’est pas la vôtre."))
    ended_at, last_seen_at, agent_id, person_id, counter_id = row
    if ended_at is not None or last_seen_at <= timezone.now() - IDLE:
        raise BasisRefused(gettext_lazy("La visite est terminée : commencez-en une nouvelle avec la personne."))
    if person_id != basis.person_id:
        raise BasisRefused(gettext_lazy("Cette visite concerne une autre personne."))
    agent = users_about(basis.person_id).filter(pk=agent_id).first()
    counter = Counter.objects.get(pk=counter_id)
    if (
        agent is None
        or counter.number != basis.actor.counter_number
        or not has_right(agent, CounterRight.ASSIST, counter)
    ):
        raise BasisRefused(gettext_lazy("Vous n’êtes plus agent de ce guichet."))
    if agent.own_affair:
        raise BasisRefused(OWN_AFFAIR)


def not_covered(reference: str) -> Promise:
    """The mandate stands, and does not list this act."""
    return format_lazy(gettext_lazy("Le mandat {ref} ne prévoit pas cet acte."), ref=reference)


def _ended_words(reference: str, reason: str, at: datetime) -> str:
    day = moment_words(at)
    words = {
        EndReason.REVOKED: _("Le mandat %(ref)s est terminé depuis le %(day)s : la personne y a mis fin."),
        EndReason.REPLACED: _("Le mandat %(ref)s est terminé depuis le %(day)s : un autre l’a remplacé."),
        EndReason.EXPIRED: _("Le mandat %(ref)s est terminé depuis le %(day)s : sa durée est écoulée."),
        EndReason.UNSIGNED: _("Le mandat %(ref)s n’a pas été signé à temps."),
    }[EndReason(reason)]
    return words % {"ref": reference, "day": day}


# Why a mandate no longer stands, in words: (reference, reason, at). Lazy: told to the agent in the page's
# language, kept in the journal in French.
ended_words = lazy(_ended_words, str)


provide(Via.MANDATE, MandateProvider())
provide(Via.PRESENCE, PresenceProvider())
provide(Via.PAPER, PaperProvider())
provide(Via.SERVICE, ServiceProvider())
