"""The room that texts need: how wide letters are in wide fonts.

Readers choose the font of a page. DejaVu Sans Bold and DejaVu Sans Mono Bold are among the widest
that text is set in, and for each letter the wider of the two counts. A test measures the letters in
the fonts that Matplotlib carries; here they are written down, because Matplotlib is a third of what
a chapter would have to load into a browser.
"""

import unicodedata

TEXT = 14.4  # the size of letters

# the width of letters in parts of the size, as fonts count it, and the letters that are so wide
UNIT = 1 / 2048
TABLE = r"""
1024 ∥  1233 !"'()*,-./:;?IJ[\]_`cfijlrstz|§°²³¹·łΙεζιξςᵀᵢ–‘’′″⁰ⁱ⁴⁵⁶⁷⁸⁹⁺⁻ⁿ₀₁₂₃₄₅₆₇₈₉₊₋∂⋅ⱼ  1249 ∫
1282 ∘  1294 Ξ  1296 λ  1305 LΓ  1307 τ  1309 •  1315 Ł  1320 ϵ  1321 xχ  1335 vy  1346 “”  1353 ϑ
1362 k  1366 √  1382 a  1383 υ  1389 e  1395 γν  1397 TΤ  1399 EFΕΣ  1407 oøαδθο
1425 $0123456789£€  1427 ∆∇  1455 κ  1458 hnu{}η  1466 bdgpqβρ  1470 ∑  1473 ß  1475 S  1483 YΥ
1485 ZΖ  1501 PΡ  1503 C  1507 µμ  1561 BΒ  1577 R  1579 XΧ  1585 AVΑΔΛ  1587 KΚ  1595 σ  1602 φ
1612 ∏  1620 π  1626 ψ  1631 ϕ  1663 U  1681 G  1700 D  1706 ∞  1714 HNΗΝΠ
1716 #+<=>^~¬±×÷←↑→↓↔⇒−∓∗≈≠≡≤≥⊕⊗⊙  1740 Ψ  1741 OQΘΟΦΩ  1780 ω  1786 &  1836 ∈  1892 w  2038 MΜ
2048 @—…  2052 %  2120 ½  2134 m  2146 æ  2241 œ  2259 W  2390 Œ
"""
WORDS = TABLE.split()
WIDTHS = {
    letter: int(width) * UNIT
    for width, letters in zip(WORDS[::2], WORDS[1::2], strict=True)
    for letter in letters
}
WIDTHS[" "] = WIDTHS["i"]  # of the font in which all letters are equally wide


def text_width(text: str, size: float = TEXT) -> float:
    """Return the width of a text in a wide font: in other fonts it takes less room."""
    return size * sum(map(letter_width, text))


def letter_width(letter: str) -> float:
    """Return the width of a letter in sizes of the font; one that is not known is a square.

    >>> letter_width("m") > letter_width("é") == letter_width("e") > letter_width("i")
    True
    """
    without_accents = unicodedata.normalize("NFD", letter)[0]
    return WIDTHS.get(without_accents, 1.0)
