"""Plain text in TeX: escaped, and only with characters that every TeX installation's Latin fonts have."""

import re
from functools import lru_cache

from pylatex.utils import escape_latex

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho . sigma tau "
    "upsilon phi chi psi omega"
)
_MATHEMATICS = {
    **{chr(0x3B1 + place): rf"\{name}" for place, name in enumerate(_GREEK.split()) if name not in (".", "omicron")},
    **{chr(0x2080 + digit): f"{{}}_{digit}" for digit in range(10)},
    **{chr(0x2070 + digit): f"{{}}^{digit}" for digit in (0, *range(4, 10))},
    "⁻": "{}^-",
    "Σ": r"\Sigma", "Δ": r"\Delta", "Ω": r"\Omega", "Π": r"\Pi", "Φ": r"\Phi", "Θ": r"\Theta",
    "∂": r"\partial", "∑": r"\sum", "√": r"\surd", "∞": r"\infty", "−": "-", "·": r"\cdot", "⋅": r"\cdot",
    "×": r"\times", "≈": r"\approx", "≠": r"\ne", "≤": r"\le", "≥": r"\ge", "→": r"\to",
    "←": r"\leftarrow", "…": r"\ldots",
}  # fmt: skip

_LATIN = frozenset(
    {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x180))}
    - {chr(code) for code in (0x126, 0x127, 0x138, 0x13F, 0x140, 0x149, 0x166, 0x167, 0x17F)}
    | set("ȘșȚț–—‘’‚“”„†‡•‰‹›€™")
)
"""What the T1 and TS1 encodings of LaTeX's own fonts hold."""


class _Characters(dict[int, str]):
    """How each character is written in TeX, by its code; one that cannot be set becomes a question mark."""

    def __missing__(self, code: int) -> str:
        return "?"


_PLAIN = _Characters({ord(character): str(escape_latex(character)) for character in _LATIN})
_TEX = _Characters(_PLAIN | {ord(character): rf"\ensuremath{{{tex}}}" for character, tex in _MATHEMATICS.items()})


@lru_cache(1000)
def escape(text: str) -> str:
    """Write plain text in TeX; a character that cannot be set becomes a question mark (see `missing`)."""
    return _apart(text.translate(_TEX))


def missing(text: str) -> list[str]:
    """List the characters that TeX's Latin fonts do not have."""
    return [c for c in dict.fromkeys(text) if c not in _LATIN and c not in _MATHEMATICS]


def pdf_text(text: str) -> str:
    """Write plain text for a PDF's metadata and bookmarks, where only letters and signs can stand."""
    return _apart(text.translate(_PLAIN))


_JOINED = re.compile(r"<(?=<)|>(?=>)|,(?=,)|'(?=')|`(?=`)|[!?](?=`)")


def _apart(tex: str) -> str:
    """Keep signs apart that TeX's fonts join to another one, such as << to «."""
    return _JOINED.sub(r"\g<0>{}", tex)
