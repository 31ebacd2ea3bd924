"""Reading source text: outlines for the index, facts for a review, in worker processes with limits.

This is the only package that imports tree_sitter, and only the workers do so: the process that asks loads no grammar.
It needs `indexer.outline.parser` (`Parser`, `Source`) and `indexer.outline.fit` (`unfit`).
"""
