"""The worked solution: the whole page, section by section."""

from derive.document.blocks import Document
from derive.document.page import Page
from derive.document.sections.appendices import delta_appendix, explain_appendix
from derive.document.sections.network import network_section
from derive.document.sections.steps import backward_section, forward_section, loss_section, update_section
from derive.document.sections.summary import summary_section
from derive.tape.composed import Verdict
from derive.tape.quantity import Quantity


def compose(page: Page, explained: Quantity, verdict: Verdict | None = None) -> Document:
    """Arrange the worked solution. ``explained`` is the parameter whose chain rule the second appendix takes apart."""
    blocks = (
        *network_section(page),
        *forward_section(page),
        *loss_section(page),
        *backward_section(page),
        *update_section(page),
        *summary_section(page, verdict),
        *delta_appendix(page),
        *explain_appendix(page, explained),
    )
    return Document(page.config.title, blocks, page.config.report.paper)
