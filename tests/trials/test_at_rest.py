"""Encryption at rest: nothing personal is read in a raw dump, and a value that was moved does not open."""

import base64
from datetime import date
from typing import Any

import psycopg
import pytest
import tink
from django.core.cache import cache
from django.db import connection

from assistance import visits
from assistance.acts.mandate import GiveMandate
from consent import outbox
from consent.acts.registry import get_act
from consent.bases import Via
from consent.crypto.fields import Sealed
from consent.models import IdentityLevel, JournalEntry, Person
from consent.models.journal_entry import DAMAGED
from consent.models.person import create_person
from consent.traits import Traits
from consent.wall import opened
from tests.cast import AICHA
from tests.examples import EXAMPLES, answers_for, cases
from tests.trials.world import World, account

# Marked text for every personal field. Names take no digit; the NIR has a right key, and is nobody's.
NIR = "2850799999999"
NAME, FIRST, USED = "Canarinom", "Canariprenom Zoé", "Canariusage"
ADDRESS, TOWN, PHONE, MAIL = "77 rue du Canarichemin", "Canariville", "0677998877", "canari@canariposte.fr"
WITNESS = "Canaritemoin"
BORN, CODE = date(1985, 7, 19), "23999"
CANARIES = [NIR, NAME, "Canariprenom", USED, "Canarichemin", TOWN, PHONE, "canariposte", WITNESS, "1985-07-19"]
CONTACT = {
    "address": ADDRESS, "postcode": "23998", "town": TOWN, "phone": PHONE, "email": MAIL, "channel": "post",
    "never_write_home": False,
}  # fmt: skip


def nir_with_key(number: str) -> str:
    return f"{number}{97 - int(number) % 97:02d}"


def spellings(canary: str) -> set[bytes]:
    """The canary as it could lie in a dump: clear, hexadecimal, base64 at its three alignments."""
    raw = canary.encode()
    found = {raw, raw.lower(), raw.upper(), raw.hex().encode(), raw[::-1]}
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        found.add(coded[4 if shift else 0 : len(coded) - 4])
    # Shorter ones are found by chance in the hexadecimal of any table.
    return {one for one in found if len(one) >= 8}


def dump(owner: psycopg.Connection[Any]) -> dict[str, bytes]:
    """Every table of every schema of ours as COPY writes it, and bytea also as raw bytes."""
    tables = owner.execute(
        "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' "
        "AND table_schema NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    found = {}
    for schema, table in tables:
        with owner.cursor() as cursor:
            with cursor.copy(f"COPY {schema}.{table} TO STDOUT") as text:
                clear = b"".join(bytes(part) for part in text)
            with cursor.copy(f"COPY {schema}.{table} TO STDOUT (FORMAT binary)") as raw:
                clear += b"".join(bytes(part) for part in raw)
        found[f"{schema}.{table}"] = clear
    return found


def valkey() -> bytes:
    """Every key of Valkey with its value."""
    client = cache._cache.get_client(None, write=True)
    return b"\n".join(bytes(key) + b" " + (client.dump(key) or b"") for key in client.scan_iter("*"))


def found_in(places: dict[str, bytes]) -> list[str]:
    return [
        f"{canary!r} in {place}"
        for place, content in places.items()
        for canary in CANARIES
        for spelling in spellings(canary)
        if spelling in content
    ]


def test_nothing_personal_lies_in_the_clear_after_every_act(committed: None, owner_connection):
    world = World(traits=Traits(NAME, FIRST, BORN, "F", CODE, nir_with_key(NIR)), contact=CONTACT)
    for number, case in enumerate(case for case in cases() if case.via is not Via.SELF):
        person = world.odette
        if case.known:
            # Each case needs the person as it wants them: someone else with the same marks, another day.
            first = f"{FIRST} {'abcdefghijklmnopqrstuvwxyz'[number % 26]}{'abcdefghij'[number // 26]}"
            person = create_person(
                Traits(NAME, first, BORN, "F", CODE), level=IdentityLevel.CONFIRMED, contact=CONTACT, used_name=USED
            )
            account(f"canari{number}@canariposte.fr", person_id=person.id)
        typed(world, case, person, number).do()
        if visit := visits.current_of(world.karim):
            visits.end(visit[0], visit[1], visits.VisitEnd.ENDED)
    visits.start(world.karim, world.here, AICHA, {"birth_name": NAME, "first_names": FIRST}, ("card", "4F2"))
    while outbox.sweep(older_than=outbox.timedelta(0)):
        continue
    places = dump(owner_connection)
    assert len(places["public.consent_person"]) > 5000, "the dump is empty"
    assert len(places["public.assistance_letter"]) > 5000, "no letter was written"
    assert found_in({**places, "Valkey": valkey()}) == []


def typed(world: World, case: Any, person: Person, number: int) -> Any:
    """The act of this case, every free answer of its form marked."""
    world.before(case.act, person if case.known else None)
    basis = world.basis(case.act, case.via, person if case.known else None)
    answers = answers_for(case.act.code, case.via, known=case.known)
    marked = {
        "birth_name": NAME, "first_names": f"{FIRST} {'abcdefghijklmnopqrstuvwxyz'[number % 26]}{'klmnopqrst'[number // 26]}", "used_name": USED,
        "birth_date": "19/07/1985", "birth_place": CODE, "address": ADDRESS, "town": TOWN, "phone": PHONE,
        "email": MAIL, "witness_1": WITNESS, "witness_2": f"{WITNESS} bis",
    }  # fmt: skip
    if case.act.code != "space.lift-refusal":
        answers |= {name: text for name, text in marked.items() if name in answers or name.startswith("witness")}
    if meets := EXAMPLES[case.act.code].meets:
        # The one whom the act is about opened a space online with the same marks.
        answers |= meets(Traits(answers["birth_name"], answers["first_names"], BORN, answers["sex"], CODE))
    if isinstance(case.act, GiveMandate):
        answers["signer"] = "mark"
    return world.prepared(case.act, basis, answers)


def test_the_search_finds_what_is_planted(committed: None, owner_connection):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consent_professional (rpps, name, profession, town, invented) "
            "VALUES ('10100000008', %s, %s, %s, true)",
            [NAME, WITNESS.encode().hex(), base64.b64encode(b"x" + ADDRESS.encode()).decode()],
        )
    assert {words.split(" in ")[0] for words in found_in(dump(owner_connection))} == {
        repr(NAME), repr(WITNESS), "'Canarichemin'",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_value_moved_between_columns_rows_and_persons_does_not_open():
    world = World()
    aicha = world.person(AICHA, "aicha@exemple.fr")
    with opened(world.odette.id):
        hers = raw("SELECT birth_name, town FROM consent_person WHERE id = %s", world.odette.id)
        put("UPDATE consent_person SET birth_name = %s WHERE id = %s", hers[1], world.odette.id)
        with pytest.raises(tink.TinkError):
            _ = Person.objects.get(pk=world.odette.id).birth_name
        put("UPDATE consent_person SET birth_name = %s WHERE id = %s", hers[0], world.odette.id)
        assert Person.objects.get(pk=world.odette.id).birth_name == "Garnier"
    with opened(aicha.id):
        put("UPDATE consent_person SET birth_name = %s WHERE id = %s", hers[0], aicha.id)
        with pytest.raises(tink.TinkError):
            _ = Person.objects.get(pk=aicha.id).birth_name


@pytest.mark.django_db
def test_a_key_moved_to_another_person_does_not_open():
    world = World()
    aicha = world.person(AICHA, "aicha@exemple.fr")
    with opened(world.odette.id):
        (key,) = raw("SELECT wrapped FROM keyring.person_key WHERE person_id = %s", world.odette.id)
    with opened(aicha.id):
        put("UPDATE keyring.person_key SET wrapped = %s WHERE person_id = %s", key, aicha.id)
    with opened(aicha.id), pytest.raises(tink.TinkError):
        _ = Person.objects.get(pk=aicha.id).birth_name


@pytest.mark.django_db
def test_an_entry_moved_to_another_row_of_the_same_person_does_not_open():
    world = World()
    for code in ("space.open", "contact.change"):
        act = get_act(code)
        world.prepared(act, world.online(act, world.odette), answers_for(code, Via.SELF)).do()
    with opened(world.odette.id):
        one, two = JournalEntry.objects.order_by("at")
        (details,) = raw("SELECT details FROM consent_journalentry WHERE id = %s", one.pk)
        two.details = Sealed(details)
        assert two.details[DAMAGED]


def raw(query: str, *parameters: Any) -> tuple[bytes, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return tuple(bytes(value) for value in cursor.fetchone())


def put(query: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        assert cursor.rowcount == 1
