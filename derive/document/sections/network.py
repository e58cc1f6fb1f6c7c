"""The structure of the network: what is given, the diagram, the activation functions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf

from derive.document.blocks import Block, Figure, Heading, Items, Math, Paragraph, Spans, Table, joined
from derive.document.diagram import Layer, Network, Unit, Weight, layout, may_fit
from derive.document.page import Page
from derive.document.rows import rows
from derive.document.sections.activations import activation_section
from derive.document.sections.drawn import drawn_items
from derive.document.sections.given import penalty_items, training_items, worked_updates
from derive.document.sections.lossfunction import loss_function
from derive.document.sections.matrix import wide_given
from derive.document.sections.tables import by_sample, calculated_targets, parts, unmarked
from derive.kind import Kind
from derive.notation.pattern import with_symbols
from derive.notation.printer import printed
from derive.tape.quantity import Quantity

MOST_IN_LINE = 9
"""A list of more weights than this stands in a table."""


def network_section(page: Page) -> Iterator[Block]:
    """Write what is learned, what is given, and how the network looks."""
    yield Paragraph(_introduction(page))
    yield Paragraph(_precision(page))
    if page.brief:
        yield Paragraph(page.words("brief.text", number=page.words.number(page.lines)))
    yield Heading(1, page.words("network.heading"))
    yield from given_section(page)
    yield diagram_block(page)
    yield from activation_section(page)
    yield from loss_function(page)


def given_section(page: Page) -> Iterator[Block]:
    """List what is given: inputs, layers, targets, loss and training."""
    yield Items(tuple(_items(page)), numbered=True)
    yield from _conventions(page)
    if not page.structure.single:
        places = (*page.tape.by_kind[Kind.INPUT], *page.tape.by_kind[Kind.TARGET])
        columns = [q for q in map(page.tape.quantities.__getitem__, places) if q.sample == page.samples[0]]
        if page.brief:
            columns = [quantity for quantity in columns if quantity not in calculated_targets(page)]
        yield from by_sample(page, columns)
    if page.config.report.form == "scalar":
        yield from wide_given(page) if page.brief else _weight_tables(page)
    elif not page.brief:
        yield from _weight_tables(page)


def _conventions(page: Page) -> Iterator[Paragraph]:
    """Say how quantities are called."""
    deep = page.notation.deep and len(page.structure.layers) > 2
    yield Paragraph(page.words(f"network.names.{page.notation.name}{'_deep' if deep else ''}"))
    if page.config.report.names:
        yield Paragraph(page.words("network.own_names"))
    if page.marked_step is not None:
        yield Paragraph(page.words("network.steps", loss=_example(page, step=2)))
    if not page.structure.single:
        yield Paragraph(page.words("network.samples", loss=_example(page, sample=2)))


def _example(page: Page, sample: int = 0, step: int | None = None) -> Spans:
    """Write the symbol of the loss with a mark."""
    return (Math(replace(page.bare("loss"), sample=sample, step=step).latex),)


def _precision(page: Page) -> Spans:
    """Say how values are rounded, and where one is that is written so, that there are powers of ten."""
    words, style = page.words, page.values.style
    digits = words.count("count.significant" if style.significant else "count.decimal", style.digits)
    spans = words(f"intro.{page.config.report.carry}", digits=digits)
    return (*spans, *words("intro.powers")) if page.has_powers else spans


def _introduction(page: Page) -> Spans:
    words, structure = page.words, page.structure
    hidden = len(structure.layers) - 1
    fillings: dict[str, str | Spans] = {
        "works": worked_updates(page),
        "inputs": words.count("count.input", structure.inputs),
        "hidden": words.count("count.hidden", hidden) if hidden else words.plain("count.hidden.none"),
        "outputs": words.count("count.output", structure.outputs),
        "samples": words.count("count.sample", structure.samples),
    }
    first = structure.targets[0]
    if all(target == first for target in structure.targets) and all(first):
        sample = page.samples[0]
        targets = joined(_target_formula(page, output, sample) for output in range(1, structure.outputs + 1))
        return words("intro.learns", targets=targets, **fillings)
    return words("intro.learns_numbers", **fillings)


def _target_formula(page: Page, output: int, sample: int) -> Spans:
    """Write a target's formula without the mark of a sample."""
    quantity = page.tape[f"y_{output}" + (f"_s{sample}" if sample else "")]
    assert quantity.rule is not None
    symbols = [unmarked(page, arg) for arg in quantity.args]
    text = with_symbols(printed(quantity.rule.symbolic), symbols).replace("\x1f", "")
    return (Math(f"{unmarked(page, page.place(quantity))} = {text}"),)


def _items(page: Page) -> Iterator[Spans]:
    words, structure = page.words, page.structure
    single = structure.single
    if single:
        inputs = [page.tape.quantities[place] for place in page.tape.by_kind[Kind.INPUT]]
        yield _list(page, "network.inputs", [page.statement(quantity) for quantity in inputs])
    else:
        yield words(
            "network.input_table",
            units=words.count("count.input", structure.inputs),
            samples=words.count("count.sample", structure.samples),
        )
    for number in range(1, len(structure.layers) + 1):
        yield _layer_item(page, number)
    yield from drawn_items(page)
    if single:
        targets = [page.tape.quantities[place] for place in page.tape.by_kind[Kind.TARGET]]
        key = "network.targets.one" if len(targets) == 1 else "network.targets.many"
        yield _list(page, key, [_target(page, quantity) for quantity in targets])
    else:
        by_formula = page.brief and all(target for row in structure.targets for target in row)
        yield words("network.target_formulas" if by_formula else "network.target_table")
    yield words("network.loss", title=words.title(structure.loss))
    yield from penalty_items(page)
    yield from training_items(page)
    if not single:
        yield words(f"network.reduction.{structure.reduction}")
    if all(layer.bias == "none" for layer in structure.layers):
        yield words("network.no_biases")
    if structure.frozen:
        yield words("network.frozen", names=frozen_names(page))


def _list(page: Page, key: str, values: Sequence[Spans]) -> Spans:
    """List values, on a brief page only if they are few."""
    if page.brief and len(values) > MOST_IN_LINE:
        return page.words(f"{key}_matrix", number=str(len(values)))
    return page.words(key, values=joined(values))


def _target(page: Page, quantity: Quantity) -> Spans:
    if quantity.rule is None:
        return page.statement(quantity)
    ((symbol, side),) = rows(page.chains[page.place(quantity)], widest=inf)
    return (Math(f"{symbol} {side}"),)


def frozen_names(page: Page) -> str:
    """List what is left out of the update, in words."""
    words = page.words
    return ", ".join(
        words.plain(f"frozen.{name}")
        if name in ("weights", "biases")
        else words.plain("frozen.layer", number=page.layer_number(int(name.removeprefix("layer_"))))
        for name in page.config.training.frozen
    )


def _layer_item(page: Page, number: int) -> Spans:
    words, shape = page.words, page.structure.layers[number - 1]
    parameters = page.parameters(number)
    weights = [quantity for quantity in parameters if quantity.kind is Kind.WEIGHT]
    biases = [quantity for quantity in parameters if quantity.kind is Kind.BIAS]
    pieces = [
        words(
            "network.layer",
            title=page.layer_title(number),
            units=words.count("count.unit", shape.units),
            activation=page.words.title(shape.activation),
        )
    ]
    if len(weights) > MOST_IN_LINE:
        pieces.append(words(f"network.layer_weights_{'matrix' if page.brief else 'table'}"))
    else:
        pieces.append(words("network.layer_weights", values=joined(map(page.statement, weights))))
    if page.brief and len(biases) > MOST_IN_LINE:
        pieces.append(words("network.layer_biases_matrix"))
    elif biases:
        key = "layer_shared_bias" if shape.bias == "shared" else "layer_bias" if len(biases) == 1 else "layer_biases"
        pieces.append(words(f"network.{key}", values=joined(map(page.statement, biases))))
    return joined(pieces, "; ")


def _weight_tables(page: Page) -> Iterator[Block]:
    """Tabulate the weights of each layer that has too many for a line."""
    widths = page.structure.widths()
    for number, shape in enumerate(page.structure.layers, 1):
        if widths[number - 1] * shape.units <= MOST_IN_LINE:
            continue
        yield Paragraph(page.words("network.weight_table", layer=page.layer_title(number)))
        widest = max(map(page.length, page.parameters(number)))
        for part in parts(range(1, shape.units + 1), widest):
            header = (page.words("network.from_to"), *((Math(_activation(page, number, j)),) for j in part))
            yield Table(
                header,
                tuple(
                    (
                        (Math(_activation(page, number - 1, i)),),
                        *((Math(page.shown(f"w_{number}_{i}_{j}")),) for j in part),
                    )
                    for i in range(1, widths[number - 1] + 1)
                ),
            )


def _activation(page: Page, layer: int, unit: int) -> str:
    end = "" if page.structure.single else "_s1"
    return page.bare(f"a_{layer}_{unit}{end}" if layer else f"x_{unit}{end}").latex


def diagram_block(page: Page) -> Block:
    """Draw the network, or say that it is too large."""
    structure, words = page.structure, page.words
    drawn = layout(diagram_network(page)) if may_fit(structure.widths()) else None
    too_large = words("network.too_large", units=words.count("count.unit", max(structure.widths())))
    if drawn is None:
        return Paragraph(too_large)
    units = ", ".join(str(shape.units) for shape in structure.layers)
    description = words.plain("network.diagram_text", inputs=words.count("count.input", structure.inputs), units=units)
    return Figure(drawn, words.plain("network.diagram"), description, too_large)


def diagram_network(page: Page) -> Network:
    """Collect what the diagram shows."""
    single = page.structure.single
    end = "" if single else "_s1"

    def unit(key: str) -> Unit:
        return Unit(page.bare(key), page.shown(key) if single and key[0] in "xy" else "", key=key)

    def weight(key: str) -> Weight:
        name = page.names[page.place(key)]
        assert name is not None
        return Weight(name, page.shown(key), key=key)

    widths = page.structure.widths()
    layers = [
        Layer(page.words.plain("network.input_layer"), "", tuple(unit(f"x_{i}{end}") for i in range(1, widths[0] + 1)))
    ]
    for number, shape in enumerate(page.structure.layers, 1):
        units = range(1, shape.units + 1)
        own = tuple(weight(f"b_{number}_{j}") for j in units) if shape.bias == "own" else ()
        layers.append(
            Layer(
                page.layer_title(number),
                page.words.title(shape.activation),
                tuple(unit(f"a_{number}_{j}{end}") for j in units),
                tuple(tuple(weight(f"w_{number}_{i}_{j}") for j in units) for i in range(1, widths[number - 1] + 1)),
                (weight(f"b_{number}"),) if shape.bias == "shared" else own,
                shape.bias == "shared",
            )
        )
    targets = tuple(unit(f"y_{k}{end}") for k in range(1, page.structure.outputs + 1)) if single else ()
    return Network(tuple(layers), targets)
