"""The worked solution: the whole page, section by section."""

from collections.abc import Iterator, Sequence

from derive.document.blocks import Block, Document
from derive.document.page import Page
from derive.document.sections.appendices import delta_appendix, explain_appendix
from derive.document.sections.network import network_section
from derive.document.sections.steps import backward_section, forward_section, loss_section
from derive.document.sections.summary import summary_section
from derive.document.sections.training import training_section
from derive.document.sections.update import update_section
from derive.tape.composed import Verdict
from derive.tape.quantity import Quantity


def compose(start: Page, steps: Sequence[Page], explained: Quantity, verdict: Verdict | None = None) -> Document:
    """Arrange the worked solution, from a page for the start with all samples and one for each worked step.

    ``explained`` is the parameter whose chain rule the second appendix takes apart.
    """
    first = steps[0]
    blocks = (
        *network_section(start),
        *(block for page in steps for block in _step(page)),
        *training_section(start, verdict),
        *delta_appendix(first),
        *explain_appendix(first, explained),
    )
    return Document(start.config.title, blocks, start.config.report.paper, language=start.config.report.language)


def _step(page: Page) -> Iterator[Block]:
    """Work one step of the training: forward, loss, backward, update, and what it has changed."""
    yield from forward_section(page)
    yield from loss_section(page)
    yield from backward_section(page)
    yield from update_section(page)
    yield from summary_section(page)
