"""What is kept in French is shown in the language of the page, or marked as French."""

import pytest
from django.utils.translation import override

from consent.trace.kept import shown


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("Espace", "Space"),
        ("ouvert", "open"),
        ("Ordonnances, Comptes rendus", "Prescriptions, Reports"),
        ("lire et déposer", "read and deposit"),
        ("ouvrir mon espace, retirer un accès", "open my space, take back access"),
        ("Carte d’identité …4K7", "Identity card …4K7"),
        ("24 mai 2027", "24 May 2027"),
        ("1er août 2027", "1 August 2027"),
        ("1er août 2027 à 09:05", "1 August 2027 at 09:05"),
        ("09 67 30 09 53", "09 67 30 09 53"),
        ("31 février 2027", '<span lang="fr">31 février 2027</span>'),
        ("Dr Claire Lemoine", '<span lang="fr">Dr Claire Lemoine</span>'),
        ("<b>Léa</b>", '<span lang="fr">&lt;b&gt;Léa&lt;/b&gt;</span>'),
        ("", ""),
    ],
)
def test_kept_words_are_shown_in_english_or_marked_as_french(kept, told):
    with override("en"):
        assert shown(kept) == told
    with override("fr"):
        assert shown(kept) == kept
