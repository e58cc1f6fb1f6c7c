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
    LAYER_SUM = "sum"
    ACTIVATION = "a"
    LOSS = "loss"
    DATA_LOSS = "data_loss"
    PENALTY = "penalty"
    ADJOINT = "adjoint"
    DELTA = "delta"
    GRADIENT = "grad"
    OLD_STATE = "old"
    STATE = "state"
    UPDATED = "new"
