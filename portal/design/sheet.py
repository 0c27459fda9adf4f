"""The stylesheet we serve: which sources it is cut from, and where it is written."""

import shutil
from pathlib import Path

import dsfr
from django.conf import settings

from portal.design.cut import cut
from portal.design.usage import Usage, site_usage

SYSTEM = Path(dsfr.__file__).parent / "static" / "dsfr" / "dist"
OURS = Path(__file__).parent / "plein-gre.css"
BUILT = Path(settings.BASE_DIR) / "static" / "plein-gre.css"
COMPONENTS = (
    "link",
    "button",
    "form",
    "input",
    "select",
    "radio",
    "checkbox",
    "upload",
    "alert",
    "notice",
    "badge",
    "skiplink",
    "breadcrumb",
    "navigation",
    "header",
    "footer",
)
LOGO = Usage(frozenset({"fr-logo"}), prefixes=(), elements=frozenset(), words=frozenset())
LICENCE = "/*! Cut from DSFR 1.14 (MIT) and from portal/design/plein-gre.css */\n"


def build() -> str:
    """Return the stylesheet for the templates as they are now."""
    sources = [
        SYSTEM / "core" / "core.main.min.css",
        *(SYSTEM / "component" / name / f"{name}.main.min.css" for name in COMPONENTS),
        OURS,
    ]
    return LICENCE + cut(sources, site_usage())


STATE_FONTS = {"400": "Marianne-Regular.woff2", "700": "Marianne-Bold.woff2"}
STATE_TYPE = "body,button,input,select,textarea{font-family:Marianne,arial,sans-serif}"


def write_state_marks() -> Path:
    """Write static/etat/: the State's block and typeface, for a State site under .gouv.fr only.

    They are copied from the installed package and never kept in this repository: their use is reserved
    (terms of use of the DSFR; circular 6411-SG of 2023). Returns the folder.
    """
    folder = BUILT.parent / "etat"
    folder.mkdir(exist_ok=True)
    faces = []
    for weight, name in STATE_FONTS.items():
        shutil.copyfile(SYSTEM / "fonts" / name, folder / name)
        faces.append(
            f'@font-face{{font-family:Marianne;font-weight:{weight};font-display:swap;src:url({name}) format("woff2")}}'
        )
    logo = cut([SYSTEM / "core/core.main.min.css", SYSTEM / "component/logo/logo.main.min.css"], LOGO)
    (folder / "etat.css").write_text("".join(faces) + logo + STATE_TYPE + "\n")
    return folder
