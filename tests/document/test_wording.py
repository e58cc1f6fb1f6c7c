"""All sentences of a page stand in one file for each language, and each language has all of them."""

import ast
import re
import tomllib
from dataclasses import fields
from decimal import Decimal
from string import Formatter
from typing import Any

import pytest

from derive.catalog.layer_activations import EVERY_ACTIVATION
from derive.catalog.losses import LOSSES
from derive.catalog.optimizers import OPTIMIZERS
from derive.catalog.penalties import PENALTIES
from derive.document.blocks import Figure, Heading, Items, Paragraph, Plot, Strong, Table, Text
from derive.document.wording import wording
from derive.pipeline import Solution, solve
from derive.render.engine import compile_pdf, find_engine
from derive.resources import languages, sentences
from derive.tape.written import from_formula, loss_of
from tests.pagecheck import check_latex, check_markdown
from tests.samples import ROOT

ENGLISH = sentences("en")
OTHERS = [language for language in languages() if language != "en"]
RECORDS = [record for table in (EVERY_ACTIVATION, LOSSES, OPTIMIZERS, PENALTIES) for record in table.values()]


def _holes(sentence: str) -> list[str]:
    without_mathematics = re.sub(r"\$.+?\$", "", sentence)
    return sorted(name for _, name, _, _ in Formatter().parse(without_mathematics) if name)


def _mathematics(sentence: str) -> list[str]:
    return sorted(re.findall(r"\$(.+?)\$", sentence))


def _own_words() -> dict[str, str]:
    """Return what the catalogue says in English, by the keys of its translations: titles and sentences."""
    found = {}
    for record in RECORDS:
        start = f"catalog.{type(record).__name__.lower()}.{record.name}"
        for field in fields(record):
            value = getattr(record, field.name)
            if isinstance(value, str) and value and (field.name == "title" or " " in value):
                found[f"{start}.{field.name}"] = value
    for loss in LOSSES.values():
        if loss.canonical is not None:
            start = f"catalog.canonical.{loss.canonical.activation}.step"
            found |= {f"{start}_{number}": sentence for number, (sentence, _) in enumerate(loss.canonical.steps, 1)}
    own = loss_of("(y_pred - y)^4"), from_formula("z^3", "f")
    return found | {f"catalog.{type(each).__name__.lower()}.{each.name}.title": each.title for each in own}


def test_there_is_another_language() -> None:
    assert {"en", "de"} <= set(languages())
    assert len(ENGLISH) > 180


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_sentence(language: str) -> None:
    lacking = sorted({**ENGLISH, **_own_words()}.keys() - sentences(language).keys())
    assert lacking == [], f"templates/wording/{language}.toml lacks these"


@pytest.mark.parametrize("language", OTHERS)
def test_sentences_have_the_same_holes_and_mathematics(language: str) -> None:
    theirs = sentences(language)
    for key, sentence in {**ENGLISH, **_own_words()}.items():
        if key in theirs:
            assert _holes(theirs[key]) == _holes(sentence), key
            assert set(_mathematics(theirs[key])) >= set(_mathematics(sentence)), key


KEY = re.compile(r"[a-z]\w*(?:\.\w+)+")


def _used() -> set[str]:
    """Collect the keys that the program names, or the beginnings of keys, wherever a text looks like one."""
    groups = {key.partition(".")[0] for key in ENGLISH}
    found = set()
    for folder in ("document", "render"):
        for path in (ROOT / "derive" / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                    found |= {node.value} if node.value.partition(".")[0] in groups else set()
    return found


def test_every_key_that_is_used_is_there() -> None:
    used = {key for key in _used() if not key.endswith(".toml")}
    assert len(used) > 60
    assert sorted(key for key in used if not any(known.startswith(key) for known in ENGLISH)) == []


NAMES = sorted(path.stem for path in (ROOT / "templates" / "configs").glob("*.toml"))


def _solved(name: str, **report: object) -> Solution:
    text = (ROOT / "templates" / "configs" / f"{name}.toml").read_text(encoding="utf-8")
    keys: dict[str, Any] = tomllib.loads(text, parse_float=Decimal)
    keys.pop("title", None)
    keys["report"] = keys.get("report", {}) | report
    return solve(keys, check=name == "source")


def _prose(solution: Solution) -> str:
    """Join all words that the document says outside of mathematics."""
    lines: list[str] = [solution.document.title]
    for block in solution.document.blocks:
        match block:
            case Heading(_, spans) | Paragraph(spans):
                lines.append(_words(spans))
            case Items(items):
                lines += map(_words, items)
            case Table(header, rows):
                lines += [_words(cell) for row in (header, *rows) for cell in row]
            case Figure() | Plot():
                lines += [block.title, block.description, *(label.text for label in block.layout.labels)]
    return "\n".join(lines)


def _words(spans: Any) -> str:
    return "".join(span.text for span in spans if isinstance(span, Text | Strong))


def _pieces(sentence: str) -> set[str]:
    """Split a sentence at its marks and holes; short pieces may be the same in two languages."""
    pieces = re.split(r"\$.+?\$|\{\w+\}|\*\*", sentence)
    return {piece.strip(" .:,;()") for piece in pieces if len(piece.strip(" .:,;()")) > 8}


@pytest.mark.parametrize("name", NAMES)
def test_a_german_page_has_no_english_in_it(name: str) -> None:
    german = _prose(_solved(name, language="de"))
    own = {piece for sentence in sentences("de").values() for piece in _pieces(sentence)}
    translated = {key: text for key, text in {**ENGLISH, **_own_words()}.items() if key in sentences("de")}
    english = {piece for sentence in translated.values() for piece in _pieces(sentence)} - own
    assert len(english) > 150
    assert [piece for piece in sorted(english) if piece in german] == []
    words = set(re.findall(r"[a-zäöüß]+", german.lower()))
    assert words & {"the", "of", "and", "with", "is", "weights", "from", "each", "every"} == set()


@pytest.mark.parametrize("name", ["source", "three-layers", "adam"])
def test_a_german_page_is_true(name: str) -> None:
    solution = _solved(name, language="de")
    assert check_markdown(solution.text("md"), decimal_comma=True).findings == ()
    assert check_latex(solution.text("tex"), decimal_comma=True).findings == ()


def test_a_german_page_is_in_german_wherever_it_says_so() -> None:
    solution = _solved("source", language="de")
    assert solution.document.title == "Backpropagation von Hand"
    assert _solved("source").document.title == "Backpropagation by hand"
    tex = solution.text("tex")
    assert "pdflang={de}" in tex
    assert "l@ngerman" in tex
    assert "pdflang={en}" in _solved("source").text("tex")


def test_a_german_pdf_is_set_by_a_plain_tex() -> None:
    solution = _solved("source", language="de")
    assert compile_pdf(solution.text("tex"), find_engine("tinytex")).startswith(b"%PDF")


def test_counts_have_the_mark_of_the_language() -> None:
    assert wording("en").count("count.epoch", 12_345) == "12,345 epochs"
    assert wording("de").count("count.epoch", 12_345) == "12\u00a0345 Epochen"


def test_the_decimal_mark_is_that_of_the_language_unless_the_config_says_another() -> None:
    assert "1{,}1" in _solved("source", language="de").text("md")
    assert "1{,}1" not in _solved("source", language="de", decimal_mark="point").text("md")
    assert "1{,}1" not in _solved("source").text("md")
