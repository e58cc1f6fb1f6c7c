"""What a quantity of the calculation can be."""

from enum import StrEnum


class Kind(StrEnum):
    """What a quantity is; the value begins its key."""

    INPUT = "x"
    TARGET = "y"
    WEIGHT = "w"
    BIAS = "b"
    LEARNING_RATE = "eta"
    STEP = "t"
    HYPERPARAMETER = "hyper"
    PRE_ACTIVATION = "z"
    ACTIVATION = "a"
    LOSS = "loss"
    DATA_LOSS = "data_loss"
    PENALTY = "penalty"
    DELTA = "delta"
    GRADIENT = "grad"
    OLD_STATE = "old"
    STATE = "state"
    UPDATED = "new"
