"""Whether the keys of a training fit together: its epochs and batches, the steps to show, when to stop, the penalty.

Like `derive.config.consistency` this reads the keys as they were written, and passes over what has no usable form.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from derive.config.consistency import count, entries, rows_of, table, usable, widths_of
from derive.config.limits import MAX_EPOCHS, MAX_SAMPLES, MAX_STEP, MAX_WORK
from derive.config.model import Penalty
from derive.config.training import number_not_below_zero
from derive.config.values import whole_number
from derive.errors import Problem


def schedule_faults(keys: Mapping[str, Any], max_epochs: int | None) -> Iterator[Problem]:
    """Find every fault in how the training's keys fit together.

    ``max_epochs`` is how many epochs there may be whatever they cost, or None for the usual bounds.
    """
    training, samples = table(keys.get("training")), len(rows_of(table(keys.get("data")).get("inputs"), flat=True))
    epochs = usable(whole_number(1, max_epochs or MAX_EPOCHS), training.get("epochs", 1))
    size = training.get("batch_size", "full")
    batch = samples if size == "full" else usable(whole_number(1, MAX_SAMPLES), size)
    if samples and batch:
        yield from _batch_faults(batch, samples)
    if samples and epochs and max_epochs is None:
        yield from _work_faults(epochs, samples, widths_of(keys))
    if samples and epochs and batch:
        yield from _step_faults(table(keys.get("report")).get("show_steps"), epochs * -(-samples // batch))
    yield from _stop_faults(training)
    yield from _penalty_faults(training.get("penalty"))


def _batch_faults(batch: int, samples: int) -> Iterator[Problem]:
    if batch > samples:
        there = "there is" if samples == 1 else "there are"
        mend = 'write "full" for all of them' + (f", or a number from 1 to {samples}" if samples > 1 else "")
        yield Problem("training.batch_size", f"{there} {count(samples, 'sample')} for batches of {batch:,}", mend)


def _work_faults(epochs: int, samples: int, widths: list[int | None]) -> Iterator[Problem]:
    weights = sum((before or 0) * (width or 0) for before, width in pairwise(widths))
    if epochs * samples * weights > MAX_WORK and samples * weights <= MAX_WORK:
        network = f"with {count(samples, 'sample')} and {count(weights, 'weight')}"
        mend = f"write at most {MAX_WORK // (samples * weights)}, or raise this bound with --max-epochs"
        yield Problem("training.epochs", f"{count(epochs, 'epoch')} {network} would take too long", mend)


def _step_faults(written: Any, steps: int) -> Iterator[Problem]:
    seen: set[int] = set()
    for place, entry in enumerate(entries(written), 1):
        step, where = usable(whole_number(1, MAX_STEP), entry), f"report.show_steps[{place}]"
        if step is None:
            continue
        if step > steps:
            what = f"there is no step {step:,}, for the training has {count(steps, 'step')}"
            yield Problem(where, what, f"write numbers from 1 to {steps}" if steps > 1 else "write 1, or more epochs")
        elif step in seen:
            yield Problem(where, f"step {step:,} is there already", "leave it out")
        seen.add(step)


def _stop_faults(training: Mapping[str, Any]) -> Iterator[Problem]:
    stop = training.get("stop")
    if not isinstance(stop, Mapping):
        return
    if all(value is None for value in stop.values()):
        yield Problem("training.stop", "this does not say when to stop", "add loss = 0.01 or change = 0.000001")
    elif "epochs" not in training:
        yield Problem("training.stop", "without epochs there is a single one", "add epochs = 1000 as the upper bound")


def _penalty_faults(written: Any) -> Iterator[Problem]:
    if not isinstance(written, Mapping) or not written.keys() <= Penalty.model_fields.keys():
        return
    read: Callable[[Any], Decimal] = number_not_below_zero
    l1, l2 = (usable(read, written.get(key, 0)) for key in ("l1", "l2"))
    if l1 == 0 == l2:
        mend = "write l1 or l2 with a number above zero, or leave the penalty out"
        yield Problem("training.penalty", "both strengths are zero", mend)
    elif l2 == 0 and written.get("l2_form") == "full":
        yield Problem("training.penalty.l2_form", "there is no L2 penalty to be stated", "add l2, or leave this out")
