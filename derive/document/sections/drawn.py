"""Which weights were drawn at random, and how."""

from collections.abc import Iterator, Mapping

from derive.config.drawn import Part, drawn_parts
from derive.document.blocks import Math, Spans, joined
from derive.document.page import Page
from derive.numbers.shown import as_written


def drawn_items(page: Page) -> Iterator[Spans]:
    """State the seed and the method, if the config's numbers are the ones that they give."""
    random, parts = page.config.random, drawn_parts(page.config)
    if random is None or not parts:
        return
    assert random.decimals is not None
    low, high = (() if bound is None else (Math(as_written(bound).text),) for bound in (random.low, random.high))
    yield page.words(
        "network.drawn",
        what=_what(page, parts),
        method=page.words(f"network.drawn_by.{random.method}", low=low, high=high),
        decimals=page.words.count("count.decimal", random.decimals),
        seed=str(random.seed),
    )


def _what(page: Page, parts: Mapping[int, Part]) -> Spans:
    """Say which numbers were drawn: those of each layer, or in short all of them."""
    with_biases = {part != "weights" for part in parts.values()}
    if len(parts) == len(page.structure.layers) and len(with_biases) == 1:
        return page.words("network.drawn_all.biases" if True in with_biases else "network.drawn_all.weights")
    keys = {number: part.replace(" ", "_") for number, part in parts.items()}
    return joined(
        page.words(f"network.drawn_layer.{key}", number=page.layer_number(number)) for number, key in keys.items()
    )
