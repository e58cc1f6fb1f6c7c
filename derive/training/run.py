"""A training from its first step to its last: worked steps with all values, of the others what the next one needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache

from derive.config.model import Config
from derive.errors import UserError, user_error
from derive.kind import Kind
from derive.numbers.arithmetic import PRECISION, working_precision
from derive.numbers.shown import Shown, Value, decimal
from derive.tape.build import build, build_forward
from derive.tape.evaluate import NoValue, Values, evaluate
from derive.tape.forward import suffix
from derive.tape.quantity import Tape
from derive.tape.structure import batch_of, givens_of, structure_of
from derive.training.batches import Batch, batches_of
from derive.training.domains import check_predictions, check_targets
from derive.training.givens import Givens
from derive.training.quick import Quick
from derive.training.shadow import Shadow

Loss = tuple[Value, Shown]
"""The loss over all samples, and how it is shown."""


@dataclass(frozen=True, eq=False)
class Step:
    """A worked step: its number among all updates, its epoch, and the values of its tape."""

    number: int
    epoch: int
    values: Values


@dataclass(frozen=True, eq=False)
class Training:
    """What a training has come to.

    ``start`` is the first step as it would be with all samples. ``losses`` are those over all samples: before the first
    epoch, then after each. ``final`` is the forward pass over all samples with the last parameters. ``stopped`` tells
    whether what was to end the training was reached, or None if nothing was.
    """

    start: Values
    steps: tuple[Step, ...]
    losses: tuple[Loss, ...]
    final: Values
    updates: int
    stopped: bool | None

    @property
    def epochs(self) -> int:
        """How many epochs there were."""
        return len(self.losses) - 1


@dataclass(frozen=True, eq=False)
class _Result:
    """A step that was calculated but not taken yet: the loss of its batch before it, and what follows from it."""

    loss: Loss
    take: Callable[[], None]


class Run:
    """The state of a training: the given numbers of the next step, and what was recorded so far.

    A training that is ``watched`` has a shadow, which tells whether its digits are right; values that are rounded at
    every step need none.
    """

    def __init__(self, config: Config, precision: int = PRECISION, *, watched: bool = False) -> None:
        self.config = config.training
        self.precision = precision
        self.structure = structure_of(config)
        self.style = config.report.style
        self.rounded = config.report.carry == "rounded"
        self.givens = Givens(givens_of(config), self.style, precision, rounded=self.rounded)
        self.worked = frozenset(config.report.show_steps)
        self.steps: list[Step] = []
        self.updates = 0
        self.quick: dict[tuple[int, bool], Quick] = {}
        self.data: dict[Batch, Mapping[str, Decimal]] = {}
        samples, size = self.structure.samples, config.training.batch_size
        check_targets(config, self.structure)
        self.batches = list(batches_of(samples, samples if size == "full" else size))
        several = config.training.epochs * len(self.batches) > 1
        self.shadow = Shadow(self.givens.bare()) if watched and several and not self.rounded else None

    def training(self) -> Training:
        """Go through the epochs until the last, or until the loss is as it was to be.

        Raises:
            NoValue: if a quantity has no finite real value, with the number of the step.
            UserError: if the learning rate's formula gives no positive number.
        """
        losses: list[Loss] = []
        start = None if len(self.batches) == 1 and 1 in self.worked else self._evaluated(build(self.structure))
        for epoch in range(1, self.config.epochs + 1):
            whole = self._step(self.batches[0], epoch) if len(self.batches) == 1 else None
            losses.append(whole.loss if whole else self._loss())
            if self._is_reached(losses):
                break
            for batch in self.batches:
                (whole or self._step(batch, epoch)).take()
                self.updates += 1
        final = self._evaluated(build_forward(self.structure))
        if self.updates == self.config.epochs * len(self.batches):
            losses.append(_loss_of(final))
        stopped = self._is_reached(losses) if self.config.stop else None
        if not self.steps:
            raise self._nothing_worked()
        return Training(start or self.steps[0].values, tuple(self.steps), tuple(losses), final, self.updates, stopped)

    def _nothing_worked(self) -> UserError:
        if not self.updates:
            what = "this is reached before the first step, so there is nothing to train"
            return user_error("training.stop", what, "write a smaller number")
        last = "1 step" if self.updates == 1 else f"{self.updates:,} steps"
        what = f"the training stops after {last}, before any of these"
        return user_error("report.show_steps", what, f"write steps from 1 to {self.updates}")

    def _is_reached(self, losses: Sequence[Loss]) -> bool:
        stop = self.config.stop
        if stop is None:
            return False
        if stop.loss is not None and losses[-1][0] <= stop.loss:
            return True
        return stop.change is not None and len(losses) > 1 and _distance(losses[-2][0], losses[-1][0]) <= stop.change

    def _step(self, batch: Batch, epoch: int) -> _Result:
        number = self.updates + 1
        self.givens.take_step(number)
        try:
            return self._worked_step(batch, epoch) if number in self.worked else self._quick_step(batch)
        except NoValue as error:
            raise NoValue(error.faults, number) from None

    def _worked_step(self, batch: Batch, epoch: int) -> _Result:
        tape = build(batch_of(self.structure, batch))
        values = self._evaluated(tape)
        self._check_rate(values["eta"])
        step = Step(self.updates + 1, epoch, values)

        def take() -> None:
            found = {key: values.given(at) for key, at in _following(tape)}
            self.givens.take_shown(found)
            self.steps.append(step)
            self._watch(batch, {key: value for key, (value, _) in found.items()})

        return _Result(_loss_of(values), take)

    def _quick_step(self, batch: Batch) -> _Result:
        quick = self._quick(len(batch))
        try:
            values: Sequence[Decimal] = quick(self.givens.bare(), self._data(batch))
        except ArithmeticError:
            values = self._bare(build(batch_of(self.structure, batch)))
        self._check_rate(values[quick.tape.place["eta"]])

        def take() -> None:
            found = {key: values[at] for key, at in _following(quick.tape)}
            self.givens.take_bare(found)
            self._watch(batch, found)

        return _Result(self._quick_loss(quick, values), take)

    def _watch(self, batch: Batch, found: Mapping[str, Value]) -> None:
        if self.shadow:
            quick = self._quick(len(batch))
            self.shadow.follow(quick, self._data(batch), found, [place for _, place in _following(quick.tape)])

    def _loss(self) -> Loss:
        """Calculate the loss over all samples, for an epoch that no single step goes through."""
        every = tuple(range(self.structure.samples))
        quick = self._quick(len(every), forward=True)
        try:
            values: Sequence[Decimal] = quick(self.givens.bare(), self._data(every))
        except ArithmeticError:
            values = self._bare(build_forward(self.structure))
        return self._quick_loss(quick, values)

    def _bare(self, tape: Tape) -> Sequence[Decimal]:
        """Evaluate a tape in full, for what the quick way can't: a term whose factor is 0, times a logarithm of 0."""
        values = self._evaluated(tape)
        with working_precision():
            return [decimal(value) for value in values.exact]

    def _quick_loss(self, quick: Quick, values: Sequence[Decimal]) -> Loss:
        loss = values[quick.tape.place["loss"]]
        return loss, self.style.show(loss)

    def _evaluated(self, tape: Tape) -> Values:
        try:
            values = evaluate(tape, self.givens.shown(), self.style, rounded=self.rounded, precision=self.precision)
        except NoValue as error:
            failed = error.faults[0][0].kind in (Kind.LOSS, Kind.DATA_LOSS)
            check_predictions(tape, error.values, self.updates + 1, rounded=self.rounded, failed=failed)
            raise
        check_predictions(tape, values.exact, self.updates + 1, rounded=self.rounded, failed=False)
        return values

    def _quick(self, size: int, *, forward: bool = False) -> Quick:
        """Return what evaluates a batch of this size; its samples are numbered anew, so that one tape serves."""
        if (size, forward) not in self.quick:
            numbers = (0,) if self.structure.single else tuple(range(1, size + 1))
            targets = ((None,) * self.structure.outputs,) * size
            structure = replace(self.structure, numbers=numbers, targets=targets, corners=None)
            tape = build_forward(structure) if forward else build(structure)
            self.quick[size, forward] = Quick(tape, self.precision, self.style if self.rounded else None)
        return self.quick[size, forward]

    def _data(self, batch: Batch) -> Mapping[str, Decimal]:
        """Return the inputs and targets of a batch, its samples numbered anew."""
        if batch not in self.data:
            found = {}
            for number, place in enumerate(batch, 1):
                old, new = suffix(self.structure.numbers[place]), suffix(number if self.structure.numbers[place] else 0)
                for unit in range(1, self.structure.inputs + 1):
                    found[f"x_{unit}{new}"] = self.all_data[f"x_{unit}{old}"]
                for output in range(1, self.structure.outputs + 1):
                    found[f"y_{output}{new}"] = self.all_data[f"y_{output}{old}"]
            self.data[batch] = found
        return self.data[batch]

    @cached_property
    def all_data(self) -> Mapping[str, Decimal]:
        """Every input and target as a decimal, those by formula calculated."""
        tape = build_forward(self.structure)
        values = self._evaluated(tape)
        places = (*tape.by_kind[Kind.INPUT], *tape.by_kind[Kind.TARGET])
        with working_precision(self.precision):
            return {tape.quantities[place].key: decimal(values.exact[place]) for place in places}

    def _check_rate(self, rate: Value) -> None:
        if rate <= 0:
            what = f"the formula gives a rate that is not above zero at step {self.updates + 1}"
            mend = "change the formula, or train for fewer epochs"
            if self.rounded:
                what, mend = f"rounded as it is shown, {what}", f"{mend}, or show more decimals"
            raise user_error("training.learning_rate", what, mend)


@lru_cache(maxsize=32)
def _following(tape: Tape) -> tuple[tuple[str, int], ...]:
    """Return what the next step starts from: the given key that each updated value and state has there."""
    quantities = tape.quantities
    updated = ((quantities[quantities[place].of].key, place) for place in tape.by_kind[Kind.UPDATED])
    states = ((f"old_{quantities[place].key}", place) for place in tape.by_kind[Kind.STATE])
    return (*updated, *((key, place) for key, place in states if key in tape.place))


def _loss_of(values: Values) -> Loss:
    place = values.tape.place["loss"]
    return values.exact[place], values.shown[place]


def _distance(one: Value, other: Value) -> Value:
    """Return by how much two values differ; they may be of both kinds."""
    with working_precision():
        return abs(decimal(one) - decimal(other))
