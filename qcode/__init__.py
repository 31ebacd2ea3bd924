"""qcode: everything the user touches.

`agents` and `indexer` are top-level packages of the source tree, but a wheel may not put such common names into
site-packages, where another distribution could overwrite them and a reviewed repository could shadow them. A wheel
carries them in `qcode/_lib`; the statement below puts that folder, or the source tree's root, first on the path.
"""

# Only modules that the interpreter has already loaded: anything else could come from the folder qcode is run in.
import os.path
import sys

__version__ = "0.1.0"

_here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
_nested = os.path.join(_here, "_lib")  # noqa: PTH118
sys.path.insert(0, _nested if os.path.isdir(_nested) else os.path.dirname(_here))  # noqa: PTH112, PTH120
