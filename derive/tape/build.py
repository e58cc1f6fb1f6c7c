"""From a structure to its whole tape."""

from functools import lru_cache

from derive.tape.backward import record_backward
from derive.tape.forward import record_forward, record_givens
from derive.tape.penalty import record_strengths
from derive.tape.quantity import Recorder, Tape
from derive.tape.structure import Structure
from derive.tape.update import record_rate, record_states, record_update


@lru_cache(maxsize=32)
def build(structure: Structure) -> Tape:
    """Write the tape of one training step: givens, forward pass, backward pass, the optimizer's lines and the update.

    Every step of a training is this tape with other given numbers: the parameters and the optimizer's state that the
    step before has left.
    """
    tape = Recorder()
    record_strengths(tape, structure.penalty)
    record_givens(tape, structure)
    record_forward(tape, structure)
    record_rate(tape, structure)
    record_states(tape, structure)
    record_backward(tape, structure)
    record_update(tape, structure)
    return tape.tape(structure)


@lru_cache(maxsize=32)
def build_forward(structure: Structure) -> Tape:
    """Return the tape of a forward pass alone, down to the loss: the beginning of the whole one."""
    whole = build(structure)
    quantities = whole.quantities[: whole.place["loss"] + 1]
    return Tape(structure, quantities, {quantity.key: place for place, quantity in enumerate(quantities)})
