"""Optimizers: how a parameter follows from its gradient, line by line, with PyTorch's conventions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Integer

from derive.catalog.parameter import Parameter
from derive.catalog.table import Table
from derive.symbolic import add, minus, mul, negative, over, power, root

Formula = Callable[[Any], Expr]
"""A formula over names: ``n.w`` is the parameter, ``n.g`` its gradient, ``n.eta`` the learning rate, ``n.t`` the
number of the step; the hyperparameters and the lines before go by their names, and ``n.old_m`` is the state m before
the step."""


@dataclass(frozen=True)
class Line:
    """One line of the update of each parameter. A ``state`` is kept for the next step, and starts at 0."""

    name: str
    letter: str
    formula: Formula
    state: bool = True


@dataclass(frozen=True)
class Optimizer:
    """One optimizer: ``lines`` in the order of calculation, then ``update``, the parameter after the step.

    ``text`` says for the page what the update does; ``convention`` says where books and libraries differ and what is
    done here.
    """

    name: str
    title: str
    update: Formula
    text: str
    convention: str = ""
    parameters: tuple[Parameter, ...] = ()
    lines: tuple[Line, ...] = ()


_ONE, _TWO = Integer(1), Integer(2)


def _epsilon(value: str) -> Parameter:
    return Parameter("epsilon", value, "what keeps the divisor from zero", above="0", letter=r"\epsilon")


def _decay(name: str, letter: str, value: str, meaning: str) -> Parameter:
    return Parameter(name, value, meaning, least="0", below="1", letter=letter)


_MOMENTUM = _decay("momentum", r"\mu", "0.9", "how much of the velocity is kept")
_VELOCITY = Line("v", "v", lambda n: add((mul((n.momentum, n.old_v)), n.g)))
_BETAS = (
    _decay("beta1", r"\beta_1", "0.9", "how much of the average of the gradients is kept"),
    _decay("beta2", r"\beta_2", "0.999", "how much of the average of their squares, or of their size, is kept"),
)


def _average(decay: Expr, old: Expr, new: Expr) -> Expr:
    """Return the moving average decay · old + (1 - decay) · new."""
    return add((mul((decay, old)), mul((minus(_ONE, decay), new))))


def _scaled_step(n: Any, above: Expr, below: Expr) -> Expr:
    return mul((n.eta, over(above, below)))


def _corrected(name: str, beta: str, letter: str) -> Line:
    """Return the line that takes the start at zero out of a moving average."""
    return Line(
        f"{name}_hat",
        rf"\hat{{{letter}}}",
        lambda n: over(getattr(n, name), minus(_ONE, power(getattr(n, beta), n.t))),
        state=False,
    )


_FIRST_MOMENT = Line("m", "m", lambda n: _average(n.beta1, n.old_m, n.g))
_SECOND_MOMENT = Line("v", "v", lambda n: _average(n.beta2, n.old_v, power(n.g, _TWO)))
_ADAM_LINES = (_FIRST_MOMENT, _SECOND_MOMENT, _corrected("m", "beta1", "m"), _corrected("v", "beta2", "v"))

OPTIMIZERS: Table[Optimizer] = Table(
    (
        Optimizer(
            "gradient_descent",
            "gradient descent",
            lambda n: minus(n.w, mul((n.eta, n.g))),
            "Gradient descent moves every weight against its gradient, by the learning rate times the gradient:",
        ),
        Optimizer(
            "momentum",
            "gradient descent with momentum",
            lambda n: minus(n.w, mul((n.eta, n.v))),
            "Momentum gathers the gradients of all steps so far in a velocity $v$, and moves every weight against it:",
            "The velocity takes each gradient whole, not its share of $1 - \\mu$, and the learning rate stands outside "
            "of it; before the first step it is 0.",
            (_MOMENTUM,),
            (_VELOCITY,),
        ),
        Optimizer(
            "nesterov",
            "gradient descent with Nesterov momentum",
            lambda n: minus(n.w, mul((n.eta, add((n.g, mul((n.momentum, n.v))))))),
            "Nesterov momentum takes each gradient into a velocity $v$ first, and then moves every weight against the "
            "gradient and the share $\\mu$ of that velocity:",
            "The gradient is taken at the weights themselves, and the look ahead stands in the update; the velocity "
            "takes each gradient whole and is 0 before the first step.",
            (_MOMENTUM,),
            (_VELOCITY,),
        ),
        Optimizer(
            "adagrad",
            "Adagrad",
            lambda n: minus(n.w, _scaled_step(n, n.g, add((root(n.s), n.epsilon)))),
            "Adagrad divides each gradient by the root of the sum $s$ of all its squares so far:",
            "The small $\\epsilon$ stands outside the root, and the sum starts at 0.",
            (_epsilon("1e-10"),),
            (Line("s", "s", lambda n: add((n.old_s, power(n.g, _TWO)))),),
        ),
        Optimizer(
            "rmsprop",
            "RMSprop",
            lambda n: minus(n.w, _scaled_step(n, n.g, add((root(n.v), n.epsilon)))),
            "RMSprop divides each gradient by the root of a moving average $v$ of its squares:",
            "The small $\\epsilon$ stands outside the root; the average starts at 0 and is not corrected for that.",
            (_decay("alpha", r"\alpha", "0.99", "how much of the average is kept"), _epsilon("1e-8")),
            (Line("v", "v", lambda n: _average(n.alpha, n.old_v, power(n.g, _TWO))),),
        ),
        Optimizer(
            "adadelta",
            "Adadelta",
            lambda n: minus(n.w, mul((n.eta, n.d))),
            "Adadelta scales each gradient by the ratio of two roots: of a moving average $u$ of its past steps $d$, "
            "and of one, $v$, of its squares:",
            "The small $\\epsilon$ stands inside both roots, $u$ enters as it was before the step, and the learning "
            "rate scales the step $d$.",
            (_decay("rho", r"\rho", "0.9", "how much of the averages is kept"), _epsilon("1e-6")),
            (
                Line("v", "v", lambda n: _average(n.rho, n.old_v, power(n.g, _TWO))),
                Line(
                    "d",
                    "d",
                    lambda n: mul((over(root(add((n.old_u, n.epsilon))), root(add((n.v, n.epsilon)))), n.g)),
                    state=False,
                ),
                Line("u", "u", lambda n: _average(n.rho, n.old_u, power(n.d, _TWO))),
            ),
        ),
        Optimizer(
            "adam",
            "Adam",
            lambda n: minus(n.w, _scaled_step(n, n.m_hat, add((root(n.v_hat), n.epsilon)))),
            "Adam keeps moving averages $m$ of each gradient and $v$ of its square, corrects both for their start at "
            "0, and divides one by the root of the other:",
            "The small $\\epsilon$ stands outside the root of the corrected $\\hat{v}$.",
            (*_BETAS, _epsilon("1e-8")),
            _ADAM_LINES,
        ),
        Optimizer(
            "adamax",
            "Adamax",
            lambda n: minus(n.w, _scaled_step(n, n.m_hat, n.u)),
            "Adamax divides the corrected moving average $\\hat{m}$ of each gradient by $u$, the largest size that the "
            "gradient has had, older sizes counting less:",
            "The small $\\epsilon$ is added to the size of the gradient; $u$ needs no correction for its start at 0.",
            (*_BETAS, _epsilon("1e-8")),
            (
                _FIRST_MOMENT,
                Line(
                    "u",
                    "u",
                    lambda n: sympy.Max(
                        mul((n.beta2, n.old_u)), add((sympy.Abs(n.g, evaluate=False), n.epsilon)), evaluate=False
                    ),
                ),
                _corrected("m", "beta1", "m"),
            ),
        ),
        Optimizer(
            "adamw",
            "AdamW",
            lambda n: add(
                (
                    n.w,
                    negative(mul((n.eta, n.weight_decay, n.w))),
                    negative(_scaled_step(n, n.m_hat, add((root(n.v_hat), n.epsilon)))),
                )
            ),
            "AdamW makes each weight smaller by its share $\\eta \\lambda$ and then takes the step of Adam, with the "
            "moving averages $m$ of the gradient and $v$ of its square corrected for their start at 0:",
            "The weight decay is apart from the gradient, so the averages do not see it, and it is multiplied by the "
            "learning rate; the small $\\epsilon$ stands outside the root of the corrected $\\hat{v}$.",
            (
                *_BETAS,
                _epsilon("1e-8"),
                Parameter("weight_decay", "0.01", "the strength of the decay", least="0", letter=r"\lambda"),
            ),
            _ADAM_LINES,
        ),
    )
)
