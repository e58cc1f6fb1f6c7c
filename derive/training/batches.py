"""In which order the samples are taken: each epoch goes through all of them, batch by batch, in the order given."""

from collections.abc import Iterator

Batch = tuple[int, ...]
"""The places of some samples among all of them, counted from 0."""


def batches_of(samples: int, size: int) -> Iterator[Batch]:
    """Cut the samples in batches of a size; the last one has what is left."""
    for start in range(0, samples, size):
        yield tuple(range(start, min(start + size, samples)))
