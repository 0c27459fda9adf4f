"""What is stored is what is printed: each sheet made from its rows says what they hold."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from assistance import compose
from assistance.models import Counter, Duration, Letter, Mandate, MandateState, Signer, Visit
from assistance.paper import codes
from assistance.paper.render import render
from consent.acts.perform import perform
from consent.acts.registry import all_acts, get_act
from consent.bases import Via
from consent.forms.identity import IdentityForm
from consent.models import JournalEntry
from consent.wall import opened
from tests.assistance.pdf import page_count, squeezed, text_of
from tests.cast import open_space_answers, request_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def boussac(db: None) -> Counter:
    """The counter of Boussac."""
    return Counter.objects.create(
        number=137, name="Boussac", address="5 place de l’Hôtel de ville", postcode="23600", town="BOUSSAC",
        insee="23031", department="23", phone="05 55 00 00 00", town_key="boussac", search_text="boussac",
    )  # fmt: skip


def make_mandate(person, counter, **changes):
    """A mandate to sign, for one act."""
    given = {
        "reference": "MD-7K2P-9QXA", "person": person, "counter": counter, "scopes": ["space.open"],
        "duration": Duration.YEAR, "signer": Signer.PERSON,
    }  # fmt: skip
    return Mandate.objects.create(**{**given, **changes})


def test_a_mandate_to_sign_names_both_parties_and_ticks_its_acts_alone(odette, boussac):
    with opened(odette.person.id):
        sheet = compose.mandate_sheet(make_mandate(odette.person, boussac))
    assert sheet.person.names == ("Odette Marie Garnier",)
    assert sheet.person.birth == "née le 12 mars 1945"
    assert sheet.person.address == ("4 rue du Château", "23600 Boussac")
    assert sheet.counter.name == "France Services Boussac"
    assert [scope.label for scope in sheet.scopes] == [get_act("space.open").label]
    assert codes.read_code(sheet.code) == codes.Code(codes.Kind.MANDATE, ("MD-7K2P-9QXA",))
    assert codes.read_code(sheet.slip) == codes.Code(codes.Kind.SLIP, ("MD-7K2P-9QXA",))
    assert (sheet.duration, sheet.starts, sheet.ends) == ("1 an", None, None)


def test_a_mandate_in_force_prints_its_two_dates(odette, boussac):
    with opened(odette.person.id):
        mandate = make_mandate(odette.person, boussac)
        mandate.advance(MandateState.IN_FORCE, at=datetime(2026, 5, 3, 23, 30, tzinfo=UTC))
        sheet = compose.mandate_sheet(mandate)
    # Half past eleven in the evening, universal time, is the next day in Boussac.
    assert (sheet.starts, sheet.ends) == (date(2026, 5, 4), date(2026, 5, 4) + timedelta(days=365))
    assert squeezed("du 4 mai 2026 au 4 mai 2027") in squeezed(text_of(render(sheet)))


def test_a_mandate_by_a_mark_names_its_two_witnesses(odette, boussac):
    signing = {"witness_1": "Jeanne Dupont", "witness_2": "Marc Lefèvre"}
    with opened(odette.person.id):
        sheet = compose.mandate_sheet(make_mandate(odette.person, boussac, signer=Signer.MARK, signing=signing))
    assert sheet.witnesses == ("Jeanne Dupont", "Marc Lefèvre")


def test_a_mandate_under_guardianship_names_the_guardian_and_the_judgment(odette, boussac):
    signing = {"guardian": "Hélène Vidal", "judgment_court": "tribunal de Guéret", "judgment_date": "2024-02-06"}
    with opened(odette.person.id):
        sheet = compose.mandate_sheet(make_mandate(odette.person, boussac, signer=Signer.GUARDIAN, signing=signing))
    assert (sheet.guardian.name, sheet.guardian.court) == ("Hélène Vidal", "tribunal de Guéret")
    assert sheet.guardian.judged_on == date(2024, 2, 6)


def test_the_receipt_of_an_act_prints_its_facts_and_by_what_right(odette, notice):
    receipt = perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    with opened(odette.person.id):
        sheet = compose.receipt_sheet(receipt, odette.person)
    printed = squeezed(text_of(render(sheet)))
    for words in ("Reçu : Ouvrir mon espace", "Espace ouvert", "Odette", str(receipt.pk), "la personne elle-même"):
        assert squeezed(words) in printed


def test_the_sheet_of_a_visit_lists_what_was_done_without_its_own_beginning(odette, boussac, notice):
    with opened(odette.person.id):
        visit = Visit.objects.create(
            counter=boussac, agent=odette.user, person_id=odette.person.id, document_kind="card", document_tail="4F2"
        )
    perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    with opened(odette.person.id):
        sheet = compose.visit_sheet(visit, odette.person, list(JournalEntry.objects.order_by("at")))
    assert [act.label for act in sheet.acts] == [get_act("space.open").label]
    assert sheet.document_seen == "Carte d’identité …4F2"
    assert squeezed("Carte d’identité …4F2") in squeezed(text_of(render(sheet)))


def test_a_letter_prints_what_was_written_when_it_was_prepared(odette):
    content = {
        "address": ["Odette Garnier", "4 rue du Château", "23600 Boussac"], "subject": "Un sujet",
        "paragraphs": ["Bonjour,"], "tables": [["Ouvrir mon espace", [["Quand", "hier"]]]], "closing": "À bientôt.",
        "slips": [{
            "title": "Un coupon", "text": "À signer.", "code": codes.slip_code("MD-7K2P-9QXA"),
            "reference": "MD-7K2P-9QXA",
        }],
        "forms": [{"act": "grant.revoke", "reference": "PF-1234-ABCD", "about": "Dr Lemoine"}],
    }  # fmt: skip
    with opened(odette.person.id):
        letter = Letter.objects.create(
            reference="LT-1234-ABCD", person_id=odette.person.id, subject_id=uuid4(), content=content
        )
        sheet = compose.letter_sheet(Letter.objects.get(pk=letter.pk))
    printed = squeezed(text_of(render(sheet)))
    for words in (
        "LT-1234-ABCD", "Odette Garnier", "23600 Boussac", "Un sujet", "Bonjour,", "Ouvrir mon espace", "hier",
        "À bientôt.", "Un coupon", "MD-7K2P-9QXA", "PF-1234-ABCD", "Dr Lemoine",
    ):  # fmt: skip
        assert squeezed(words) in printed


def test_a_notice_prints_its_version_and_its_fingerprint(notice):
    sheet = compose.notice_sheet(notice, notice.html)
    printed = squeezed(text_of(render(sheet)))
    assert squeezed("Rien n’existe sans vous.") in printed
    assert bytes(notice.sha256).hex() in printed
    assert squeezed("en vigueur depuis le 1er janvier 2026") in printed


@pytest.mark.parametrize("act", all_acts(), ids=lambda act: act.code)
def test_a_form_made_for_one_person_asks_nothing_that_is_known_and_carries_its_own_reference(act):
    sheet = compose.form_sheet(act, reference="PF-1234-ABCD", personal="Odette Garnier")
    assert codes.read_code(sheet.code) == codes.Code(codes.Kind.PERSONAL_FORM, ("PF-1234-ABCD",))
    assert sheet.personal == "Odette Garnier"
    asked = {str(field.label) for section in sheet.sections for field in section.fields}
    if issubclass(act.form_class, IdentityForm):  # the others ask who one is of everyone (a refusal), or never
        assert not asked & {"Nom de naissance", "Prénoms", "Date de naissance", "Numéro de sécurité sociale"}
    assert squeezed("Fait pour Odette Garnier") in squeezed(text_of(render(sheet)))


def test_a_form_to_change_an_access_asks_for_the_new_one_and_a_form_to_take_it_back_asks_nothing():
    asked = {
        code: [
            str(field.label)
            for section in compose.form_sheet(get_act(code), reference="PF-1234-ABCD", personal="Odette").sections
            for field in section.fields
        ]
        for code in ("grant.change", "grant.revoke", "contact.change")
    }
    assert asked["grant.change"] == [
        "Pour quoi faire ?", "Sur quoi ?", "Quelles catégories ?", "Pendant combien de temps ?",
    ]  # fmt: skip
    assert asked["grant.revoke"] == []
    assert "Code postal" in asked["contact.change"]


@pytest.mark.parametrize("act", [act for act in all_acts() if Via.PAPER in act.bases], ids=lambda act: act.code)
def test_every_blank_form_asks_who_signs_it_and_what_it_is_about(act):
    sheet = compose.form_sheet(act)
    labels = [str(field.label) for section in sheet.sections for field in section.fields]
    for asked in (
        "Nom de naissance",
        "Prénoms",
        "Date de naissance",
        "Sexe à l’état civil",
        "Code du lieu de naissance",
    ):
        assert labels.count(asked) == 1, asked
    assert ("Écrivez de quoi ou de qui il s’agit" in labels) == bool(act.target)


@pytest.mark.parametrize("code", ["representation.open", "mandate.give", "rights.heirs", "representation.name"])
def test_the_longest_blank_forms_hold_on_three_pages(code):
    assert page_count(render(compose.form_sheet(get_act(code)))) <= 3


@pytest.mark.parametrize(
    ("code", "answered"), [("grant.give", True), ("representation.hide", False), ("space.freeze", False)]
)
def test_no_answer_is_promised_where_nobody_is_written_to(code, answered):
    printed = squeezed(text_of(render(compose.form_sheet(get_act(code)))))
    assert (squeezed("Vous recevrez une réponse sur papier.") in printed) == answered
