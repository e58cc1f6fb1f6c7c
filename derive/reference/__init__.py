"""What the program knows, listed from its own tables for a reader at a terminal."""

LISTS = ("activations", "losses", "optimizers", "notations", "formats", "examples")
