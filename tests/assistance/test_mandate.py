"""A mandate: prepared, printed, signed, recognised by its scan or attested by a colleague, and ended."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from assistance import mandates, printing, visits
from assistance.mandate_scan import check_scan
from assistance.models import Mandate, MandateState, Printout, PrintoutKind
from assistance.models.mandate import WrongTransition
from assistance.paper.codes import form_code, mandate_code, read_code, slip_code
from consent import outbox, retention
from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import BasisRefused
from consent.crypto import files
from consent.models import OutboxItem, Person
from consent.models.person import find_confirmed
from consent.wall import opened
from portal.accounts.user import User
from tests.assistance.counter_cast import (
    ATTESTED,
    OPENING,
    attest_url,
    browser_of,
    change,
    do,
    draft_mandate,
    entries,
    now,
    scan_of,
    sign,
    start,
)
from tests.assistance.scans import papers
from tests.cast import ODETTE, Patient

pytestmark = pytest.mark.django_db


def kept_files(folder: str = "mandates") -> list[str]:
    try:
        return default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return []


def test_a_scan_brings_the_mandate_in_force_and_is_kept_encrypted(desk: Client, karim: User, odette: Patient):
    url = start(desk)
    mandate = draft_mandate(desk, url)
    page = f"{url}mandat/{mandate.pk}/"
    upload = scan_of(mandate_code(mandate.reference), slip_code(mandate.reference))
    content = upload.read()
    upload.seek(0)
    answer = desk.post(page, {"scan": upload})
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    signed = now(mandate)
    assert (signed.state, signed.evidence, signed.attested_by_id) == ("in_force", "scan", None)
    with default_storage.open(signed.scan) as file:
        assert content[:40] not in file.read()
    with opened(odette.person.id):
        assert b"".join(files.read(signed.scan, odette.person.id)) == content
    trace = entries(odette.person.id)[-1]
    assert (trace.code, trace.actor_id, trace.counter_number) == ("mandate.signed", karim.pk, 137)
    assert "est en vigueur" in desk.get(page).content.decode()
    # Sent twice: the same mandate, and no second file.
    before = kept_files()
    assert desk.post(page, {"scan": scan_of(mandate_code(mandate.reference))}).status_code == 303
    assert kept_files() == before
    assert now(mandate).scan == signed.scan


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([mandate_code("MD-7K2P-9QXA")], "MD-7K2P-9QXA"),
        ([], "Aucun code QR lisible"),
        ([papers.FOREIGN], "pas un code de Plein gré"),
        ([papers.FORGED], "pas un code de Plein gré"),
        ([form_code("grant.give", 1)], "pas le mandat"),
    ],
)
def test_any_other_paper_is_refused_in_words_and_not_kept(desk: Client, odette: Patient, texts, message):
    url = start(desk)
    mandate = draft_mandate(desk, url)
    before = kept_files()
    answer = desk.post(f"{url}mandat/{mandate.pk}/", {"scan": scan_of(*texts)})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert now(mandate).state == "draft"
    assert kept_files() == before


def test_two_mandates_in_one_scan_are_refused_even_with_the_right_one(desk: Client, odette: Patient):
    url = start(desk)
    mandate = draft_mandate(desk, url)
    upload = scan_of(mandate_code(mandate.reference), mandate_code("MD-7K2P-9QXA"))
    answer = desk.post(f"{url}mandat/{mandate.pk}/", {"scan": upload})
    assert answer.status_code == 422
    assert now(mandate).state == "draft"


def test_what_is_no_scan_is_refused_in_words(desk: Client, odette: Patient):
    url = start(desk)
    page = f"{url}mandat/{draft_mandate(desk, url).pk}/"
    nothing = desk.post(page)
    assert (nothing.status_code, "Choisissez le fichier" in nothing.content.decode()) == (422, True)
    empty = desk.post(page, {"scan": SimpleUploadedFile("vide.pdf", b"")})
    assert (empty.status_code, "Ce fichier est vide" in empty.content.decode()) == (422, True)
    words = desk.post(page, {"scan": SimpleUploadedFile("mandat.pdf", b"bonjour", "application/pdf")})
    assert 400 <= words.status_code < 500
    assert "id_scan_error" in words.content.decode()
    many = papers.pdf_with(papers.empty_pages(400))
    pages = desk.post(page, {"scan": SimpleUploadedFile("mandat.pdf", many, "application/pdf")})
    assert 400 <= pages.status_code < 500
    assert "pages" in pages.content.decode()


def test_a_file_over_the_limit_is_refused_before_it_is_read(desk: Client, odette: Patient, settings):
    url = start(desk)
    mandate = draft_mandate(desk, url)
    settings.UPLOAD_MAX_BYTES = 1024
    big = SimpleUploadedFile("mandat.pdf", b"x" * 200_000, "application/pdf")
    assert desk.post(f"{url}mandat/{mandate.pk}/", {"scan": big}).status_code == 413


@pytest.mark.parametrize(
    ("pages", "codes", "foreign", "accepted"),
    [
        (2, [mandate_code("MD-1111-1111")], 0, True),
        (2, [mandate_code("MD-1111-1111"), slip_code("MD-1111-1111")], 1, True),
        (9, [mandate_code("MD-1111-1111")], 0, False),
        (1, [slip_code("MD-1111-1111")], 0, False),
        (2, [mandate_code("MD-1111-1111"), slip_code("MD-2222-2222")], 0, False),
        (1, [], 0, False),
        (1, [], 3, False),
    ],
)
def test_only_the_mandate_expected_alone_is_accepted(pages, codes, foreign, accepted):
    read = SimpleNamespace(pages=pages, codes=tuple(read_code(code) for code in codes), foreign=foreign)
    if accepted:
        check_scan(read, "MD-1111-1111")
    else:
        with pytest.raises(BusinessError):
            check_scan(read, "MD-1111-1111")


def test_printing_advances_the_draft_once_and_the_worker_makes_the_paper(desk: Client, odette: Patient, settings):
    settings.PRINTOUT_WAIT_SECONDS = 0
    url = start(desk)
    mandate = draft_mandate(desk, url, large_print="on")
    page = f"{url}mandat/{mandate.pk}/"
    assert desk.post(f"{page}imprimer/").headers["Location"] == f"{page}pdf/"
    first = now(mandate)
    assert (first.state, first.printed_at is None) == ("printed", False)
    desk.post(f"{page}imprimer/")
    assert now(mandate).printed_at == first.printed_at
    assert desk.get(f"{page}pdf/").status_code == 202
    deliver("print", odette.person.id)
    pdf = desk.get(f"{page}pdf/")
    assert (pdf.status_code, pdf.headers["Content-Type"]) == (200, "application/pdf")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert "Garnier" not in pdf.headers["Content-Disposition"]
    with opened(odette.person.id):
        assert Printout.objects.get(kind=PrintoutKind.MANDATE).large_print


def deliver(topic: str, person_id) -> None:
    """The worker does what waits."""
    with opened(person_id):
        due = list(OutboxItem.objects.filter(topic=topic, delivered_at__isnull=True, person_id=person_id))
    assert due
    for item in due:
        outbox.deliver(item.pk, person_id)


def test_the_papers_of_a_visit_are_printed_and_the_sheet_of_the_visit_after_its_end(
    desk: Client, karim: User, odette: Patient, notice, settings
):
    settings.PRINTOUT_WAIT_SECONDS = 0
    url = start(desk)
    sign(draft_mandate(desk, url), karim, url)
    receipt = do(desk, url, "space.open", OPENING).headers["Location"]
    desk.get(f"{receipt}pdf/")
    deliver("print", odette.person.id)
    assert desk.get(f"{receipt}pdf/").status_code == 200
    for path in ("notice/fr/pdf/", "formulaire/grant.revoke/pdf/"):
        assert desk.get(url + path).status_code == 202
    deliver("print", None)
    for path in ("notice/fr/pdf/", "formulaire/grant.revoke/pdf/"):
        assert b"".join(desk.get(url + path).streaming_content).startswith(b"%PDF")
    assert desk.get(f"{url}fin/pdf/").status_code == 403
    desk.post(f"{url}fin/")
    assert desk.get(f"{url}fin/pdf/").status_code == 202
    deliver("print", odette.person.id)
    sheet = b"".join(desk.get(f"{url}fin/pdf/").streaming_content)
    import pypdfium2

    words = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(sheet))
    assert "Ouvrir mon espace" in words
    assert "Odette Garnier" in words


def test_somebody_elses_mandate_is_not_found_in_a_visit(desk: Client, karim: User, odette: Patient, aicha: Patient):
    from tests.cast import AICHA

    url = start(desk)
    mandate = draft_mandate(desk, url)
    desk.post(f"{url}fin/")
    other = start(desk, AICHA)
    for path in ("", "pdf/"):
        assert desk.get(f"{other}mandat/{mandate.pk}/{path}").status_code == 404
        assert desk.get(f"{other}mandat/{uuid4()}/{path}").status_code == 404
    assert desk.post(f"{other}mandat/{mandate.pk}/imprimer/").status_code == 404
    assert desk.post(f"{other}mandat/{mandate.pk}/", {"scan": scan_of(papers.MANDATE)}).status_code == 404


def test_a_scan_after_the_end_of_the_visit_is_refused_and_not_kept(desk: Client, odette: Patient):
    url = start(desk)
    mandate = draft_mandate(desk, url)
    desk.post(f"{url}fin/")
    before = kept_files()
    answer = desk.post(f"{url}mandat/{mandate.pk}/", {"scan": scan_of(mandate_code(mandate.reference))})
    assert answer.status_code == 403
    assert now(mandate).state == "draft"
    assert kept_files() == before


def test_a_mandate_for_one_visit_ends_with_it(desk: Client, karim: User, odette: Patient):
    url = start(desk)
    mandate = sign(draft_mandate(desk, url, duration="visit"), karim, url)
    desk.post(f"{url}fin/")
    ended = now(mandate)
    assert (ended.state, ended.end_reason) == ("ended", "expired")
    assert ["Mandat terminé", mandate.reference] in entries(odette.person.id)[-1].details["facts"]


def test_a_mandate_for_one_visit_is_not_signed_after_it(desk: Client, sonia: User, odette: Patient):
    url = start(desk)
    mandate = draft_mandate(desk, url, duration="visit")
    desk.post(f"{url}fin/")
    start(desk)
    answer = browser_of(sonia).post(attest_url(mandate), ATTESTED)
    assert (answer.status_code, "valait pour une visite" in answer.content.decode()) == (409, True)


def test_another_mandate_outlives_the_visit(desk: Client, karim: User, odette: Patient):
    url = start(desk)
    mandate = sign(draft_mandate(desk, url, duration="month"), karim, url)
    desk.post(f"{url}fin/")
    assert now(mandate).state == "in_force"
    assert now(mandate).ends_at - now(mandate).in_force_at == timedelta(days=30)


def test_a_new_mandate_takes_the_place_of_the_older_one_at_the_same_counter(desk: Client, karim: User, odette: Patient):
    url = start(desk)
    first = sign(draft_mandate(desk, url), karim, url)
    second = sign(draft_mandate(desk, url), karim, url)
    assert (now(first).state, now(first).end_reason, now(second).state) == ("ended", "replaced", "in_force")


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"scopes": []}, "scopes", "au moins un acte"),
        ({"signer": "mark", "witness_1": "Paul Dubois"}, "witness_2", "façon de signer"),
        ({"signer": "mark", "witness_1": "Paul Dubois", "witness_2": "Paul Dubois"}, "witness_2", "différentes"),
        ({"signer": "guardian", "guardian": "Luc Garnier"}, "judgment_court", "façon de signer"),
        ({"duration": ""}, "duration", "obligatoire"),
    ],
)
def test_a_mandate_that_lacks_something_is_not_prepared(desk: Client, odette: Patient, changes, field, message):
    url = f"{start(desk)}actes/mandate.give/"
    form = desk.get(url)
    answers = {"scopes": ["space.open"], "duration": "year", "signer": "person", **changes}
    answer = desk.post(url, {**answers, "step": "check", "request": form.context["request_token"]})
    assert answer.status_code == 422
    assert message in str(answer.context["form"].errors[field])
    with opened(odette.person.id):
        assert not Mandate.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"signer": "mark", "witness_1": "Paul Dubois", "witness_2": "Ana Roche"},
        {
            "signer": "guardian", "guardian": "Luc Garnier", "judgment_court": "Guéret",
            "judgment_date": "03/02/2024",
        },
    ],
)  # fmt: skip
def test_a_mark_or_a_guardian_signs_through_the_same_pages(desk: Client, karim: User, odette: Patient, changes):
    url = start(desk)
    mandate = draft_mandate(desk, url, **changes)
    printing.ask(PrintoutKind.MANDATE, person_id=odette.person.id, subject_id=mandate.pk)
    deliver("print", odette.person.id)
    with opened(odette.person.id):
        assert Printout.objects.get().ready_at
    assert sign(mandate, karim, url).state == "in_force"


def test_a_mandate_never_gives_another(desk: Client, odette: Patient):
    form = desk.get(f"{start(desk)}actes/mandate.give/").context["form"]
    assert "mandate.give" not in str(form.fields["scopes"].choices)
    assert not form.initial.get("scopes")


def test_unsigned_drafts_are_forgotten_after_seven_days(desk: Client, odette: Patient):
    url = start(desk)
    old, new = draft_mandate(desk, url), draft_mandate(desk, url)
    change(old, drafted_at=timezone.now() - timedelta(days=7, minutes=1))
    (rule,) = [rule for rule in retention.all_rules() if rule.code == "mandates-unsigned"]
    assert retention.apply(rule).rows == 1
    assert (now(old).state, now(old).end_reason, now(new).state) == ("ended", "unsigned", "draft")
    assert retention.apply(rule).rows == 0
    with opened(odette.person.id):
        assert OutboxItem.objects.filter(topic="unneeded").count() == 1


def test_states_follow_one_another_as_declared(desk: Client, karim: User, odette: Patient):
    url = start(desk)
    mandate = sign(draft_mandate(desk, url), karim, url)
    with opened(mandate.person_id):
        with pytest.raises(WrongTransition):
            mandate.advance(MandateState.PRINTED)


def test_signing_outside_a_visit_is_told_by_itself(desk: Client, sonia: User, odette: Patient, boussac):
    url = start(desk)
    mandate = draft_mandate(desk, url)
    desk.post(f"{url}fin/")
    assert mandates.attest(mandate.pk, mandate.person_id, sonia, boussac).state == "in_force"
    with opened(odette.person.id):
        assert OutboxItem.objects.filter(topic="told").count() == 1


def test_an_act_and_the_end_of_its_mandate_do_not_overlap(desk: Client, karim: User, odette: Patient, notice):
    """The basis made before the end does not serve after it."""
    url = start(desk)
    mandate = sign(draft_mandate(desk, url), karim, url)
    from assistance.doors.counter import CounterDoor

    request = SimpleNamespace(user=karim)
    from uuid import UUID

    basis = CounterDoor(request, UUID(url.rstrip("/").rsplit("/", 1)[1])).basis(get_act("space.open"))
    assert basis.right_id == mandate.pk
    perform(get_act("mandate.revoke"), odette.basis, {}, uuid4(), mandate.pk)
    with pytest.raises(BasisRefused, match="y a mis fin"):
        perform(get_act("space.open"), basis, {}, uuid4())


def test_the_first_mandate_makes_the_person_and_gives_the_visit_its_name(desk: Client, karim: User):
    url = start(desk)
    assert find_confirmed(ODETTE) is None
    draft_mandate(desk, url, person_known=False)
    person_id = find_confirmed(ODETTE)
    with opened(person_id):
        assert Person.objects.get().level == 2
    assert visits.current_of(karim)[1] == person_id
    assert "Odette Garnier" in desk.get(url).content.decode()
