"""The auditor: what waits, one emergency access, what is unusual, a search by number; each look leaves its trace."""

import re
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance import patterns
from assistance.models import Counter, Letter, SeenSignal
from assistance.roles import CounterRole, Service, join, join_service
from consent import emergency, erasure, journal, retention, same_time
from consent.bases import Actor, Basis, ReaderWords, Via
from consent.models import EmergencyAccess, Establishment, JournalEntry, Professional, Space
from consent.models.journal_entry import ActorKind
from consent.pseudonyms import pseudonym_of, typed_pseudonym
from consent.roles import make_professional, work_in
from consent.seal.entry import bind
from consent.wall import opened
from portal.accounts.user import User
from tests.assistance.mail_room import boussac, deliver_all, own_store, staff
from tests.cast import ODETTE, Patient
from tests.consent.conftest import does, odette_online, with_space

__all__ = ["boussac", "odette_online", "own_store", "with_space"]
pytestmark = pytest.mark.django_db
HOME = "/service/audit/"
URGENT, SIGNALS, SEARCH, LOOKS = (f"{HOME}{part}/" for part in ("urgences", "signaux", "recherche", "mes-regards"))
REASON = "Elle est tombée et ne répond plus."
ALLERGY = "Pénicilline"
FAIR = {"finding": "fair", "words": "J’ai vérifié auprès du service : vous y étiez."}
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_time, "SAME_TIME", 0.0)


@pytest.fixture
def lemoine(dr_lemoine: Professional) -> User:
    """The account of Odette's doctor."""
    user = staff("lemoine@soins.exemple.fr", "")
    make_professional(user, dr_lemoine)
    return user


@pytest.fixture
def allowed(with_space: Patient) -> Patient:
    """Odette, who allowed emergency access and wrote her sheet."""
    does(with_space, "emergency.write", {"allergies": ALLERGY, "treatments": "", "wishes": "", "to_call": ""})
    does(with_space, "emergency.allow", {"wish": True})
    return with_space


@pytest.fixture
def access_id(allowed: Patient, lemoine: User) -> UUID:
    """The doctor opened Odette's space in an emergency."""
    found = emergency.open_access(lemoine, ODETTE, REASON)
    assert found
    return found


def entries(patient: Patient, code: str) -> list[JournalEntry]:
    with opened(patient.person.id):
        found = list(JournalEntry.objects.filter(person_id=patient.person.id, code=code).order_by("at"))
        for entry in found:
            _opened = entry.details
        return found


def at_nobody(code: str) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(person_id=None, code=code).order_by("at"))


def wrote(patient: Patient, at: datetime, code: str, actor: Actor, **columns: str) -> None:
    """An entry of that moment."""
    with opened(patient.person.id):
        entry = JournalEntry(
            person_id=patient.person.id, at=at, code=code, outcome="done", actor_kind=actor.kind, actor_id=actor.id,
            counter_number=actor.counter_number, details={"facts": [["Contenu", ALLERGY]]}, **columns,
        )  # fmt: skip
        bind(entry)
        entry.save(force_insert=True)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def a_weekday(back: int = 7) -> date:
    """A Wednesday of the last weeks."""
    day = timezone.localdate() - timedelta(days=back)
    return day - timedelta(days=(day.weekday() - 2) % 7)


def text(answer) -> str:
    return answer.content.decode()


# -- Who comes here -------------------------------------------------------------------------------


def test_the_first_page_says_what_waits_and_names_nobody(auditor: Client, access_id: UUID):
    page = text(auditor.get(HOME))
    assert "À contrôler : 1" in page
    assert "/journal/" in page
    for personal in ("Odette", "Garnier", ALLERGY, REASON):
        assert personal not in page


def test_to_everyone_else_these_pages_do_not_exist(access_id: UUID, lemoine: User, boussac: Counter, sign_in):
    clerk, agent = staff("claire@courrier.exemple.fr", "Claire"), staff("karim@guichet.exemple.fr", "Karim")
    join_service(clerk, Service.MAIL)
    join(agent, boussac, CounterRole.MANAGER)
    for user in (clerk, agent, lemoine):
        for path in (HOME, URGENT, f"{URGENT}{access_id}/", SIGNALS, SEARCH, LOOKS):
            assert sign_in(user).get(path).status_code == 404


def test_after_signing_in_the_auditor_comes_here(auditor: Client):
    assert auditor.get("/bienvenue/").headers["Location"] == HOME


# -- Emergency accesses ---------------------------------------------------------------------------


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


# -- What is unusual ------------------------------------------------------------------------------


def karim_at(boussac: Counter) -> tuple[User, Actor]:
    karim = staff("karim@guichet.exemple.fr", "Karim Haddad")
    join(karim, boussac)
    return karim, Actor(ActorKind.AGENT, karim.pk, boussac.number)


@pytest.mark.parametrize(("visits", "minutes", "found"), [(10, 6, 1), (9, 6, 0), (10, 7, 0)])
def test_ten_visits_in_sixty_minutes_are_a_signal_wherever_the_hour_begins(
    odette: Patient, boussac: Counter, visits: int, minutes: int, found: int
):
    _karim, actor = karim_at(boussac)
    start = local(a_weekday(), 9, 31)
    for number in range(visits):
        at = start + timedelta(minutes=minutes * number)
        wrote(odette, at, "visit.started", actor, nature="event", via="presence")
    assert patterns.counts()["visits"].unseen == found
    if found:
        signal = patterns.signal_of(patterns.PATTERNS["visits"], actor.id, start.date())
        assert signal is not None
        assert (signal.times, signal.first) == (10, start)


@pytest.mark.parametrize(
    ("kind", "via", "hour", "back", "times", "rule", "found"),
    [
        (ActorKind.AGENT, "mandate", 21, 0, 1, "closed", 1),
        (ActorKind.AGENT, "mandate", 6, 0, 1, "closed", 1),
        (ActorKind.AGENT, "mandate", 19, 0, 1, "closed", 0),
        (ActorKind.CLERK, "service", 7, 0, 1, "closed", 0),
        (ActorKind.CLERK, "service", 11, 3, 1, "closed", 1),  # a Sunday
        (ActorKind.PROFESSIONAL, "grant", 23, 0, 5, "night", 1),
        (ActorKind.PROFESSIONAL, "grant", 23, 0, 4, "night", 0),
        (ActorKind.PROFESSIONAL, "grant", 21, 0, 5, "night", 0),
        (ActorKind.PROFESSIONAL, "emergency", 23, 0, 5, "night", 0),
    ],
)
def test_reads_out_of_hours(odette: Patient, paul: User, kind, via, hour, back, times, rule, found):
    day = a_weekday() - timedelta(days=back)
    for number in range(times):
        wrote(odette, local(day, hour, number), "visit.file", Actor(kind, paul.pk), nature="read", via=via)
    assert patterns.counts()[rule].unseen == found


def test_a_night_is_one_though_it_has_two_dates(odette: Patient, paul: User):
    day = a_weekday()
    for at in (local(day, 22), local(day, 23), local(day + timedelta(days=1), 1), local(day + timedelta(days=1), 2)):
        wrote(odette, at, "sheet.read", Actor(ActorKind.PROFESSIONAL, paul.pk), nature="read", via="grant")
    assert patterns.counts()["night"].unseen == 0
    wrote(
        odette,
        local(day + timedelta(days=1), 5),
        "sheet.read",
        Actor(ActorKind.PROFESSIONAL, paul.pk),
        nature="read",
        via="grant",
    )
    found = patterns.signal_of(patterns.PATTERNS["night"], paul.pk, day)
    assert found
    assert (found.day, found.times) == (day, 5)


def test_what_is_older_than_thirty_days_is_no_signal(odette: Patient, paul: User):
    wrote(odette, local(a_weekday(40), 21), "mail.read", Actor(ActorKind.CLERK, paul.pk), nature="read", via="service")
    assert patterns.counts()["closed"].unseen == 0


def reads(patient: Patient, actor: Actor, via: Via = Via.GRANT) -> None:
    with opened(patient.person.id):
        journal.write_read(Basis(via, patient.person.id, actor), "sheet.read", [("Contenu", ALLERGY)])


@pytest.mark.parametrize(
    ("name", "near"),
    [("Dr Hugo Garnier", 1), ("Dr Hugo GARNIER-PETIT", 1), ("Dr Hugo Garnierot", 0), ("Dr Claire Lemoine", 0)],
)
def test_a_namesake_who_reads_is_told_to_the_person_and_to_the_auditor(
    odette: Patient, lemoine: User, name: str, near: int
):
    actor = Actor(ActorKind.PROFESSIONAL, lemoine.pk, words=ReaderWords(name))
    for _ in range(2):
        reads(odette, actor)
    found = entries(odette, "signal.near")
    assert len(found) == near
    assert patterns.counts()["near"].unseen == near
    if near:
        (fact,) = found[0].details["facts"]
        assert fact[1] == "il porte le même nom de famille que vous"


def test_a_colleague_of_the_same_hospital(odette: Patient, lemoine: User):
    hospital = Establishment.objects.create(finess="230780041", name="Hôpital de Guéret", town="Guéret")
    work_in(lemoine, hospital)
    reads(odette, Actor(ActorKind.PROFESSIONAL, lemoine.pk, words=ReaderWords("Dr Claire Lemoine")))
    assert patterns.counts()["near"].unseen == 0
    work_in(odette.user, hospital)
    reads(odette, Actor(ActorKind.PROFESSIONAL, lemoine.pk, words=ReaderWords("Dr Claire Lemoine")))
    (entry,) = entries(odette, "signal.near")
    assert entry.details["facts"][0][1] == "il travaille au même endroit que vous"
    assert patterns.counts()["near"].unseen == 1


def test_a_colleague_of_the_same_counter_whatever_their_role(odette: Patient, boussac: Counter):
    _karim, actor = karim_at(boussac)
    reads(odette, actor, Via.MANDATE)
    assert patterns.counts()["near"].unseen == 0
    join(odette.user, boussac, CounterRole.MANAGER)
    reads(odette, actor, Via.MANDATE)
    assert patterns.counts()["near"].unseen == 1


def test_in_the_clear_the_journal_does_not_say_which_tie_it_is(odette: Patient, lemoine: User):
    reads(odette, Actor(ActorKind.PROFESSIONAL, lemoine.pk, words=ReaderWords("Dr Hugo Garnier")))
    with opened(odette.person.id), connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e)::text FROM consent_journalentry e WHERE code = 'signal.near'")
        (row,) = cursor.fetchall()
    assert "nom" not in row[0]


def test_a_signal_is_marked_as_seen_once_with_words(auditor: Client, odette: Patient, boussac: Counter, sign_in):
    karim, actor = karim_at(boussac)
    day = a_weekday()
    wrote(odette, local(day, 21), "visit.file", actor, nature="read", via="mandate")
    other = day - timedelta(days=7)
    wrote(odette, local(other, 21), "visit.file", actor, nature="read", via="mandate")
    path = f"{SIGNALS}closed/{karim.pk}/{day.isoformat()}/"
    assert path in text(auditor.get(f"{SIGNALS}?regle=closed"))
    page = text(auditor.get(path))
    assert "Karim Haddad" in page
    for hidden in ("Odette", "Garnier", ALLERGY):
        assert hidden not in page
    assert auditor.post(path, {"words": ""}).status_code == 422
    words = {"words": "Une permanence du soir, annoncée."}
    assert auditor.post(path, words).status_code == 303
    assert auditor.post(path, words).status_code == 303
    colleague = staff("lea@service.exemple.fr", "Léa")
    join_service(colleague, Service.AUDIT)
    late = sign_in(colleague).post(path, {"words": "Autre chose."})
    assert late.status_code == 409
    assert "Autre chose." in text(late)
    assert path not in text(auditor.get(f"{SIGNALS}?regle=closed"))
    assert path in text(auditor.get(f"{SIGNALS}?regle=closed&etat=vus"))
    assert f"{karim.pk}/{other.isoformat()}/" in text(auditor.get(f"{SIGNALS}?regle=closed"))
    assert f"{karim.pk}/{other.isoformat()}/" not in text(auditor.get(f"{SIGNALS}?regle=closed&etat=vus"))
    assert "Une permanence du soir" in text(auditor.get(path))
    assert SeenSignal.objects.count() == len(at_nobody("audit.seen")) == 1


def test_what_was_found_of_a_signal_goes_after_five_years(paul: User):
    for days in (5 * 366 + 1, 5 * 364):
        SeenSignal.objects.create(
            rule="closed", actor_id=paul.pk, day=date(2020, 1, 1) + timedelta(days=days), words="Vu.",
            seen_at=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    (rule,) = [rule for rule in retention.all_rules() if rule.code == "signals"]
    assert retention.apply(rule).rows == 1
    assert SeenSignal.objects.count() == 1


def test_no_such_signal(auditor: Client, paul: User):
    for path in (f"closed/{paul.pk}/2026-01-01/", f"closed/{paul.pk}/hier/", f"rien/{paul.pk}/2026-01-01/"):
        assert auditor.get(SIGNALS + path).status_code == 404
        assert auditor.post(SIGNALS + path, {"words": "Vu."}).status_code == 404
    assert auditor.get(f"{SIGNALS}?regle=rien&etat=rien&page=x").status_code == 200


# -- Searching ------------------------------------------------------------------------------------


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
    assert page.count("Ce compte<") == 1
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
    # A look at an account is about nobody's journal.
    assert len(entries(odette, "audit.search")) == 1
    assert [entry.details["facts"][1][1] for entry in at_nobody("audit.search")] == [str(karim.pk)]


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


# -- The auditor's own looks ----------------------------------------------------------------------


def test_each_look_is_on_the_auditors_own_page_and_no_colleagues(
    auditor: Client, access_id: UUID, allowed: Patient, sign_in
):
    number = pseudonym_of(allowed.person.id)
    auditor.get(URGENT)
    auditor.get(f"{URGENT}{access_id}/")
    auditor.get(SIGNALS)
    auditor.post(SEARCH, {"wanted": number})
    page = text(auditor.get(LOOKS))
    for words in (
        "Liste des accès d’urgence",
        "Accès d’urgence lu",
        "inhabituel, regardée",
        "Traces cherchées",
        number,
    ):
        assert words in page
    colleague = staff("lea@service.exemple.fr", "Léa")
    join_service(colleague, Service.AUDIT)
    assert number not in text(sign_in(colleague).get(LOOKS))


def test_pages_cost_the_same_with_one_and_with_thirty(
    auditor: Client, access_id: UUID, allowed: Patient, dr_lemoine: Professional, boussac: Counter
):
    karim, actor = karim_at(boussac)
    number = pseudonym_of(allowed.person.id)

    def statements() -> dict[str, int]:
        asked = {
            HOME: lambda: auditor.get(HOME), URGENT: lambda: auditor.get(URGENT), LOOKS: lambda: auditor.get(LOOKS),
            SIGNALS: lambda: auditor.get(f"{SIGNALS}?regle=closed"),
            SEARCH: lambda: auditor.post(SEARCH, {"wanted": number}),
            "account": lambda: auditor.post(SEARCH, {"wanted": str(karim.pk)}),
        }  # fmt: skip
        counted = {}
        for name, ask in asked.items():
            ask()
            with CaptureQueriesContext(connection) as queries:
                assert ask().status_code == 200
            counted[name] = len([q for q in queries if "SAVEPOINT" not in q["sql"]])
        return counted

    wrote(allowed, local(a_weekday(), 21), "visit.file", actor, nature="read", via="mandate")
    one = statements()
    for number_of in range(30):
        wrote(
            allowed,
            local(a_weekday() - timedelta(days=number_of % 14), 21, number_of),
            "visit.file",
            actor,
            nature="read",
            via="mandate",
        )
        with opened(allowed.person.id):
            EmergencyAccess.objects.create(person_id=allowed.person.id, professional=dr_lemoine, reason=REASON)
    assert statements() == one
    assert max(one.values()) <= 12, one
    assert "Page suivante" in text(auditor.post(SEARCH, {"wanted": str(karim.pk)}))
    second = text(auditor.post(SEARCH, {"wanted": str(karim.pk), "page": "2"}))
    assert "Page précédente" in second
