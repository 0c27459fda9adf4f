"""Whoever answers a case has no part in it, and is told of nobody but staff by name."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from assistance import cases
from consent import journal
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.acts.representation import represent
from consent.bases import Actor, Basis, BasisRefused, Via
from consent.models import Case, CaseOutcome, CaseState, JournalEntry
from consent.models.journal_entry import ActorKind
from consent.models.representation import Kind
from consent.wall import opened
from portal.accounts.user import User
from tests.cast import JEANNE, Patient, make_patient
from tests.consent.conftest import does, with_space  # noqa: F401
from tests.consent.test_representation import at
from tests.trials.world import World

pytestmark = pytest.mark.django_db


def contested(odette: Patient, entry: JournalEntry) -> UUID:
    """The case that Odette opens on this line."""
    does(odette, "entry.contest", {"why": "Pourquoi a-t-on regardé ?"}, entry.pk)
    with opened(odette.person.id):
        return Case.objects.get().pk


def test_a_clerk_does_not_answer_for_whom_they_represent():
    world = World()
    User.objects.filter(person_id=world.jeanne.id).update(person_id=None)
    world.clerk.person_id = world.jeanne.id
    world.clerk.save()
    world.guardian(world.odette, ["rights.rectification"])
    act = get_act("rights.rectification")
    perform(act, world.online(act, world.odette), {"wrong": "Ma rue.", "right": "4 rue Haute"}, uuid4())
    with opened(world.odette.id):
        case_id = Case.objects.get().pk
    for step in (
        lambda: cases.open_case(cases.CLERKS, case_id, world.clerk),
        lambda: cases.answer(cases.CLERKS, case_id, world.clerk, CaseOutcome.GRANTED, "Fait."),
    ):
        with pytest.raises(BasisRefused, match="un collègue le fera"):
            step()
    with opened(world.odette.id):
        assert Case.objects.get().state == CaseState.OPEN


def test_an_auditor_does_not_answer_the_contest_of_their_own_look(odette, with_space, paul):  # noqa: F811
    with opened(odette.person.id):
        basis = Basis(Via.SERVICE, odette.person.id, Actor(ActorKind.AUDITOR, paul.pk))
        look = journal.write_event(basis, "emergency.looked", [], person_id=odette.person.id)
    case_id = contested(odette, look)
    with pytest.raises(BasisRefused, match="un collègue le fera"):
        cases.answer(cases.AUDIT, case_id, paul, CaseOutcome.DECLINED, "J’avais le droit.")


def test_the_auditor_learns_that_a_representative_did_it_and_not_who(odette, with_space, paul, sign_in):  # noqa: F811
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    until = timezone.now() + timedelta(days=30)
    row = represent(odette.person, jeanne.person, Kind.RELATIVE, ["space.read"], ends_at=until)
    sign_in(jeanne.user).get(at(row))
    with opened(odette.person.id):
        entry = JournalEntry.objects.get(code="representation.entered")
    line = cases.open_case(cases.AUDIT, contested(odette, entry), paul).line
    told = " ".join(f"{label} : {value}" for label, value in line)
    assert "Fait par : " in told
    for hidden in ("Jeanne", "Garnier", str(jeanne.user.pk)):
        assert hidden not in told
