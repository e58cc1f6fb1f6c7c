"""Tables of frozen records: activations, losses, optimizers. One record is all that a new one needs."""
