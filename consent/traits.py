"""The five strict traits of the national health identity (INS), and how they are compared.

Source: Référentiel national d'identitovigilance and référentiel INS (Agence du numérique en santé):
birth name, first names, birth date, sex, place of birth (INSEE code).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from consent.crypto import blind_index


def normalise_name(text: str) -> str:
    """Capitals, no accent, apostrophes and hyphens as spaces: "Éléonore d'Âu-Bé" -> "ELEONORE D AU BE"."""
    text = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE").replace("ß", "ss")
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+", " ", bare.upper().replace("_", " ")).split())


def nir_is_valid(nir: str) -> bool:
    """True when a 15-character NIR carries the right key (97 minus the number modulo 97).

    Corsican departments count as 19 (2A) and 18 (2B). Source: INSEE, répertoire national
    d'identification des personnes physiques.
    """
    if not re.fullmatch(r"[1-478]\d{4}(\d{2}|2[AB])\d{8}", nir):
        return False
    number = nir[:13].replace("2A", "19").replace("2B", "18")
    return int(nir[13:]) == 97 - int(number) % 97


@dataclass(frozen=True)
class Traits:
    """A person's strict traits as written, and the digests by which they are found."""

    birth_name: str
    first_names: str
    birth_date: date
    sex: str
    birth_place: str
    nir: str = ""

    def traits_index(self) -> bytes:
        """The keyed digest of the five traits: two persons with equal traits have equal digests."""
        return blind_index("traits", self._joined())

    def fingerprint(self) -> bytes:
        """The keyed digest that a refusal keeps; it cannot be compared with `traits_index`."""
        return blind_index("refusal", self._joined())

    def nir_index(self) -> bytes | None:
        """The keyed digest of the NIR, for finding a person; None without NIR."""
        return blind_index("nir", self.nir) if self.nir else None

    def nir_fingerprint(self) -> bytes | None:
        """The keyed digest of the NIR that a refusal keeps; None without NIR."""
        return blind_index("refusal nir", self.nir) if self.nir else None

    def name_date_index(self) -> bytes:
        """The keyed digest of birth name and birth date."""
        return blind_index("name and date", f"{normalise_name(self.birth_name)}|{self.birth_date.isoformat()}")

    def _joined(self) -> str:
        names = (normalise_name(self.birth_name), normalise_name(self.first_names))
        return "|".join((*names, self.birth_date.isoformat(), self.sex, self.birth_place.upper()))
