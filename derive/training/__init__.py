"""Training: the tape of a step evaluated again and again, with the parameters that the step before has left."""
