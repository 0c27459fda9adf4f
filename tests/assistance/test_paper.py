"""What comes out of the printer: everyone can read it, nothing is missing, nothing can be added."""

import dataclasses
import itertools
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest
from django.utils.translation import override

from assistance.compose import form_sheet
from assistance.paper import codes
from assistance.paper.press import FontsOnly, RefusedURL
from assistance.paper.render import render
from assistance.paper.sheets import PersonLines, Scope, Sheet
from consent.acts.base import Act
from consent.acts.registry import all_acts, get_act
from tests.assistance import sheets
from tests.assistance.pdf import (
    codes_on_pages,
    drawn_edges,
    embedded_fonts,
    figure_names,
    keys_used,
    letters,
    opened,
    page_count,
    page_texts,
    squeezed,
    tags,
    text_of,
)

NOT_TOLD = {"code", "slip", "act_code", "body", "language", "kind", "signer", "label_of_scope"}
A4 = (210, 297)
every_kind = pytest.mark.parametrize("kind", sheets.KINDS)


@cache
def rendered(kind: str) -> bytes:
    """The PDF of a kind of sheet, made once: tests only look at it."""
    return render(sheets.KINDS[kind]())


def said(thing: Any) -> Iterator[str]:
    """Every text of a sheet, wherever it is in it; of an act that may be chosen, its sentence."""
    if dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            if field.name not in NOT_TOLD and not (field.name == "label" and isinstance(thing, Scope)):
                yield from said(getattr(thing, field.name))
    elif isinstance(thing, tuple):
        for item in thing:
            yield from said(item)
    elif thing and not isinstance(thing, bool | int | date | datetime):
        yield str(thing)


@every_kind
def test_every_sheet_is_a_tagged_pdf_that_declares_pdf_ua_its_language_and_its_title(kind):
    pdf = opened(rendered(kind))
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "fr"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.docinfo["/Title"])
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == str(pdf.docinfo["/Title"])
    assert all("/StructParents" in page for page in pdf.pages)


@every_kind
def test_headings_begin_with_the_title_and_skip_no_level(kind):
    levels = [int(tag[1]) for tag in tags(rendered(kind)) if tag in {"H1", "H2", "H3", "H4"}]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@every_kind
def test_every_figure_has_a_name_for_those_who_do_not_see_it(kind):
    assert "" not in figure_names(rendered(kind))


@every_kind
def test_every_font_is_the_typeface_made_for_reading_and_is_in_the_file(kind):
    fonts = embedded_fonts(rendered(kind))
    assert fonts
    assert all(fonts.values())
    assert all("Atkinson-Hyperlegible" in name for name in fonts)


@every_kind
def test_no_sheet_carries_a_link_a_script_an_action_or_a_file(kind):
    forbidden = {"/URI", "/JS", "/JavaScript", "/Launch", "/OpenAction", "/AA", "/EmbeddedFiles", "/AcroForm", "/GoToR"}
    used = keys_used(rendered(kind))
    assert "/StructTreeRoot" in used  # the search does see the file
    assert not used & forbidden


@every_kind
def test_every_text_of_the_sheet_is_on_the_paper(kind):
    sheet = sheets.KINDS[kind]()
    printed = squeezed(text_of(rendered(kind)))
    texts = list(said(sheet))
    assert texts
    assert [text for text in texts if squeezed(text) not in printed] == []


@every_kind
def test_nothing_is_drawn_outside_what_a_printer_reaches(kind):
    pdf = rendered(kind)
    for left, bottom, right, top in drawn_edges(pdf):
        assert left >= 5
        assert right <= A4[0] - 5
        assert bottom >= 5
        assert top <= A4[1] - 3


@every_kind
def test_a_demonstration_says_so_on_every_page_and_a_real_sheet_never(kind):
    sheet = sheets.KINDS[kind]()
    shown = dataclasses.replace(sheet, demo=True)
    if getattr(sheet, "forms", ()):
        shown = dataclasses.replace(shown, forms=tuple(dataclasses.replace(form, demo=True) for form in sheet.forms))
    assert all("sans valeur" in text for text in page_texts(render(shown)))
    assert "sans valeur" not in text_of(rendered(kind))


@every_kind
def test_each_page_says_its_number_and_how_many_there_are(kind):
    texts = page_texts(rendered(kind))
    for number, text in enumerate(texts, start=1):
        assert f"page {number} sur {len(texts)}" in text


@pytest.mark.parametrize("make", [sheets.mandate, sheets.marked, sheets.guarded])
@pytest.mark.parametrize("ticked", [sheets.MANY, sheets.HALF, {"mandate.revoke"}])
@pytest.mark.parametrize("large", [False, True])
def test_a_mandate_of_twelve_acts_takes_two_pages_in_both_sizes_of_print_whoever_signs(make, ticked, large):
    assert page_count(render(make(ticked, large_print=large))) == 2


@pytest.mark.parametrize("make", [sheets.mandate, sheets.marked, sheets.guarded])
def test_a_mandate_of_every_act_is_whole_and_says_how_many_they_are(make):
    pdf = render(make(None))
    assert page_count(pdf) <= 3
    assert figure_names(pdf)["Coché : donné"] == len(sheets.scopes(None))
    assert f"En tout : {len(sheets.scopes(None))}, aucun autre." in text_of(pdf)


@pytest.mark.parametrize("make", [sheets.mandate, sheets.marked, sheets.guarded])
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("name", [sheets.LONG_NAME, sheets.UNBROKEN_NAME])
def test_names_of_eighty_letters_are_whole_on_a_mandate(make, large, name):
    assert len(name) == 80
    person = PersonLines(names=(f"{name}", f"nom utilisé : {name}"), birth="née le 12 mars 1945", address=(name, name))
    sheet = make(sheets.MANY, large_print=large, person=person, agent=name)
    pdf = render(sheet)
    assert squeezed(text_of(pdf)).count(squeezed(name)) >= 5
    assert all(letter.left >= 5 and letter.right <= A4[0] - 5 for letter in letters(pdf))
    assert page_count(pdf) <= (3 if large else 2)


def test_large_print_has_no_letter_under_eighteen_points():
    sizes = [letter.size for letter in letters(render(sheets.marked(sheets.MANY, large_print=True, demo=True)))]
    assert min(sizes) >= 17.99


@every_kind
def test_no_letter_of_any_sheet_is_under_ten_points(kind):
    assert min(letter.size for letter in letters(rendered(kind))) >= 9.99


def test_a_mandate_lists_what_was_chosen_alone_and_leaves_no_box_to_tick_later():
    pdf = render(sheets.mandate({"space.open", "grant.revoke"}))
    names = figure_names(pdf)
    assert names["Coché : donné"] == 2
    assert names["Case à cocher"] == 0
    assert "En tout : 2, aucun autre." in text_of(pdf)
    assert "fermer mon espace" not in text_of(pdf)


def test_a_mandate_without_readings_says_that_the_counter_sees_nothing():
    assert squeezed("il agit sans voir") in squeezed(text_of(render(sheets.mandate())))
    listed = squeezed(text_of(render(sheets.mandate(readings=("les vaccinations", "les ordonnances")))))
    assert squeezed("les vaccinations ; les ordonnances.") in listed
    assert squeezed("il agit sans voir") not in listed


@pytest.mark.parametrize("words", [
    "Marque de la personne", "Témoin 1Jeanne Dupont", "Témoin 2Marc Lefèvre",
])  # fmt: skip
def test_two_witnesses_sign_beside_a_mark(words):
    assert squeezed(words) in squeezed(text_of(render(sheets.marked())))


def test_the_guardian_signs_and_the_judgment_is_named():
    printed = squeezed(text_of(render(sheets.guarded())))
    assert squeezed("jugement du 6 février 2024, tribunal judiciaire de Guéret") in printed
    assert squeezed("Le tuteur Hélène Vidal") in printed
    assert squeezed("La personneOdette Marie GarnierPour") not in printed


@pytest.mark.parametrize("large", [False, True])
def test_each_page_of_a_mandate_carries_its_code_and_its_reference_and_the_slip_its_own(large):
    pdf = render(sheets.mandate(large_print=large))
    found = [sorted((code.kind, code.reference) for code in map(codes.read_code, page)) for page in codes_on_pages(pdf)]
    ours = (codes.Kind.MANDATE, "MD-7K2P-9QXA")
    assert found == [[ours], [ours, (codes.Kind.SLIP, "MD-7K2P-9QXA")]]
    assert all("MD-7K2P-9QXA" in text for text in page_texts(pdf))


def test_each_page_of_a_form_carries_the_code_of_its_act_and_version():
    pages = codes_on_pages(render(sheets.form()))
    assert pages
    for page in pages:
        (code,) = map(codes.read_code, page)
        assert (code.act_code, code.form_version) == ("space.open", 1)


def test_a_letter_carries_the_codes_of_its_slip_and_of_its_form_and_none_of_its_own():
    first, last = codes_on_pages(render(sheets.letter()))
    assert [codes.read_code(text).kind for text in first] == [codes.Kind.SLIP]
    (form,) = map(codes.read_code, last)
    assert (form.kind, form.reference) == (codes.Kind.PERSONAL_FORM, "PF-1234-ABCD")


def test_each_form_after_a_letter_has_pages_of_its_own_with_its_own_code():
    both = [form_sheet(get_act(f"request.{verb}"), reference=reference, personal="Odette", about="Dr Ferrand")
            for verb, reference in (("decline", "PF-1234-ABCD"), ("accept", "PF-5678-EFGH"))]  # fmt: skip
    pdf = render(sheets.letter(slips=(), forms=tuple(both)))
    titles = [[verb for verb in ("Refuser", "Accepter") if f"{verb} une demande" in page] for page in page_texts(pdf)]
    found = [[codes.read_code(text).reference for text in page] for page in codes_on_pages(pdf)]
    assert titles[:3] == [[], ["Refuser"], ["Accepter"]]
    assert found == [[], ["PF-1234-ABCD"], *[["PF-5678-EFGH"]] * (len(found) - 2)]


def test_the_address_shows_in_the_window_of_its_envelope_wherever_the_sheet_has_slid():
    # DL, 110 by 220 mm, its window 35 by 100, 20 from the right and the bottom; a sheet folded in three is
    # 99 by 210: on the sheet, what is seen in every case is 90 to 100+100-10 across and 55 to 79 down.
    sheet = sheets.letter(address=("ZZZZ",) * 6, sender=("QQQQ", "QQQQ"), slips=(), forms=())
    seen = [letter for letter in letters(render(sheet)) if letter.page == 0 and letter.char in "ZQ"]
    inside = [letter for letter in seen if letter.left > 100 and letter.right < 190 and 297 - letter.top > 55]
    assert [letter.char for letter in inside] == ["Z"] * 24
    assert all(297 - letter.bottom < 79 for letter in inside)


@pytest.mark.parametrize("act", all_acts(), ids=lambda act: act.code)
def test_the_blank_form_of_every_act_asks_every_question_of_its_form(act: Act):
    sheet = form_sheet(act)
    pdf = render(sheet)
    printed = squeezed(text_of(pdf))
    blank = act.form_class()
    with override("fr"):
        labels = [blank[name].label for name, field in blank.fields.items() if not field.widget.is_hidden]
    assert [label for label in labels if squeezed(str(label)) not in printed] == []
    assert [text for text in said(sheet) if squeezed(text) not in printed] == []
    assert "Coché" not in " ".join(figure_names(pdf))
    for page in codes_on_pages(pdf):
        assert [codes.read_code(text).act_code for text in page] == [act.code]


def test_a_grid_of_forty_letters_is_cut_into_equal_rows_within_the_page():
    names = figure_names(render(sheets.form()))
    assert names["Une case par lettre : 40 cases"] == 1
    widths = [right - left for left, _bottom, right, _top in drawn_edges(render(sheets.form()))]
    assert any(abs(width - 20 * 6) < 1 for width in widths)
    assert not any(width > 181 for width in widths)


def test_a_receipt_takes_one_page():
    assert page_count(render(sheets.receipt())) == 1


def test_markup_in_a_name_is_printed_as_it_was_typed():
    assert "<b>O’Neil</b> & <img src=x>" in text_of(render(sheets.receipt(on_behalf_of="<b>O’Neil</b> & <img src=x>")))


@pytest.mark.parametrize("name", ["Łukasz Čapek", "Ñandú Đorđević", "Gaëlle Œuvrard-Ÿs"])
def test_letters_of_other_latin_languages_have_a_font_in_the_file(name):
    pdf = render(sheets.receipt(on_behalf_of=name))
    assert name in text_of(pdf)
    assert all(embedded_fonts(pdf).values())


def test_a_sheet_in_english_says_so_and_keeps_no_french_words_of_ours():
    pdf = render(sheets.mandate(language="en", demo=True))
    assert str(opened(pdf).Root.Lang) == "en"
    texts = page_texts(pdf)
    assert "page 1 of 2 – Demonstration" in texts[0]
    assert "What the counter may never do" in texts[0]
    assert figure_names(pdf)["Ticked: given"] == len(sheets.HALF)
    assert page_count(render(sheets.marked(sheets.MANY, language="en", large_print=True))) == 2


def test_french_writes_the_first_of_a_month_as_an_ordinal():
    assert "1er mai 2026" in text_of(render(sheets.receipt()))


@pytest.mark.parametrize("url", [
    "https://exemple.fr/x.png", "file:///etc/passwd", "data:text/plain,x", "font:../../manage.py", "font:", "ftp://x/",
])  # fmt: skip
def test_no_address_is_fetched_but_the_fonts(url):
    with pytest.raises(RefusedURL):
        FontsOnly().fetch(url)


def test_an_address_in_a_notice_is_not_fetched(monkeypatch):
    asked = []
    fetch = FontsOnly.fetch

    def watched(self: FontsOnly, url: str, headers: Any = None) -> Any:
        asked.append(url)
        return fetch(self, url, headers)

    monkeypatch.setattr(FontsOnly, "fetch", watched)
    body = '<p>Avant</p><img alt="" src="file:///etc/hostname"><link rel=stylesheet href="http://127.0.0.1:9/x.css">'
    printed = text_of(render(sheets.notice(body=body)))
    assert "Avant" in printed
    assert set(asked) == {"file:///etc/hostname", "http://127.0.0.1:9/x.css"}


def test_the_same_sheet_gives_the_same_pages_twice():
    sheet: Sheet = sheets.letter()
    assert text_of(render(sheet)) == text_of(render(sheet))
