"""What the rules of a stylesheet are for: tests ask whether it is there."""

import re

import tinycss2


def selectors_of(css: str) -> set[str]:
    """Return the selectors of a stylesheet, without what the mouse or the keyboard changes."""
    found = set()
    for rule in tinycss2.parse_rule_list(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            found |= {
                plain(s) for s in re.split(r",(?![^()]*\))", tinycss2.serialize(rule.prelude))
            }
        elif rule.lower_at_keyword in ("media", "supports"):
            found |= selectors_of(tinycss2.serialize(rule.content))
    return found


def plain(selector: str) -> str:
    """Return a selector without ``:hover``, ``::before`` and the like."""
    selector = re.sub(r"::?[\w-]+(?![\w-]*\()", "", selector.strip())
    selector = re.sub(r":[\w-]+\([\s,]*\)", "", selector)  # :not(:hover)
    return re.sub(r"([>+~]) ?(?=[>+~]|$)", r"\1*", selector)
