"""Losses and activations that cancel: together their delta is the prediction minus the target.

(The field's term is a canonical link.) The derivation stands here step by step, for the page to show;
`derive.tape.layer` proves each step equal to the general form before the last one is used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sympy import Expr, Integer

from derive.symbolic import add, minus, mul, negative, over

Step = Callable[[Sequence[Expr], Sequence[Expr]], Expr]
"""The delta of the first output in terms of all predictions and all targets of its layer."""


@dataclass(frozen=True)
class Canonical:
    """The steps from the chain rule, the factors put in, to ``delta(p, y)``, the short form of any output's delta.

    ``steps`` are pairs: a sentence on what is done, and what the delta is then. ``activation`` is that of the last
    layer. The last step's prediction and target are the first output's alone.
    """

    activation: str
    steps: tuple[tuple[str, Step], ...]

    def delta(self, p: Expr, y: Expr) -> Expr:
        """The short form."""
        return self.steps[-1][1]((p,), (y,))


def _rest(x: Expr) -> Expr:
    return minus(Integer(1), x)


def _error(p: Sequence[Expr], y: Sequence[Expr]) -> Expr:
    return minus(p[0], y[0])


SIGMOID_ENTROPY = Canonical(
    "sigmoid",
    (
        (
            "The two factors multiplied are",
            lambda p, y: mul((add((negative(over(y[0], p[0])), over(_rest(y[0]), _rest(p[0])))), p[0], _rest(p[0]))),
        ),
        (
            "Multiplied out, one factor of the slope cancels in each term:",
            lambda p, y: add((negative(mul((y[0], _rest(p[0])))), mul((_rest(y[0]), p[0])))),
        ),
        (
            "Without the brackets, the two products of prediction and target cancel as well:",
            lambda p, y: add((negative(y[0]), mul((y[0], p[0])), p[0], negative(mul((y[0], p[0]))))),
        ),
        ("What is left is the prediction minus the target:", _error),
    ),
)

SOFTMAX_ENTROPY = Canonical(
    "softmax",
    (
        (
            "Put into the sum, these factors give",
            lambda p, y: add(
                (
                    negative(mul((over(y[0], p[0]), p[0], _rest(p[0])))),
                    *(mul((over(y[k], p[k]), p[k], p[0])) for k in range(1, len(p))),
                )
            ),
        ),
        (
            "In each term the prediction below the fraction cancels:",
            lambda p, y: add((negative(mul((y[0], _rest(p[0])))), *(mul((y[k], p[0])) for k in range(1, len(p))))),
        ),
        (
            "Without the bracket, all but the first term have a common factor:",
            lambda p, y: add((negative(y[0]), mul((add(y) if len(y) > 1 else y[0], p[0])))),
        ),
        ("The targets sum to 1, so the prediction minus the target is left:", _error),
    ),
)
