"""Two invented witnesses of the log. Their keys are public, so what they co-sign proves nothing: it shows how it looks."""

import logging
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from consent.proofs import cosigned
from consent.proofs.remote import OutOfReach, http_get, http_post
from consent.proofs.witness import Evidence, State, Witness
from consent.seal import keys
from consent.seal.keys import WITNESS, SigningKey

log = logging.getLogger(__name__)

NAMES = ("temoin-a.demo.example", "temoin-b.demo.example")


def key_of(name: str) -> SigningKey:
    """The key of an invented witness."""
    return SigningKey(name, sha256(f"witness of the demonstration: {name}".encode()).digest(), WITNESS)


def declare() -> None:
    """Have their co-signatures shown."""
    for name in NAMES:
        cosigned.declare(str(key_of(name).public_key))


def look() -> list[Evidence]:
    """One look of each at the service's own pages, as other bodies would; the evidence they found, written in files."""
    folder = Path(settings.VAR_DIR) / "witnesses"
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for name in NAMES:
        try:
            wrong = _look(name, folder / f"{name}.json")
        except OutOfReach as error:
            log.warning("witness %s: %s", name, error)
            continue
        if wrong:
            log.error("witness %s: %s Evidence: %s", name, wrong.says, wrong.write(folder))
            found.append(wrong)
    return found


def _look(name: str, path: Path) -> Evidence | None:
    state = State.load(path)
    state.log_keys = [str(key) for key in keys.public_keys()]
    witness = Witness(key_of(name), state, http_get(settings.SITE_URL))
    wrong = witness.look()
    if wrong is None:
        state.save(path)
        http_post(settings.SITE_URL, "/journal/cosignature", state.cosigned)
    return wrong
