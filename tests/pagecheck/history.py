"""What a page has said a symbol is."""

from dataclasses import dataclass

from tests.pagecheck.calculate import Printed, to_unit

# How a side in symbols and a side in numbers fit


@dataclass(frozen=True)
class History:
    """What the page printed for one symbol, the last one last."""

    values: tuple[Printed, ...]

    def agrees(self, number: Printed) -> bool:
        return any(_agree(number, known) for known in self.values)

    def has(self, number: Printed) -> bool:
        """Tell whether the number was printed with as many digits or more."""
        return any(known.decimals >= number.decimals and _agree(number, known) for known in self.values)

    def with_last(self, number: Printed) -> "History":
        """Add a value; one that agrees with it gives way, but for its further digits."""
        same = [known for known in self.values if _agree(number, known)]
        longest = max([number, *(known for known in same if not known.exact)], key=lambda value: value.decimals)
        return History((*(known for known in self.values if known not in same), number if number.exact else longest))

    def refined(self, number: Printed) -> "History":
        """Replace a rounded value by the same one with more digits."""
        return History(
            tuple(
                number if _agree(number, known) and number.decimals > known.decimals and not known.exact else known
                for known in self.values
            )
        )


def _agree(number: Printed, known: Printed) -> bool:
    """Tell whether two numbers are the same as far as the shorter one goes; an exact one gets no further digits.

    A longer one that ends in a half of the shorter one's last place was itself rounded, so it may go either way.
    """
    if known.exact and number.decimals >= known.decimals:
        return number.value == known.value
    unit, distance = max(number.unit, known.unit), abs(number.value - known.value)
    is_half = number.decimals != known.decimals and not known.exact and distance == unit / 2
    return is_half or to_unit(number.value, unit) == to_unit(known.value, unit)
