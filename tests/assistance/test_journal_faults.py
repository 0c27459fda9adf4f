"""A fault of the journal: on top of what the auditor has to do, told by mail, answered once; nobody else sees where."""

from datetime import timedelta

import pytest
from django.core import mail as outgoing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance.journal_faults import open_faults
from assistance.models import FaultAnswer
from assistance.roles import Service, join_service
from consent.models import Broken, JournalEntry, Reach, SealCheckpoint, Verification
from consent.seal import verifications
from portal.accounts.user import User
from tests.assistance.mail_room import deliver_all, staff
from tests.html import html_errors

pytestmark = pytest.mark.django_db
HOME, RUNS = "/service/audit/", "/service/audit/verifications/"
TITLE = "La vérification du journal a trouvé un défaut"
SAYS = "entry 11111111-1111-4111-8111-111111111111 (place 7) was changed: its columns are not those that were sealed"
FOUND = {"words": "Un technicien avait corrigé une ligne à la main. La CNIL est saisie."}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def fault() -> Verification:
    return Verification.objects.create(reach=Reach.WHOLE, broken=Broken.ENTRY, says=SAYS)


def well(**changes) -> Verification:
    return Verification.objects.create(**{"reach": Reach.NEW, "size": 0, "root": bytes(32), **changes})


def text(answer) -> str:
    return answer.content.decode()


def test_it_stands_on_top_of_every_page_of_the_auditor_until_it_is_answered(auditor: Client, fault: Verification):
    pages = [HOME, RUNS, *(f"{HOME}{part}/" for part in ("urgences", "signaux", "cas", "recherche", "mes-regards"))]
    for path in pages:
        page = text(auditor.get(path))
        assert page.index("</h1>") < page.index(TITLE) < page.index("</h1>") + 200, path
        assert f"{RUNS}{fault.pk}/" in page
        assert html_errors(page) == []
    well(reach=Reach.WHOLE)
    assert TITLE in text(auditor.get(HOME)), "that it is well again is no answer"
    assert auditor.post(f"{RUNS}{fault.pk}/", FOUND).status_code == 303
    for path in pages:
        assert TITLE not in text(auditor.get(path))


def test_the_run_says_what_and_where_and_takes_one_answer(auditor: Client, fault: Verification, sign_in):
    path = f"{RUNS}{fault.pk}/"
    page = text(auditor.get(path))
    assert "une trace a été changée ou retirée, ou ne s’ouvre plus" in page
    assert "(place 7) was changed" in page
    assert auditor.post(path, {"words": ""}).status_code == 422
    assert auditor.post(path, FOUND).status_code == auditor.post(path, FOUND).status_code == 303
    colleague = staff("lea@service.exemple.fr", "Léa")
    join_service(colleague, Service.AUDIT)
    late = sign_in(colleague).post(path, {"words": "Autre chose."})
    assert late.status_code == 409
    assert "Autre chose." in text(late)
    assert "Un technicien avait corrigé" in text(auditor.get(path))
    assert FaultAnswer.objects.count() == 1
    assert JournalEntry.objects.filter(person_id=None, code="audit.fault").count() == 1
    assert b"technicien" not in bytes(FaultAnswer.objects.get().words_sealed)


def test_an_answer_is_to_the_same_fault_found_before_and_to_none_after(auditor: Client, fault: Verification):
    again = Verification.objects.create(reach=Reach.WHOLE, broken=Broken.ENTRY, says=SAYS)
    assert open_faults() == [again]
    assert auditor.post(f"{RUNS}{again.pk}/", FOUND).status_code == 303
    assert open_faults() == []
    assert "Un technicien" in text(auditor.get(f"{RUNS}{fault.pk}/"))
    third = Verification.objects.create(reach=Reach.WHOLE, broken=Broken.ENTRY, says=f"{SAYS}; and 1 more (at 9)")
    assert open_faults() == [third]


def test_what_cannot_be_put_right_is_answered_once(auditor: Client, fault: Verification):
    auditor.post(f"{RUNS}{fault.pk}/", FOUND)
    for reach in (Reach.NEW, Reach.WHOLE):
        Verification.objects.create(reach=reach, broken=Broken.ENTRY, says=SAYS)
    assert open_faults() == [], "the same hour after hour"
    well(reach=Reach.WHOLE)
    again = Verification.objects.create(reach=Reach.WHOLE, broken=Broken.ENTRY, says=SAYS)
    assert open_faults() == [again], "it was put right, and was done again"


def test_to_answer_one_fault_answers_no_other(auditor: Client, fault: Verification):
    late = Verification.objects.create(reach=Reach.NEW, broken=Broken.LATE, says="entry 2 has no place")
    assert open_faults() == [late, fault]
    page = text(auditor.get(HOME))
    assert page.index(f"{RUNS}{late.pk}/") < page.index(f"{RUNS}{fault.pk}/"), "each has its place, the newest first"
    assert html_errors(page) == []
    auditor.post(f"{RUNS}{late.pk}/", FOUND)
    assert open_faults() == [fault]
    assert f"{RUNS}{fault.pk}/" in text(auditor.get(HOME))
    page = text(auditor.get(f"{RUNS}{fault.pk}/"))
    assert "Un technicien" not in page, "that was said of another fault"
    assert auditor.post(f"{RUNS}{fault.pk}/", {"words": "Une sauvegarde le montre."}).status_code == 303
    assert open_faults() == []
    assert "Un technicien" in text(auditor.get(f"{RUNS}{late.pk}/"))


def test_what_was_answered_stays_so_when_all_is_well_again(auditor: Client, fault: Verification):
    auditor.post(f"{RUNS}{fault.pk}/", FOUND)
    Verification.objects.create(reach=Reach.NEW, broken=Broken.ENTRY, says=SAYS)
    well(reach=Reach.WHOLE)
    assert open_faults() == []


def test_the_auditors_are_written_to_and_the_mail_says_nothing_of_it(paul: User, settings):
    well(size=9)
    verifications.go_on(Reach.NEW)
    deliver_all()
    (mail,) = outgoing.outbox
    assert mail.to == [paul.email]
    assert f"{settings.SITE_URL}{RUNS}" in mail.body
    assert "9" not in mail.body.replace(str(Verification.objects.latest("at").pk), "")


def test_runs_are_listed_the_newest_first_and_cost_the_same_for_thirty(auditor: Client):
    counts = []
    for many in (1, 29):
        for _run in range(many):
            well()
        with CaptureQueriesContext(connection) as asked:
            page = text(auditor.get(RUNS))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
    assert page.count("rien n’a changé") == 25
    assert text(auditor.get(f"{RUNS}?page=2")).count("rien n’a changé") == 5
    run = well(at=timezone.now() + timedelta(seconds=1))
    assert f"{RUNS}{run.pk}/" in text(auditor.get(RUNS))
    assert auditor.get(f"{RUNS}{run.pk}/").status_code == 200
    assert auditor.post(f"{RUNS}{run.pk}/", FOUND).status_code == 404, "nothing is to be answered"


def test_verifying_that_stopped_is_said_too(auditor: Client):
    assert "pas vérifié en entier depuis deux jours" not in text(auditor.get(HOME)), "it is new"
    SealCheckpoint.objects.create(size=1, root=bytes(32), signed_at=timezone.now() - timedelta(days=3), note="")
    assert "n’a pas été vérifié en entier" in text(auditor.get(RUNS))
    assert "pas vérifié en entier depuis deux jours" in text(auditor.get(HOME))
    well(reach=Reach.WHOLE)
    assert "n’a pas été vérifié en entier" not in text(auditor.get(RUNS))
