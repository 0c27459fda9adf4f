"""The auditor searches by a number, never by a name; each look is in the journal of whom it is about."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance.models import Counter
from consent import erasure
from consent.bases import Actor
from consent.models import Space
from consent.models.journal_entry import ActorKind
from consent.pseudonyms import pseudonym_of, typed_pseudonym
from consent.wall import opened
from portal.accounts.user import User
from tests.assistance.audit_cast import (
    ALLERGY,
    SEARCH,
    allowed,
    at_nobody,
    entries,
    karim_at,
    lemoine,
    no_wait,
    text,
    wrote,
)
from tests.assistance.mail_room import boussac, own_store
from tests.cast import Patient
from tests.consent.conftest import does, odette_online, with_space

__all__ = ["allowed", "boussac", "lemoine", "no_wait", "odette_online", "own_store", "with_space"]
pytestmark = pytest.mark.django_db


def test_a_person_reads_their_number_on_their_history_and_their_summary(odette_online: Client, with_space: Patient):
    number = pseudonym_of(with_space.person.id)
    assert re.fullmatch(r"NP(-[0-9A-HJKMNP-TV-Z]{4}){3}", number)
    assert number in text(odette_online.get("/mon-espace/trace/"))
    assert number in text(odette_online.get("/mon-espace/resume/"))


def test_a_number_copied_by_hand_is_understood():
    assert typed_pseudonym(" np 7k2p 9qxa 3o1l") == "NP-7K2P-9QXA-3011"
    for typed in ("", "NP-7K2P-9QXA", "MD-7K2P-9QXA", "Garnier"):
        assert typed_pseudonym(typed) is None


def test_by_the_number_of_a_person_clear_columns_are_found_and_no_word(
    auditor: Client, allowed: Patient, aicha: Patient
):
    does(aicha, "rights.copy", {"extent": "some", "which": "Tout."})
    page = text(auditor.post(SEARCH, {"wanted": pseudonym_of(allowed.person.id).lower()}))
    assert "Écrire" in page or "fiche d’urgence" in page
    for hidden in ("Odette", "Garnier", ALLERGY, pseudonym_of(aicha.person.id), str(allowed.person.id)):
        assert hidden not in page
    (entry,) = entries(allowed, "audit.search")
    assert (entry.nature, entry.actor_kind) == ("read", "auditor")
    assert entries(aicha, "audit.search") == []


def test_by_a_receipt_its_line_is_found_and_its_person_sees_the_look(auditor: Client, with_space: Patient):
    receipt = does(with_space, "contact.change", CONTACT)
    page = text(auditor.post(SEARCH, {"wanted": str(receipt.pk)}))
    assert "Changer mes coordonnées" in page or "contact" in page
    # Whose act it was, the number says: the person's own account is kept with no trace.
    assert page.count("Ce compte<") == 0
    assert len(entries(with_space, "audit.search")) == 1
    assert page.count(pseudonym_of(with_space.person.id)) == 1


CONTACT = {
    "address": "1 place de la Mairie", "postcode": "23600", "town": "Boussac", "phone": "", "email": "",
    "channel": "post", "never_write_home": False,
}  # fmt: skip


def test_by_a_reference_and_by_an_account(auditor: Client, odette: Patient, aicha: Patient, boussac: Counter):
    karim, actor = karim_at(boussac)
    columns = {"nature": "act", "via": "mandate", "basis_reference": "MD-7K2P-9QXA"}
    wrote(odette, timezone.now(), "consent.give", actor, **columns)
    wrote(aicha, timezone.now(), "visit.started", actor, nature="event", via="presence")
    page = text(auditor.post(SEARCH, {"wanted": "md 7k2p 9qxa"}))
    assert pseudonym_of(odette.person.id) in page
    assert pseudonym_of(aicha.person.id) not in page
    assert len(entries(odette, "audit.search")) == 1
    page = text(auditor.post(SEARCH, {"wanted": str(karim.pk)}))
    assert "Karim Haddad" in page
    assert pseudonym_of(odette.person.id) in page
    assert pseudonym_of(aicha.person.id) in page
    # A look at the account of staff is about nobody's journal.
    assert len(entries(odette, "audit.search")) == 1
    assert [entry.details["facts"][1][1] for entry in at_nobody("audit.search")] == [str(karim.pk)]


ACT_AT_HOME = {"code": "contact.change", "nature": "act", "via": "self"}


def account_of(patient: Patient) -> User:
    return User.objects.get(person_id=patient.person.id)


def test_a_look_at_the_account_of_a_person_is_in_their_journal(auditor: Client, with_space: Patient):
    wrote(with_space, timezone.now(), actor=Actor(ActorKind.PERSON, account_of(with_space).pk), **ACT_AT_HOME)
    page = text(auditor.post(SEARCH, {"wanted": str(account_of(with_space).pk)}))
    assert pseudonym_of(with_space.person.id) in page
    assert len(entries(with_space, "audit.search")) == 1
    assert at_nobody("audit.search") == []


def test_a_look_at_the_account_of_a_representative_is_also_in_the_journal_of_whom_they_represent(
    auditor: Client, with_space: Patient, aicha: Patient
):
    account = account_of(with_space).pk
    wrote(with_space, timezone.now(), actor=Actor(ActorKind.PERSON, account), **ACT_AT_HOME)
    for_aicha = Actor(ActorKind.REPRESENTATIVE, account)
    wrote(aicha, timezone.now(), actor=for_aicha, **ACT_AT_HOME | {"via": "representation"})
    auditor.post(SEARCH, {"wanted": str(account)})
    assert (len(entries(with_space, "audit.search")), len(entries(aicha, "audit.search"))) == (1, 1)


def test_staff_are_not_named_where_they_act_for_themselves(auditor: Client, lemoine: User, with_space: Patient):
    """The doctor is a patient too: beside her number, her name would say whose number it is."""
    User.objects.filter(person_id=with_space.person.id).update(person_id=None)
    User.objects.filter(pk=lemoine.pk).update(person_id=with_space.person.id)
    wrote(with_space, timezone.now(), actor=Actor(ActorKind.PERSON, lemoine.pk), **ACT_AT_HOME)
    wrote(
        with_space, timezone.now(), "sheet.read", Actor(ActorKind.PROFESSIONAL, lemoine.pk), nature="read", via="grant"
    )
    page = text(auditor.post(SEARCH, {"wanted": pseudonym_of(with_space.person.id)}))
    lines = page.split("<tbody>")[1].split("<tr>")
    at_work, at_home = ([line for line in lines if words in line] for words in ("que la personne a donné", "en ligne"))
    assert "Lemoine" in "".join(at_work)
    assert at_home
    assert "Lemoine" not in "".join(at_home)
    by_account = text(auditor.post(SEARCH, {"wanted": str(lemoine.pk)})).split("<tbody>")[1]
    assert "que la personne a donné" in by_account
    assert "en ligne" not in by_account


def test_a_look_at_a_paper_that_is_about_several_persons_is_in_the_journal_of_each(
    auditor: Client, odette: Patient, aicha: Patient, boussac: Counter
):
    _karim, actor = karim_at(boussac)
    columns = {"nature": "act", "via": "paper", "basis_reference": "ML-7K2P-9QXA"}
    wrote(odette, timezone.now(), "representation.open", actor, **columns)
    wrote(aicha, timezone.now(), "representation.opened", actor, **columns)
    page = text(auditor.post(SEARCH, {"wanted": "ML-7K2P-9QXA"}))
    for patient in (odette, aicha):
        assert pseudonym_of(patient.person.id) in page
        assert len(entries(patient, "audit.search")) == 1


def test_a_search_costs_by_the_persons_it_is_about_and_not_by_what_is_found(
    auditor: Client, odette: Patient, aicha: Patient
):
    def cost(about: list[Patient], lines: int) -> int:
        guardian = Actor(ActorKind.REPRESENTATIVE, uuid4())
        for patient in about:
            for _line in range(lines):
                wrote(patient, timezone.now(), "history.read", guardian, nature="read", via="representation")
        with CaptureQueriesContext(connection) as asked:
            assert auditor.post(SEARCH, {"wanted": str(guardian.id)}).status_code == 200
        return len([query for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    auditor.get(SEARCH)
    assert cost([odette], 1) == cost([odette], 10) <= 12
    assert cost([odette, aicha], 10) == cost([odette, aicha], 1) <= 12 + 6


def test_an_account_that_acted_for_the_auditor_is_refused_before_any_look_is_noted(
    auditor: Client, paul: User, odette: Patient, aicha: Patient
):
    User.objects.filter(person_id=aicha.person.id).update(person_id=None)
    User.objects.filter(pk=paul.pk).update(person_id=aicha.person.id)
    guardian = Actor(ActorKind.REPRESENTATIVE, uuid4())
    for patient in (aicha, odette):
        wrote(patient, timezone.now(), "history.read", guardian, nature="read", via="representation")
    assert auditor.post(SEARCH, {"wanted": str(guardian.id)}).status_code == 403
    assert entries(odette, "audit.search") == []


@pytest.mark.parametrize("wanted", ["", "Garnier", "Odette Garnier", "12/03/1945", "NP-12", "1" * 60])
def test_a_name_is_no_way_to_search(auditor: Client, odette: Patient, wanted: str):
    assert auditor.post(SEARCH, {"wanted": wanted}).status_code == 422
    assert at_nobody("audit.search") == []


def test_nothing_found_is_said_and_the_look_kept(auditor: Client):
    for wanted in (str(uuid4()), "NP-0000-0000-0000", "MD-0000-0000"):
        assert "Rien n’a été trouvé." in text(auditor.post(SEARCH, {"wanted": wanted, "page": "x"}))
    assert len(at_nobody("audit.search")) == 3


def test_nothing_leads_from_the_number_to_someone_erased(auditor: Client, with_space: Patient):
    person_id, number = with_space.person.id, pseudonym_of(with_space.person.id)
    receipt = does(with_space, "contact.change", CONTACT)
    does(with_space, "space.close", {"way": "erase"})
    with opened(person_id):
        Space.objects.update(erase_after=timezone.now())
    assert erasure.erase_space(person_id)
    assert "Rien n’a été trouvé." in text(auditor.post(SEARCH, {"wanted": number}))
    page = text(auditor.post(SEARCH, {"wanted": str(receipt.pk)}))
    assert "personne effacée" in page
    assert number not in page
