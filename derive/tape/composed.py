"""The independent check: the loss as one composed expression, differentiated whole for every parameter.

This is what "differentiate the loss with respect to every weight" means word for word. Its cost grows with the number
of paths through the network, so it serves small networks, and the tape serves all.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import prod
from random import Random
from typing import Any

import mpmath
import sympy

from derive.kind import Kind
from derive.numbers.style import Style
from derive.symbolic import opened, slot
from derive.tape.evaluate import Given, NoValue, evaluate
from derive.tape.quantity import Tape
from derive.tape.structure import Structure

LARGEST = 25_000
"""The largest check: terms of the composed loss times parameters to differentiate it for."""

POINTS = 3
"""How many random points the check takes, besides the given numbers."""

_TRIES = 50
_DIGITS = 50
_WORKING = 80


@dataclass(frozen=True)
class Verdict:
    """What the check said: it agreed at the given numbers and at ``points`` random ones, or ``size`` was too large.

    With ``tied`` the given numbers are where a max or min has no derivative, so that there is nothing to agree with.
    """

    points: int
    size: int | None
    tied: bool = False


def verify(tape: Tape, givens: Mapping[str, Given]) -> Verdict:
    """Compare every gradient of the tape with the derivative of the composed loss, at 50 digits.

    Raises:
        AssertionError: if they differ, which is a fault of this program and never of the config.
    """
    size = composed_size(tape.structure)
    parameters = [tape.quantities[place].of for place in tape.by_kind[Kind.GRADIENT]]
    if size * len(parameters) > LARGEST:
        return Verdict(0, size)
    check = _Check(tape, parameters)
    tied = not check.agrees(givens)
    random, points = Random(20), 0
    for _ in range(_TRIES):
        with suppress(NoValue):  # the logarithm of a target's formula, say, at a negative input
            points += check.agrees({**givens, **_random_givens(tape, random)})
        if points == POINTS:
            break
    return Verdict(points, None, tied)


def composed_size(structure: Structure) -> int:
    """Return how many products of weights the composed loss holds: the paths through the network, for all samples."""
    return structure.samples * prod(structure.widths())


def composed_loss(tape: Tape) -> sympy.Expr:
    """Write the loss as one expression over the given quantities, each of which is the slot of its place."""
    opened_rules: dict[int, sympy.Expr] = {}
    composed: list[sympy.Expr] = []
    for place, quantity in enumerate(tape.quantities[: tape.place["loss"] + 1]):
        if quantity.rule is None:
            composed.append(slot(place))
            continue
        if id(quantity.rule) not in opened_rules:
            opened_rules[id(quantity.rule)] = opened(quantity.rule.numeric)
        arguments = {slot(number): composed[arg] for number, arg in enumerate(quantity.args)}
        composed.append(opened_rules[id(quantity.rule)].xreplace(arguments))
    return composed[-1]


_DRAWN = (Kind.INPUT, Kind.TARGET, Kind.WEIGHT, Kind.BIAS)


def _random_givens(tape: Tape, random: Random) -> dict[str, Given]:
    """Draw data and parameters; the other given numbers have bounds of their own and stay as they are.

    So do targets of a loss that is made for some numbers only.
    """
    kept = {Kind.TARGET} if tape.structure.loss.targets else set()
    drawn = set(_DRAWN) - kept
    keys = [quantity.key for quantity in tape.quantities if quantity.rule is None and quantity.kind in drawn]
    return {key: Decimal(random.choice((-1, 1)) * random.randint(1, 199)).scaleb(-2) for key in keys}


class _Check:
    """The derivatives of the composed loss of a tape, and what its max and min choose among, as functions."""

    def __init__(self, tape: Tape, parameters: list[int]) -> None:
        self.tape = tape
        self.inputs = [place for place, quantity in enumerate(tape.quantities) if quantity.rule is None]
        loss = composed_loss(tape)
        self.gradients = self._function([sympy.diff(loss, slot(place)) for place in parameters])
        choices = [node.args for node in loss.atoms(sympy.Max, sympy.Min)]
        # beside a number, whose derivative is 0, SymPy's derivative is the one that is agreed on
        self.choices = self._function([[arg for arg in choice if not arg.is_number] for choice in choices])

    def _function(self, expressions: Sequence[Any]) -> Any:
        modules = [{"Heaviside": lambda x, at_zero=None: mpmath.mpf(x > 0)}, "mpmath"]
        return sympy.lambdify([slot(place) for place in self.inputs], expressions, modules=modules, cse=True)

    def agrees(self, givens: Mapping[str, Given]) -> bool:
        """Compare at some numbers; False where a max or min has no derivative there, for it chooses among equals.

        Raises:
            AssertionError: if the derivatives differ.
        """
        values = evaluate(self.tape, givens, Style(), precision=_WORKING)
        with mpmath.workdps(_WORKING):
            arguments = [_number(values.exact[place]) for place in self.inputs]
            for place, composed in zip(self.tape.by_kind[Kind.GRADIENT], self.gradients(*arguments), strict=True):
                if _differ(_number(values.exact[place]), composed):
                    if any(self._is_tied(choice) for choice in self.choices(*arguments)):
                        return False
                    key = self.tape.quantities[place].key
                    raise AssertionError(f"{key} is not the derivative of the composed loss")
        return True

    def _is_tied(self, choice: Sequence[Any]) -> bool:
        return any(not _differ(one, other) for one, other in combinations(choice, 2))


def _differ(ours: Any, theirs: Any) -> bool:
    return bool(abs(ours - theirs) > mpmath.mpf(10) ** -_DIGITS * max(1, abs(theirs)))


def _number(value: Any) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else mpmath.mpf(str(value))
