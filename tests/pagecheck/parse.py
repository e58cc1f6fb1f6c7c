"""From the pieces of TeX to a tree."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tests.pagecheck.chains import OPENING, OPERATORS, RELATIONS, is_layout, with_depth
from tests.pagecheck.nodes import (
    DOTS,
    Call,
    Cases,
    Matrix,
    Neg,
    Node,
    Number,
    Power,
    Quotient,
    Symbol,
    make_product,
    make_sum,
)
from tests.pagecheck.tokens import Token, Unreadable

NAMED = {"tanh", "sinh", "cosh", "sin", "cos", "tan", "ln", "log", "exp", "max", "min", "arctan", "erf", "sqrt"}
_GREEK = {
    *("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu"),
    *("nu", "xi", "rho", "sigma", "tau", "phi", "varphi", "chi", "psi", "omega", "Delta", "Sigma", "Phi", "Theta"),
}
_ACCENTS = {"hat", "bar", "tilde", "vec", "dot", "widehat", "overline"}
_MATRICES = {"pmatrix", "bmatrix", "matrix", "smallmatrix"}
_DOTS = {r"\cdots", r"\dots", r"\ldots", r"\vdots", r"\ddots"}
TRANSPOSED = "ᵀ"
"""Ends the name of a transposed matrix."""
FRACTIONS = {r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"}


def parse(tokens: Sequence[Token], functions: Iterable[str], counted: bool = False) -> Node:
    """Parse one side; with ``counted``, W^2 is the W of layer 2. Raises `Unreadable`."""
    parser = _Parser(tokens, frozenset(functions), counted)
    node = parser.sum()
    if not parser.done():
        raise Unreadable(f"{parser.peek().text} cannot stand there")
    return node


class _Parser:
    """Recursive descent over the tokens of a side; ``functions`` are the page's own functions."""

    def __init__(self, tokens: Sequence[Token], functions: frozenset[str], counted: bool) -> None:
        self.tokens = [token for token, depth in with_depth(tokens, "begin") if depth or not is_layout(token)]
        self.functions = functions
        self.counted = counted
        self.place = 0

    def done(self) -> bool:
        return self.place >= len(self.tokens)

    def peek(self, ahead: int = 0) -> Token:
        place = self.place + ahead
        return self.tokens[place] if place < len(self.tokens) else Token("finish", "", 0, 0)

    def take(self) -> Token:
        token = self.peek()
        if token.kind == "finish":
            raise Unreadable("something is missing at the end")
        self.place += 1
        return token

    def at(self, *texts: str) -> bool:
        return not self.done() and self.peek().text in texts

    def skip(self, *texts: str) -> bool:
        found = self.at(*texts)
        self.place += found
        return found

    def expect(self, text: str) -> None:
        if not self.skip(text):
            raise Unreadable(f"{text} is missing")

    def sum(self) -> Node:
        terms = [(1, self.product())]
        while self.at("+", "-"):
            terms.append((1 if self.take().text == "+" else -1, self.product()))
        return make_sum(terms)

    def product(self) -> Node:
        factors = [self.factor()]
        while True:
            if self.skip(r"\cdot", r"\times", "*", r"\ast"):
                if not self._power_of_ten(factors):
                    factors.append(self.factor())
            elif self.skip("/", r"\div"):
                factors = [Quotient(make_product(factors), self.factor())]
            elif self.skip(r"\odot"):
                factors = [Call("odot", (make_product(factors), self.factor()))]
            elif self._starts_factor():
                if self.peek().kind == "number" and self.tokens[self.place - 1].kind == "number":
                    raise Unreadable("two numbers stand side by side")
                factors.append(self.factor())
            else:
                return make_product(factors)

    def _power_of_ten(self, factors: list[Node]) -> bool:
        r"""Take the power of 1.5 \cdot 10^{-7} into the number before it, and tell whether one stands there."""
        power = r"10 \^ \{ (- )?\d+ \}"
        match = re.match(power, " ".join(self.peek(ahead).text for ahead in range(6)))
        number = factors[-1].part if isinstance(factors[-1], Neg) else factors[-1]
        if match is None or not isinstance(number, Number) or "e" in number.text:
            return False
        self.place += len(match[0].split())
        scaled = Number(f"{number.text}e{''.join(match[0].split()[3:-1])}")
        factors[-1] = scaled if number is factors[-1] else Neg(scaled)
        return True

    def _starts_factor(self) -> bool:
        token = self.peek()
        if token.kind == "sign":
            return token.text in OPENING
        return token.kind in ("number", "letter", "word", "begin") or (
            token.kind == "command" and token.text not in OPERATORS and token.text not in RELATIONS
        )

    def factor(self) -> Node:
        if self.skip("-"):
            return Neg(self.factor())
        if self.skip("+"):
            return self.factor()
        node = self.primary()
        while self.skip("^"):
            node = Power(node, self.script())
        return node

    def script(self) -> Node:
        if self.skip("{"):
            node = self.sum()
            self.expect("}")
            return node
        if self.peek().kind == "number" and len(self.peek().text) > 1:
            raise Unreadable("an exponent of several digits has no braces")
        return self.primary()

    def primary(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return Number(token.text)
        if token.text in OPENING:
            return self._bracket(token.text)
        if token.text == "|":
            node = self.sum()
            self.expect("|")
            return Call("abs", (node,))
        if token.text in FRACTIONS:
            return self._fraction()
        if token.text == r"\sqrt":
            return self._root()
        if token.kind == "begin":
            return self._matrix() if token.text in _MATRICES else self._cases(token)
        if token.text in _DOTS:
            return DOTS
        if token.text == r"\pi":
            return Call("pi", ())
        if token.text == "e" and not self.at("_"):
            return Call("exp", (self.script() if self.skip("^") else Number("1"),))
        self.place -= 1
        return self._named()

    def _bracket(self, opening: str) -> Node:
        node = self.sum()
        self.expect(OPENING[opening])
        if opening == "{" and self.skip("_"):
            self._raw()
        return node

    def _raw(self) -> list[Token]:
        """Take the argument of a script or accent without parsing it."""
        token = self.take()
        if token.text != "{":
            if token.kind == "number" and len(token.text) > 1:
                raise Unreadable("a script of several digits has no braces")
            return [token]
        taken: list[Token] = []
        depth = 1
        while True:
            token = self.take()
            depth += (token.text == "{") - (token.text == "}")
            if not depth:
                return taken
            taken.append(token)

    def _fraction(self) -> Node:
        above, below = self._argument(), self._argument()
        if _is_differential(above) and _is_differential(below):
            return Symbol(f"{_joined(above)}/{_joined(below)}")
        return Quotient(parse(above, self.functions, self.counted), parse(below, self.functions, self.counted))

    def _argument(self) -> list[Token]:
        r"""Take an argument as TeX does: \frac12 is one half."""
        token = self.peek()
        if token.kind != "number" or len(token.text) == 1:
            return self._raw()
        if "." in token.text:
            raise Unreadable("a decimal stands in a fraction without braces")
        first, rest = replace(token, text=token.text[0]), replace(token, text=token.text[1:])
        self.tokens[self.place : self.place + 1] = [first, rest]
        return [self.take()]

    def _root(self) -> Node:
        degree: Node = Number("2")
        if self.skip("["):
            degree = self.sum()
            self.expect("]")
        radicand = parse(self._argument(), self.functions, self.counted)
        if degree == Number("2"):
            return Call("sqrt", (radicand,))
        return Power(radicand, Quotient(Number("1"), degree))

    def _inside(self) -> list[Token]:
        """Take what stands in an environment."""
        end = next((i for i in range(self.place, len(self.tokens)) if self.tokens[i].kind == "end"), None)
        if end is None:
            raise Unreadable("an environment does not end")
        inside = self.tokens[self.place : end]
        self.place = end + 1
        return inside

    def _matrix(self) -> Node:
        rows = [
            [parse(cell, self.functions, self.counted) for cell in _split(row, "&")]
            for row in _split(self._inside(), "\\\\")
        ]
        if len({len(row) for row in rows}) != 1:
            raise Unreadable("the rows of a matrix are not of one length")
        return Matrix(tuple(map(tuple, rows)))

    def _cases(self, begin: Token) -> Node:
        if begin.text not in ("cases", "dcases"):
            raise Unreadable(f"the environment {begin.text} is not numbers")
        end = next((i for i in range(self.place, len(self.tokens)) if self.tokens[i].kind == "end"), None)
        if end is None:
            raise Unreadable("the cases do not end")
        inside = [token for token in self.tokens[self.place : end] if token.kind != "quad"]
        rows = [self._case(row) for row in _split(inside, "\\\\") if row]
        self.place = end + 1
        return Cases(tuple(rows))

    def _case(self, row: list[Token]) -> tuple[Node, tuple[tuple[Node, str, Node], ...]]:
        value, *condition = _split([t for t in row if t.text not in (",", ".")], "&")
        tests = [token for part in condition for token in part if token.kind != "prose"]
        relations = [RELATIONS[token.text] for token in tests if token.text in RELATIONS]
        if not relations:
            return parse(value, self.functions, self.counted), ()
        sides = [parse(side, self.functions, self.counted) for side in _split(tests, *RELATIONS)]
        return parse(value, self.functions, self.counted), tuple(zip(sides, relations, sides[1:], strict=False))

    def _named(self) -> Node:
        """Read a function with its arguments, or a symbol with its scripts."""
        token = self.take()
        name = token.text.lstrip("\\")
        primes = self._primes()
        if self._is_function(token, name):
            return self._call(name + primes)
        if name in _ACCENTS:
            name = f"{name}({_joined(self._raw())})"
        elif name == "partial":
            return self._differential()
        elif token.kind == "command" and name not in _GREEK:
            raise Unreadable(f"{token.text} is not known")
        elif token.kind not in ("letter", "word", "command"):
            raise Unreadable(f"{token.text} cannot stand there")
        if name == "Delta" and self.peek().kind in ("letter", "command"):
            name += _joined([self.take()])
        return Symbol(self._scripts(name + primes))

    def _primes(self) -> str:
        primes = ""
        while True:
            if self.skip("'"):
                primes += "'"
            elif self.at("^") and self.peek(1).text == r"\prime":
                self.place += 2
                primes += "'"
            elif self.at("^") and [self.peek(n).text for n in (1, 2, 3)] == ["{", r"\prime", "}"]:
                self.place += 4
                primes += "'"
            else:
                return primes

    def _is_function(self, token: Token, name: str) -> bool:
        if token.kind == "command" and name in NAMED:
            return True
        called = self.at("(", "[") or (self.peek().kind == "begin" and self.peek().text in _MATRICES)
        return called and (token.kind == "word" or name == "sigma" or name in self.functions)

    def _call(self, name: str) -> Node:
        power = self.script() if self.skip("^") else None
        opening = self.peek().text
        if opening in ("(", "[", r"\{"):
            self.take()
            args = [self.sum()]
            while self.skip(",", ";"):
                args.append(self.sum())
            self.expect(OPENING[opening])
        else:
            args = [self.factor()]
        call = Call({"log": "ln"}.get(name, name), tuple(args))
        return call if power is None else Power(call, power)

    def _differential(self) -> Node:
        r"""Read \partial L / \partial w."""
        above = self._symbol_text()
        self.expect("/")
        self.expect(r"\partial")
        return Symbol(f"∂{above}/∂{self._symbol_text()}")

    def _symbol_text(self) -> str:
        node = self._named()
        if not isinstance(node, Symbol):
            raise Unreadable("a derivative is not that of a symbol")
        return node.name

    def _scripts(self, name: str) -> str:
        """Read subscripts, and superscripts that are labels and not exponents."""
        below = above = turned = ""
        while True:
            if self.skip("_"):
                below += _joined(self._raw())
            elif self.at("^") and (self._label_follows() or (not below and self._layer_follows(name))):
                self.take()
                label = self._raw()
                if label[-1].text == r"\top":
                    turned = TRANSPOSED
                    label.pop()
                above += _joined(label).replace(",", "")
            else:
                below, above = f"_{below}" if below else "", f"^{above}" if above else ""
                return name + below + above + turned + self._primes()

    def _label_follows(self) -> bool:
        token = self.peek(2) if self.peek(1).text == "{" else self.peek(1)
        return (
            token.kind in ("word", "prose")
            or token.text in (r"\top", r"\langle")
            or (token.text in ("(", "[", "*", "+", "-") and self._label_is_short())
        )

    def _layer_follows(self, name: str) -> bool:
        """Tell the number of a layer from an exponent: w^2_{11}, a^{2,[1]}_1 and, where it is said so, W^2 and b^2."""
        braces = self.peek(1).text == "{"
        token, after = self.peek(1 + braces), self.peek(2 + braces)
        if token.kind != "number" or "." in token.text:
            return False
        if braces and after.text in (",", r"\top", r"\langle"):
            return True
        ends = self.peek(2 + 2 * braces) if not braces or after.text == "}" else after
        is_known = name in ("b", "W", "Z", "A", "Delta") or name.startswith("bold ")
        return ends.text == "_" or (self.counted and is_known)

    def _label_is_short(self) -> bool:
        """Tell w^{-} and w^{(1)[2]} from w^{-1}: a label in braces is a mark or a group of brackets."""
        if self.peek(1).text != "{":
            return True
        return self.peek(2).text in ("(", "[") or self.peek(3).text == "}"


def _split(tokens: Sequence[Token], *separators: str) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token, depth in with_depth(tokens):
        if depth == 0 and (token.text in separators or (token.kind == "break" and "\\\\" in separators)):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _is_differential(tokens: list[Token]) -> bool:
    return len(tokens) > 1 and tokens[0].text in (r"\partial", "d")


def _joined(tokens: Sequence[Token]) -> str:
    """Write the tokens of a name so that equal names are equal text."""
    if tokens and tokens[0].text == r"\partial" and len(tokens) > 1:
        return f"∂{_joined(tokens[1:])}"
    if any(t.text in ("_", "^") for t in tokens):
        node = parse(tokens, ())
        if isinstance(node, Symbol):
            return node.name
    return "".join(token.text.lstrip("\\") for token in tokens if token.text not in ("{", "}"))
