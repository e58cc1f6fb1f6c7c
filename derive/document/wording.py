"""The sentences of a page. They stand in ``templates/wording``, one file a language; here they are put together.

In a sentence ``**…**`` is strong, ``$…$`` is mathematics, and ``{name}`` is filled in by the caller: with plain text or
spans in running text, with plain text in strong text. What is filled in is never read as markup.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from re import compile as pattern
from typing import Protocol

from derive.document.blocks import Math, Spans, Strong, Text
from derive.resources import sentences

_MARKUP = pattern(r"\*\*(?P<strong>.+?)\*\*|\$(?P<math>.+?)\$|\{(?P<hole>\w+)\}")


class Record(Protocol):
    """What the catalogue has in a table: an activation, a loss, an optimizer."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...


def _record_key(record: Record, part: str) -> str:
    return f"catalog.{type(record).__name__.lower()}.{record.name}.{part}"


class Wording:
    """All sentences of one language, by key."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._parsed = {key: tuple(_pieces(sentence)) for key, sentence in sentences.items()}
        self._plain = sentences
        self._whole = {
            key: spans for key, pieces in self._parsed.items() if len(spans := _without_holes(pieces)) == len(pieces)
        }
        """The sentences that nothing is filled into."""

    def __call__(self, key: str, **fillings: str | Spans) -> Spans:
        """Return a sentence with its holes filled."""
        if key in self._whole:
            return self._whole[key]
        spans: list[Text | Strong | Math] = []
        for piece in self._parsed[key]:
            if isinstance(piece, str):
                filling = fillings[piece]
                spans += (Text(filling),) if isinstance(filling, str) else filling
            elif isinstance(piece, Strong) and "{" in piece.text:
                spans.append(Strong(piece.text.format_map(fillings)))
            else:
                spans.append(piece)
        return tuple(spans)

    def plain(self, key: str, **fillings: str) -> str:
        """Return a sentence without markup as plain text."""
        return self._plain[key].format_map(fillings)

    def title(self, record: Record) -> str:
        """Return what a record of the catalogue is called: in this language's words, else in the record's own.

        A function that has no name of its own is called by its letter, where ``{symbol}`` stands; one of several of a
        name has its number after it.
        """
        title = self._plain.get(_record_key(record, "title"), record.title)
        number = getattr(record, "number", 0)
        return title.replace("{symbol}", str(getattr(record, "symbol", ""))) + (f" {number}" if number else "")

    def sentence(self, record: Record, part: str) -> Spans:
        """Return a sentence that a record has for the page, such as its ``kink``: translated, else as it stands there.

        The sentences of the catalogue have marks, but no holes.
        """
        return self._own(_record_key(record, part), getattr(record, part))

    def step(self, activation: str, number: int, sentence: str) -> Spans:
        """Return the sentence before a step to the short form of an activation's delta, as `sentence` does."""
        return self._own(f"catalog.canonical.{activation}.step_{number}", sentence)

    def _own(self, key: str, sentence: str) -> Spans:
        return _without_holes(self._parsed[key] if key in self._parsed else _pieces(sentence))

    def listed(self, words: Sequence[str]) -> str:
        """Write words as a sentence lists them: "1, 2 and 3"."""
        return self.plain("list.and", others=", ".join(words[:-1]), last=words[-1]) if len(words) > 1 else words[0]

    def count(self, key: str, number: int) -> str:
        """Return a number with its noun, such as "2 units"."""
        return self.plain(f"{key}.one" if number == 1 else f"{key}.many", number=self.number(number))

    def number(self, number: int) -> str:
        """Return a whole number with this language's mark between thousands."""
        return f"{number:,}".replace(",", self._plain["language.thousands"])


def _pieces(sentence: str) -> list[Text | Strong | Math | str]:
    pieces: list[Text | Strong | Math | str] = []
    end = 0
    for match in _MARKUP.finditer(sentence):
        if match.start() > end:
            pieces.append(Text(sentence[end : match.start()]))
        end = match.end()
        if match["hole"]:
            pieces.append(match["hole"])
        else:
            pieces.append(Strong(match["strong"]) if match["strong"] else Math(match["math"]))
    if end < len(sentence):
        pieces.append(Text(sentence[end:]))
    return pieces


def _without_holes(pieces: Iterable[Text | Strong | Math | str]) -> Spans:
    return tuple(piece for piece in pieces if not isinstance(piece, str))


@cache
def wording(language: str = "en") -> Wording:
    """Load a language's sentences; English stands in for one that is not translated yet."""
    return Wording({**sentences("en"), **sentences(language)})
