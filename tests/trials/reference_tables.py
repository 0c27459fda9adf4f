"""The tables of the reference: which way leads to which act, who may hold what, what a profession may be shown.

Written from the design (§4, §5) and decisions 16, 17, 18, 26, 27. A new act must be said here too: a test says which
is missing.
"""

PHARMACY = frozenset({"prescriptions", "biology", "vaccinations", "treatments"})
ALL = PHARMACY | {"reports", "imaging", "hospital", "wishes", "other"}
CEILING = {"doctor": ALL, "pharmacist": PHARMACY}

# By which ways an act is reached: the person online, someone who represents them, a counter under a mandate, the person
# present at a counter, a signed paper. The public one is nobody's: it has no person.
_WAYS = {
    "self representation mandate paper": """
        space.open space.close space.reopen consent.give consent.withdraw contact.change
        grant.give grant.change grant.revoke grant.revoke-others block.add block.remove
        care-team.compose care-team.change care-team.end request.accept request.decline
        share-code.create share-code.cancel
        emergency.allow emergency.forbid emergency.contest emergency.write emergency.erase entry.contest
        representation.end""",
    # What a person decides alone.
    "self mandate paper": """
        space.resume space.erase representation.name representation.hide representation.show telling.change
        statement.ask""",
    # What opens nothing, or is a right that needs no mandate: the person is there.
    "self mandate presence paper": "space.suspend mandate.revoke rights.copy rights.heirs",
    "self representation mandate presence paper": """
        space.refuse space.lift-refusal
        rights.rectification rights.limitation rights.objection rights.complaint""",
    # A mandate never gives another.
    "self presence paper": "mandate.give",
    # A document is seen, or the person alone.
    "presence paper": """
        representation.open representation.lift representation.doubt representation.clear-doubt space.unfreeze
        identity.confirm""",
    "paper": "space.freeze",
}  # fmt: skip
WAYS = {code: frozenset(ways.split()) for ways, codes in _WAYS.items() for code in codes.split()}
# What takes no space that stands.
NO_SPACE = frozenset(
    [
        "space.open",
        "space.refuse",
        "space.lift-refusal",
        "space.reopen",
        "space.erase",
        "space.freeze",
        "space.unfreeze",
        "share-code.cancel",
        "emergency.contest",
        "emergency.erase",
        "mandate.give",
        "mandate.revoke",
        "contact.change",
        "telling.change",
        "statement.ask",
        "entry.contest",
        "rights.copy",
        "rights.rectification",
        "rights.limitation",
        "rights.objection",
        "rights.heirs",
        "rights.complaint",
        "representation.name",
        "representation.end",
        "representation.open",
        "representation.lift",
        "representation.doubt",
        "representation.clear-doubt",
        "identity.confirm",
    ]
)
# What a mandate still allows in a suspended space: to resume, and to end things (0016).
ENDS = frozenset(
    [
        "space.resume",
        "space.close",
        "space.erase",
        "consent.withdraw",
        "mandate.revoke",
        "grant.revoke",
        "grant.revoke-others",
        "care-team.end",
        "block.add",
        "request.decline",
        "emergency.forbid",
        "emergency.contest",
        "share-code.cancel",
        "representation.end",
    ]
)
# Wrong tries that close a code.
TRIES = 5
# Whose traces no representative reads.
PRIVATE = frozenset(["representation.hide", "representation.show", "representation.doubt", "representation.clear-doubt", "contact.change", "rights.complaint"])  # fmt: skip

READINGS = frozenset({"space.read", "sheet.read", "history.read"})
# Whose page shows what a reading shows: who acts for someone needs that one too (0018).
SHOWS = {"emergency.write": "sheet.read", "emergency.contest": "history.read", "entry.contest": "history.read"}
# With a representation one may always come in, and give it up.
ALWAYS = {"representation": frozenset({"representation.entered", "representation.end"}), "mandate": frozenset()}
FOR_SOMEONE = frozenset(code for code, ways in WAYS.items() if "representation" in ways) - ALWAYS["representation"]
# What each may hold at most: a trusted person and a curateur decide nothing (0018).
NAMED = frozenset({"trusted", "relative"})
MAY_HOLD = {
    "trusted": READINGS,
    "guardian-curatelle": READINGS,
    "relative": (READINGS | FOR_SOMEONE) - {"contact.change"},
    "parent": READINGS | FOR_SOMEONE,
    "guardian-tutelle": READINGS | FOR_SOMEONE,
    "guardian-habilitation": READINGS | FOR_SOMEONE,
}
