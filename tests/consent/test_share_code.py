"""A share code opens to the first professional who types it, for what and as long as was chosen, and to nobody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from assistance.models import Letter
from consent import outbox, readers, sharing
from consent.acts.base import BusinessError
from consent.bases import BasisRefused
from consent.models import JournalEntry, OutboxItem, Receipt, ShareCode
from consent.models.share_code import HALF, TRIES
from consent.roles import make_professional
from consent.wall import opened
from records.reading import read_patient
from tests.assistance.counter_cast import boussac, desk, do, draft_mandate, karim, sign, start  # noqa: F401
from tests.consent.conftest import check, confirm
from tests.records.conftest import (  # noqa: F401
    SHEET,
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
ANSWERS = {"extent": "some", "categories": ["treatments"], "duration": "1d", "reader_number": ""}
NOT_OPEN = "Ce code ne vous ouvre rien"


def make(patient, **changes: object) -> ShareCode:
    does(patient, "share-code.create", {**ANSWERS, **changes})
    with opened(patient.person.id):
        return ShareCode.objects.latest("made_at")


def wrong(code: ShareCode) -> str:
    """The same handle, another secret."""
    last = code.code[-1]
    return code.code[:-1] + ("2" if last != "2" else "3")


def tries(code: ShareCode) -> int:
    with opened(code.person_id):
        return ShareCode.objects.get(pk=code.pk).tries


def test_it_opens_what_was_chosen_to_who_types_it_first(with_sheet, at_claires, at_hugos):  # noqa: F811
    code = make(with_sheet)
    found = at_claires.post("/soins/code/", {"code": f" {code.code.lower().replace('-', ' ')} "})
    assert (found.status_code, found.url) == (303, f"/soins/acces/{code.pk}/")
    text = at_claires.get(found.url).content.decode()
    assert SHEET["treatments"] in text
    assert SHEET["wishes"] not in text
    assert found.url in at_claires.get("/soins/").content.decode()
    # Typed again by the same one it leads there again; by another one it opens nothing.
    assert at_claires.post("/soins/code/", {"code": code.code}).url == found.url
    other = at_hugos.post("/soins/code/", {"code": code.code})
    assert other.status_code == 422
    assert NOT_OPEN in other.content.decode()
    assert at_hugos.get(found.url).status_code == 404
    assert tries(code) == 0, "a code that has its reader is not used up by others"


def test_six_tries_refuse_it_for_good(with_sheet, at_claires):  # noqa: F811
    code = make(with_sheet)
    for number in range(TRIES):
        assert at_claires.post("/soins/code/", {"code": wrong(code)}).status_code == 422
        assert tries(code) == number + 1
    sixth = at_claires.post("/soins/code/", {"code": code.code})
    assert sixth.status_code == 422
    assert NOT_OPEN in sixth.content.decode()
    with opened(with_sheet.person.id):
        reasons = [entry.details["reason"] for entry in JournalEntry.objects.filter(outcome="refused").order_by("at")]
        assert ShareCode.objects.get().used_by_id is None
    assert len(reasons) == TRIES + 1
    assert reasons[-1] == "Trop d’essais : ce code ne sert plus."


def test_a_code_for_one_professional_opens_to_no_other(with_sheet, dr_lemoine, claire, hugo):  # noqa: F811
    code = make(with_sheet, reader_number=dr_lemoine.rpps)
    assert sharing.use_code(hugo, code.code) is None
    assert tries(code) == 1
    assert sharing.use_code(claire, code.code) == code.pk


@pytest.mark.parametrize("typed", ["", "A", "AAAA-AAAA-AAAA", "AAAA-AAAA-AAAA-AAAA", "é" * 12, "<script>", "0" * 20])
def test_what_is_no_code_opens_nothing(with_sheet, at_claires, typed):  # noqa: F811
    assert at_claires.post("/soins/code/", {"code": typed}).status_code == 422


def end_by_cancelling(patient, code: ShareCode) -> None:
    does(patient, "share-code.cancel", {}, code.pk)


def end_by_its_hour(patient, code: ShareCode) -> None:
    with opened(patient.person.id):
        now = timezone.now()
        ShareCode.objects.update(made_at=now - timedelta(days=2), ends_at=now)


def end_by_closing(patient, code: ShareCode) -> None:
    does(patient, "space.close", {"way": "keep"})


@pytest.mark.parametrize("end", [end_by_cancelling, end_by_its_hour, end_by_closing])
@pytest.mark.parametrize("typed_before", [True, False])
def test_once_ended_it_opens_nothing_typed_before_or_not(with_sheet, claire, end, typed_before):  # noqa: F811
    code = make(with_sheet)
    if typed_before:
        assert sharing.use_code(claire, code.code) == code.pk
    end(with_sheet, code)
    assert sharing.use_code(claire, code.code) is None
    if typed_before:
        with pytest.raises(BasisRefused):
            read_patient(readers.basis_of(claire, code.pk))


def test_a_code_is_cancelled_once(with_sheet):  # noqa: F811
    code = make(with_sheet)
    does(with_sheet, "share-code.cancel", {}, code.pk)
    with pytest.raises(BusinessError, match="ne sert plus"):
        does(with_sheet, "share-code.cancel", {}, code.pk)


def test_the_receipt_shows_the_code_and_nothing_kept_holds_it(with_sheet, odette_online):  # noqa: F811
    typed = {"extent": "all", "duration": "1w", "reader_number": ""}
    url = "/mon-espace/actes/share-code.create/"
    receipt = confirm(odette_online, url, check(odette_online, url, typed)).url
    with opened(with_sheet.person.id):
        code = ShareCode.objects.get()
        whole, secret = code.code, code.code.replace("-", "")[HALF:]
        entry = Receipt.objects.get(pk=receipt.split("/")[-2]).entry
        assert secret not in str(entry.details).replace("-", "")
    assert whole in odette_online.get(receipt).content.decode()
    assert whole in odette_online.get("/mon-espace/").content.decode()
    assert whole not in odette_online.get("/mon-espace/trace/").content.decode()
    with opened(with_sheet.person.id), connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM consent_sharecode c")
        assert secret not in cursor.fetchone()[0]
    does(with_sheet, "share-code.cancel", {}, code.pk)
    assert whole not in odette_online.get(receipt).content.decode(), "a code that ended is shown no more"


def test_the_letter_carries_the_code(with_sheet):  # noqa: F811
    code = make(with_sheet, duration="1w")
    with opened(with_sheet.person.id):
        for item in OutboxItem.objects.filter(delivered_at=None, topic="told").order_by("created_at"):
            outbox.deliver(item.pk, item.person_id)
        letters = [str(letter.content["tables"]) for letter in Letter.objects.all()]
    assert sum(code.code in letter for letter in letters) == 1


def test_by_post_a_code_lasts_a_week_or_is_not_made(with_sheet):  # noqa: F811
    from dataclasses import replace

    from consent.acts.registry import get_act
    from consent.bases import Via

    act = get_act("share-code.create")
    by_post = replace(with_sheet.basis, via=Via.PAPER)
    with opened(with_sheet.person.id), pytest.raises(BusinessError, match="Choisissez une semaine"):
        act.effect(by_post, ANSWERS, None)


def test_the_person_sees_who_used_it(with_sheet, odette_online, claire):  # noqa: F811
    sharing.use_code(claire, make(with_sheet).code)
    text = odette_online.get("/mon-espace/trace/").content.decode()
    assert "Code de partage utilisé" in text
    assert "Dr Claire Lemoine" in text


def test_a_month_after_its_end_a_code_is_kept_no_more(with_sheet):  # noqa: F811
    from consent import retention

    code, (rule,) = make(with_sheet), [rule for rule in retention.all_rules() if rule.code == "share-codes"]
    assert retention.apply(rule, now=code.ends_at + timedelta(days=30)).rows == 0
    assert retention.apply(rule, now=code.ends_at + timedelta(days=31)).rows == 1


def test_a_code_that_was_tried_too_often_is_shown_as_good_no_more(with_sheet, at_claires, odette_online):  # noqa: F811
    code = make(with_sheet)
    for _number in range(TRIES):
        assert code.code in odette_online.get("/mon-espace/").content.decode()
        at_claires.post("/soins/code/", {"code": wrong(code)})
    assert code.code not in odette_online.get("/mon-espace/").content.decode()
    assert odette_online.get(f"/mon-espace/partage/{code.pk}/").status_code == 404
    with pytest.raises(BusinessError, match="ne sert plus"):
        does(with_sheet, "share-code.cancel", {}, code.pk)


def test_whoever_made_a_code_for_someone_does_not_use_it(with_sheet, desk, karim, dr_lemoine):  # noqa: F811
    make_professional(karim, dr_lemoine)
    url = start(desk)
    sign(draft_mandate(desk, url, scopes=["share-code.create"]), karim, url)
    assert do(desk, url, "share-code.create", ANSWERS).status_code == 303
    with opened(with_sheet.person.id):
        code = ShareCode.objects.get()
    assert sharing.use_code(karim, code.code) is None
    with opened(with_sheet.person.id):
        assert ShareCode.objects.get().used_by_id is None
        (entry,) = JournalEntry.objects.filter(outcome="refused", code="share-code.used")
        assert "personne ne s’ouvre un espace" in entry.details["reason"]
