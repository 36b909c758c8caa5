"""Formulas as MathML: what is written by hand here, and what must stop a build."""

import pytest
from docutils import nodes
from docutils.utils import new_document
from formulas import characters, hold_on, mathml
from sphinx.errors import ExtensionError


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\tfrac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        (r"W^{\mathsf{T}}", "<msup><mi>W</mi><mrow><mi>𝖳</mi></mrow></msup>"),
        (r"\overline g", '<mi>g</mi><mo accent="true" stretchy="true">‾</mo>'),
        (r"a, \dots", "<mi>…</mi>"),
        (r"t \ln y", '<mo lspace="0.17em" rspace="0.17em">ln</mo><mi>y</mi>'),
        (r"\ln(x)", '<mo lspace="0.17em" rspace="0">ln</mo><mo stretchy="false">(</mo>'),
        ("a < b", "<mo>&#x0003C;</mo>"),
        (r"\mathrm{d}x", '<mi mathvariant="normal">d</mi><mi>x</mi>'),
        (r"\mathbf{x}", "<mi>𝐱</mi>"),
        (
            r"\begin{split} a &= b \\ c &= d \end{split}",
            '<mtd columnalign="right"><mi>c</mi></mtd>',
        ),
    ],
)
def test_a_formula_is_written_as_browsers_need_it(latex: str, expected: str) -> None:
    assert expected in mathml(latex)


@pytest.mark.parametrize(
    "latex",
    [
        r"\unknown x",
        r"x^{",
        r"\frac{1}",
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        "a & b",
        r"a \\ b",
        r"\boldsymbol{x}",
        r"\mathbf x",
        r"\mathsf t",
        r"\boxed{x}",
    ],
)
def test_what_a_page_would_show_wrongly_stops_the_build(latex: str) -> None:
    with pytest.raises(ExtensionError, match=r"formula .* (cannot be read|is not understood)"):
        mathml(latex)


def test_the_font_gets_all_that_is_shown() -> None:
    assert characters([f"x {mathml('h = W')} y"]) == set("h=Wℎ𝑊")
    assert characters([mathml(r"\sigma < \text{az}")]) == set("σ<az𝜎")
    assert characters([mathml(r"\sqrt{2}"), mathml(r"\sqrt[3]{x}")]) == set("√23x𝑥")


class App:
    """As much of Sphinx as is asked."""

    class builder:  # noqa: N801
        format = "html"


@pytest.mark.parametrize(
    ("before", "after", "held", "left"),
    [
        ("take (", "), or", ("(", "),"), ("take ", " or")),
        ("take ", " or", ("", ""), ("take ", " or")),
        ("a; ", ": b.", ("", ":"), ("a; ", " b.")),
        ("甲（", "），乙", ("（", "），"), ("甲", "乙")),
    ],
)
def test_a_formula_holds_on_to_the_signs_at_it(
    before: str, after: str, held: tuple[str, str], left: tuple[str, str]
) -> None:
    document = new_document("page")
    formula = nodes.math("", "x")
    paragraph = nodes.paragraph("", "", nodes.Text(before), formula, nodes.Text(after))
    document += paragraph
    hold_on(App, document, "page")
    assert (formula.get("before", ""), formula.get("after", "")) == held
    assert (paragraph[0].astext(), paragraph[2].astext()) == left
