"""The stylesheet is cut to what pages use, and nothing that they use is cut."""

from pathlib import Path

import pytest

from portal.design.cut import cut
from portal.design.usage import usage_of


@pytest.fixture
def cut_text(tmp_path: Path):
    """Cut this CSS for pages made of this markup."""

    def cut_for(markup: str, css: str) -> str:
        sheet = tmp_path / "source.css"
        sheet.write_text(css)
        return cut([sheet], usage_of([markup])).strip()

    return cut_for


def test_a_rule_whose_class_no_page_has_is_dropped(cut_text):
    css = ".fr-a { color: red } .fr-b { color: blue }"
    assert cut_text('<p class="fr-a">', css) == ".fr-a{color:red}"


def test_only_the_selectors_that_can_match_stay_in_a_list(cut_text):
    css = ".fr-a > p, .fr-b p, table .fr-a, .fr-a:hover { color: red }"
    assert cut_text('<p class="fr-a">', css) == ".fr-a>p,.fr-a:hover{color:red}"


def test_a_class_completed_by_a_variable_keeps_all_that_begin_so(cut_text):
    css = ".fr-alert--info { color: blue } .fr-alert--error { color: red } .fr-badge--info { color: blue }"
    kept = cut_text('<p class="fr-alert--{{ kind }}">', css)
    assert kept == ".fr-alert--info{color:blue}.fr-alert--error{color:red}"


def test_a_state_excluded_by_not_does_not_drop_its_rule(cut_text):
    css = "p:not(.fr-b) { color: red }"
    assert cut_text("<p>", css) == "p:not(.fr-b){color:red}"


def test_an_attribute_selector_stays_only_if_pages_have_it(cut_text):
    css = "[data-fr-theme=dark] p { color: white } a[aria-current=page] { color: red }"
    assert cut_text('<p><a aria-current="page">', css) == "a[aria-current=page]{color:red}"


def test_a_property_that_never_changes_is_written_in_place(cut_text):
    css = ":root { --blue: var(--dark); --dark: #000091 } p { color: var(--blue) }"
    assert cut_text("<p>", css) == "p{color:#000091}"


def test_a_property_that_a_rule_changes_stays_a_property(cut_text):
    css = ":root { --gap: 1rem } p { --gap: 2rem; margin: var(--gap) }"
    assert cut_text("<p>", css) == ":root{--gap:1rem}p{--gap:2rem;margin:var(--gap)}"


def test_the_spaces_of_calc_and_of_strings_are_kept(cut_text):
    css = 'p { width: calc( 100% - 1rem ); content: "a ,  b" }'
    assert cut_text("<p>", css) == 'p{width:calc(100% - 1rem);content:"a ,  b"}'


def test_a_media_query_left_empty_goes_with_its_rules(cut_text):
    css = "@media (min-width: 48em) { .fr-b { color: red } } @media print { p { color: #000 } }"
    assert cut_text("<p>", css) == "@media print{p{color:#000}}"


def test_an_icon_is_embedded(cut_text, tmp_path: Path):
    (tmp_path / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>')
    kept = cut_text("<p>", "p::before { -webkit-mask-image: url(dot.svg) }")
    assert kept.startswith('p::before{-webkit-mask-image:url("data:image/svg+xml')
    assert "dot.svg" not in kept
