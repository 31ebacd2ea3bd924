"""qcode: everything the user touches.

`agents` and `indexer` are top-level packages of the source tree, but a wheel may not put such common names into
site-packages, where another distribution could overwrite them and a reviewed repository could shadow them. A wheel
carries them in `qcode/_lib`; the statement below puts that folder, or the source tree's root, first on the path.
"""

import sys
from pathlib import Path

__version__ = "0.1.0"

_here = Path(__file__).resolve().parent
sys.path.insert(0, str(_here / "_lib" if (_here / "_lib").is_dir() else _here.parent))
