"""A rule's pattern with matrices in its slots: products of matrices are taken element by element."""

from collections.abc import Collection, Sequence
from re import compile as pattern

from derive.document.matrices import Matrix, Piece
from derive.notation.pattern import BREAK, Pattern, Place, Slot, merged

DOT = r" \cdot "

_TOKEN = pattern(rf"{BREAK}| \\cdot |[(){{}}]|(?:(?! \\cdot )[^(){{}}{BREAK}])+")
_TALL = (r"\frac", "^", r"\begin", r"\sqrt", r"\left", r"\max", r"\min")
"""What does not look well, or means something else, around a whole matrix."""

Token = str | Matrix


def holds_matrices(filled: Pattern) -> bool:
    """Tell whether matrices may be put in for the slots of a pattern; else they go in element by element."""
    return not any(word in part for part in filled if isinstance(part, str) for word in _TALL)


def factors(whole: Pattern) -> list[Pattern]:
    """Split a product at its dots; anything else is a single factor."""
    found: list[list[str | Slot]] = [[]]
    depth = 0
    for part in whole:
        for token in _TOKEN.findall(part) if isinstance(part, str) else (part,):
            if isinstance(token, str):
                depth += sum(map(token.count, "({")) - sum(map(token.count, ")}"))
                if not depth and token == BREAK:
                    return [whole]
                if not depth and token == DOT:
                    found.append([])
                    continue
            elif not depth and token.place is Place.TERM:
                return [whole]
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
            matrices.add(len(tokens) + (part.place is Place.TERM))
        elif isinstance(text, str) and text.startswith("-") and part.place is not Place.OPEN:
            text = f"({text})"
        tokens += [BREAK, "+ ", text] if part.place is Place.TERM else [text]
        if part.place is Place.TERM and part.number not in scalars:
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
    beside = place + step
    if tokens[beside] == ("(" if step > 0 else ")"):
        start, end = (beside, _closing(tokens, beside)) if step > 0 else (_opening(tokens, beside), beside)
        return any(inner in matrices for inner in range(start, end))
    return beside in matrices or (step > 0 and any(inner in matrices for inner in _call(tokens, beside)))


def _call(tokens: list[Token], place: int) -> range:
    r"""Return the places of a function's argument, as in \sigma'(z)."""
    following = place
    while following < len(tokens) and isinstance(tokens[following], str) and tokens[following] not in ("(", " "):
        if tokens[following] in (BREAK, DOT):
            return range(0)
        following += 1
    return range(following, _closing(tokens, following)) if following < len(tokens) else range(0)


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
