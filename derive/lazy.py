"""A sequence whose items are made when they are asked for: of a wide network's names and numbers a page shows few."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class Lazy(Sequence[T], Generic[T]):
    """Makes the item at each place once, by ``make(place)``."""

    def __init__(self, make: Callable[[int], T], length: int) -> None:
        self._make = make
        self._length = length
        self._made: dict[int, T] = {}

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> "Lazy[T]": ...
    def __getitem__(self, place: Any) -> Any:
        if place in self._made:
            return self._made[place]
        if not 0 <= place < self._length:
            raise IndexError(place)
        return self._made.setdefault(place, self._make(place))
