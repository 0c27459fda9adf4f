"""Every address of the service with what stands in its path, and who may have what of it: one declared table.

A cell is what is answered to GET and to a POST of an empty form: 200 shown, 202 being prepared, 302 and 303
elsewhere, "in" to the sign-in page, 400 and 422 not understood, 403 refused in words, 404 as if it did not exist,
405 wrong method, 409 impossible now, 410 over. The things asked for are Odette's; `agent` has her visit open.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.trials.belongings import Belongings, World

REPRESENTATIVES = [
    "parent", "other_parent", "grown_parent", "curatelle", "tutelle", "habilitation", "trusted",
]  # fmt: skip
KNOWN = [*REPRESENTATIVES, "minor"]
PERSONS = ["nobody", "odette", "aicha", *KNOWN]
AGENTS = ["agent", "colleague", "ended", "scope", "busy"]
PROFESSIONALS = ["professional", "professional_none"]
OTHER_STAFF = ["elsewhere", "manager", "former", "clerk", "auditor", "administrator", *PROFESSIONALS]
STAFF = [*AGENTS, *OTHER_STAFF]
ACTORS = ["anonymous", *PERSONS, *STAFF]

Cell = tuple[int | str, int | str]
Row = dict[str, Cell]


def anyone(get: int, post: int) -> Row:
    """The same for all."""
    return dict.fromkeys(ACTORS, (get, post))


def signed_in(get: int, post: int, **others: Cell) -> Row:
    """For whoever is signed in; nobody else."""
    return {"anonymous": ("in", "in"), **dict.fromkeys([*PERSONS, *STAFF], (get, post)), **others}


def staff(get: int, post: int, **others: Cell) -> Row:
    """For staff with a second factor; who has none is sent to set it up."""
    return {
        "anonymous": ("in", "in"), **dict.fromkeys(PERSONS, (302, 302)), **dict.fromkeys(STAFF, (get, post)), **others,
    }  # fmt: skip


def of_counter(serve: Cell, manage: Cell, stranger: Cell, elsewhere: Cell | None = None) -> Row:
    """For the agents of one counter and its manager; to the rest the counter's desk does not exist."""
    return staff(
        *stranger, **dict.fromkeys(AGENTS, serve), manager=manage, elsewhere=elsewhere or stranger
    )  # fmt: skip


def own_visit(get: int, post: int) -> Row:
    """For the agent whose visit it is; to every colleague it does not exist."""
    return staff(405 if get == 405 else 404, 405 if post == 405 else 404, agent=(get, post))


def clerks(get: int, post: int) -> Row:
    """For the mail service; to everyone else it does not exist."""
    return staff(405 if get == 405 else 404, 405 if post == 405 else 404, clerk=(get, post))


def known(get: int, post: int) -> Row:
    """For people of checked identity who have no space: those who represent someone, and a minor of 16."""
    return dict.fromkeys(KNOWN, (get, post))


def held(get: int, post: int, **others: Cell) -> Row:
    """For whoever represents the person asked for, each at the address of their own; to the rest it does not exist.

    The parent of someone grown up is told that it is over.
    """
    none: Cell = (405 if get == 405 else 404, 405 if post == 405 else 404)
    over: Cell = (403, 405 if post == 405 else 403)
    return {
        **signed_in(*none), **dict.fromkeys(REPRESENTATIVES, (get, post)), "grown_parent": over, **others,
    }  # fmt: skip


def auditors(get: int, post: int) -> Row:
    """For the auditor; to everyone else it does not exist."""
    return staff(405 if get == 405 else 404, 405 if post == 405 else 404, auditor=(get, post))


def professionals(get: int, post: int, **others: Cell) -> Row:
    """For health professionals, whoever opened something to them or not; to everyone else it does not exist."""
    row = staff(405 if get == 405 else 404, 405 if post == 405 else 404, **dict.fromkeys(PROFESSIONALS, (get, post)))
    return {**row, **others}


PUBLIC = anyone(200, 405)
TABLE: dict[str, Row] = {
    "portal:home": PUBLIC, "portal:rights": PUBLIC, "portal:legal": PUBLIC, "portal:accessibility": PUBLIC,
    "portal:demonstration": PUBLIC, "portal:components": PUBLIC, "portal:alive": PUBLIC,
    # No worker runs beside this trial: the service says that it is not ready.
    "portal:ready": anyone(503, 405),
    "portal:leave": anyone(405, 303), "portal:calendar": PUBLIC,
    "portal:after-sign-in": signed_in(302, 405),
    "consent:professions": PUBLIC,
    "consent:cosignature": anyone(405, 422), "consent:journal-poster": PUBLIC,
    "consent:notice": PUBLIC, "consent:notice-versions": PUBLIC, "consent:notice-version": PUBLIC,
    "consent:journal": PUBLIC, "consent:journal-json": PUBLIC, "consent:journal-atom": PUBLIC,
    # Nothing is sealed in this trial.
    "consent:journal-checkpoint": anyone(404, 405), "consent:journal-checkpoint-of": anyone(404, 405),
    "consent:journal-tile": anyone(404, 405),
    "consent:home": signed_in(200, 405),
    "consent:act": signed_in(409, 400, odette=(200, 400), aicha=(200, 400), **known(200, 400)),
    "consent:act-on": signed_in(409, 404, odette=(200, 400), aicha=(404, 404)),
    "consent:receipt": signed_in(404, 405, odette=(200, 405)),
    "assistance:own-receipt-pdf": signed_in(404, 405, odette=(202, 405)),
    "consent:trace": signed_in(302, 405, odette=(200, 405), aicha=(200, 405), **known(200, 405)),
    "consent:link": signed_in(200, 422, odette=(200, 200), aicha=(200, 200), **known(200, 200)),
    "consent:cases": signed_in(302, 405, odette=(200, 405), aicha=(200, 405), **known(200, 405)),
    "consent:trace-csv": signed_in(302, 405, odette=(200, 405), aicha=(200, 405), **known(200, 405)),
    "assistance:own-trace-pdf": signed_in(302, 405, odette=(202, 405), aicha=(202, 405), **known(202, 405)),
    "consent:summary": signed_in(302, 405, odette=(200, 405), aicha=(200, 405), **known(200, 405)),
    "consent:identity": signed_in(302, 405, odette=(200, 405), aicha=(200, 405), **known(200, 405)),
    "consent:representation": signed_in(302, 405, odette=(200, 405), aicha=(200, 405), **known(200, 405)),
    "consent:for-home": held(200, 405),
    "consent:for-cases": held(200, 405),
    "records:for-sheet": held(200, 405, habilitation=(403, 405), trusted=(403, 405)),
    # Judgments, and what was allowed, cover more or less: contact, then accesses, then the history.
    "consent:for-act": held(200, 400, **dict.fromkeys(["curatelle", "habilitation", "trusted"], (403, 403))),
    "consent:for-act-on": held(
        200, 400, curatelle=(403, 403), trusted=(403, 403), parent=(409, 404), other_parent=(409, 404)
    ),
    # This receipt is of what Odette did herself.
    "consent:for-receipt": held(404, 405, grown_parent=(404, 405)),
    "consent:for-trace": held(200, 405, habilitation=(403, 405), trusted=(403, 405)),
    "consent:for-trace-csv": held(200, 405, habilitation=(403, 405), trusted=(403, 405)),
    "assistance:for-trace-pdf": held(202, 405, habilitation=(403, 405), trusted=(403, 405)),
    "assistance:for-receipt-pdf": held(404, 405, grown_parent=(404, 405)),
    # This code is one that Odette made herself.
    "consent:for-share-card": held(404, 405),
    "consent:link-code": signed_in(200, 422),
    "consent:public-act": anyone(200, 400),
    # A receipt about nobody is had by its number alone; one about a person never this way.
    "consent:public-receipt": anyone(404, 405),
    "assistance:public-receipt-pdf": anyone(404, 405),
    "assistance:finder": PUBLIC, "assistance:counter": PUBLIC, "assistance:paper-forms": PUBLIC,
    "assistance:paper-notice": anyone(202, 405), "assistance:paper-form": anyone(202, 405),
    "assistance:verifier": anyone(200, 422), "assistance:verifier-file": anyone(200, 405),
    "assistance:invitation": anyone(404, 404),
    "assistance:team": of_counter((403, 403), (200, 400), (404, 404)),
    "assistance:team-remove": of_counter((403, 403), (200, 302), (404, 404)),
    "assistance:team-invitation-cancel": of_counter((405, 403), (405, 302), (405, 404)),
    "assistance:activity": of_counter((403, 405), (200, 405), (404, 405)),
    "assistance:desk": of_counter((200, 405), (200, 405), (403, 405), elsewhere=(200, 405)),
    "assistance:visit-start": of_counter((200, 422), (200, 422), (404, 404)),
    # The page asks for a reference, and says nothing before one is typed.
    "assistance:attest-find": staff(200, 422),
    "assistance:attest": {**of_counter((200, 422), (200, 422), (404, 404)), "agent": (403, 403)},
    "assistance:visit": own_visit(200, 405),
    "assistance:visit-act": own_visit(200, 400),
    "assistance:visit-act-on": own_visit(200, 400),
    "assistance:visit-receipt": own_visit(200, 405),
    "assistance:visit-receipt-pdf": own_visit(202, 405),
    # This letter goes by post: for the agent of the visit either, none waits at the counter.
    "assistance:visit-letter-pdf": own_visit(404, 405),
    "assistance:visit-letter-handed": own_visit(405, 404),
    "assistance:visit-notice-pdf": own_visit(202, 405),
    "assistance:visit-form-pdf": own_visit(202, 405),
    "assistance:visit-mandate": own_visit(200, 422),
    "assistance:visit-mandate-print": own_visit(405, 303),
    "assistance:visit-mandate-pdf": own_visit(202, 405),
    "assistance:visit-end": own_visit(200, 303),
    # The sheet of a visit is for when it has ended.
    "assistance:visit-end-pdf": own_visit(403, 405),
    "assistance:visit-leave": own_visit(405, 303),
    "assistance:service": clerks(200, 405),
    "assistance:cases": clerks(200, 405),
    "assistance:case": clerks(200, 422),
    "assistance:audit": auditors(200, 405), "assistance:audit-looks": auditors(200, 405),
    "assistance:audit-search": auditors(200, 422),
    "assistance:audit-emergencies": auditors(200, 405), "assistance:audit-emergency": auditors(200, 422),
    "assistance:audit-signals": auditors(200, 405),
    # Nothing unusual happens in this trial.
    "assistance:audit-signal": auditors(404, 404),
    "assistance:audit-verifications": auditors(200, 405), "assistance:audit-verification": auditors(200, 422),
    "assistance:audit-cases": auditors(200, 405),
    "assistance:audit-case": auditors(200, 422),
    "assistance:mailroom": clerks(200, 422),
    "assistance:mail": clerks(200, 405),
    "assistance:mail-take": clerks(405, 303),
    "assistance:mail-choose": clerks(405, 422),
    "assistance:mail-identify": clerks(405, 422),
    "assistance:mail-sign": clerks(405, 409),
    "assistance:mail-reject": clerks(200, 422),
    # This mail has no scan, and its receipt is another mail's: it does not exist for the clerk either.
    "assistance:mail-scan": clerks(404, 405),
    "assistance:mail-receipt": clerks(404, 405),
    "assistance:mail-act": clerks(200, 400),
    # The act of this mail is about no row: an address with one does not exist.
    "assistance:mail-act-on": clerks(404, 404),
    "assistance:letters": clerks(200, 405),
    "assistance:batch-make": clerks(405, 303),
    "assistance:batch-pdf": clerks(404, 405),
    "assistance:batch-posted": clerks(405, 404),
    "assistance:letter-step": clerks(405, 422),
    "assistance:letter-pdf": clerks(202, 405),
    "records:care": professionals(200, 422), "records:care-code": professionals(200, 422),
    "records:care-urgent": professionals(200, 422), "records:care-ask": professionals(200, 422),
    "records:care-explanation": professionals(200, 422, professional_none=(404, 404)),
    # What Odette opened to her doctor; to another it does not exist.
    "records:care-patient": professionals(200, 405, professional_none=(404, 405)),
    "consent:share-card": signed_in(404, 405, odette=(200, 405)),
    "records:sheet": signed_in(404, 405, odette=(200, 405), aicha=(200, 405)),
    "account_login": {**anyone(302, 302), "anonymous": (200, 200)},
    "account_logout": {**anyone(200, 302), "anonymous": (302, 302)},
    "account_signup": anyone(200, 422),
    "account_inactive": PUBLIC,
    "account_change_password": signed_in(200, 200),
    "account_set_password": signed_in(302, 302),
    "account_reset_password": anyone(200, 422),
    "account_reset_password_done": PUBLIC,
    "account_reset_password_changed": PUBLIC,
    "account_reset_password_key": anyone(410, 410),
    "account_reauthenticate": signed_in(200, 200),
    "mfa_index": signed_in(200, 405),
    "mfa_authenticate": signed_in(302, 302),
    "mfa_reauthenticate": signed_in(200, 200, **dict.fromkeys(PERSONS, (302, 302))),
    "mfa_activate_totp": signed_in(302, 302),
    "mfa_deactivate_totp": signed_in(302, 302, **dict.fromkeys(PERSONS, (404, 404))),
    "mfa_view_recovery_codes": signed_in(404, 405),
    "mfa_generate_recovery_codes": signed_in(302, 302),
    "mfa_download_recovery_codes": signed_in(404, 404),
    "set_language": anyone(302, 302),
}  # fmt: skip


@cache
def every_address() -> dict[str, str]:
    """The pattern of each address of the service, by its name."""

    def walk(resolver: Any, prefix: str, space: str) -> Iterator[tuple[str, str]]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, prefix + str(pattern.pattern), pattern.namespace or space)
            elif isinstance(pattern, URLPattern):
                yield (f"{space}:{pattern.name}" if space else str(pattern.name)), prefix + str(pattern.pattern)

    found = list(walk(get_resolver(), "", ""))
    assert len({name for name, _pattern in found}) == len(found), "two addresses of one name: one would not be tried"
    return dict(found)


def path_of(name: str, world: World, of: Belongings, *, by: str = "", **changes: Any) -> str:
    """The path of an address, its references those of one person's things but for `changes`.

    `by`: who asks; a representative asks at the address of the representation that they hold.
    """
    parts = parts_of(name, world, of)
    if "representation" in parts and by in world.held:
        parts["representation"] = world.held[by].pk
    return reverse(name, kwargs={**parts, **changes})


def parts_of(name: str, world: World, of: Belongings) -> dict[str, Any]:
    """What stands in the path of an address."""
    pattern = every_address()[name]
    known: dict[str, Any] = {
        "visit_id": of.visit.pk, "mandate_id": of.to_sign.pk, "mail_id": of.mail.pk, "letter_id": of.letter_id,
        "batch_id": uuid4(), "number": world.counter.number, "reference": of.to_sign.reference,
        "member_id": world.users["colleague"].pk, "invitation_id": uuid4(), "token": "x" * 43,
        "user_id": of.patient.user.pk, "key": "x-y", "version": "essai", "language": "fr",
        "target": of.grant.pk, "target_id": of.grant.pk, "representation": of.representation.pk,
        "size": 7, "level": 0, "path": "000",
        "case_id": of.complaint_id if "audit" in name else of.case_id, "right_id": of.grant.pk,
        "code_id": of.share_code_id, "access_id": of.emergency_id, "explanation_id": of.explanation_id,
        "run_id": world.fault_id, "rule": "visits", "actor_id": world.users["agent"].pk, "day": "2026-01-01",
    }  # fmt: skip
    if name.startswith("assistance:mail"):
        known |= {"code": "consent.give", "receipt_id": of.mail_receipt.pk}
    else:
        known |= {"receipt_id": of.visit_receipt.pk if "visit" in name else of.receipt.pk}
        known["code"] = {
            "consent:public-act": "space.refuse", "consent:act-on": "grant.revoke",
            "consent:for-act-on": "grant.revoke",
            "assistance:visit-act-on": "grant.revoke", "assistance:visit-form-pdf": "space.open",
            "assistance:paper-form": "space.open",
        }.get(name, "contact.change")  # fmt: skip
    return {part: value for part, value in known.items() if f":{part}>" in pattern}
