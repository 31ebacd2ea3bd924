"""Findings to formats: text for a terminal, JSON for programs, Markdown for a forge."""
