"""The backward pass: one walk of the tape in reverse.

The adjoint of a quantity is the derivative of the loss for it: the sum, over the quantities that use it, of their
adjoint times their rule's partial derivative. Adjoints of pre-activations (the deltas) and of parameters (the
gradients) get a name and a line; that of an activation is written inside the delta that needs it. A delta is of its
sample's own loss; the reduction over samples enters with the gradients.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import sympy
from sympy import Expr, Integer

from derive.catalog.layer_activations import LayerActivation
from derive.kind import Kind
from derive.symbolic import add, mul, replaced, slot
from derive.tape.forward import suffix
from derive.tape.layer import jacobian_delta_rule, short_delta_rule
from derive.tape.quantity import Quantity, Recorder, by_unit
from derive.tape.rule import Partial, Rule
from derive.tape.structure import Structure

Use = tuple[int, Partial]
"""A quantity that uses another, and its partial derivative for it."""


def record_backward(tape: Recorder, structure: Structure) -> None:
    """Write down every delta, from the last layer to the first, and after each layer's deltas its gradients."""
    walk = _Walk(tape, structure)
    for number in range(len(structure.layers), 0, -1):
        if structure.has_adjoints(number):
            walk.record_adjoints(number)
        for place in walk.pre_activations[number]:
            walk.record_delta(place)
        for parameter in by_unit(walk.parameters[number]):
            walk.record_gradient(parameter)


class _Walk:
    """The reverse walk's bookkeeping: who uses what, and the places of the adjoints that are written down."""

    def __init__(self, tape: Recorder, structure: Structure) -> None:
        self.tape = tape
        self.structure = structure
        self.uses: dict[int, list[Use]] = defaultdict(list)
        self.deltas: dict[int, int] = {}
        self.adjoints: dict[int, int] = {}
        self.terms: dict[tuple[int, bool], _Term] = {}
        self.pre_activations: dict[int, list[int]] = defaultdict(list)
        self.parameters: dict[int, list[Quantity]] = defaultdict(list)
        self.activations: dict[tuple[int, int], list[int]] = defaultdict(list)
        partials: dict[tuple[Rule, int], Partial] = {}
        for place, quantity in enumerate(tape.quantities):
            if quantity.kind is Kind.PRE_ACTIVATION:
                self.pre_activations[quantity.layer].append(place)
            elif quantity.kind in (Kind.WEIGHT, Kind.BIAS):
                self.parameters[quantity.layer].append(quantity)
            rule = quantity.rule
            if quantity.kind is Kind.ACTIVATION:
                self.activations[quantity.layer, quantity.sample].append(place)
            if rule is None or self._is_shared(quantity):
                continue
            for position, argument in enumerate(quantity.args):
                if tape.quantities[argument].kind in _FIXED:
                    continue
                partial = partials.get((rule, position))
                if partial is None:
                    partial = partials[rule, position] = rule.partial(position)
                self.uses[argument].append((place, partial))

    def arguments(self, use: Use) -> tuple[int, ...]:
        """Return the places that a partial is over; the slot after the rule's last is the quantity itself."""
        place, partial = use
        args = self.tape.quantities[place].args
        return tuple([args[i] if i < len(args) else place for i in partial.places])

    def _is_shared(self, quantity: Quantity) -> bool:
        """Tell what goes through the Jacobian of a layer: its sum, and the activations that follow from it."""
        return quantity.kind is Kind.LAYER_SUM or (
            quantity.kind is Kind.ACTIVATION and self.structure.shares(quantity.layer)
        )

    def record_adjoints(self, number: int) -> None:
        """Write down the derivative of each sample's loss for each activation of a layer."""
        for place in [place for sample in self.structure.numbers for place in self.activations[number, sample]]:
            quantity = self.tape.quantities[place]
            places: list[int] = []
            terms = tuple(self._term(use, places) for use in self.uses[place])
            slots, args = _distinct(places)
            key, rule = "adjoint" + quantity.key.removeprefix("a"), _adjoint_rule(terms, slots)
            self.adjoints[place] = self.tape.add(
                Quantity(key, Kind.ADJOINT, rule, args, number, quantity.unit, 0, quantity.sample, of=place)
            )

    def record_delta(self, place: int) -> None:
        """Write down the derivative of the sample's loss for a pre-activation."""
        quantity = self.tape.quantities[place]
        if self.structure.cancels(quantity.layer):
            rule, args = self._short(quantity)
        elif self.structure.shares(quantity.layer):
            rule, args = self._through_jacobian(quantity)
        else:
            rule, args = self._through_slope(place)
        key = "delta" + quantity.key.removeprefix("z")
        self.deltas[place] = self.tape.add(
            Quantity(key, Kind.DELTA, rule, args, quantity.layer, quantity.unit, 0, quantity.sample)
        )

    def _short(self, quantity: Quantity) -> tuple[Rule, tuple[int, ...]]:
        prediction = self.activations[quantity.layer, quantity.sample][quantity.unit - 1]
        target = self.tape.place[f"y_{quantity.unit}{suffix(quantity.sample)}"]
        return short_delta_rule(self.structure.loss), (prediction, target)

    def _through_jacobian(self, quantity: Quantity) -> tuple[Rule, tuple[int, ...]]:
        """Own activation first, then the others of the layer: so all units of it have the same rule."""
        activation = self.structure.layers[quantity.layer - 1].activation
        assert isinstance(activation, LayerActivation)
        layer = list(self.activations[quantity.layer, quantity.sample])
        layer.insert(0, layer.pop(quantity.unit - 1))
        return jacobian_delta_rule(activation, len(layer)), (*(self.adjoints[place] for place in layer), *layer)

    def _through_slope(self, place: int) -> tuple[Rule, tuple[int, ...]]:
        outer: list[tuple[tuple[_Term, ...], _Term]] = []
        places: list[int] = []
        for use in self.uses[place]:
            inner = tuple(self._term(u, places) for u in self.uses[use[0]])
            outer.append((inner, self._term(use, places)))
        slots, args = _distinct(places)
        return _delta_rule(tuple(outer), slots), args

    def _term(self, use: Use, places: list[int]) -> "_Term":
        """Describe adjoint times partial; adds the places that it is over to ``places``."""
        place, partial = use
        delta = self.deltas.get(place)
        if delta is not None:
            places.append(delta)
        places.extend(self.arguments(use))
        key = id(partial), delta is not None
        term = self.terms.get(key)
        if term is None:
            term = self.terms[key] = _term(partial.shape, len(partial.places), delta is not None)
        return term

    def record_gradient(self, quantity: Quantity) -> None:
        """Write down the derivative of the loss over all samples, and of the penalty, for a parameter."""
        place = self.tape.place[quantity.key]
        places: list[int] = []
        uses, of_penalty = self.uses[place], self.tape.place.get("penalty")
        terms = tuple([self._term(use, places) for use in uses if use[0] != of_penalty])
        penalties = tuple([self._term(use, places) for use in uses if use[0] == of_penalty])
        slots, args = _distinct(places)
        rule = _gradient_rule(terms, penalties, slots, self._reduction)
        key, layer, unit, source = f"grad_{quantity.key}", quantity.layer, quantity.unit, quantity.source
        self.tape.add(Quantity(key, Kind.GRADIENT, rule, args, layer, unit, source, 0, place))

    @cached_property
    def _reduction(self) -> Expr:
        """Return the derivative of the loss for each sample's own loss: a constant that all samples share."""
        if self.structure.single:
            return Integer(1)
        own_loss = self.tape.place[f"loss_s{self.structure.numbers[0]}"]
        ((_, partial),) = self.uses[own_loss]
        return partial.numeric


_FIXED = (Kind.INPUT, Kind.TARGET, Kind.STEP, Kind.HYPERPARAMETER)
"""What the loss is not differentiated for."""


@dataclass(frozen=True, eq=False)
class _Term:
    """Adjoint times partial: the partial's shape, how many slots it is over, and whether a delta stands before it.

    There is one object of each kind, so that comparing two costs nothing.
    """

    shape: tuple[Expr, Expr]
    count: int
    has_delta: bool


@cache
def _term(shape: tuple[Expr, Expr], count: int, has_delta: bool) -> _Term:
    return _Term(shape, count, has_delta)


def _distinct(places: list[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Number the places in the order of their first use; returns each one's number, and the places without repeats."""
    order: dict[int, int] = {}
    numbers = tuple([order.setdefault(place, len(order)) for place in places])
    return numbers, tuple(order)


@cache
def _delta_rule(outer: tuple[tuple[tuple[_Term, ...], _Term], ...], slots: tuple[int, ...]) -> Rule:
    """δ = Σ (Σ adjoint · ∂user/∂a) · ∂a/∂z."""
    sides: list[Expr] = []
    for side in (0, 1):
        symbols = iter([slot(number) for number in slots])
        terms = []
        for inner, own in outer:
            adjoint = add(_factor(term, symbols, side) for term in inner)
            terms.append(mul((adjoint, _factor(own, symbols, side))))
        sides.append(add(terms))
    return Rule(1 + max(slots, default=-1), sides[0], sides[1])


@cache
def _adjoint_rule(terms: tuple[_Term, ...], slots: tuple[int, ...]) -> Rule:
    """∂L/∂a = Σ adjoint · ∂user/∂a."""
    symbols = iter([slot(number) for number in slots])
    total = add(_factor(term, symbols, 1) for term in terms)
    return Rule(1 + max(slots, default=-1), total, total)


@cache
def _gradient_rule(
    terms: tuple[_Term, ...], penalties: tuple[_Term, ...], slots: tuple[int, ...], reduction: Expr
) -> Rule:
    """∂L/∂w = reduction · Σ δ · ∂z/∂w + ∂penalty/∂w."""
    symbols = iter([slot(number) for number in slots])
    found = [_factor(term, symbols, 1) for term in terms]
    if reduction != 1:
        found = [mul((reduction, add(found)))]
    of_penalties = [part for term in penalties for part in _terms(_factor(term, symbols, 1))]
    definition = add((*found, *of_penalties))
    return Rule(1 + max(slots), definition, definition)


def _terms(expression: Expr) -> tuple[Expr, ...]:
    return expression.args if expression.is_Add else (expression,)


def _factor(term: _Term, symbols: Iterator[sympy.Symbol], side: int) -> Expr:
    delta = next(symbols) if term.has_delta else None
    partial = replaced(term.shape[side], {slot(i): next(symbols) for i in range(term.count)})
    if delta is None:
        return partial
    return delta if partial == 1 else mul((delta, partial))
