"""Emergency access: forbidden unless allowed, 24 hours, told at once, reviewed, contestable."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from assistance.models import Letter
from assistance.roles import Service, join_service
from consent import emergency, outbox, readers
from consent.acts.base import BusinessError
from consent.bases import BasisRefused
from consent.models import Channel, EmergencyAccess, EmergencyConsent, JournalEntry, OutboxItem, Person
from consent.models.emergency import Finding
from consent.wall import opened
from portal.accounts.user import create_account
from records.reading import read_patient
from tests.cast import ODETTE, PASSWORD
from tests.records.conftest import (  # noqa: F401
    NOBODY,
    REASON,
    SHEET,
    TYPED,
    at_claires,
    at_hugos,
    claire,
    does,
    dr_ferrand,
    hugo,
    no_wait,
    with_sheet,
)

pytestmark = pytest.mark.django_db
URGENT = "/soins/urgence/"


@pytest.fixture
def allowed(with_sheet):  # noqa: F811
    does(with_sheet, "emergency.allow", {"wish": True})
    return with_sheet


def accesses(patient) -> list[EmergencyAccess]:
    with opened(patient.person.id):
        return list(EmergencyAccess.objects.filter(person_id=patient.person.id).order_by("started_at"))


def deliver(patient) -> None:
    with opened(patient.person.id):
        items = list(OutboxItem.objects.filter(topic="emergency-told", delivered_at=None))
    for item in items:
        outbox.deliver(item.pk, patient.person.id)


def refusals(patient) -> list[tuple[str, str]]:
    with opened(patient.person.id):
        found = JournalEntry.objects.filter(outcome="refused").order_by("at")
        return [(entry.code, entry.details["reason"]) for entry in found]


def bare(answer) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_it_is_forbidden_to_begin_with_and_the_person_sees_the_try(with_sheet, at_claires):  # noqa: F811
    answer = at_claires.post(URGENT, {**TYPED, "reason": REASON})
    assert answer.status_code == 422
    assert "cette personne ne l’a pas autorisé, ou n’a pas d’espace ici" in answer.content.decode()
    assert accesses(with_sheet) == []
    assert refusals(with_sheet) == [("emergency.opened", "Vous n’aviez pas autorisé l’accès d’urgence.")]


def test_forbidden_and_nobody_are_answered_alike(with_sheet, at_claires):  # noqa: F811
    forbidden = at_claires.post(URGENT, {**TYPED, "reason": REASON})
    nobody = at_claires.post(URGENT, {**NOBODY, "reason": REASON})
    assert bare(forbidden) == bare(nobody).replace("Inconnue", "Garnier")
    assert forbidden.status_code == nobody.status_code == 422


@pytest.mark.parametrize("reason", ["", "urgent", " " * 30, "x" * 19])
def test_a_reason_of_twenty_characters_is_asked(allowed, at_claires, reason):  # noqa: F811
    assert at_claires.post(URGENT, {**TYPED, "reason": reason}).status_code == 422
    assert accesses(allowed) == []


def test_once_allowed_it_opens_everything_the_sheet_first_for_24_hours(allowed, at_claires):  # noqa: F811
    before = timezone.now()
    found = at_claires.post(URGENT, {**TYPED, "reason": REASON})
    assert found.status_code == 303
    (access,) = accesses(allowed)
    assert timedelta(hours=24) <= access.ends_at - before <= timedelta(hours=24, minutes=1)
    text = at_claires.get(found.url).content.decode()
    assert all(words in text for words in SHEET.values())
    assert text.index("Fiche d’urgence") < text.index("Identité")
    with opened(allowed.person.id):
        codes = list(JournalEntry.objects.filter(via="emergency").order_by("at").values_list("code", "nature"))
        opening = JournalEntry.objects.get(code="emergency.opened")
        assert opening.details["facts"][0] == ["Raison écrite par le professionnel", REASON]
        assert opening.details["reader"]["name"] == "Dr Claire Lemoine"
    assert codes == [("emergency.opened", "event"), ("sheet.read", "read")]


def test_asking_again_while_it_runs_gives_the_same_access(allowed, at_claires):  # noqa: F811
    first = at_claires.post(URGENT, {**TYPED, "reason": REASON}).url
    assert at_claires.post(URGENT, {**TYPED, "reason": REASON}).url == first
    assert len(accesses(allowed)) == 1
    assert first in at_claires.get("/soins/").content.decode()
    assert at_claires.post("/soins/", TYPED).url == first


def test_a_search_uses_what_was_given_and_not_the_emergency_that_opens_more(allowed, at_claires, dr_lemoine):  # noqa: F811
    terms = {"rights": ["read"], "extent": "some", "categories": ["treatments"], "duration": "1m"}
    does(allowed, "grant.give", {"reader_number": dr_lemoine.rpps, **terms})
    urgent = at_claires.post(URGENT, {**TYPED, "reason": REASON}).url
    found = at_claires.post("/soins/", TYPED).url
    assert found != urgent
    assert SHEET["wishes"] in at_claires.get(urgent).content.decode()
    assert SHEET["wishes"] not in at_claires.get(found).content.decode()


def test_it_is_the_access_of_one_professional(allowed, claire, at_hugos):  # noqa: F811
    access_id = emergency.open_access(claire, ODETTE, REASON)
    assert at_hugos.get(f"/soins/acces/{access_id}/").status_code == 404
    assert at_hugos.post("/soins/", TYPED).status_code == 422


def test_after_24_hours_it_is_over(allowed, claire):  # noqa: F811
    basis = readers.basis_of(claire, emergency.open_access(claire, ODETTE, REASON))
    assert read_patient(basis).birth_name == "Garnier"
    with opened(allowed.person.id):
        day_ago = timezone.now() - timedelta(hours=24)
        EmergencyAccess.objects.update(started_at=day_ago, ends_at=timezone.now())
    with pytest.raises(BasisRefused, match="24 heures"):
        read_patient(basis)


@pytest.mark.parametrize(("code", "answers"), [("emergency.forbid", {}), ("space.close", {"way": "keep"})])
def test_forbidding_or_closing_ends_what_runs_at_once(allowed, claire, code, answers):  # noqa: F811
    basis = readers.basis_of(claire, emergency.open_access(claire, ODETTE, REASON))
    does(allowed, code, answers)
    with pytest.raises(BasisRefused):
        read_patient(basis)
    assert emergency.open_access(claire, ODETTE, REASON) is None
    with opened(allowed.person.id):
        assert not EmergencyConsent.objects.exists()


def test_a_space_opened_again_does_not_allow_what_was_allowed_before(allowed, claire):  # noqa: F811
    does(allowed, "space.close", {"way": "keep"})
    does(allowed, "space.reopen", {"notice_read": True, "wish": True})
    assert emergency.open_access(claire, ODETTE, REASON) is None


def test_allowing_or_forbidding_twice_is_said(allowed):
    with pytest.raises(BusinessError, match="déjà autorisé"):
        does(allowed, "emergency.allow", {"wish": True})
    does(allowed, "emergency.forbid", {})
    with pytest.raises(BusinessError, match="déjà interdit"):
        does(allowed, "emergency.forbid", {})


def test_nobody_opens_their_own_space_in_an_emergency(allowed, claire):  # noqa: F811
    allowed.user.person_id = None
    allowed.user.save()
    claire.person_id = allowed.person.id
    claire.save()
    assert emergency.open_access(claire, ODETTE, REASON) is None


# -- The person is told, and can contest ----------------------------------------------------------------


def test_a_letter_says_who_when_and_why_and_carries_a_form_to_contest(allowed, claire):  # noqa: F811
    access_id = emergency.open_access(claire, ODETTE, REASON)
    deliver(allowed)
    with opened(allowed.person.id):
        letter = Letter.objects.get(person_id=allowed.person.id)
        content = letter.content
    assert content["subject"] == "Un professionnel a ouvert votre espace en urgence"
    rows = dict(content["tables"][0][1])
    assert rows["La raison qu’il a écrite"] == REASON
    assert rows["Qui et quand"].startswith("Dr Claire Lemoine (Médecin généraliste, Boussac), ")
    assert content["forms"][0]["act"] == "emergency.contest"
    assert access_id == accesses(allowed)[0].pk


def test_the_first_read_is_not_told_a_second_time(allowed, claire):  # noqa: F811
    read_patient(readers.basis_of(claire, emergency.open_access(claire, ODETTE, REASON)))
    with opened(allowed.person.id):
        topics = OutboxItem.objects.exclude(topic="told").values_list("topic", flat=True)
        assert list(topics) == ["emergency-told"]


def test_who_wants_to_be_told_on_screen_gets_a_mail_without_a_word_of_health(allowed, claire):  # noqa: F811
    with opened(allowed.person.id):
        person = Person.objects.get(pk=allowed.person.id)
        person.channel, person.email = Channel.SCREEN, "odette@exemple.fr"
        person.save()
    emergency.open_access(claire, ODETTE, REASON)
    deliver(allowed)
    (message,) = mail.outbox
    assert message.to == ["odette@exemple.fr"]
    assert REASON not in message.body
    assert "Lemoine" not in message.body


def test_it_waits_for_review_and_what_is_contested_comes_first(allowed, claire, hugo):  # noqa: F811
    first = emergency.open_access(claire, ODETTE, REASON)
    second = emergency.open_access(hugo, ODETTE, REASON)
    assert [waiting.access_id for waiting in emergency.waiting_for_review()] == [first, second]
    does(allowed, "emergency.contest", {"words": "Je n’étais pas en danger."}, second)
    assert [waiting.access_id for waiting in emergency.waiting_for_review()] == [second, first]
    auditor = create_account("audit@exemple.fr", PASSWORD)
    with pytest.raises(BasisRefused):
        emergency.reviewed(second, auditor, Finding.ABUSE, "Contrôlé : l’accès n’était pas justifié.")
    join_service(auditor, Service.AUDIT)
    assert emergency.reviewed(second, auditor, Finding.ABUSE, "Contrôlé : l’accès n’était pas justifié.")
    assert not emergency.reviewed(second, auditor, Finding.FAIR, "Encore.")
    assert [waiting.access_id for waiting in emergency.waiting_for_review()] == [first]
    with opened(allowed.person.id):
        entry = JournalEntry.objects.get(code="emergency.reviewed", outcome="done")
        assert ["Ce que le délégué en dit", "Contrôlé : l’accès n’était pas justifié."] in entry.details["facts"]


def test_an_access_is_contested_once(allowed, claire):  # noqa: F811
    access_id = emergency.open_access(claire, ODETTE, REASON)
    does(allowed, "emergency.contest", {"words": "Non."}, access_id)
    with pytest.raises(BusinessError, match="déjà contesté"):
        does(allowed, "emergency.contest", {"words": "Non."}, access_id)


def test_what_was_written_is_nowhere_readable_in_the_database(allowed, claire, owner_connection):  # noqa: F811
    from django.db import connection

    emergency.open_access(claire, ODETTE, REASON)
    with opened(allowed.person.id), connection.cursor() as cursor:
        cursor.execute("SELECT reason::text FROM consent_emergencyaccess")
        (sealed,) = cursor.fetchone()
    assert REASON.encode().hex() not in sealed


def test_what_was_reviewed_is_kept_five_years_and_what_was_not_longer(allowed, claire):  # noqa: F811
    from consent import retention

    (rule,) = [rule for rule in retention.all_rules() if rule.code == "emergencies"]
    access_id = emergency.open_access(claire, ODETTE, REASON)
    later = timezone.now() + timedelta(days=5 * 366)
    assert retention.apply(rule, now=later).rows == 0
    auditor = create_account("audit@exemple.fr", PASSWORD)
    join_service(auditor, Service.AUDIT)
    emergency.reviewed(access_id, auditor, Finding.FAIR, "Justifié.")
    assert retention.apply(rule, now=timezone.now() + timedelta(days=5 * 364)).rows == 0
    assert retention.apply(rule, now=later).rows == 1


def test_the_words_of_a_contest_are_for_the_auditor_and_not_in_the_history(allowed, claire):  # noqa: F811
    access_id = emergency.open_access(claire, ODETTE, REASON)
    entry = does(allowed, "emergency.contest", {"words": "Ma fille me force."}, access_id).entry
    assert "Dr Claire Lemoine" in str(entry.details)
    assert "me force" not in str(entry.details)
    with opened(allowed.person.id):
        assert EmergencyAccess.objects.get(pk=access_id).contest == "Ma fille me force."
