"""The tree of RFC 6962: known answers of Certificate Transparency, another implementation, and every size to 5,000."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent import merkle

# The eight leaves and the answers that the first implementations of Certificate Transparency were tried with.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
A, B, C = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
D, E = (
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
)
INCLUSION = {(0, 1): [], (0, 8): [A, B, C], (5, 8): [D, E, ROOTS[4]], (2, 3): [ROOTS[2]], (1, 5): [ROOTS[1], B, D]}
CONSISTENCY = {
    (1, 1): [], (1, 8): [A, B, C], (2, 5): [B, D],
    (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", E, ROOTS[4]],
}  # fmt: skip


def hexes(hashes: list[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


def hashes_of(size: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(size)]


@pytest.mark.parametrize("size", ROOTS)
def test_the_known_roots(size: int):
    assert merkle.root([merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_known_inclusion_proofs(index: int, size: int):
    hashes = [merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]
    path = merkle.inclusion_path(index, hashes)
    assert hexes(path) == INCLUSION[index, size]
    assert merkle.root_from_path(hashes[index], index, size, path).hex() == ROOTS[size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_known_consistency_proofs(old: int, new: int):
    path = merkle.consistency_path(old, [merkle.leaf_hash(leaf) for leaf in LEAVES[:new]])
    assert hexes(path) == CONSISTENCY[old, new]
    assert merkle.consistent(old, bytes.fromhex(ROOTS[old]), new, bytes.fromhex(ROOTS[new]), path)


def textbook_root(hashes: list[bytes]) -> bytes:
    """The definition of RFC 6962, word for word."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + textbook_root(hashes[:k]) + textbook_root(hashes[k:])).digest()


def test_every_proof_of_every_small_tree_holds_and_no_other_place_or_size_accepts_it():
    for size in range(1, 40):
        hashes = hashes_of(size)
        root = textbook_root(hashes)
        assert merkle.root(hashes) == root
        for index in range(size):
            path = merkle.inclusion_path(index, hashes)
            assert merkle.root_from_path(hashes[index], index, size, path) == root
            for other in {(index + 1) % size, index ^ 1, 0} - {index}:
                if other < size:
                    assert not leads_to(root, hashes[index], other, size, path)
        for old in range(1, size + 1):
            path, old_root = merkle.consistency_path(old, hashes), textbook_root(hashes[:old])
            assert merkle.consistent(old, old_root, size, root, path)
            assert not merkle.consistent(old, merkle.leaf_hash(b"another"), size, root, path)
            assert not merkle.consistent(old, old_root, size, merkle.leaf_hash(b"another"), path)
            if old < size:
                assert not merkle.consistent(old + 1, old_root, size, root, path)


def leads_to(root: bytes, leaf: bytes, index: int, size: int, path: list[bytes]) -> bool:
    try:
        return merkle.root_from_path(leaf, index, size, path) == root
    except ValueError:
        return False


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_trees_of_any_size_to_five_thousand(data: st.DataObject):
    size = data.draw(st.integers(1, 5000))
    hashes = hashes_of(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root = textbook_root(hashes)
    assert merkle.root(hashes) == root
    path = merkle.inclusion_path(index, hashes)
    assert merkle.root_from_path(hashes[index], index, size, path) == root
    assert len(path) <= (size - 1).bit_length()
    proof = merkle.consistency_path(old, hashes)
    assert merkle.consistent(old, textbook_root(hashes[:old]), size, root, proof)
    if path:
        assert merkle.root_from_path(hashes[index], index, size, with_another_bit(data, path)) != root
    if proof:
        old_root = textbook_root(hashes[:old])
        assert not merkle.consistent(old, old_root, size, root, with_another_bit(data, proof))
        assert not merkle.consistent(old, old_root, size, root, proof[:-1])


def with_another_bit(data: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """The proof, one bit of one hash turned."""
    place, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    turned = int.from_bytes(proof[place], "big") ^ 1 << bit
    return [*proof[:place], turned.to_bytes(32, "big"), *proof[place + 1 :]]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 5000), st.data())
def test_another_implementation_agrees(size: int, data: st.DataObject):
    pymerkle = pytest.importorskip("pymerkle")
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(size):
        tree.append_entry(number.to_bytes(4, "big"))
    hashes = hashes_of(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert tree.get_root() == merkle.root(hashes)
    assert tree.get_root(old) == merkle.root(hashes[:old])
    ours, theirs = merkle.inclusion_path(index, hashes), tree.prove_inclusion(index + 1, size)
    # Theirs begins with the leaf itself.
    assert [hashes[index], *ours] == list(theirs.path)
    pymerkle.verify_inclusion(hashes[index], merkle.root(hashes), theirs)


def test_what_is_not_in_the_tree_has_no_proof():
    for index, size in ((0, 0), (1, 1), (-1, 3), (3, 3)):
        with pytest.raises(ValueError, match="no leaf"):
            merkle.inclusion_ranges(index, size)
    with pytest.raises(ValueError, match="instead of"):
        merkle.root_from_path(merkle.leaf_hash(b""), 0, 2, [])
    for old, new in ((-1, 2), (3, 2)):
        assert not merkle.consistent(old, merkle.EMPTY_ROOT, new, merkle.EMPTY_ROOT, [])
    assert merkle.consistent(0, merkle.EMPTY_ROOT, 5, merkle.root(hashes_of(5)), [])
