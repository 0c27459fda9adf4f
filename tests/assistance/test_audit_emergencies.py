"""The auditor reviews emergency accesses, one by one: with the reason, and no word of health."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from assistance.models import Letter
from assistance.roles import Service, join_service
from consent import emergency
from consent.models import EmergencyAccess, Person
from consent.pseudonyms import pseudonym_of
from consent.wall import opened
from portal.accounts.user import User
from tests.assistance.audit_cast import (
    ALLERGY,
    FAIR,
    HOME,
    REASON,
    URGENT,
    access_id,
    allowed,
    at_nobody,
    entries,
    lemoine,
    no_wait,
    text,
)
from tests.assistance.mail_room import deliver_all, own_store, staff
from tests.cast import Patient
from tests.consent.conftest import does, with_space

__all__ = ["access_id", "allowed", "lemoine", "no_wait", "own_store", "with_space"]
pytestmark = pytest.mark.django_db


def test_the_queue_shows_numbers_and_hours(auditor: Client, access_id: UUID, allowed: Patient):
    page = text(auditor.get(URGENT))
    assert str(access_id) in page
    assert pseudonym_of(allowed.person.id) in page
    for personal in ("Odette", "Garnier", REASON, str(allowed.person.id)):
        assert personal not in page
    assert len(at_nobody("audit.queue")) == 1


def test_one_access_says_who_when_and_why_and_nothing_of_health(
    auditor: Client, paul: User, lemoine: User, access_id: UUID, allowed: Patient, sign_in
):
    assert ALLERGY in text(sign_in(lemoine).get(f"/soins/acces/{access_id}/"))
    for _ in range(2):
        page = text(auditor.get(f"{URGENT}{access_id}/"))
    assert "Dr Claire Lemoine" in page
    assert REASON in page
    assert "Identité et fiche d’urgence lues" in page
    for hidden in ("Odette", "Garnier", ALLERGY, str(allowed.person.id)):
        assert hidden not in page
    # Odette sees that it was looked at, once for two looks within ten minutes.
    (entry,) = entries(allowed, "emergency.looked")
    assert (entry.nature, entry.via, entry.actor_kind, entry.actor_id) == ("read", "service", "auditor", paul.pk)


def test_the_finding_is_in_the_history_and_told_by_letter(auditor: Client, access_id: UUID, allowed: Patient):
    answer = auditor.post(f"{URGENT}{access_id}/", {"finding": "abuse", "words": "Vous étiez chez vous."})
    assert (answer.status_code, answer.headers["Location"]) == (303, URGENT)
    assert emergency.waiting_for_review() == []
    (entry,) = entries(allowed, "emergency.reviewed")
    assert ["Ce que le contrôle a trouvé", "Abusif"] in entry.details["facts"]
    assert ["Ce que le délégué en dit", "Vous étiez chez vous."] in entry.details["facts"]
    deliver_all()
    with opened(allowed.person.id):
        contents = [letter.content for letter in Letter.objects.filter(person_id=allowed.person.id)]
    (told,) = [one for one in contents if one["subject"] == "Un accès d’urgence à votre espace a été contrôlé"]
    assert dict(told["tables"][0][1])["Ce que le délégué en dit"] == "Vous étiez chez vous."
    assert "CNIL" in told["paragraphs"][1]


def test_what_is_to_be_explained_stays_in_the_queue_until_it_is_settled(auditor: Client, access_id: UUID):
    auditor.post(f"{URGENT}{access_id}/", {"finding": "explain", "words": "Je demande.", "question": "Pourquoi ?"})
    assert "explication attendue" in text(auditor.get(URGENT))
    assert "Dont en attente d’une explication : 1" in text(auditor.get(HOME))
    assert auditor.post(f"{URGENT}{access_id}/", FAIR).status_code == 303
    assert emergency.waiting_for_review() == []


def test_a_review_is_done_once_and_nothing_typed_is_lost(auditor: Client, access_id: UUID, allowed: Patient, sign_in):
    first = auditor.post(f"{URGENT}{access_id}/", FAIR)
    again = auditor.post(f"{URGENT}{access_id}/", FAIR)
    assert first.status_code == again.status_code == 303
    colleague = staff("lea@service.exemple.fr", "Léa")
    join_service(colleague, Service.AUDIT)
    late = sign_in(colleague).post(f"{URGENT}{access_id}/", {"finding": "abuse", "words": "Trop tard."})
    assert late.status_code == 409
    assert "Trop tard." in text(late)
    assert len(entries(allowed, "emergency.reviewed")) == 1


def test_an_empty_form_or_no_such_access(auditor: Client, access_id: UUID):
    assert auditor.post(f"{URGENT}{access_id}/", {"finding": "fair", "words": " "}).status_code == 422
    assert auditor.post(f"{URGENT}{access_id}/", {"finding": "other", "words": "Oui."}).status_code == 422
    assert auditor.get(f"{URGENT}{uuid4()}/").status_code == 404
    assert auditor.post(f"{URGENT}{uuid4()}/", FAIR).status_code == 404


def test_nobody_reviews_what_is_about_themselves(auditor: Client, paul: User, access_id: UUID, allowed: Patient):
    allowed.user.person_id = None
    allowed.user.save()
    paul.person_id = allowed.person.id
    paul.save()
    assert auditor.get(f"{URGENT}{access_id}/").status_code == 403
    assert auditor.post(f"{URGENT}{access_id}/", FAIR).status_code == 403
    assert {entry.outcome for entry in entries(allowed, "emergency.looked")} == {"refused"}
    with opened(allowed.person.id):
        assert EmergencyAccess.objects.get().reviewed_at is None


def test_the_professional_who_opened_it_does_not_review_it(access_id: UUID, lemoine: User, sign_in):
    join_service(lemoine, Service.AUDIT)
    assert sign_in(lemoine).get(f"{URGENT}{access_id}/").status_code == 403
    assert sign_in(lemoine).post(f"{URGENT}{access_id}/", FAIR).status_code == 403


def test_a_contest_asks_for_one_more_review_be_it_in_the_same_words(auditor: Client, access_id: UUID, allowed: Patient):
    auditor.post(f"{URGENT}{access_id}/", FAIR)
    does(allowed, "emergency.contest", {"words": "Je n’étais pas en danger."}, access_id)
    assert [row.access_id for row in emergency.waiting_for_review()] == [access_id]
    assert auditor.post(f"{URGENT}{access_id}/", FAIR).status_code == 303
    assert emergency.waiting_for_review() == []
    assert len(entries(allowed, "emergency.reviewed")) == 2


def test_what_was_found_goes_to_nobodys_home_once_a_death_is_on_record(
    auditor: Client, access_id: UUID, allowed: Patient
):
    deliver_all()
    with opened(allowed.person.id):
        Letter.objects.all().delete()
        Person.objects.filter(pk=allowed.person.id).update(frozen_at=timezone.now())
    assert auditor.post(f"{URGENT}{access_id}/", FAIR).status_code == 303
    deliver_all()
    with opened(allowed.person.id):
        assert not Letter.objects.exists()
