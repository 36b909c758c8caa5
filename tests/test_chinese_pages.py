"""The built Chinese pages in a browser: they speak Chinese in every state, and lead to and fro.

Pages that nobody has translated yet, in a draft, are left out. For one page alone:
``.venv/bin/python -m pytest -n 0 -q tests/test_chinese_pages.py -k 1-chain-rule``, after
``python run.py book --draft --no-serve``.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from notebooks import ROOT
from pieces import LANGUAGE, missing, pages
from playwright.sync_api import Browser, Page, expect
from test_browser import LEAVES
from test_site import internal_references_resolve
from test_translation import PAGES, left_in
from visits import AT_ONCE, HTML, untold

FOLDER = HTML / LANGUAGE
MISSING = "There is no Chinese edition; to build it: python run.py book --draft --no-serve"
NAMES = [Path(page).with_suffix("").as_posix() for page in PAGES]
SAID = """() => {
  const said = new Set();
  for (const root of document.querySelectorAll(".explorer, .question, .my-answers")) {
    for (const part of [root, ...root.querySelectorAll("*")]) {
      for (const name of ["aria-label", "aria-valuetext", "title"])
        if (part.hasAttribute(name)) said.add(part.getAttribute(name));
      if (part.closest("style, code, a, .backprop-graph svg")) continue;
      for (const { nodeType, data } of part.childNodes) if (nodeType === 3) said.add(data.trim());
    }
  }
  return [...said].filter((text) => /[A-Za-z]{3}/.test(text));
}"""
# Every choice of every list and button, the ends and some of the middle of every slider.
WALK = f"""async () => {{
  const said = new Set(), look = () => ({SAID})().forEach((text) => said.add(text));
  const rest = () => new Promise((done) => setTimeout(done));
  const all = (root, kind) => [...root.querySelectorAll(kind)].filter((one) => !one.readOnly);
  const moved = (input, kind) => input.dispatchEvent(new Event(kind, {{ bubbles: true }}));
  const see = async () => {{ await rest(); look(); }};
  for (const root of document.querySelectorAll(".explorer")) {{
    for (const list of all(root, "select"))
      for (const {{ value }} of [...list.options]) {{
        list.value = value; moved(list, "change"); await see();
      }}
    for (const button of all(root, "button"))
      for (let i = 0; i < 9; i++) {{ button.click(); await see(); }}
    for (const slider of all(root, "[type=range]")) {{
      const most = Number(slider.max);
      for (let i = 0; i <= most; i += Math.max(1, Math.floor(most / 12))) {{
        slider.value = i; moved(slider, "input"); await see();
      }}
    }}
  }}
  look();
  return [...said];
}}"""

built = pytest.mark.skipif(
    not FOLDER.is_dir() and bool(missing()), reason=f"not all is translated yet. {MISSING}"
)
pytestmark = built
each_page = pytest.mark.parametrize("name", NAMES, ids=lambda name: Path(name).name)


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """Return a tab for all tests, and what goes wrong there: a new one each time takes long."""
    assert FOLDER.is_dir(), MISSING
    problems: list[str] = []
    with browser.new_context(reduced_motion="reduce") as context:
        context.add_init_script(AT_ONCE)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        yield page, problems


@pytest.fixture
def opened(tab: tuple[Page, list[str]], addresses: dict[str, str]) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a Chinese page, on which nothing may go wrong."""
    page, problems = tab

    def open_page(name: str, way: str = "http") -> Page:
        page.goto(f"{addresses[way]}{LANGUAGE}/{name}")
        page.wait_for_function(
            """() => [".explorer", ".question"].every((kind) => document.querySelectorAll(kind)
                .length === document.querySelectorAll(`${kind}-still`).length)"""
        )
        return page

    yield open_page
    problems += untold(page)
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto("about:blank")
    found, problems[:] = [*problems], []
    assert not found


@each_page
def test_every_figure_speaks_chinese_in_every_state(opened: Callable[..., Page], name: str) -> None:
    """And no text leaves its picture: Chinese words have other widths than English ones."""
    page = check_chinese(opened, name)
    ends = [[0] * 9, [0.999] * 9, [0, 0.999] * 5, [0.999, 0] * 5]
    assert page.evaluate(LEAVES, ends) == []


def check_chinese(opened: Callable[..., Page], name: str) -> Page:
    page = opened(f"{name}.html")
    said = page.evaluate(SAID) + page.evaluate(WALK)
    left = {text: words for text in said if (words := left_in(text))}
    assert not left, f"some {LANGUAGE}.toml in src/backprop/explorers lacks: {left}"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    return page


@each_page
def test_a_page_names_the_same_page_of_the_other_edition(name: str) -> None:
    here, there, told = FOLDER / f"{name}.html", HTML / f"{name}.html", []
    for page, other, language in [(here, there, "en"), (there, here, "zh-CN")]:
        head, _, _ = page.read_text(encoding="utf-8").partition("<article")
        soup = BeautifulSoup(head, "html.parser")
        switch = soup.select_one("a.switch-edition")
        assert switch["hreflang"] == language
        alternate = soup.select_one(f'link[rel=alternate][hreflang="{language}"]')
        for link in (switch, alternate):
            assert (page.parent / link["href"]).resolve() == other
        told.append(soup.find("meta", attrs={"name": "description"})["content"])
    assert re.search("[\u4e00-\u9fff]", told[0])
    assert told[0] != told[1]


def test_readers_go_to_the_other_edition_and_back(opened: Callable[..., Page]) -> None:
    place = "chapters/index.html#your-answers"
    page = opened(place, "file")
    title = page.title()
    assert page.locator("a.switch-edition").bounding_box()["height"] > 20
    page.locator("a.switch-edition").click()
    assert page.url == f"{HTML.as_uri()}/{place}"
    assert page.title() != title
    page.evaluate("location.hash = 'lab:step=0'")
    page.locator("a.switch-edition").click()
    assert page.url == f"{FOLDER.as_uri()}/{place.partition('#')[0]}#lab:step=0"
    assert page.title() == title
    expect(page.locator('[data-figure="lab"] input[type=range]').last).to_have_value("0")


def test_questions_are_answered_and_counted_in_chinese(opened: Callable[..., Page]) -> None:
    """A wrong answer, a right one, a drill; what the first page then shows, and the English one."""
    page = opened("chapters/1-chain-rule.html")
    asked = page.locator(".question").first
    for number, told in [("2", "✗ 不对。这是车价多出来的部分"), ("2.2", "✓ 对。2 辆车一共贵 2")]:
        asked.locator("input").fill(number)
        asked.get_by_role("button", name="检查").click()
        assert told in asked.locator(".question-told").inner_text()
    drill = page.locator("[data-figure=practice]")
    fields = drill.locator("input[type=text]:visible")
    fields.nth(0).fill("5")
    fields.nth(0).press("Enter")
    tell = drill.locator("p[aria-live]")
    assert tell.inner_text() == "L 的梯度填 5 不对。请检查正负号和计算，或者看看提示。"
    fields.nth(0).fill("288")
    fields.nth(0).press("Enter")
    assert (
        tell.inner_text()
        == "如果把边上的值照抄下来，L 的梯度就会算成 288。梯度说的是结果变动多少。"
    )
    drill.get_by_role("button", name="提示").click()
    assert tell.inner_text() == "L 的梯度：L 变动 1 时，L 变动多少？"
    page = opened("chapters/index.html")
    place = page.locator(".my-answers")
    assert place.locator("tr", has_text="链式法则").inner_text().split("\t") == [
        "链式法则", "1 / 4", "0",
    ]  # fmt: skip
    said = page.evaluate(SAID)
    assert not {text: words for text in said if (words := left_in(text))}
    place.get_by_role("button", name="清除我的回答").click()
    assert "永久清除所有回答吗？" in place.inner_text()


def test_the_search_finds_chinese_words_and_their_parts(opened: Callable[..., Page]) -> None:
    page = opened("search.html")
    found = {}
    words_and_parts = (
        "反向传播 传播 链式法则 法则 导数 导数相乘 计算图 学习率 惩罚项 权重衰减 Softmax"
    )
    for words in (*words_and_parts.split(), "没有的词语"):
        page.goto(page.url.partition("?")[0] + f"?q={words}")
        page.wait_for_function(
            """() => /找到|没有|未找到|完成|匹配/.test(
                document.querySelector(".search-summary")?.textContent)"""
        )
        found[words] = page.locator("#search-results ul.search > li").count()
        assert words in unquote(page.url)
    assert found.pop("没有的词语") == 0
    assert all(found.values()), found


def test_parameters_and_citations_keep_their_letters(opened: Callable[..., Page]) -> None:
    """Chinese terms have KaiTi; the names in a signature and "et al." are Latin."""
    for name, latin in [("api", ".sig em"), ("8-more-nodes", "a.reference em")]:
        em = opened(f"chapters/{name}.html").locator(latin).first
        assert "KaiTi" not in em.evaluate("em => getComputedStyle(em).fontFamily")


def test_the_links_of_all_pages_lead_somewhere() -> None:
    pages = [path for path in FOLDER.rglob("*.html") if FOLDER / "_static" not in path.parents]
    assert set(NAMES) <= {path.relative_to(FOLDER).as_posix()[: -len(".html")] for path in pages}
    broken = {path.name: list(internal_references_resolve(path)) for path in pages}
    assert not {name: faults for name, faults in broken.items() if faults}


@each_page
def test_sections_have_the_same_addresses_in_both_editions(name: str) -> None:
    def places(page: Path) -> list[str]:
        text = page.read_text(encoding="utf-8").partition('class="bd-article"')[2]
        named = r'<section[^>]* id="([^"]+)"|<span id="([^"]+)"></span>'  # a second name
        return [one or other for one, other in re.findall(named, text)]

    assert places(FOLDER / f"{name}.html") == places(HTML / f"{name}.html") != []


def test_the_browsers_notebooks_are_there_in_both_editions() -> None:
    lite = HTML / "lite" / "files"
    if not lite.is_dir():
        pytest.skip("the book was built with --no-lite")
    for page in (page for page in pages() if page.endswith(".ipynb")):
        made = json.loads((lite / LANGUAGE / page).read_text(encoding="utf-8"))
        first, *cells = made["cells"]
        assert 'speak("zh")' in first["source"]
        assert len(cells) == len(json.loads((ROOT / page).read_text(encoding="utf-8"))["cells"])
        html = (FOLDER / page).with_suffix(".html").read_text(encoding="utf-8")
        if "index" not in page:
            assert f"../../lite/notebooks/index.html?path={LANGUAGE}/{page}" in html
