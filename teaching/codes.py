"""Codes of sheets, such as K7M-2QX: short, without letters that look alike, and checked.

The last sign is a check: the sum of all signs, each times its weight, is divisible by the number of
signs there are. That number is prime, so no slip in one sign and no swap of two goes unnoticed.

>>> known("K7M-2QX"), known(code("7 chain.1", 0)), known("K7M-2QZ")
(False, True, False)
"""

from collections.abc import Iterator
from hashlib import sha256

SIGNS = "23456789BCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, no 1 I L; without A and U few words come out
COUNT = len(SIGNS)  # a prime
LENGTH = 6


def codes(what: str) -> Iterator[str]:
    """Yield different codes for ``what`` is on the sheets: always the same ones for the same."""
    seen: set[str] = set()
    number = 0
    while True:
        found = code(what, number)
        number += 1
        if found not in seen:
            seen.add(found)
            yield found


def code(what: str, number: int) -> str:
    """Return a code that nobody can guess from that of the neighbour."""
    rest = int.from_bytes(sha256(f"{what} {number}".encode()).digest())
    signs = []
    for _ in range(LENGTH - 1):
        rest, sign = divmod(rest, COUNT)
        signs.append(sign)
    signs.append(-weighted(signs) % COUNT)
    text = "".join(SIGNS[sign] for sign in signs)
    return f"{text[:3]}-{text[3:]}"


def known(text: str) -> bool:
    """Tell whether a text can be a code; small letters and a missing dash are no slips."""
    found = [SIGNS.find(sign) for sign in text.upper().replace("-", "")]
    return len(found) == LENGTH and -1 not in found and (weighted(found) % COUNT) == 0


def weighted(signs: list[int]) -> int:
    """Return the sum of the signs with the weights 6, 5, 4, ...; the last one has 1."""
    return sum((LENGTH - i) * sign for i, sign in enumerate(signs))
