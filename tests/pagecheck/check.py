"""A page read in order: every link checked, every symbol remembered."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import chain as joined
from itertools import combinations, pairwise, product

from tests.pagecheck.calculate import (
    BUILT_IN,
    DIGITS,
    Calculator,
    Definition,
    Printed,
    Undefined,
    Unresolved,
    Value,
    as_decimal,
    as_fraction,
    as_printed,
    name_of,
    precise,
    to_unit,
)
from tests.pagecheck.chains import COMPARISONS, OPERATORS, RELATIONS, Chain, chains_of
from tests.pagecheck.extract import Formula, Piece, Row, Stray
from tests.pagecheck.history import History
from tests.pagecheck.judge import Judge
from tests.pagecheck.matrices import Grid, Matrices, is_of_matrices, is_thinned, taken_apart
from tests.pagecheck.nodes import DOTS, Call, Matrix, Neg, Node, Number, Sum, Symbol, literals_in, symbols_in, walk
from tests.pagecheck.parse import FRACTIONS, NAMED, parse
from tests.pagecheck.report import Finding, Report
from tests.pagecheck.substitution import Substitution, applied, as_node, keys, replaced
from tests.pagecheck.tokens import Token, Unreadable, tokenized
from tests.pagecheck.writing import faults_of_writing, open_bracket, strange_words

# Reading the page


@dataclass(frozen=True)
class _Side:
    """``node`` is None where the side could not be read, and ``why`` says so."""

    node: Node | None
    tokens: tuple[Token, ...]
    why: str = ""

    @property
    def is_numeric(self) -> bool:
        return self.node is not None and not symbols_in(self.node)

    @property
    def is_symbolic(self) -> bool:
        return self.node is not None and bool(symbols_in(self.node))

    @property
    def is_lone(self) -> bool:
        """A symbol by itself, or a function of symbols such as \\sigma'(z_1)."""
        return isinstance(self.node, Symbol) or (self.is_symbolic and isinstance(self.node, Call))

    @property
    def is_thinned(self) -> bool:
        return self.node is not None and is_thinned(self.node)

    @property
    def printed(self) -> Printed | None:
        return as_printed(self.node) if self.node is not None else None


@dataclass(frozen=True)
class _Later:
    """A fault that is one only on a page that carries its values on unrounded, or only on one that does not."""

    chain: Chain
    on_unrounded: str
    on_rounded: str


class _Page:
    """Reads a page from the top and remembers what it printed."""

    def __init__(self, definitions: bool, decimal_comma: bool, counted: bool) -> None:
        self.definitions = definitions
        self.decimal_comma = decimal_comma
        self.counted = counted
        self.functions = dict(BUILT_IN)
        self.known: dict[str, History] = {}
        self.unfinished: dict[str, Node] = {}
        self.last_side: _Side | None = None
        self.alone: list[Printed] = []
        self.true: dict[str, Value] = {}
        self.derived: set[str] = set()
        self.loose: set[Fraction] = set()
        self.later: list[_Later] = []
        self.exchanges: dict[str, int] = {"=": 0, "≈": 0}
        self.known_matrices = Matrices()
        self.links = self.chains = self.symbolic = self.matrices = self.thinned = 0
        self.unresolved: list[str] = []
        self.findings: list[Finding] = []

    def report(self) -> Report:
        unrounded = self.exchanges["≈"] >= self.exchanges["="]
        tabled = any(history.values[-1].tabled for history in self.known.values() if history.values)
        silent = tabled and not any(self.exchanges.values())
        for later in [] if silent else self.later:
            self._find(later.chain, later.on_unrounded if unrounded else later.on_rounded)
        self._numbers_alone()
        unresolved = tuple(dict.fromkeys(self.unresolved))
        findings = tuple(sorted(self.findings, key=lambda finding: finding.line))
        return Report(self.links, self.chains, self.symbolic, unresolved, findings, self.matrices, self.thinned)

    def read(self, piece: Piece) -> None:
        match piece:
            case Stray(line):
                self.findings.append(Finding(line, "$", "a dollar sign opens or closes nothing"))
            case Row():
                self._row(piece)
            case Formula():
                self._formula(piece)

    def _formula(self, formula: Formula) -> None:
        tokens = tokenized(formula.source)
        for what, place in faults_of_writing(formula.source, tokens, self.decimal_comma):
            line = formula.line + formula.source.count("\n", 0, place)
            self.findings.append(Finding(line, " ".join(formula.source.split()), what))
        if not open_bracket(tokens):
            for chain in chains_of(formula, tokens):
                self._chain(chain)

    def _find(self, chain: Chain, what: str) -> None:
        if what:
            self.findings.append(Finding(chain.line, chain.text, what))

    def _chain(self, chain: Chain) -> None:
        if not any(chain.sides):
            return
        sides = self._sides(chain)
        if chain.relations and set(chain.relations) <= COMPARISONS and any(side.is_symbolic for side in sides):
            self._comparisons(chain, sides)
            return
        if self._learn(chain):
            return
        if any(side.node is not None and is_of_matrices(side.node, self.known_matrices.shapes) for side in sides):
            self._matrix_chain(chain, sides)
            return
        if any(side.is_thinned for side in sides):
            chain, sides = self._without_thinned(chain, sides)
        if not any(side.is_numeric for side in sides):
            self._formulas_alone(chain, sides)
            return
        if len(sides) == 1:
            self.alone += [sides[0].printed] if sides[0].printed else []
            return
        self._numeric_chain(chain, sides)
        self.last_side = sides[-1]

    def _comparisons(self, chain: Chain, sides: list[_Side]) -> None:
        """Check what is said to hold, such as z > 0, as far as the printed digits tell."""
        for place, relation in enumerate(chain.relations):
            left, right = sides[place].node, sides[place + 1].node
            if self.definitions and left is not None and right is not None:
                self.symbolic += self._calculated(
                    chain, partial(Substitution(self.functions, self.known).comparison_fault, left, relation, right)
                )

    def _sides(self, chain: Chain) -> list[_Side]:
        sides = [self._side(tokens) for tokens in chain.sides]
        if not chain.sides[0] and self.last_side:
            sides[0] = self.last_side
        for place, side in enumerate(sides):
            if not side.tokens and (place or not self.last_side):
                self._find(chain, "a relation has nothing beside it")
            elif side.why and len(chain.sides) == len(side.tokens) == 1:
                continue  # a sign that the prose explains
            elif side.why and _is_all_numbers(side.tokens):
                self._find(chain, side.why)
            elif side.why and (any(s.is_numeric for s in sides) or any("." in t.text for t in side.tokens)):
                self.unresolved.append(f"{side.why}: {chain.text}")
        return sides

    def _side(self, tokens: tuple[Token, ...]) -> _Side:
        try:
            return _Side(parse(tokens, {name.rstrip("'") for name in self.functions}, self.counted), tokens)
        except Unreadable as error:
            return _Side(None, tokens, str(error))

    # Sides with dots, and matrices

    def _without_thinned(self, chain: Chain, sides: list[_Side]) -> tuple[Chain, list[_Side]]:
        """Leave sides with dots out of a chain: they can't be recalculated. The terms that they show are compared."""
        self.thinned += 1
        thinned = [side.node for side in sides if side.is_thinned and side.node is not None]
        for formula, numbers in pairwise(thinned):
            if self.definitions:
                substitution = Substitution(self.functions, self.known, self.loose)
                self._calculated(chain, partial(_shown_terms_fault, substitution, formula, numbers))
        kept = [place for place, side in enumerate(sides) if not side.is_thinned]
        relations = tuple(
            "≈" if "≈" in chain.relations[first:last] else "=" if last - first == 1 else "?"
            for first, last in pairwise(kept)
        )
        return replace(chain, sides=tuple(chain.sides[place] for place in kept), relations=relations), [
            sides[place] for place in kept
        ]

    def _matrix_chain(self, chain: Chain, sides: list[_Side]) -> None:
        """Check a chain of matrices: a chain for each element. Sides with dots are left out, formulas with them."""
        if any(side.is_thinned for side in sides):
            kept = [place == 0 or side.is_numeric for place, side in enumerate(sides)]
            sides = [side if keep else replace(side, node=DOTS) for side, keep in zip(sides, kept, strict=True)]
            chain, sides = self._without_thinned(chain, sides)
        if not any(side.node is not None and not symbols_in(side.node) for side in sides):
            self._name_elements(sides)
            return
        if len(sides) > 2 and isinstance(sides[1].node, Matrix) and _is_of_symbols(sides[1].node):
            self._name_elements(sides[:2])
            sides = [sides[0], *sides[2:]]
            chain = replace(chain, sides=(chain.sides[0], *chain.sides[2:]), relations=chain.relations[1:])
        try:
            grids = self._taken_apart(sides)
        except Unreadable as error:
            if self.thinned:
                return
            self._find(chain, str(error))
            return
        self.matrices += 1
        needed: set[int] = set()
        for row, column in product(range(len(grids[0])), range(len(grids[0][0]))):
            element_sides = [replace(side, node=grid[row][column]) for side, grid in zip(sides, grids, strict=True)]
            needed |= self._element_chain(replace(chain, text=f"[{row + 1},{column + 1}] {chain.text}"), element_sides)
        for place, relation in enumerate(chain.relations):
            if relation == "≈" and place not in needed:
                self._find(chain, "all elements are exactly equal, so ≈ should be =")

    def _name_elements(self, sides: list[_Side]) -> None:
        """Take in that a matrix is one of certain symbols."""
        if len(sides) == 2 and isinstance(sides[0].node, Symbol) and isinstance(sides[1].node, Matrix):
            self.known_matrices.name(sides[0].node.name, sides[1].node.rows)

    def _taken_apart(self, sides: list[_Side]) -> list[Grid]:
        nodes = [side.node for side in sides]
        if any(node is None for node in nodes):
            raise Unreadable(next(side.why for side in sides if side.node is None))
        numbers = next(node for node in nodes if node is not None and not symbols_in(node))
        known = taken_apart(numbers, self.known_matrices, None)
        shape = (len(known), len(known[0]))
        subject = nodes[0]
        if isinstance(subject, Symbol):
            self.known_matrices.shapes.setdefault(subject.name, shape)
        return [taken_apart(node, self.known_matrices, shape) for node in nodes if node is not None]

    def _element_chain(self, chain: Chain, sides: list[_Side]) -> set[int]:
        """Check one element. Where another element makes a link ≈, this one may be exact: returns where it is not."""
        places = [place for place, relation in enumerate(chain.relations) if relation == "≈"]
        first: _Page | None = None
        for exact in sorted(powerset(places), key=len):
            relations = tuple("=" if place in exact else relation for place, relation in enumerate(chain.relations))
            trial = self._copy()
            trial._numeric_chain(replace(chain, relations=relations), sides)
            first = first or trial
            if len(trial.findings) == len(self.findings):
                self.__dict__.update(trial.__dict__)
                return {*places} - {*exact}
        assert first is not None
        self.__dict__.update(first.__dict__)
        return {*places}

    def _copy(self) -> "_Page":
        found = copy(self)
        for name, value in self.__dict__.items():
            if isinstance(value, dict | list | set):
                setattr(found, name, value.copy())
        return found

    def _numeric_chain(self, chain: Chain, sides: list[_Side]) -> None:
        self.chains += 1
        self._links(chain, sides)
        if self.definitions:
            self._formulas_and_numbers(chain, sides)
            self._remember(chain, sides)

    # Numbers

    def _links(self, chain: Chain, sides: list[_Side]) -> None:
        judge = Judge(self.functions)
        for place, relation in enumerate(chain.relations):
            if sides[place].is_numeric and sides[place + 1].is_numeric:
                self._link(chain, judge, sides[place].node, relation, sides[place + 1].node)
        for first, last in _runs(chain, sides):
            result = sides[last].printed
            if last - first > 1 and result and "≈" in chain.relations[first:last]:
                self._calculated(chain, partial(_first_to_last, judge, sides[first].node, result))

    def _link(self, chain: Chain, judge: Judge, left: Node | None, relation: str, right: Node | None) -> None:
        assert left is not None
        assert right is not None
        if relation == "?":
            return
        self.links += 1
        self._calculated(chain, lambda: judge.fault(left, "=" if relation == "←" else relation, right))

    def _calculated(self, chain: Chain, judgement: Callable[[], str]) -> bool:
        """Record what a judgement says, and tell whether there was one."""
        try:
            self._find(chain, judgement())
        except Undefined as error:
            self._find(chain, str(error))
        except Unresolved as error:
            self.unresolved.append(str(error))
            return False
        return True

    # Symbols

    def _formulas_and_numbers(self, chain: Chain, sides: list[_Side]) -> None:
        self._continued(chain, sides)
        substitution = Substitution(self.functions, self.known, self.loose)
        for place, side in enumerate(sides):
            if not place or side.node is None or not side.is_symbolic:
                continue
            if isinstance(side.node, Symbol) and self._is_defined_here(side.node, sides):
                continue
            self._formula_and_numbers(chain, sides, place, substitution)
        self.true |= substitution.bound
        self._arrow(chain, sides)

    def _formulas_alone(self, chain: Chain, sides: list[_Side]) -> None:
        """Formulas without numbers must give the same from the printed values, where all of these are known.

        Where each line goes on with rounded values, roundings add up.
        """
        nodes = [side.node for side in sides if side.node is not None]
        nodes = [node for node in nodes if all(key in self.known for key in keys(node, self.known))]
        if self.definitions and len(nodes) > 1 and set(chain.relations) == {"="}:
            substitution = Substitution(self.functions, self.known)
            try:
                faults = [substitution.difference(nodes, patience) for patience in (1, 20)]
            except (Undefined, Unresolved):
                return
            self.symbolic += 1
            self.later.append(_Later(chain, *faults))

    def _is_defined_here(self, symbol: Symbol, sides: list[_Side]) -> bool:
        """Tell a second name for the chain's subject, as in ∂L/∂z_o = δ_o = …, from a symbol that is used."""
        if symbol.name not in self.known:
            return True
        composite = any(side.is_symbolic and not side.is_lone for side in sides[1:])
        final = _final(sides)
        return composite and final is not None and not self.known[symbol.name].agrees(final)

    def _formula_and_numbers(self, chain: Chain, sides: list[_Side], place: int, judge: Substitution) -> None:
        formula = sides[place].node
        other = _nearest_numbers(chain, sides, place)
        if formula is None or other is None:
            return
        numbers = sides[other].node
        assert numbers is not None
        between = chain.relations[min(place, other) : max(place, other)]
        relation = "≈" if "≈" in between else "="

        def judgement() -> str:
            judge.matched, judge.other_form = [], False
            fault = judge.fault(formula, numbers)
            if fault or other < place or any(_is_vague(value) for value in judge.matched):
                return fault
            if judge.could_be_either(numbers):
                return fault
            exact = judge.only_exact_in(formula, numbers)
            if exact and (as_printed(numbers) or not judge.other_form):
                return self._exact_fault(judge, formula, relation, numbers)
            put_in = any("." in text for text in literals_in(numbers)) and _holds_rounded(numbers, judge.matched)
            if not exact and as_printed(numbers) is None and put_in:
                self._exchange(chain, relation, put_in=not judge.other_form)
            return ""

        if self._calculated(chain, judgement):
            self.symbolic += 1
            if "≈" in chain.relations[:place] and not any(side.is_numeric for side in sides[:place]):
                self._find(chain, "≈ stands before a formula, where nothing was rounded yet")

    def _exchange(self, chain: Chain, relation: str, *, put_in: bool) -> None:
        """Either all rounded values that are put into formulas get ≈, or, where they count as the values, all get =.

        Where the numbers are those of another form of the formula, as a (1 - a) for σ'(z), ≈ is right in any case.
        """
        on_unrounded = "rounded values are put in with =" if relation == "=" else ""
        on_rounded = "rounded values are put in with ≈, elsewhere with =" if relation == "≈" and put_in else ""
        self.exchanges[relation] += put_in
        self.later.append(_Later(chain, on_unrounded, on_rounded))

    def _exact_fault(self, judge: Substitution, formula: Node, relation: str, numbers: Node) -> str:
        """Where nothing that went in was rounded, the relation must say whether the numbers are exactly the formula.

        A function with numbers put in is held against its argument, not against a value that was printed for it.
        """
        if isinstance(formula, Call) and as_printed(numbers) is None:
            if isinstance(numbers, Call) and formula.name == numbers.name:
                pairs = zip(formula.args, numbers.args, strict=True)
                return next((fault for f, n in pairs if (fault := self._exact_fault(judge, f, relation, n))), "")
            if formula.name in self.functions:
                formula = applied(self.functions[formula.name], formula.args)
        fault = ""
        for values in judge.choices(formula):
            filled = replaced(formula, {name: as_node(number) for name, number in values.items()})
            fault = judge.judge.fault(filled, relation, numbers)
            if not fault:
                return ""
        return fault

    def _arrow(self, chain: Chain, sides: list[_Side]) -> None:
        if chain.relations[:1] == ("←",) and isinstance(sides[0].node, Symbol) and sides[1].is_symbolic:
            assert sides[1].node is not None
            if sides[0].node.name not in symbols_in(sides[1].node):
                self._find(chain, "what is updated does not stand on the right")

    def _continued(self, chain: Chain, sides: list[_Side]) -> None:
        """Link a chain to the one before it that had the same subject and no result yet."""
        if len(sides) > 1 and isinstance(sides[0].node, Symbol) and sides[1].is_numeric:
            left = self.unfinished.pop(sides[0].node.name, None)
            if left is not None:
                self._link(chain, Judge(self.functions), left, chain.relations[0], sides[1].node)

    def _remember(self, chain: Chain, sides: list[_Side]) -> None:
        names = self._subjects(sides)
        final = _final(sides)
        if not names:
            return
        if final is None:
            if sides[-1].is_numeric and sides[-1].node is not None:
                self.unfinished[names[0]] = sides[-1].node
            return
        true = self._true_value(chain, sides, final)
        if self.thinned and true is None and names[0] in self.true and self.known[names[0]].agrees(final):
            true = self.true[names[0]]
        used = [key for side in sides if side.node is not None for key in keys(side.node, self.known)]
        certain = all(self.known[key].values[-1].exact for key in used if key in self.known and key not in names)
        exact = certain and "≈" not in chain.relations
        tabled = any(key not in self.known and key not in names for key in used) or any(
            self.known[key].values[-1].tabled and (key not in names or self.known[key].agrees(final))
            for key in (*used, *names)
            if key in self.known
        )
        doubtful = not exact and isinstance(true, Fraction) and true == final.value
        if true is not None and names[0] not in self.derived:
            self.later.append(_Later(chain, _carried_fault(true, final), ""))
        stated = len(sides) == 2
        self.derived |= set() if stated else {*names}
        for name in names:
            if self._state(name, replace(final, exact=exact, doubtful=doubtful, tabled=tabled), check=stated):
                self.true.pop(name, None)
                self.true |= {name: true} if true is not None else {}

    def _true_value(self, chain: Chain, sides: list[_Side], final: Printed) -> Value | None:
        """What a chain gives when nothing is rounded on the way, where the page says enough to know."""
        calculator = Calculator(self.functions, self.true)
        if len(sides) == 2 and sides[1].is_numeric:
            return final.value if chain.relations == ("=",) else None
        for side in sides[1:]:
            if side.is_symbolic and side.node is not None:
                try:
                    return calculator.value(side.node)
                except (Unresolved, Undefined):
                    continue
        return None

    def _subjects(self, sides: list[_Side]) -> list[str]:
        """What a chain gives a value: its first side, and other lone symbols before the first number."""
        if not sides[0].is_lone:
            return []
        names = []
        for place, side in enumerate(sides):
            if side.is_numeric:
                break
            used = place and isinstance(side.node, Symbol) and not self._is_defined_here(side.node, sides)
            if side.node is not None and side.is_lone and not used:
                names.append(name_of(side.node))
        return list(dict.fromkeys(names))

    def _state(self, name: str, number: Printed, *, check: bool) -> bool:
        """Remember a printed value, and tell whether it is new. One that is only stated again must be the old one."""
        history = self.known.get(name, History(()))
        agrees = history.agrees(number)
        if check and agrees:
            return False
        if check and history.values:
            self.unresolved.append(f"{name} = {number}, printed before as {history.values[-1]}")
        if history.values and not agrees:
            self._forget_functions_of(name)
        self.known[name] = history.with_last(number)
        return not check or not agrees

    def _forget_functions_of(self, name: str) -> None:
        for key in [key for key in self.known if "(" in key and name in re.split(r"[(), ]+", key)]:
            del self.known[key]
            self.true.pop(key, None)

    def _numbers_alone(self) -> None:
        """A decimal that stands by itself in the prose or in a table must stand somewhere else too."""
        for number in self.alone:
            if number.decimals <= 0 or self.alone.count(number) > 1:
                continue
            if not any(history.has(number) for history in self.known.values()):
                self.unresolved.append(f"{number}, printed nowhere else")

    # Definitions of functions

    def _learn(self, chain: Chain) -> bool:
        """Take f(z) = … in: hold it against what is known of f, or learn it. Tell whether it was such a definition."""
        head = _function_head(chain.sides[0])
        if not self.definitions or head is None or set(chain.relations) != {"="}:
            return False
        name, parameters = head
        sides = [self._side(tokens) for tokens in chain.sides[1:]]
        bodies = [s.node for s in sides if s.node is not None and set(symbols_in(s.node)) <= set(parameters)]
        for body in bodies:
            self._define(chain, name, Definition(parameters, body))
        return bool(bodies)

    def _define(self, chain: Chain, name: str, definition: Definition) -> None:
        """A single letter such as f may stand for one function after another; other names keep their meaning."""
        calls = [part.name for part in walk(definition.body) if isinstance(part, Call)]
        is_letter = len(name) == 1
        known = name in NAMED or name.endswith("'") or (name in self.functions and not is_letter)
        if known and len(definition.parameters) == 1 and name not in calls:
            self.symbolic += self._calculated(chain, partial(self._definition_fault, name, definition))
        if is_letter:
            self.functions.pop(f"{name}'", None)
        if name not in calls and name not in BUILT_IN and name not in NAMED:
            self.functions[name] = definition

    def _definition_fault(self, name: str, definition: Definition) -> str:
        calculator = Calculator(self.functions)
        for z in (Fraction(-17, 10), Fraction(3, 10), Fraction(21, 10)):
            expected = calculator.value(Call(name, (Number(str(z)) if z >= 0 else Neg(Number(str(-z))),)))
            found = replace(calculator, symbols={definition.parameters[0]: z}).value(definition.body)
            if abs(calculator.inexact(expected) - calculator.inexact(found)) > precise(DIGITS.get()).mpf(10) ** -15:
                return f"this is not {name}: at {as_decimal(z, 1)} it differs"
        return ""

    # Tables

    def _row(self, row: Row) -> None:
        for cell in row.cells:
            for what in strange_words(cell):
                self.findings.append(Finding(row.line, cell, what))
        if not self.definitions:
            return
        cells = [self._cell(cell) for cell in row.cells]
        header = [self._cell(cell) for cell in row.header]
        names = [cell for cell in cells if isinstance(cell, str)]
        numbers = [cell for cell in cells if isinstance(cell, Printed)]
        if any(isinstance(cell, str) for cell in header):
            if names:
                self.loose |= {number.value for number in numbers}
            else:
                self._columns(header, cells)
        elif isinstance(cells[0], str) and len(names) == 1:
            self._named_row(names[0], numbers)
        else:
            for left, right in pairwise(cells):
                if isinstance(left, str) and isinstance(right, Printed):
                    self._given(left, right, check=True)

    def _given(self, name: str, number: Printed, *, check: bool = False, calculated: bool = False) -> None:
        """Take a value of a table in. Before anything is rounded it is exact; later it may have been rounded."""
        before = {key: self.known[key].values[-1] for key in self.derived if key in self.known}
        rounded = any(not value.exact for value in before.values())
        decimals = max((value.decimals for key, value in before.items() if not key.startswith("y")), default=0)
        rounded |= 0 < number.decimals == decimals
        rounded |= bool(re.search("langle(?!1r)|^[a-z]_[wb].*langle", name))  # what an update before this one has left
        padded_zero = bool(self.derived) and number.value == 0 and number.decimals > 0
        if self.thinned or calculated or rounded or padded_zero:
            self._state(name, replace(number, exact=False, tabled=True), check=check)
        elif self._state(name, number, check=check):
            self.true[name] = number.value

    def _columns(self, header: Sequence[str | Printed | None], cells: Sequence[str | Printed | None]) -> None:
        """Take in a table that has a column for each symbol; a whole number in front counts the samples."""
        first = cells[0]
        sample = first.value if isinstance(first, Printed) and header[0] is None and first.decimals == 0 else None
        for name, number in zip(header, cells, strict=False):
            if isinstance(name, str) and isinstance(number, Printed):
                self._given(name, number, calculated=bool(self.derived))
                if sample is not None:
                    self._given(f"{name}{'' if '^' in name else '^'}[{sample}]", number, calculated=bool(self.derived))

    def _named_row(self, name: str, numbers: list[Printed]) -> None:
        """Numbers beside a symbol are its own, its derivative's or those of the updated symbol."""
        related = [history for key, history in self.known.items() if _is_related(_without_step(key), name)]
        if related:
            strangers = [number for number in numbers if not any(history.agrees(number) for history in related)]
            self.unresolved += [f"{name} = {number}, not printed before" for number in strangers]
            self.alone = [number for number in self.alone if number not in strangers]
            return
        for number in numbers:
            self._given(name, number)

    def _cell(self, cell: str) -> str | Printed | None:
        """Read a cell as the name of a symbol, as a number, or as neither."""
        match = re.fullmatch(r"(?:\$`(.*)`\$|\$([^$]*)\$|(-?\d+(?:\.\d+)?))", cell.strip())
        if not match:
            return None
        tokens = tokenized(next(group for group in match.groups() if group is not None))
        if not tokens or any(token.text in RELATIONS for token in tokens):
            return None
        side = self._side(tuple(tokens))
        if side.node is not None and side.is_lone:
            return name_of(side.node)
        return side.printed


def check_pieces(pieces: Iterable[Piece], definitions: bool, decimal_comma: bool) -> Report:
    read = list(pieces)
    counted = any(isinstance(piece, Formula) and "^{l}_{" in piece.source for piece in read)
    page = _Page(definitions, decimal_comma, counted)  # such a page says that its superscripts count the layers
    for piece in read:
        page.read(piece)
    return page.report()


def _runs(chain: Chain, sides: list[_Side]) -> Iterator[tuple[int, int]]:
    """The first and last place of numeric sides that are equal or nearly so."""
    first = 0
    for place, side in enumerate(sides):
        ends = place == len(sides) - 1 or not sides[place + 1].is_numeric or chain.relations[place] not in "=≈←"
        if not side.is_numeric or ends:
            if side.is_numeric:
                yield first, place
            first = place + 1


def powerset(places: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return joined.from_iterable(combinations(places, size) for size in range(len(places) + 1))


def _shown_terms_fault(judge: Substitution, formula: Node, numbers: Node) -> str:
    """Compare the terms before and after the dots, where both sides are built alike."""
    terms = [_terms_with_dots(side) for side in (formula, numbers)]
    if not terms[0] or not terms[1] or len(terms[0]) != len(terms[1]):
        return ""
    for left, right in zip(*terms, strict=True):
        if (left == DOTS) != (right == DOTS):
            return "the dots stand for different terms"
        if left != DOTS:
            fault = judge.fault(left, right)
            if fault:
                return fault
    return ""


def _terms_with_dots(node: Node) -> list[Node]:
    """The terms of the sum that has dots in it."""
    for part in walk(node):
        if isinstance(part, Sum) and any(term == DOTS for _, term in part.terms):
            return [term if sign > 0 else Neg(term) for sign, term in part.terms]
    return []


def _without_step(key: str) -> str:
    """Leave the mark of a step out of a name."""
    return re.sub(r"langle[^r]*rangle", "", key).replace("^/", "/").removesuffix("^")


def _is_related(key: str, name: str) -> bool:
    label = key.removeprefix(name) if key.startswith(name) else "?"
    return bool(re.fullmatch(r"\^?[A-Za-z*+']*", label)) or key.endswith(f"/∂{name}")


def _first_to_last(judge: Judge, first: Node | None, last: Printed) -> str:
    assert first is not None
    fault = judge.rounding_fault(first, last)
    return fault and f"from the first numbers to the result: {fault}"


def _carried_fault(true: Value, final: Printed) -> str:
    """Hold a printed value against the one that was carried on unrounded."""
    near = true if isinstance(true, Fraction) else as_fraction(true)
    if abs(near - final.value) <= final.unit / 2 + final.unit / 10**20:
        return ""
    return f"carried on unrounded it is {replace(final, value=to_unit(near, final.unit))}, not {final}"


def _is_vague(value: Printed) -> bool:
    """Tell whether the page leaves open if a value was rounded; a plain 0 is 0 or less than any power shown."""
    return value.doubtful or value.tabled or value.value == 0


def _holds_rounded(numbers: Node, values: Sequence[Printed]) -> bool:
    """Tell whether a rounded value was put in as it was printed, or with more digits, and not only worked out."""
    literals = [abs(Fraction(text)) for text in literals_in(numbers)]
    rounded = [abs(value.value) for value in values if not value.exact]
    near = [value.unit / 2 for value in values if not value.exact]
    return any(abs(found - value) <= unit for value, unit in zip(rounded, near, strict=True) for found in literals)


def _nearest_numbers(chain: Chain, sides: list[_Side], place: int) -> int | None:
    """The numbers that follow a formula, or else those before it, with no side between that cannot be read."""
    for step in (1, -1):
        other = place + step
        while 0 <= other < len(sides) and sides[other].node is not None:
            relations = chain.relations[min(place, other) : max(place, other)]
            if not set(relations) <= {"=", "≈", "←"}:
                break
            if sides[other].is_numeric:
                return other
            other += step
    return None


def _is_of_symbols(matrix: Matrix) -> bool:
    return all(isinstance(cell, Symbol) for row in matrix.rows for cell in row)


def _final(sides: list[_Side]) -> Printed | None:
    """The number that a chain ends in."""
    numeric = [side for side in sides if side.is_numeric]
    return numeric[-1].printed if numeric else None


def _is_all_numbers(tokens: Sequence[Token]) -> bool:
    return all(t.kind in ("number", "sign") or t.text in OPERATORS | FRACTIONS | {r"\sqrt", r"\max"} for t in tokens)


def _function_head(tokens: Sequence[Token]) -> tuple[str, tuple[str, ...]] | None:
    """Read f(z), f'(z) or f(x, y) with plain letters."""
    texts = [token.text.lstrip("\\") for token in tokens]
    match = re.fullmatch(r"([A-Za-z][A-Za-z0-9]*)\s((?:'\s)*)\(\s([a-z](?:\s,\s[a-z])*)\s\)", " ".join(texts))
    if not match:
        return None
    return match[1] + "'" * match[2].count("'"), tuple(match[3].split(" , "))
