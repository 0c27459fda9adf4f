"""A professional asks, the person answers; silence is a refusal, and what is opened is what the person chose."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from assistance.models import Letter
from consent import outbox
from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.asking import TOPIC, ask
from consent.bases import Basis, BasisRefused, Via
from consent.journal import machine
from consent.models import AccessRequest, Category, Grant, JournalEntry, OutboxItem, Person, Professional
from consent.wall import opened
from tests.cast import Patient, open_space_answers, request_id
from tests.consent.openings import reads

pytestmark = pytest.mark.django_db
REASON = "Je vous suis après votre opération."
CHOICE = {"rights": ["read"], "extent": "some", "categories": ["reports"], "duration": "1m"}


@pytest.fixture
def space(odette: Patient, notice: Any) -> Patient:
    perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    return odette


def asked(patient: Patient, doctor: Professional) -> UUID | None:
    with opened(patient.person.id):
        basis = Basis(Via.SERVICE, patient.person.id, machine())
        return ask(basis, doctor, categories=[Category.REPORTS, Category.IMAGING], reason=REASON)


def test_asking_opens_nothing(space: Patient, dr_lemoine: Professional):
    assert asked(space, dr_lemoine)
    assert not reads(space.person.id, Category.REPORTS, dr_lemoine)


def test_accepting_opens_what_the_person_chose_and_not_what_was_asked(space, dr_lemoine):
    request = asked(space, dr_lemoine)
    perform(get_act("request.accept"), space.basis, CHOICE, request_id(), request)
    assert reads(space.person.id, Category.REPORTS, dr_lemoine)
    assert not reads(space.person.id, Category.IMAGING, dr_lemoine)


@pytest.mark.parametrize("code", ["request.accept", "request.decline"])
def test_a_request_is_answered_once(space, dr_lemoine, code: str):
    request = asked(space, dr_lemoine)
    perform(get_act("request.decline"), space.basis, {}, request_id(), request)
    with pytest.raises(BusinessError, match="déjà reçu une réponse"):
        perform(get_act(code), space.basis, CHOICE, request_id(), request)
    assert not reads(space.person.id, Category.REPORTS, dr_lemoine)


def test_silence_after_thirty_days_is_a_refusal_without_any_task(space, dr_lemoine):
    request = asked(space, dr_lemoine)
    with opened(space.person.id):
        AccessRequest.objects.update(asked_at=timezone.now() - timedelta(days=30))
        assert AccessRequest.objects.get().is_silent(timezone.now())
    with pytest.raises(BusinessError, match="plus de 30 jours"):
        perform(get_act("request.accept"), space.basis, CHOICE, request_id(), request)
    assert asked(space, dr_lemoine), "and the professional may ask again"


@pytest.mark.parametrize(("came", "in_time"), [(3, True), (0, False)])
def test_an_answer_by_post_is_in_time_by_the_day_on_which_it_came(space, dr_lemoine, came: int, in_time: bool):
    request = asked(space, dr_lemoine)
    posted = replace(space.basis, received_on=timezone.localdate() - timedelta(days=came))
    with opened(space.person.id):
        AccessRequest.objects.update(asked_at=timezone.now() - timedelta(days=31))
        assert (request in dict(get_act("request.accept").targets(posted))) is in_time
    if in_time:
        perform(get_act("request.accept"), posted, CHOICE, request_id(), request)
    else:
        with pytest.raises(BusinessError, match="plus de 30 jours"):
            perform(get_act("request.accept"), posted, CHOICE, request_id(), request)
    assert reads(space.person.id, Category.REPORTS, dr_lemoine) is in_time


def test_nobody_asks_twice_while_the_first_waits(space, dr_lemoine):
    assert asked(space, dr_lemoine)
    assert asked(space, dr_lemoine) is None


def test_a_no_is_not_asked_again_for_thirty_days(space, dr_lemoine):
    first = asked(space, dr_lemoine)
    perform(get_act("request.decline"), space.basis, {}, request_id(), first)
    assert asked(space, dr_lemoine) is None
    with opened(space.person.id):
        AccessRequest.objects.update(asked_at=timezone.now() - timedelta(days=30, minutes=1))
    assert asked(space, dr_lemoine)


def test_after_a_yes_that_has_ended_one_may_ask_again(space, dr_lemoine):
    perform(get_act("request.accept"), space.basis, CHOICE, request_id(), asked(space, dr_lemoine))
    perform(get_act("grant.revoke-others"), space.basis, {"kept": []}, request_id())
    assert asked(space, dr_lemoine)


def test_who_has_an_access_asks_for_more_and_the_answer_takes_its_place(space, dr_lemoine):
    terms = {"rights": ["read"], "extent": "some", "duration": "1m"}
    given = {"reader_number": dr_lemoine.rpps, "categories": ["biology"], **terms}
    perform(get_act("grant.give"), space.basis, given, request_id())
    request = asked(space, dr_lemoine)
    with opened(space.person.id):
        facts = dict(get_act("request.accept").target_facts(space.basis, request))
    assert facts["Son accès d’aujourd’hui, que votre réponse remplace"].startswith("lire · Analyses de biologie · ")
    answer = {"categories": ["biology", "reports"], **terms}
    perform(get_act("request.accept"), space.basis, answer, request_id(), request)
    assert reads(space.person.id, Category.REPORTS, dr_lemoine)
    with opened(space.person.id):
        assert Grant.objects.get().categories == ["biology", "reports"]


def test_nothing_is_asked_of_someone_who_blocked_the_professional_or_has_no_space(space, aicha, dr_lemoine):
    perform(get_act("block.add"), space.basis, {"reader": dr_lemoine, "emergency_too": "no"}, request_id())
    for patient, reason in ((space, "bloqué"), (aicha, "pas ouvert")):
        with pytest.raises(BasisRefused, match=reason):
            asked(patient, dr_lemoine)


def test_nothing_is_asked_of_someone_whose_death_is_on_record(space, dr_lemoine):
    with opened(space.person.id):
        Person.objects.update(frozen_at=timezone.now())
    assert asked(space, dr_lemoine) is None


def test_the_person_sees_that_it_was_asked_and_gets_a_letter_with_both_answers(space, dr_lemoine):
    request = asked(space, dr_lemoine)
    with opened(space.person.id):
        assert JournalEntry.objects.get(code="request.asked").details["facts"][0] == [
            "Qui demande", "Dr Claire Lemoine (Médecin généraliste, Boussac)"
        ]  # fmt: skip
        item = OutboxItem.objects.get(topic=TOPIC, subject_id=request)
        outbox.deliver(item.pk, item.person_id)
        letter = Letter.objects.get(subject_id=request)
        assert REASON in str(letter.content)
        assert [form["act"] for form in letter.content["forms"]] == ["request.decline", "request.accept"]


@pytest.mark.parametrize("code", ["request.accept", "request.decline"])
def test_its_reason_is_shown_to_the_person_and_to_no_agent_or_clerk(space, dr_lemoine, code: str):
    request = asked(space, dr_lemoine)
    with opened(space.person.id):
        assert REASON in str(get_act(code).target_facts(space.basis, request))
        for via in (Via.MANDATE, Via.PAPER):
            facts = get_act(code).target_facts(replace(space.basis, via=via), request)
            assert "Dr Claire Lemoine" in str(facts)
            assert REASON not in str(facts)


def test_what_was_typed_for_a_request_that_was_answered_meanwhile_is_told_so_in_words(space, dr_lemoine, sign_in):
    request = asked(space, dr_lemoine)
    client, url = sign_in(space.user), f"/mon-espace/actes/request.accept/{request}/"
    assert client.get(url).status_code == 200
    perform(get_act("request.decline"), space.basis, {}, request_id(), request)
    for answer in (client.get(url), client.post(url, CHOICE)):
        assert answer.status_code == 404
        assert "c’est déjà fait, terminé" in answer.content.decode()
