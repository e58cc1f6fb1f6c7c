"""The lines of a layer that are products of matrices."""

from collections.abc import Sequence
from itertools import chain

from derive.catalog.activations import Activation
from derive.document.layers import Layers
from derive.document.matrices import Matrix, Piece
from derive.document.matrixline import Factor, Product, Texts, texts_filled, texts_of
from derive.document.vectorised import holds_matrices, vectorised
from derive.kind import Kind
from derive.notation.matrix import ONES, TRANSPOSED
from derive.notation.pattern import with_symbols
from derive.notation.printer import printed
from derive.symbolic import slot
from derive.tape.forward import activation_rule, suffix, weighted_sum
from derive.tape.quantity import Quantity
from derive.tape.rule import Partial, Rule


def affine(layers: Layers, number: int) -> Product:
    """Z = Wᵀ X + b 1ᵀ, or with samples as rows Z = X W + 1 bᵀ."""
    before, x = layers.sampled(Kind.ACTIVATION, number - 1), layers.symbol(Kind.ACTIVATION, number - 1)
    w, weights = layers.mapping(number, to_from=not layers.in_rows)
    bias = layers.page.structure.layers[number - 1].bias
    formula = [f"{x} {w}" if layers.in_rows else f"{w} {x}"]
    if bias == "shared":
        formula.append(f"+ {layers.page.symbol(f'b_{number}')}")
    elif bias == "own":
        formula.append(f"+ {_bias_symbol(layers, number)}")

    def numbers(texts: Texts) -> list[Piece]:
        inputs, own = texts_of(before, texts), texts_of(weights, texts)
        pieces: list[Piece] = [(inputs, own) if layers.in_rows else (own, inputs)]
        if bias == "shared":
            text = texts(layers.page.place(f"b_{number}"))
            pieces.append((f"- {text[1:]}" if text.startswith("-") else f"+ {text}",))
        elif bias == "own":
            pieces.append(("+ ", *_bias_numbers(layers, number, texts)))
        return pieces

    operands = _places(layers, (Kind.ACTIVATION, number - 1), (Kind.WEIGHT, number), (Kind.BIAS, number))
    grid = layers.sampled(Kind.PRE_ACTIVATION, number)
    return Product(layers.symbol(Kind.PRE_ACTIVATION, number), grid, formula, numbers, operands)


def _places(layers: Layers, *kinds: tuple[Kind, int]) -> frozenset[int]:
    """Return every quantity of these kinds and layers; the activations of layer 0 are the inputs."""
    tape = layers.page.tape
    found: list[int] = []
    for kind, layer in kinds:
        wanted = Kind.INPUT if kind is Kind.ACTIVATION and not layer else kind
        found += [place for place in tape.by_kind[wanted] if tape.quantities[place].layer == layer]
    return frozenset(found)


def _bias_symbol(layers: Layers, number: int) -> str:
    b = layers.symbol(Kind.BIAS, number, TRANSPOSED if layers.in_rows else "")
    if not layers.batch:
        return b
    return f"{ONES} {b}" if layers.in_rows else rf"{b} {ONES}^{{{TRANSPOSED}}}"


def _bias_numbers(layers: Layers, number: int, texts: Texts) -> list[Matrix]:
    biases = texts_of(layers.biases(number), texts)
    if layers.in_rows:
        return [_ones(layers), biases.transposed] if layers.batch else [biases.transposed]
    return [biases, _ones(layers).transposed] if layers.batch else [biases]


def _ones(layers: Layers) -> Matrix:
    """Make a column of ones, one for each sample."""
    return Matrix(layers.grid(len(layers.page.samples), 1, lambda row, column: "1"))


def carried_back(layers: Layers, number: int) -> Product | None:
    """Δ = (W Δ') ⊙ f'(Z), with samples as rows Δ = (Δ' Wᵀ) ⊙ f'(Z), where W and Δ' are those of the next layer.

    None where f' has no short name. Where units share a sum the line is ∂L/∂A = W Δ' instead.
    """
    after, activation = number + 1, layers.page.structure.layers[number - 1].activation
    partial = activation_rule(activation).partial(0) if isinstance(activation, Activation) else None
    deltas, d = layers.sampled(Kind.DELTA, after), layers.symbol(Kind.DELTA, after)
    w, weights = layers.mapping(after, to_from=layers.in_rows)
    formula = [f"{d} {w}" if layers.in_rows else f"{w} {d}"]
    places = layers.sampled(Kind.DELTA if partial else Kind.ADJOINT, number)
    factors: tuple[Factor, ...] = ()
    if partial and partial.places:
        if not holds_matrices(printed(partial.symbolic)):
            return None
        formula = [f"({formula[0]})", rf"\odot {_slope_symbol(layers, number, partial)}"]
        quantities = [layers.page.tape.quantities[place] for place in places.all]
        factors = (
            Factor(weighted_sum(_width(layers, after), False), places.like([_sum_args(layers, q) for q in quantities])),
            Factor(_rule(partial), places.like([_slope_args(layers, q, partial) for q in quantities])),
        )

    def numbers(texts: Texts) -> list[Piece]:
        inner, own = texts_of(deltas, texts), texts_of(weights, texts)
        both = (inner, own) if layers.in_rows else (own, inner)
        if not factors:
            return [both]
        first, *others = _slope_numbers(factors[1], texts)
        return [(r"\left[ ", *both, r" \right]"), (r"\odot ", *first), *others]

    operands = _places(
        layers, (Kind.DELTA, after), (Kind.WEIGHT, after), (Kind.PRE_ACTIVATION, number), (Kind.ACTIVATION, number)
    )
    return Product(layers(places) or "", places, formula, numbers, operands, factors)


def _width(layers: Layers, number: int) -> int:
    return layers.page.structure.widths()[number]


_SLOTS = (Kind.PRE_ACTIVATION, Kind.ACTIVATION)
"""What the derivative of an activation is over."""


def _slope_symbol(layers: Layers, number: int, partial: Partial) -> str:
    symbols = [layers.symbol(_SLOTS[place], number) for place in partial.places]
    return " ".join("".join(map(str, piece)) for piece in vectorised(printed(partial.symbolic), symbols, ()))


def _slope_numbers(slope: Factor, texts: Texts) -> list[Piece]:
    """Write the derivative of an activation with matrices put in where that can be done."""
    pattern = printed(slope.rule.numeric)
    if not holds_matrices(pattern) or slope.rule.numeric.is_Add:
        return [(texts_filled(slope, texts),)]
    slots = [texts_of(slope.args.like(list(places)), texts) for places in zip(*slope.args.all, strict=True)]
    return vectorised(pattern, slots, ())


def _rule(partial: Partial) -> Rule:
    return Rule(len(partial.places), partial.symbolic, partial.numeric)


def _slope_args(layers: Layers, delta: Quantity, partial: Partial) -> tuple[int, ...]:
    end = f"_{delta.layer}_{delta.unit}{suffix(delta.sample)}"
    return tuple(layers.page.place("za"[place] + end) for place in partial.places)


def _sum_args(layers: Layers, delta: Quantity) -> tuple[int, ...]:
    """Return the next layer's deltas, then the weights that lead to them from the unit of this one."""
    after, place = delta.layer + 1, layers.page.tape.place
    units = range(1, _width(layers, after) + 1)
    deltas = [place[f"delta_{after}_{k}{suffix(delta.sample)}"] for k in units]
    return (*deltas, *(place[f"w_{after}_{delta.unit}_{k}"] for k in units))


def weight_gradients(layers: Layers, number: int) -> Product:
    """∂L/∂W = A Δᵀ, with samples as rows Aᵀ Δ; for a mean over n samples 1/n times that.

    Where a row of W belongs to a unit that its weights lead to, it is Δ Aᵀ and Δᵀ A.
    """
    pair = [(Kind.ACTIVATION, number - 1), (Kind.DELTA, number)]
    first, second = reversed(pair) if layers.to_from else pair
    left, right = layers.sampled(*first), layers.sampled(*second)
    if layers.in_rows:
        left, formula = left.transposed, f"{layers.symbol(*first, TRANSPOSED)} {layers.symbol(*second)}"
    else:
        right, formula = right.transposed, f"{layers.symbol(*first)} {layers.symbol(*second, TRANSPOSED)}"

    def numbers(texts: Texts) -> list[Piece]:
        return [(*_share(layers), texts_of(left, texts), texts_of(right, texts)), *penalty.numbers(texts)]

    penalty = _Penalty(layers, Kind.WEIGHT, number)
    operands = _places(layers, (Kind.ACTIVATION, number - 1), (Kind.DELTA, number)) | penalty.operands
    symbol, sides = layers.gradient(Kind.WEIGHT, number), ["".join((*_share(layers), formula)), *penalty.formula]
    return Product(symbol, layers.weights(number, "grad_"), sides, numbers, operands)


class _Penalty:
    """What the penalties add to the gradients of a layer's weights or biases."""

    def __init__(self, layers: Layers, kind: Kind, number: int) -> None:
        page, shape = layers.page, layers.page.structure.penalty
        found = shape.penalties if shape and (shape.biases or kind is Kind.WEIGHT) else ()
        places = layers.weights(number) if kind is Kind.WEIGHT else layers.biases(number)
        self.terms = [
            (page.place(penalty.key), places, ("+ ", *printed(penalty.slope(slot(0), slot(1))))) for penalty in found
        ]
        symbol = layers.symbol(kind, number)
        self.formula = [with_symbols(pattern, [page.symbols[place], symbol]) for place, _, pattern in self.terms]
        self.operands = frozenset(place for strength, _, _ in self.terms for place in (strength, *places.all))

    def numbers(self, texts: Texts) -> list[Piece]:
        """Write each term in numbers."""
        found: list[Piece] = []
        for place, places, pattern in self.terms:
            slots: list[str | Matrix] = [texts(place), texts_of(places, texts)]
            found.append(tuple(chain.from_iterable(vectorised(pattern, slots, (0,)))))
        return found


def _share(layers: Layers) -> Sequence[str]:
    """Return the factor before a sum over the samples of which the mean is taken."""
    is_mean = layers.batch and layers.page.structure.reduction == "mean"
    return (rf"\frac{{1}}{{{len(layers.page.samples)}}} ",) if is_mean else ()


def bias_gradients(layers: Layers, number: int) -> Product:
    """∂L/∂b = Δ 1 over several samples, with samples as rows Δᵀ 1; for a mean over n samples 1/n times that."""
    deltas = layers.sampled(Kind.DELTA, number)
    formula = f"{layers.symbol(Kind.DELTA, number, TRANSPOSED if layers.in_rows else '')} {ONES}"

    def numbers(texts: Texts) -> list[Piece]:
        left = texts_of(deltas.transposed if layers.in_rows else deltas, texts)
        return [(*_share(layers), left, _ones(layers)), *penalty.numbers(texts)]

    penalty = _Penalty(layers, Kind.BIAS, number)
    symbol, places = layers.gradient(Kind.BIAS, number), layers.biases(number, "grad_")
    operands = _places(layers, (Kind.DELTA, number)) | penalty.operands
    return Product(symbol, places, ["".join((*_share(layers), formula)), *penalty.formula], numbers, operands)
