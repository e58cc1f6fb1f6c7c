"""What a check of a page found."""

from dataclasses import dataclass

# What comes out


@dataclass(frozen=True)
class Finding:
    """Something on the page that is not so."""

    line: int
    chain: str
    what: str


@dataclass(frozen=True)
class Report:
    """``links`` counts pairs of numeric sides, ``symbolic`` sides in symbols that were held against numbers.

    ``unresolved`` says what could not be judged: symbols without a printed value, sides that cannot be read, and
    values that a symbol is given without a calculation and that differ from what was printed for it before.

    ``matrices`` counts chains of matrices, each element of which is counted as a chain as well, and ``thinned`` those
    with dots.
    """

    links: int
    chains: int
    symbolic: int
    unresolved: tuple[str, ...]
    findings: tuple[Finding, ...]
    matrices: int = 0
    thinned: int = 0
