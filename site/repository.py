"""A Sphinx extension: lead from each page to its source, and to a place to say what is wrong.

No address of a repository stands in the book, for each copy of it has another one. A build that is
told gives its pages the theme's buttons; any other build has none. Three environment variables
tell, and the workflow that publishes the book sets them:

``BACKPROP_REPOSITORY``  its address, such as https://github.com/OWNER/NAME; all else needs it
``BACKPROP_BRANCH``      the branch that is edited; main if it is not said
``BACKPROP_LAUNCH``      where readers may open a notebook: "binder", "colab" or both. These are
                         foreign hosts, and have the English notebooks only.
"""

import os
import re
from typing import Any
from urllib.parse import quote

from pieces import ROOT, text_of
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.locale import _

Context = dict[str, Any]  # what a template of a page is given
REPOSITORY = re.compile(r"https://[\w.:-]+/[\w.-]+/[\w.-]+")
HOSTS = {
    "binder": {"binderhub_url": "https://mybinder.org", "notebook_interface": "jupyterlab"},
    "colab": {"colab_url": "https://colab.research.google.com"},
}


def told() -> tuple[str, str, list[str]]:
    """Return the address of the repository, its branch and the hosts for notebooks."""
    names = ("BACKPROP_REPOSITORY", "BACKPROP_BRANCH", "BACKPROP_LAUNCH")
    repository, branch, launch = (os.environ.get(name, "").strip() for name in names)
    if repository and not REPOSITORY.fullmatch(repository):
        raise ExtensionError(
            f"BACKPROP_REPOSITORY must be https://HOST/OWNER/NAME, got {repository!r}"
        )
    if launch and not repository:
        raise ExtensionError("BACKPROP_LAUNCH needs BACKPROP_REPOSITORY, where the notebooks are")
    if unknown := set(launch.split()) - set(HOSTS):
        raise ExtensionError(f"BACKPROP_LAUNCH knows {', '.join(HOSTS)}, got {unknown}")
    return repository, branch or "main", launch.split()


def offer(app: Sphinx, config: Any) -> None:  # noqa: ARG001
    """Ask the theme for its buttons."""
    repository, branch, launch = told()
    if not repository:
        return
    config.html_theme_options |= {
        "repository_url": repository,
        "repository_branch": branch,
        "repository_provider": "github",  # also on a host of one's own
        "use_repository_button": True,
        "use_edit_page_button": True,
        "use_issues_button": True,
    }
    if launch and config.language == "en":
        hosts = {key: value for name in launch for key, value in HOSTS[name].items()}
        config.html_theme_options["launch_buttons"] = hosts


def aim(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Let the buttons say what they do, and lead to what the page is made from."""
    repository, branch, _launch = told()
    source = page + (context.get("page_source_suffix") or "")
    if app.config.language != "en" and doctree:
        source = text_of(source).relative_to(ROOT).as_posix()
    title, body = quote(f"{source}: "), quote(f"\n\nVersion {app.config.release}")
    new = {
        "source-repository-button": (repository, _("Source of the book")),
        "source-edit-button": (f"{repository}/edit/{branch}/{source}", _("Edit this page")),
        "source-issues-button": (
            f"{repository}/issues/new?title={title}&body={body}",
            _("Something wrong here?"),
        ),
    }
    groups = {button.get("label"): button for button in context["header_buttons"]}
    if "source-buttons" not in groups:
        return
    ours, links = groups["source-buttons"], groups.pop("launch-buttons", {"buttons": []})["buttons"]
    for button in ours["buttons"]:
        button["url"], button["text"] = new[button["label"]]
    ours["buttons"] += [button | {"text": button["tooltip"]} for button in links]
    for button in ours["buttons"]:
        del button["tooltip"], button["icon"]  # which say the same, or would need more fonts
    ours |= {"icon": "fas fa-pencil", "tooltip": _("Edit this page, or say what is wrong")}
    context["header_buttons"] = [*groups.values()]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", offer)
    app.connect("html-page-context", aim, priority=600)  # after the theme has made its buttons
    return {"parallel_read_safe": True, "parallel_write_safe": True}
