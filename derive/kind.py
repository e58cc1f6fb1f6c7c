"""What a quantity of the calculation can be."""

from enum import StrEnum


class Kind(StrEnum):
    """What a quantity is; the value begins its key."""

    INPUT = "x"
    TARGET = "y"
    WEIGHT = "w"
    BIAS = "b"
    LEARNING_RATE = "eta"
    PRE_ACTIVATION = "z"
    ACTIVATION = "a"
    LOSS = "loss"
    DELTA = "delta"
    GRADIENT = "grad"
    UPDATED = "new"
