"""Loaded before all else: what takes long and nobody needs is left out.

jsonschema loads a grammar of addresses if it is there. That takes a second, in each process. Pytest
takes this module by ``-p tests.early``, as ``run.py test`` says; ``python tests/early.py MODULE``
runs another module, as ``python -m MODULE`` does.
"""

import runpy
import sys

sys.modules["rfc3987_syntax"] = None

if __name__ == "__main__":
    del sys.argv[0], sys.path[0]  # as if this file were not there
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
