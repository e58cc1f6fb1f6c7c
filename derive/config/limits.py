"""Bounds on what a config may ask for: far beyond a page worked by hand, short of what would stall the machine."""

MAX_FILE_BYTES = 5_000_000
MAX_UNITS = 1_000
MAX_WEIGHTS = 100_000
MAX_PRODUCTS = 1_000_000
"""Weights times samples."""
MAX_SAMPLES = 1_000
MAX_LAYERS = 100
MAX_DECIMALS = 20
MAX_SEED = 2**32 - 1
MAX_TITLE = 200
MAX_EXPONENT = 60
"""A given number lies between 10^-60 and 10^60 in size and has at most as many digits."""
MAX_EPOCHS = 100_000
MAX_WORK = 10_000_000
"""Epochs times samples times weights. This and the bound of the epochs can be raised from outside a config."""
MAX_STEP = 1_000_000_000
"""The largest number of a step that a page can be asked to work."""
MAX_SHOWN_STEPS = 20
