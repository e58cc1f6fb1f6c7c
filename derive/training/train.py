"""Training a network so that every digit that is shown is right."""

from decimal import Decimal

from derive.config.model import Config
from derive.errors import user_error
from derive.numbers.arithmetic import PRECISION, working_precision
from derive.numbers.shown import Value, decimal
from derive.training.run import Run, Training

MOST_DIGITS = 2_000
MOST_WORK = 1_000_000_000
"""Bounds of the digits with which a chaotic training is repeated: their number, and that times steps and quantities."""

_NEAR = Decimal("1e-30")
"""How near two values are that agree: so much of a value, or as it is for a value below 1."""


def train(config: Config) -> Training:
    """Train a network as its config says.

    A training that magnifies rounding too much is repeated with more digits, until two of these agree.

    Raises:
        NoValue: if a quantity has no finite real value, with the number of the step.
        UserError: if the learning rate's formula gives no positive number, or if the digits cannot be made sure of.
    """
    run = Run(config, watched=True)
    training = run.training()
    if run.shadow is None or run.shadow.is_near:
        return training
    return _confirmed(config, training, run.shadow.lost_digits(training.updates))


def _confirmed(config: Config, training: Training, lost: int) -> Training:
    """Repeat a training with more and more digits; ``lost`` is an estimate of how many rounding takes away."""
    work = training.updates * len(training.start.tape.quantities)
    precision = 2 * PRECISION
    while precision <= MOST_DIGITS and precision * work <= MOST_WORK:
        closer = Run(config, precision).training()
        if _agree(training, closer):
            return closer
        training, precision = closer, max(2 * precision, PRECISION + lost)
    what = f"this training is chaotic: rounding grows so fast that no value is sure after {training.updates:,} steps"
    raise user_error("training.epochs", what, "train for fewer epochs, or with a smaller learning rate")


def _agree(one: Training, other: Training) -> bool:
    """Tell whether two trainings have the same steps and, to more digits than are shown, the same values."""
    return [step.number for step in one.steps] == [step.number for step in other.steps] and _near(
        _values(one), _values(other)
    )


def _values(training: Training) -> list[Value]:
    worked = (value for step in training.steps for value in step.values.exact)
    return [*(loss for loss, _ in training.losses), *training.final.exact, *worked]


def _near(values: list[Value], others: list[Value]) -> bool:
    with working_precision():
        pairs = [(decimal(value), decimal(other)) for value, other in zip(values, others, strict=False)]
        return len(values) == len(others) and all(
            abs(value - other) <= _NEAR * max(Decimal(1), abs(other)) for value, other in pairs
        )
