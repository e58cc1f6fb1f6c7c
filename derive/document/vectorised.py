"""A rule's pattern with matrices in its slots: products of matrices are taken element by element."""

from collections.abc import Collection, Sequence
from re import compile as pattern

from derive.document.matrices import Matrix, Piece
from derive.notation.pattern import BREAK, TERMS, Pattern, Place, Slot, bracketed, merged

DOT = r" \cdot "

_TOKEN = pattern(rf"{BREAK}| \\cdot | [+-] |[(){{}}]|(?:(?! \\cdot | [+-] )[^(){{}}{BREAK}])+")
_TALL = (r"\frac", "^", r"\begin", r"\sqrt", r"\left", r"\max", r"\min")
"""What does not look well, or means something else, around a whole matrix."""

_FRACTION = pattern(r"\\frac\{\d+\}\{\d+\}")

Token = str | Matrix


def holds_matrices(filled: Pattern) -> bool:
    """Tell whether matrices may be put in for the slots of a pattern; else they go in element by element."""
    texts = [_FRACTION.sub("", part) for part in filled if isinstance(part, str)]
    return not any(word in text for text in texts for word in _TALL)


def is_short(filled: Pattern) -> bool:
    """Tell whether a pattern can stand for all elements at once with symbols in it: it has no cases."""
    return not any(r"\begin" in part for part in filled if isinstance(part, str))


def terms(whole: Pattern) -> list[Pattern]:
    """Split a sum before its signs; each term after the first begins with its sign."""
    return _split(whole, BREAK)


def factors(term: Pattern) -> list[Pattern]:
    """Split a product at its dots."""
    return _split(term, DOT)


def _split(whole: Pattern, separator: str) -> list[Pattern]:
    found: list[list[str | Slot]] = [[]]
    depth = 0
    for part in whole:
        for token in _TOKEN.findall(part) if isinstance(part, str) else (part,):
            if isinstance(token, str):
                depth += sum(map(token.count, "({")) - sum(map(token.count, ")}"))
                if not depth and token == separator:
                    found.append([])
                    continue
            found[-1].append(token)
    return [merged(factor) for factor in found]


def unbracketed(factor: Pattern) -> Pattern:
    """Leave the brackets around a factor out, where it stands by itself."""
    first, last = factor[0], factor[-1]
    if len(factor) > 1 and isinstance(first, str) and isinstance(last, str) and first[0] + last[-1] == "()":
        return (first[1:], *factor[1:-1], last[:-1])
    return factor


def vectorised(filled: Pattern, slots: Sequence[Token], scalars: Collection[int]) -> list[Piece]:
    """Fill the slots with matrices, or with their symbols; those numbered in ``scalars`` hold plain numbers.

    Returns pieces between which a line may be broken.
    """
    tokens: list[Token] = []
    matrices: set[int] = set()
    for part in filled:
        if isinstance(part, str):
            tokens += _TOKEN.findall(part)
            continue
        text = slots[part.number]
        if part.number not in scalars:
            if isinstance(text, str) and part.place is Place.BASE and ("^" in text or r"\frac" in text):
                text = rf"\left({text}\right)"
            matrices.add(len(tokens) + (part.place in TERMS))
        elif isinstance(text, str):
            text = bracketed(text, part.place)
        tokens += [BREAK, "+ ", text] if part.place in TERMS else [text]
        if part.place in TERMS and part.number not in scalars:
            matrices.discard(len(tokens) - 2)
            matrices.add(len(tokens) - 1)
    return _pieces(tokens, matrices)


def _pieces(tokens: list[Token], matrices: set[int]) -> list[Piece]:
    pieces: list[list[Token]] = [[]]
    depth = 0
    for place, token in enumerate(tokens):
        if token == "(":
            depth += 1
            pieces[-1].append(_bracket(tokens[place : _closing(tokens, place) + 1], "(", r"\left["))
        elif token == ")":
            depth -= 1
            pieces[-1].append(_bracket(tokens[_opening(tokens, place) : place + 1], ")", r"\right]"))
        elif token == DOT and _side(tokens, matrices, place, -1) and _side(tokens, matrices, place, 1):
            if depth:
                pieces[-1].append(r" \odot ")
            else:
                pieces.append([r"\odot "])
        elif token == BREAK:
            if not depth:
                pieces.append([])
        else:
            pieces[-1].append(token)
    return [tuple(_stripped(piece)) for piece in pieces]


def _bracket(group: list[Token], usual: str, tall: str) -> str:
    """Return a bracket of a group: a tall one around matrices, none around a single one, which has its own."""
    if len(group) == 3 and isinstance(group[1], Matrix):
        return ""
    return tall if any(isinstance(token, Matrix) for token in group) else usual


def _stripped(piece: list[Token]) -> list[Token]:
    first = piece[0] if piece else ""
    return [first.lstrip(), *piece[1:]] if isinstance(first, str) else piece


def _side(tokens: list[Token], matrices: set[int], place: int, step: int) -> bool:
    """Tell whether a matrix stands in the factor before or after a dot."""
    depth, beside = 0, place + step
    while 0 <= beside < len(tokens):
        token = tokens[beside]
        depth += step * ((token in ("(", "{")) - (token in (")", "}")))
        if depth < 0 or (depth == 0 and token in _ENDS):
            return False
        if beside in matrices:
            return True
        beside += step
    return False


_ENDS = (DOT, BREAK, " + ", " - ")
"""What a factor ends at."""


def _closing(tokens: list[Token], place: int) -> int:
    return _matching(tokens, place, 1)


def _opening(tokens: list[Token], place: int) -> int:
    return _matching(tokens, place, -1)


def _matching(tokens: list[Token], place: int, step: int) -> int:
    depth = 0
    while 0 <= place < len(tokens):
        depth += (tokens[place] == "(") - (tokens[place] == ")")
        if depth == 0:
            return place
        place += step
    return place
