"""The forward pass: from inputs and parameters to the loss."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache

import sympy
from sympy import Expr

from derive.catalog.activations import Activation
from derive.catalog.layer_activations import LayerActivation
from derive.config.formula import parse_formula
from derive.kind import Kind
from derive.numbers.arithmetic import calculation, working_precision
from derive.symbolic import add, derivative, has_cases, mul, named_function, opened, slot, slots
from derive.tape.layer import share_rule, sum_rule
from derive.tape.loss import loss_rule
from derive.tape.penalty import record_penalty
from derive.tape.quantity import Quantity, Recorder
from derive.tape.rule import Rule
from derive.tape.structure import Structure


def record_givens(tape: Recorder, structure: Structure) -> None:
    """Write down the data and the parameters: all given, but for targets that follow from the inputs by formula."""
    for sample in structure.numbers:
        for unit in range(1, structure.inputs + 1):
            tape.add(Quantity(f"x_{unit}{suffix(sample)}", Kind.INPUT, unit=unit, sample=sample))
    widths = structure.widths()
    for number, layer in enumerate(structure.layers, 1):
        for i in range(1, widths[number - 1] + 1):
            for j in range(1, layer.units + 1):
                tape.add(Quantity(f"w_{number}_{i}_{j}", Kind.WEIGHT, layer=number, unit=j, source=i))
        if layer.bias == "own":
            for unit in range(1, layer.units + 1):
                tape.add(Quantity(f"b_{number}_{unit}", Kind.BIAS, layer=number, unit=unit))
        elif layer.bias == "shared":
            tape.add(Quantity(f"b_{number}", Kind.BIAS, layer=number))
    for sample, formulas in zip(structure.numbers, structure.targets, strict=True):
        for output, formula in enumerate(formulas, 1):
            key = f"y_{output}{suffix(sample)}"
            if formula is None:
                tape.add(Quantity(key, Kind.TARGET, unit=output, sample=sample))
            else:
                rule, units = target_rule(formula, structure.inputs)
                args = tuple(tape.place[f"x_{unit}{suffix(sample)}"] for unit in units)
                tape.add(Quantity(key, Kind.TARGET, rule, args, unit=output, sample=sample))


def record_forward(tape: Recorder, structure: Structure) -> None:
    """Write down each sample's forward pass and loss, and the loss over all samples with the penalty."""
    losses = [_record_sample(tape, structure, place) for place in range(structure.samples)]
    if not structure.single:
        rule = reduction_rule(structure.reduction, len(losses))
        losses = [tape.add(Quantity(*_loss_of_data(structure), rule, tuple(losses)))]
    if structure.penalty is not None:
        penalty = record_penalty(tape, structure.penalty)
        tape.add(Quantity("loss", Kind.LOSS, reduction_rule("sum", 2), (*losses, penalty)))


def _loss_of_data(structure: Structure) -> tuple[str, Kind]:
    """Return the key and the kind of the loss without the penalty, which is the loss where there is none."""
    return ("loss", Kind.LOSS) if structure.penalty is None else ("data_loss", Kind.DATA_LOSS)


def _record_sample(tape: Recorder, structure: Structure, number: int) -> int:
    """Write down the forward pass of a sample, which is counted from 0 here; returns the place of its loss."""
    sample = structure.numbers[number]
    end, place = suffix(sample), tape.place
    inputs = [place[f"x_{unit}{end}"] for unit in range(1, structure.inputs + 1)]
    for layer in range(1, len(structure.layers) + 1):
        inputs = _record_layer(tape, structure, layer, inputs, sample)
    targets = [place[f"y_{output}{end}"] for output in range(1, structure.outputs + 1)]
    corners = structure.corners[number] if structure.corners else None
    rule = loss_rule(structure.loss, structure.outputs, corners)
    key, kind = (f"loss{end}", Kind.LOSS) if sample else _loss_of_data(structure)
    return tape.add(Quantity(key, kind, rule, (*inputs, *targets), sample=sample))


def _record_layer(tape: Recorder, structure: Structure, number: int, inputs: list[int], sample: int) -> list[int]:
    """Write down what a sample makes of a layer; returns the places of its activations."""
    end, place, layer = suffix(sample), tape.place, structure.layers[number - 1]
    summed = weighted_sum(len(inputs), layer.bias != "none")

    def pre_activation(unit: int) -> int:
        args = [*inputs, *(place[f"w_{number}_{i}_{unit}"] for i in range(1, len(inputs) + 1))]
        if layer.bias != "none":
            args.append(place[f"b_{number}_{unit}" if layer.bias == "own" else f"b_{number}"])
        key = f"z_{number}_{unit}{end}"
        return tape.add(Quantity(key, Kind.PRE_ACTIVATION, summed, tuple(args), number, unit, 0, sample))

    def activation(unit: int, rule: Rule, *args: int) -> int:
        return tape.add(Quantity(f"a_{number}_{unit}{end}", Kind.ACTIVATION, rule, args, number, unit, 0, sample))

    units = range(1, layer.units + 1)
    if isinstance(layer.activation, LayerActivation):
        z = [pre_activation(unit) for unit in units]
        rule = sum_rule(layer.activation, layer.units)
        total = tape.add(Quantity(f"sum_{number}{end}", Kind.LAYER_SUM, rule, tuple(z), number, 0, 0, sample))
        rule = share_rule(layer.activation)
        return [activation(unit, rule, z[unit - 1], total) for unit in units]
    rule = activation_rule(layer.activation)
    return [activation(unit, rule, pre_activation(unit)) for unit in units]


def suffix(sample: int) -> str:
    """Return what a sample's number adds to a key."""
    return f"_s{sample}" if sample else ""


@cache
def weighted_sum(count: int, bias: bool) -> Rule:
    """z = x₁w₁ + x₂w₂ + … (+ b). Slots: the inputs, their weights, the bias."""
    terms: list[Expr] = [mul((slot(i), slot(count + i))) for i in range(count)]
    if bias:
        terms.append(slot(2 * count))
    return Rule(2 * count + bias, add(terms), add(terms))


@cache
def activation_rule(activation: Activation) -> Rule:
    """a = f(z), with the textbook form of f' once SymPy's derivative of f has confirmed it. Slots: z, and a for f'."""
    z, a = slots(2)
    numeric, textbook = activation.formula(z), activation.derivative(z, a)
    confirm_derivative(activation)
    if not activation.symbol:
        return Rule(1, numeric, numeric, {0: (textbook, textbook)})
    function, prime = _names(activation)
    if has_cases(numeric):
        numeric = function(z)
    if has_cases(textbook):
        textbook = prime(z)
    return Rule(1, function(z), numeric, {0: (prime(z), textbook)})


def _names(activation: Activation) -> tuple[type[sympy.Function], type[sympy.Function]]:
    """Make the functions f and f' that stand for an activation; what has cases is put in where a case is taken."""

    def derivative_of(z: Expr) -> Expr:
        return activation.derivative(z, slot(1))

    def named(mark: str, definition: Callable[[Expr], Expr]) -> type[sympy.Function]:
        by_cases = has_cases(definition(slot(0)))
        name, symbol = activation.name + mark, activation.symbol + mark
        return named_function(name, symbol, definition if by_cases else None, by_cases=by_cases)

    return named("", activation.formula), named("'", derivative_of)


@cache
def activation_derivative(activation: Activation) -> tuple[Rule, tuple[int, ...]]:
    """Return the derivative of an activation as a rule, and which of (z, a) its slots are."""
    partial = activation_rule(activation).partial(0)
    return Rule(len(partial.places), *partial.shape), partial.places


_MANY_DIGITS = 200
_POINTS = tuple(map(Decimal, ("-7.1", "-2.3", "-0.4", "0.7", "1.9", "8.3")))


@cache
def confirm_derivative(activation: Activation) -> None:
    """Compare a textbook derivative with what SymPy derives from the formula, at 50 digits on both sides of any kink.

    Points at which a formula has no value are passed over.

    Raises:
        AssertionError: if the record of the catalogue is wrong.
    """
    z, a = slots(2)
    formula = calculation(activation.formula(z))
    derived = calculation(derivative(opened(activation.formula(z)), z))
    textbook = calculation(opened(activation.derivative(z, a)))
    with working_precision(_MANY_DIGITS):
        for point in _POINTS:
            try:
                expected = Decimal(derived.closely([point]))
                difference = expected - textbook.closely([point, formula.closely([point])])
            except ArithmeticError:
                continue
            if abs(difference) > Decimal("1e-50") * (1 + abs(expected)):
                raise AssertionError(f"the derivative of {activation.name} in the catalogue is not that of its formula")


@cache
def reduction_rule(reduction: str, samples: int) -> Rule:
    """Build the mean or the sum of the samples' losses."""
    total = add(slots(samples))
    definition = mul((sympy.Rational(1, samples), total)) if reduction == "mean" else total
    return Rule(samples, definition, definition)


@cache
def target_rule(formula: str, inputs: int) -> tuple[Rule, tuple[int, ...]]:
    """Read a target's formula; returns its rule and the units of the inputs that fill its slots."""
    names = {f"x{unit}": slot(unit - 1) for unit in range(1, inputs + 1)}
    expression = parse_formula(formula, names)
    return Rule(inputs, expression, expression), tuple(range(1, inputs + 1))
