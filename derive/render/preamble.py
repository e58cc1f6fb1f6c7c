"""What stands before the body of a document in LaTeX. It takes no long time to load, so that an engine begins soon."""

from pylatex import Document, NoEscape

from derive.resources import environment

_PAPERS = {"a4": "a4paper", "letter": "letterpaper"}


def begun(paper: str, *, copies: bool) -> Document:
    """Begin a document, with what sheets and keys need if it may be one of these."""
    latex = Document(
        documentclass="article",
        document_options=["11pt", _PAPERS[paper]],
        fontenc="T1",
        inputenc="utf8",
        lmodern=True,
        textcomp=False,
        page_numbers=False,
    )
    for name in ("preamble", "pagefoot", "copy") if copies else ("preamble",):
        latex.preamble.append(NoEscape(environment("latex").get_template(f"latex/{name}.tex.j2").render()))
    return latex


def preamble(paper: str) -> str:
    """Write what stands before the body of every document for this paper, but for what makes bookmarks of headings."""
    latex = begun(paper, copies=True)
    latex.preamble.append(NoEscape(r"\providecommand{\texorpdfstring}[2]{#1}"))
    return str(latex.dumps()).partition(r"\begin{document}")[0]
