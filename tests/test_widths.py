"""The widths of letters are those of the fonts from which they were taken."""

import re
from html import unescape
from pathlib import Path

import pytest
from matplotlib import get_data_path
from matplotlib.ft2font import FT2Font, LoadFlags
from notebooks import CHAPTERS

from backprop.show.widths import WIDTHS, letter_width, text_width

FONTS = [
    FT2Font(str(Path(get_data_path(), "fonts", "ttf", f"{name}.ttf")))
    for name in ("DejaVuSans-Bold", "DejaVuSansMono-Bold")
]


def measured(letter: str) -> float:
    """Return the width of a letter in the wider font of those that have it."""
    size = 64  # any: outlines that are not fitted to pixels grow evenly
    widths = []
    for font in FONTS:
        if font.get_char_index(ord(letter)):
            font.set_size(size, 72)
            glyph = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
            widths.append(glyph.linearHoriAdvance / 2**16 / size)
    return max(widths)


def test_each_letter_is_as_wide_as_in_the_fonts():
    assert {letter: measured(letter) for letter in WIDTHS} == WIDTHS


def test_all_that_can_be_typed_and_all_greek_letters_are_known():
    greek = (*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3CA))
    assert {chr(code) for code in (*range(0x20, 0x7F), *greek)} <= set(WIDTHS)


@pytest.mark.parametrize("letter", "äéîõůÅÇŻ")
def test_accents_make_a_letter_no_wider(letter: str):
    assert letter_width(letter) == pytest.approx(measured(letter), abs=1e-9)


def test_what_is_not_known_is_a_square():
    assert text_width("梯度", size=10) == 20


def test_every_letter_in_the_drawings_of_the_book_is_known():
    drawn = "".join(path.read_text(encoding="utf-8") for path in CHAPTERS.glob("*.ipynb"))
    drawings = "".join(re.findall(r"<svg.*?</svg>", drawn))
    letters = {letter for text in re.findall(r">([^<>]+)<", drawings) for letter in unescape(text)}
    assert letters
    assert not {letter for letter in letters if letter not in WIDTHS}
