"""The space between two columns of units, where the labels of the weights stand.

The labels of the n·m edges between n units and m must not touch. Two ways are known:

- *straight*, for a few edges: each is one line, and its label stands on it, 1/(m+1) of the way along. If both columns
  have the same distance V between units, the labels' heights there all differ by at least V/(m+1). If n is smaller
  than m, they stand n/(n+1) of the way along, for the same reason.
- *stacked*, for more: the labels of the edges that leave one unit stand in a stack beside it. Each edge goes to its
  label, behind it, and on to its other end, so that no edge runs behind another's label. If n is smaller than m, the
  stacks stand beside the units where the edges arrive.
"""

from dataclasses import dataclass

from derive.document.diagram.shapes import Point

_MOST_STRAIGHT = 6
_WIDEST_STRAIGHT = 3
_BETWEEN_STACKS = 8.0
_AIR = 14.0
_STEM = 5.0
_LEAST_CROSSING = 50.0


def stacked(sources: int, targets: int) -> bool:
    """Return whether labels between so many units are stacked."""
    return sources * targets > _MOST_STRAIGHT or max(sources, targets) > _WIDEST_STRAIGHT


@dataclass(frozen=True)
class Gap:
    """Between ``sources`` units and ``targets`` units.

    ``row`` is from one label to the next one below it; ``left`` and ``right`` are what the columns need on the sides
    that face the gap, from their centres on. ``steepness`` is how steep an edge may get where edges cross.
    """

    sources: int
    targets: int
    label_width: float
    row: float
    left: float
    right: float
    steepness: float

    @property
    def stacked(self) -> bool:
        """Whether the labels stand in stacks beside the units."""
        return stacked(self.sources, self.targets)

    @property
    def spacing(self) -> float:
        """The distance between the units of a column that the labels need."""
        return self._fewer * self.row + _BETWEEN_STACKS if self.stacked else (self._fewer + 1) * self.row

    def length(self, rise: float) -> float:
        """Return the distance from column to column, if ``rise`` is the height of the longest edge."""
        if self.stacked:
            crossing = max(_LEAST_CROSSING, rise / self.steepness)
            return self.left + self._fan + self.label_width + crossing + self.right
        near, far = (self.left, self.right) if self._at_source else (self.right, self.left)
        half = self.label_width / 2 + _AIR
        return max((near + half) * (self._fewer + 1), (far + half) * (self._fewer + 1) / self._fewer)

    def label(self, source: Point, target: Point, i: int, j: int) -> Point:
        """Return the centre of the label on the edge from unit i to unit j."""
        (x0, y0), (x1, y1) = source, target
        if self.stacked:
            beside = self._fan + self.label_width / 2
            if self._at_source:
                return x0 + self.left + beside, y0 + self.row * (j - (self.targets - 1) / 2)
            return x1 - self.right - beside, y1 + self.row * (i - (self.sources - 1) / 2)
        part = 1 / (self._fewer + 1)
        t = part if self._at_source else 1 - part
        return x0 + t * (x1 - x0), y0 + t * (y1 - y0)

    def bends(self, label: Point) -> tuple[Point, ...]:
        """Return where the edge that carries this label changes its direction."""
        if not self.stacked:
            return ()
        (x, y), half = label, self.label_width / 2 + _STEM
        return (x - half, y), (x + half, y)

    @property
    def _fewer(self) -> int:
        return min(self.sources, self.targets)

    @property
    def _at_source(self) -> bool:
        return self.targets <= self.sources

    @property
    def _fan(self) -> float:
        return 2 * _STEM + 1.2 * self._fewer * self.row / self.steepness
