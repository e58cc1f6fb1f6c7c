"""From a structure to its whole tape."""

from functools import lru_cache

from derive.tape.backward import record_backward
from derive.tape.forward import record_forward, record_givens
from derive.tape.quantity import Recorder, Tape
from derive.tape.structure import Structure
from derive.tape.update import record_update


@lru_cache(maxsize=32)
def build(structure: Structure) -> Tape:
    """Write the tape: givens, forward pass, backward pass, update, and the forward pass with the updated parameters."""
    tape = Recorder()
    record_givens(tape, structure)
    record_forward(tape, structure)
    record_backward(tape, structure)
    record_update(tape, structure)
    record_forward(tape, structure, after=True)
    return tape.tape(structure)
