"""Mathematics as MathML, which browsers set and screen readers read; marked symbols keep the numbers of their marks."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from re import compile as pattern
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup

from derive.notation.marks import MARK, number_of

Element = ElementTree.Element

_RULE = pattern(r"(?:\\rule\[-1ex\]\{0ex\}\{4ex\})?\\rule\{(\d+em)\}\{[^}]*\}")
_RELATIONS, _SIGNS, _DOTS = frozenset("=≈"), frozenset("+−"), frozenset("⋅⊙")
_OPENING, _CLOSING = frozenset("([{⟨"), frozenset(")]}⟩")


def inline(tex: str, *, is_named: bool = False) -> Markup:
    """Set mathematics inside a line of text; its name is what it says in plain text, such as ∂L / ∂w 11."""
    tree = _tree(tex, displaystyle=False)
    return _math(list(tree), Markup(' aria-label="{}"').format(" ".join(_spoken(tree).split())) if is_named else "")


def _spoken(element: Element) -> str:
    between = {"mfrac": " / ", "msub": " ", "msup": " ", "msubsup": " "}.get(element.tag, "")
    return (element.text or "") + between.join(map(_spoken, element))


def sides(left: str, right: str) -> Iterator[list[Markup]]:
    """Set a row of displayed mathematics: what stands before its first relation, which may be nothing, then each side.

    Every side begins with its relation, so that a line may be broken there. A side comes in pieces, between which it
    may be broken where it is too long for a line: the terms of a sum, or the factors of a product.
    """
    found: list[list[Element]] = [[]]
    for element in _tree(f"{left} {{}} {right}", displaystyle=True):
        if _is(element, _RELATIONS):
            found.append([])
        if not _is_empty(element) or found[-1]:
            found[-1].append(element)
    if not left and found[0] and _is(found[0][0], _SIGNS | _DOTS):
        found[0][0].attrib = {"form": "infix"}  # it goes on with the row before
    for side in found:
        yield [_math(piece, ' displaystyle="true"') for piece in _pieces(side)]


def _pieces(side: list[Element]) -> list[list[Element]]:
    """Break a side before its pluses and minuses or, if it is no sum, before its dots; never inside brackets."""
    depth, signs, dots = 0, [], []
    for place, element in enumerate(side):
        depth += _is(element, _OPENING) - _is(element, _CLOSING)
        if place and depth == 0 and element.get("rspace") != "0":
            signs += [place] * _is(element, _SIGNS)
            dots += [place] * _is(element, _DOTS)
    breaks = signs or dots
    for place in breaks:
        side[place].set("form", "infix")
    return [side[start:end] for start, end in pairwise((0, *breaks, len(side))) if start < end]


def _is_empty(element: Element) -> bool:
    return element.tag in ("mrow", "mspace") and not len(element) and not element.get("class")


def _is(element: Element, signs: frozenset[str]) -> bool:
    return element.tag == "mo" and element.text in signs


def _math(elements: list[Element], attributes: str = "") -> Markup:
    inside = "".join(ElementTree.tostring(element, encoding="unicode") for element in elements)
    return Markup(f"<math{attributes}>{inside}</math>")


def _tree(tex: str, *, displaystyle: bool) -> Element:
    written = _RULE.sub(r"\\underline{\\hspace{\1}}", tex)
    text = _converter().convert_with_local_state(written, displaystyle=displaystyle)
    root = ElementTree.fromstring(text.replace("&ApplyFunction;", "\u2061"))
    for element in root.iter("munder"):
        if element[0].tag == "mspace":  # a gap to be filled in, with a line under it that CSS draws
            element.tag, width = "mspace", element[0].get("width") or ""
            element[:] = []
            element.attrib = {"class": "gap", "width": width, "height": "1em", "depth": "0.2em"}
    for row in root.iter("mrow"):
        if len(row) > 2 and row[0].tag == "mi" and MARK.fullmatch(row[0].text or ""):
            row.set("data-q", str(number_of(row[0].text or "")))
            row.remove(row[0])
            row.remove(row[-1])
    return root


@cache
def _converter() -> Any:
    from math_core import LatexToMathML

    return LatexToMathML()
