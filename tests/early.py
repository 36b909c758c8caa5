"""Loaded before all other parts of pytest, by ``run.py test``: what takes long and nobody needs.

jsonschema loads a grammar of addresses if it is there. That takes a second, in each process.
"""

import sys

sys.modules["rfc3987_syntax"] = None
