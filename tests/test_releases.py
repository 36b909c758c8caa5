"""Versions, workflows, the list of dead links, and the buttons that lead to the source."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import dead_links
import early
import pytest
import repository
import version
import yaml
from bs4 import BeautifulSoup
from notebooks import ROOT
from sphinx.errors import ExtensionError

WORKFLOWS = ROOT / ".github" / "workflows"
DEAD = {"filename": "a.md", "lineno": 1, "status": "broken", "code": 0, "uri": "https://a.example"}


def said_by(*command: str) -> str:
    """Run a tool of the tests; return what it says, which is nothing but praise if all is well."""
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    return "" if result.returncode == 0 else result.stdout + result.stderr


# --- versions -----------------------------------------------------------------------------------


def test_all_files_say_the_same_version() -> None:
    assert version.faults() == []


def write_project(folder: Path, number: str, day: str, heading: str, cited: str = "") -> None:
    (folder / "pyproject.toml").write_text(f'[project]\nversion = "{number}"\n')
    released = f"date-released: {day}\n" if day else ""
    (folder / "CITATION.cff").write_text(f"version: {cited or number}\n{released}")
    (folder / "CHANGELOG.md").write_text(f"# Log\n\n## {heading}\n\n- New.\n\n## 0.9\n\n- Old.\n")


def test_the_notes_of_a_release_are_its_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version, "ROOT", tmp_path)
    write_project(tmp_path, "1.0.0", "'2026-12-01'", "1.0.0 - 2026-12-01")
    assert version.notes("v1.0.0") == "- New."
    with pytest.raises(ValueError, match=r"got 'v1\.0\.1'"):
        version.notes("v1.0.1")


@pytest.mark.parametrize(
    ("project", "complaint"),
    [
        (("1.0.0.dev0", "", "Unreleased"), "The tag"),
        (("1.0.0", "2026-12-01", "Unreleased"), "CHANGELOG.md begins with 'Unreleased'"),
        (("1.0.0", "2026-12-01", "1.0.0 - 2026-12-02"), "not with '1.0.0 - 2026-12-01'"),
        (("1.0.0", "", "1.0.0 - 2026-12-01"), "CITATION.cff has date-released ''"),
        (("1.0.0.dev0", "2026-12-01", "Unreleased"), "has date-released '2026-12-01'"),
        (("1.0.0", "2026-12-01", "1.0.0 - 2026-12-01", "1.0.1"), "CITATION.cff has version"),
    ],
)
def test_what_is_no_release_has_no_notes(
    project: tuple[str, ...], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version, "ROOT", tmp_path)
    write_project(tmp_path, *project)
    with pytest.raises(ValueError, match=re.escape(complaint)):
        version.notes(f"v{project[0]}")


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("citation-file-format", ["CITATION.cff"]),
        ("dependabot", [".github/dependabot.yml"]),
        ("github-workflows", [str(path) for path in sorted(WORKFLOWS.glob("*.yml"))]),
    ],
)
def test_files_for_others_have_the_form_that_these_expect(schema: str, files: list[str]) -> None:
    assert files
    command = [sys.executable, early.__file__, "check_jsonschema"]
    options = ["--builtin-schema", f"vendor.{schema}"]
    assert said_by(*command, *options, *files) == ""


# --- workflows ----------------------------------------------------------------------------------


def test_the_linter_finds_nothing_in_the_workflows() -> None:
    zizmor = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    assert zizmor
    assert said_by(zizmor, "--offline", "--persona", "auditor", ".github") == ""


def test_workflows_use_commands_that_there_are() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS.glob("*.yml"))
    used = set(re.findall(r"python run\.py (\w+)", text))
    help_text = subprocess.run(
        [sys.executable, "run.py", "--help"], cwd=ROOT, capture_output=True, encoding="utf-8"
    ).stdout
    (commands,) = re.findall(r"^  \{([\w,]+)\}", help_text, re.MULTILINE)
    assert {"book", "links", "test"} <= used
    assert used <= set(commands.split(","))


@pytest.mark.skipif(os.name == "nt", reason="the step is for a shell")
@pytest.mark.parametrize(
    ("dead", "issue", "called"),
    [
        ("- <https://a.example>", "", ["issue list", "label create", "issue create"]),
        ("- <https://a.example>", "7", ["issue list", "issue edit 7"]),
        ("", "7", ["issue list", "issue close 7"]),
        ("", "", ["issue list"]),
    ],
)
def test_one_issue_tells_of_dead_links(
    dead: str, issue: str, called: list[str], tmp_path: Path
) -> None:
    """Run the step as it stands in the workflow, with a ``gh`` that writes down its calls."""
    jobs = yaml.safe_load((WORKFLOWS / "links.yml").read_text(encoding="utf-8"))["jobs"]
    (tmp_path / "dead.md").write_text(dead)
    gh = tmp_path / "gh"
    gh.write_text(f'#!/bin/sh\necho "$@" >> calls\n[ "$2" != list ] || echo "{issue}"\n')
    gh.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    step = jobs["tell"]["steps"][-1]["run"]
    subprocess.run(["bash", "-e", "-c", step], cwd=tmp_path, env=environment, check=True)
    calls = (tmp_path / "calls").read_text().splitlines()
    assert len(calls) == len(called)
    assert all(call.startswith(begin) for call, begin in zip(calls, called, strict=True))


# --- dead links ---------------------------------------------------------------------------------


def report(*links: dict) -> str:
    return "".join(json.dumps(DEAD | {"info": ""} | link) + "\n" for link in links)


def test_a_host_that_refuses_programs_or_moves_a_page_is_not_dead() -> None:
    links = dead_links.read(
        report(
            {"info": "404 Client Error: Not Found for url: https://a.example"},
            {"info": "403 Client Error: Forbidden for url: https://a.example"},
            {"info": "429 Client Error: Too Many Requests for url: https://a.example"},
            {"status": "timeout"},
            {"status": "redirected", "info": "https://b.example"},
            {"status": "working"},
            {"status": "unchecked", "uri": "#place"},
        )
    )
    assert dead_links.dead(links) == [links[0], links[3]]


def test_an_address_stands_once_with_its_pages_and_the_reason() -> None:
    pool = "HTTPSConnectionPool(...) (Caused by NameResolutionError('no such host'))"
    links = [{"info": pool}, {"info": pool, "filename": "b.md"}]
    text = dead_links.in_words(dead_links.read(report(*links)))
    assert text.endswith("\n\n- <https://a.example> in `a.md`, `b.md`: `NameResolutionError`\n")


def test_a_report_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no address"):
        dead_links.read(report({"uri": "#place"}))


# --- the buttons that lead to the source --------------------------------------------------------

ADDRESS = "https://github.example/owner/name"
CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "site")!r})
extensions = ["myst_nb", "version", "repository"]
html_theme = "sphinx_book_theme"
nb_execution_mode = "off"
root_doc = "chapters/notation"
"""


def tell(monkeypatch: pytest.MonkeyPatch, **told: str) -> None:
    """Set what a workflow says of its repository, beside what CI always sets."""
    for name in "REPOSITORY", "BRANCH", "LAUNCH":
        monkeypatch.setenv(f"BACKPROP_{name}", told.get(name, ""))
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/else")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example")


def test_a_page_leads_to_its_source_where_the_repository_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Build a book of one notebook with the theme, whose buttons these are."""
    tell(monkeypatch, REPOSITORY=ADDRESS, BRANCH="trunk", LAUNCH="binder colab")
    (tmp_path / "conf.py").write_text(CONF, encoding="utf-8")
    (tmp_path / "chapters").mkdir()
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Notation"}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python"}}
    notebook = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "chapters" / "notation.ipynb").write_text(json.dumps(notebook))
    html = tmp_path / "_build"
    command = [sys.executable, early.__file__, "sphinx", "-q", str(tmp_path), str(html)]
    result = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert result.returncode == 0, result.stderr
    page = BeautifulSoup((html / "chapters/notation.html").read_text("utf-8"), "html.parser")
    issue = f"title=chapters/notation.ipynb%3A%20&body=%0A%0AVersion%20{version.version()}"
    there = "owner/name/blob/trunk/chapters/notation.ipynb"
    found = page.select(".dropdown-source-buttons a")
    assert {" ".join(link.text.split()): link["href"] for link in found} == {
        "Source of the book": ADDRESS,
        "Edit this page": f"{ADDRESS}/edit/trunk/chapters/notation.ipynb",
        "Something wrong here?": f"{ADDRESS}/issues/new?{issue}",
        "Launch on Binder": "https://mybinder.org/v2/git/https%3A//github.example/owner/name/trunk"
        "?urlpath=lab/tree/chapters/notation.ipynb",
        "Launch on Colab": f"https://colab.research.google.com/github/{there}",
    }
    assert not page.select(".dropdown-launch-buttons")


def test_a_chinese_page_leads_to_its_own_text(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, REPOSITORY=ADDRESS, LAUNCH="colab")
    app = SimpleNamespace(config=SimpleNamespace(language="zh_CN", release="1.0.0"))
    app.config.html_theme_options = {}
    repository.offer(app, app.config)
    assert "launch_buttons" not in app.config.html_theme_options  # there is no Chinese notebook
    edit = {"label": "source-edit-button", "url": "", "text": "", "tooltip": "", "icon": ""}
    group = {"label": "source-buttons", "buttons": [edit]}
    context = {"page_source_suffix": ".ipynb", "header_buttons": [group]}
    repository.aim(app, "chapters/notation", "page.html", context, object())
    assert edit["url"] == f"{ADDRESS}/edit/main/chapters/zh/notation.md"


def test_without_a_repository_no_address_is_invented(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch)
    config = SimpleNamespace(html_theme_options={}, language="en")
    repository.offer(SimpleNamespace(), config)
    assert config.html_theme_options == {}


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"REPOSITORY": "owner/name"}, "https://HOST/OWNER/NAME, got 'owner/name'"),
        ({"REPOSITORY": ADDRESS, "LAUNCH": "kaggle"}, "knows binder, colab, got {'kaggle'}"),
        ({"LAUNCH": "colab"}, "needs BACKPROP_REPOSITORY"),
    ],
)
def test_what_is_told_wrongly_is_refused(
    told: dict, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, **told)
    with pytest.raises(ExtensionError, match=re.escape(complaint)):
        repository.told()
