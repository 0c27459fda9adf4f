"""Reading and writing the emergency sheet of someone represented: if allowed, traced, less what they hide."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from consent import sharing
from consent.acts.representation import represent
from consent.models import JournalEntry, Professional, Representation, ShareCode
from consent.models.representation import Kind
from consent.wall import opened
from records.models import EmergencySheet
from records.models.emergency_sheet import PARTS
from tests.cast import JEANNE, Patient, make_patient
from tests.consent.conftest import check, confirm, does, with_space  # noqa: F401
from tests.family import account_of, entries, hides
from tests.trials.belongings import with_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(with_space: Patient) -> Representation:  # noqa: F811
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    with opened(with_space.person.id):
        EmergencySheet.objects.create(person_id=with_space.person.id, allergies="Pénicilline", wishes="Être chez moi")
    ends_at = timezone.now() + timedelta(days=30)
    return represent(with_space.person, jeanne.person, Kind.TRUSTED, ["sheet.read"], ends_at=ends_at)


@pytest.fixture
def read(row: Representation, sign_in):
    from portal.accounts.user import User

    client = sign_in(User.objects.get(person_id=row.representative_id))
    return lambda rest="": client.get(f"/mon-espace/pour/{row.pk}/{rest}")


def test_a_trusted_person_who_was_allowed_reads_it_and_each_reading_is_a_trace(odette, row, read):
    assert f"/mon-espace/pour/{row.pk}/fiche-d-urgence/" in read().content.decode()
    page = read("fiche-d-urgence/").content.decode()
    assert "Pénicilline" in page
    assert "Vous agissez pour" in page
    with opened(odette.person.id):
        assert JournalEntry.objects.filter(code="sheet.read", via="representation", outcome="done").count() == 1


def test_a_part_that_is_hidden_looks_like_one_that_says_nothing(odette, row, read):
    does(odette, "representation.hide", {"grants": [], "categories": ["treatments"]})
    page = read("fiche-d-urgence/").content.decode()
    assert "Pénicilline" not in page
    assert "Allergies" not in page
    assert "Être chez moi" in page
    does(odette, "representation.hide", {"grants": [], "categories": ["wishes"]})
    assert "Il n’y a rien à lire." in read("fiche-d-urgence/").content.decode()


def test_who_was_not_allowed_is_told_so_and_reads_nothing(odette, row, read):
    with opened(odette.person.id):
        Representation.objects.update(scopes=["space.read"])
    assert "fiche-d-urgence" not in read().content.decode()
    answer = read("fiche-d-urgence/")
    assert answer.status_code == 403
    assert "Pénicilline" not in answer.content.decode()


def test_a_closed_space_is_read_by_its_person_alone(odette, row, read):
    with opened(odette.person.id):
        scopes = ["sheet.read", "history.read", "space.read", "emergency.write", "entry.contest"]
        Representation.objects.update(scopes=scopes)
    does(odette, "space.close", {"way": "keep"})
    assert "Cet espace est fermé" in read().content.decode()
    for page in ("fiche-d-urgence/", "trace/", "actes/emergency.write/", "actes/entry.contest/"):
        answer = read(page)
        assert answer.status_code == 403, page
        assert "Pénicilline" not in answer.content.decode()
    assert "La personne a fermé son espace : elle seule le lit." in read("trace/").content.decode()
    does(odette, "space.reopen", {"notice_read": True, "wish": True})
    assert "Pénicilline" in read("fiche-d-urgence/").content.decode()


def test_the_history_does_not_tell_that_a_hidden_part_was_written(odette, row, read):
    with opened(odette.person.id):
        Representation.objects.update(scopes=["sheet.read", "history.read"])
    does(odette, "representation.hide", {"grants": [], "categories": ["wishes"]})
    does(odette, "emergency.write", {**EMPTY, "allergies": "Pénicilline", "wishes": "Que ma nièce ne décide de rien"})
    table = b"".join(read("trace/csv/").streaming_content).decode()
    for told in (read("trace/").content.decode(), read("trace/?imprimer=1").content.decode(), table):
        assert "Mes volontés" not in told
        assert "Allergies" in told
    does(odette, "representation.show", {"grants": [], "categories": ["wishes"]})
    assert "Mes volontés" in read("trace/").content.decode()


# -- Writing it -----------------------------------------------------------------------------------------------

EMPTY = {"allergies": "", "treatments": "", "wishes": "", "to_call": ""}


def writes(mother, jeanne, **texts: str) -> str:
    """The mother writes the sheet through the pages; the receipt's page."""
    url = jeanne.at("actes/emergency.write/")
    done = confirm(mother, url, check(mother, url, {**EMPTY, **texts}))
    assert done.status_code == 303
    return mother.get(done.url).content.decode()


def sheet_of(noe: Patient) -> EmergencySheet:
    with opened(noe.person.id):
        sheet = EmergencySheet.objects.get()
        _opened = sheet.writer, sheet.beside, [sheet.text_of(part) for part in PARTS]
        return sheet


def read_by_a_doctor(noe: Patient, doctor: Professional, sign_in) -> str:
    """What a doctor with a code for everything reads."""
    answers = {"extent": "all", "categories": [], "duration": "1w", "reader_number": ""}
    does(noe, "share-code.create", answers)
    with opened(noe.person.id):
        code = ShareCode.objects.latest("made_at")
    user = with_second_factor(account_of(doctor))
    assert sharing.use_code(user, code.code)
    return sign_in(user).get(f"/soins/acces/{code.pk}/").content.decode()


def test_a_mother_writes_her_childs_allergies_and_whoever_reads_knows_who_wrote(
    noe, jeanne, mother, dr_lemoine, sign_in
):
    assert "écrit" in writes(mother, jeanne, allergies="Arachide", to_call="Sa mère, 05 55 00 00 01")
    page = mother.get(jeanne.at("fiche-d-urgence/")).content.decode()
    assert "Arachide" in page
    assert jeanne.at("actes/emergency.write/") in page
    own = sign_in(noe.user).get("/mon-espace/fiche-d-urgence/").content.decode()
    assert "Arachide" in own
    assert "par Jeanne Garnier (parent), qui me représente." in own
    assert "Écrite par moi" not in own
    read = read_by_a_doctor(noe, dr_lemoine, sign_in)
    assert "par Jeanne Garnier (parent), qui représente le patient." in read
    does(noe, "emergency.write", {**EMPTY, "allergies": "Arachide et noix"})
    assert "Écrite par moi" in sign_in(noe.user).get("/mon-espace/fiche-d-urgence/").content.decode()


def test_her_form_shows_what_stands_and_each_opening_of_it_is_a_reading(noe, jeanne, mother):
    does(noe, "emergency.write", {**EMPTY, "allergies": "Pénicilline"})
    assert "Pénicilline" in mother.get(jeanne.at("actes/emergency.write/")).content.decode()
    (entry,) = entries(noe, code="sheet.read")
    assert (entry.via, entry.actor_id, entry.outcome) == ("representation", jeanne.user.pk, "done")


def test_whoever_may_not_read_the_sheet_does_not_write_over_it_either(noe, jeanne, mother):
    does(noe, "emergency.write", {**EMPTY, "allergies": "Pénicilline"})
    with opened(noe.person.id):
        Representation.objects.update(scopes=["emergency.write", "space.read"])
    answer = mother.get(jeanne.at("actes/emergency.write/"))
    assert answer.status_code == 403
    assert "Pénicilline" not in answer.content.decode()
    assert jeanne.at("actes/emergency.write/") not in mother.get(jeanne.at()).content.decode()


def test_what_noe_hides_stays_when_she_writes_and_nothing_tells_her_that_it_is_there(noe, jeanne, mother):
    does(noe, "emergency.write", {**EMPTY, "treatments": "Pilule", "wishes": "Chez moi"})
    hides(noe, categories=("treatments",))
    assert "Pilule" not in mother.get(jeanne.at("actes/emergency.write/")).content.decode()
    receipt = writes(mother, jeanne, treatments="Ventoline", wishes="À l’hôpital")
    assert "Pilule" not in receipt
    seen = mother.get(jeanne.at("fiche-d-urgence/")).content.decode()
    form = mother.get(jeanne.at("actes/emergency.write/")).content.decode()
    for page in (seen, form):
        assert "Ventoline" in page, "she finds what she wrote"
        assert "Pilule" not in page
    sheet = sheet_of(noe)
    assert sheet.text_of(PARTS[1]) == "Pilule\nVentoline", "whoever treats him reads both"
    assert sheet.text_of(PARTS[2]) == "À l’hôpital"


def test_a_hidden_part_that_she_leaves_empty_stays_and_her_receipt_says_only_that_she_left_it(noe, jeanne, mother):
    does(noe, "emergency.write", {**EMPTY, "allergies": "Latex", "wishes": "Chez moi"})
    hides(noe, categories=("treatments",))
    receipt = writes(mother, jeanne, wishes="Chez moi")
    assert "laissé vide" in receipt
    assert "Latex" not in receipt
    assert sheet_of(noe).text_of(PARTS[0]) == "Latex"


def test_noe_writes_again_over_both(noe, jeanne, mother):
    does(noe, "emergency.write", {**EMPTY, "treatments": "Pilule"})
    hides(noe, categories=("treatments",))
    writes(mother, jeanne, treatments="Ventoline")
    does(noe, "emergency.write", {**EMPTY, "treatments": "Pilule"})
    assert (sheet_of(noe).text_of(PARTS[1]), sheet_of(noe).writer) == ("Pilule", None)


def test_she_erases_what_she_sees_and_no_more(noe, jeanne, mother):
    url = jeanne.at("actes/emergency.erase/")
    does(noe, "emergency.write", {**EMPTY, "treatments": "Pilule", "wishes": "Chez moi"})
    hides(noe, categories=("treatments",))
    assert url in mother.get(jeanne.at()).content.decode()
    assert confirm(mother, url, mother.get(url)).status_code == 303
    assert [sheet_of(noe).text_of(part) for part in PARTS] == ["", "Pilule", "", ""]
    again = confirm(mother, url, mother.get(url))
    assert again.status_code == 409, "to her there is none any more"
    assert "Il n’y a pas de fiche d’urgence à effacer." in again.content.decode()


def test_a_sheet_of_which_nothing_is_left_is_erased_whole(noe, jeanne, mother):
    does(noe, "emergency.write", {**EMPTY, "wishes": "Chez moi"})
    url = jeanne.at("actes/emergency.erase/")
    assert confirm(mother, url, mother.get(url)).status_code == 303
    with opened(noe.person.id):
        assert not EmergencySheet.objects.exists()


def test_the_home_of_a_closed_space_offers_a_representative_nothing_that_is_refused(odette, row, read):
    with opened(odette.person.id):
        Representation.objects.update(scopes=["sheet.read", "history.read", "space.read"])
    does(odette, "space.close", {"way": "keep"})
    links = set(re.findall(rf'href="/mon-espace/pour/{row.pk}/([^"]*)"', read().content.decode())) - {""}
    assert [link for link in sorted(links) if read(link).status_code != 200] == []
