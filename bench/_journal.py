"""Many lines of the journal by one statement, where what they say does not count: tests fill theirs with it too."""


def journal_lines(lines: int, *, apart: str = "0 seconds", persons: int = 0, each: int = 0) -> str:
    """A statement that writes so many lines, the newest of now and the others as far `apart`, each with its imprint.

    They are of nobody, or of this many `persons` in turn, who need not exist; `each` is the bytes of its details.
    """
    person = f"md5((n % {persons})::text)::uuid" if persons else "NULL"
    return (
        "INSERT INTO consent_journalentry (id, person_id, at, nature, code, outcome, via, actor_kind, basis_reference, "
        f"details, nonce, salt, commitment, imprint) SELECT gen_random_uuid(), {person}, "
        f"now() - ({lines} - n) * interval '{apart}', 'act', 'x', 'done', '', 'machine', '', "
        f"repeat('x', {each})::bytea, '', substr(sha256(''), 1, 16), sha256(''), sha256(n::text::bytea) "
        f"FROM generate_series(1, {lines}) AS n"
    )
