"""A secret order of the whole numbers below a bound: each comes once, and the one at any place is found at once."""

from hashlib import shake_256

_ROUNDS = 6


class Shuffle:
    """The numbers from 0 to ``count`` - 1 in an order that a text decides: a Feistel network over its two halves.

    The network shuffles the numbers below the next power of four; what falls outside is shuffled on until it is inside
    (cycle walking, by Black and Rogaway). Each round adds the first bits of SHAKE-256 of the text, the round and the
    other half.
    """

    def __init__(self, count: int, text: str) -> None:
        self.count = count
        self._half = max(1, (max(count - 1, 1).bit_length() + 1) // 2)
        self._key = text.encode()

    def __getitem__(self, place: int) -> int:
        if not 0 <= place < self.count:
            raise IndexError(place)
        found = self._shuffled(place)
        while found >= self.count:
            found = self._shuffled(found)
        return found

    def _shuffled(self, number: int) -> int:
        mask = (1 << self._half) - 1
        left, right = number >> self._half, number & mask
        size = (self._half + 7) // 8
        for turn in range(_ROUNDS):
            digest = shake_256(b"%s %d %d" % (self._key, turn, right)).digest(size)
            left, right = right, left ^ (int.from_bytes(digest, "big") & mask)
        return left << self._half | right
