"""The colours: light, dark, or as the terminal says; or one of textual's own themes by its name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

LIGHT = "textual-light"
DARK = "textual-dark"
_LIGHT_BACKGROUNDS = frozenset({"7", "15"})


def theme_of(setting: str, light: bool, known: Collection[str]) -> tuple[str, str]:
    """The theme for the setting `ui.theme`, and a sentence where it names none that is known."""
    if setting == "auto":
        return (LIGHT if light else DARK), ""
    name = {"light": LIGHT, "dark": DARK}.get(setting, setting)
    if name in known:
        return name, ""
    return DARK, f"There is no theme `{setting}`; `ui.theme` may be auto, light, dark, {', '.join(sorted(known))}."


def is_light(environment: Mapping[str, str]) -> bool:
    """Whether the terminal says that its background is light; many say nothing."""
    return environment.get("COLORFGBG", "").rpartition(";")[2] in _LIGHT_BACKGROUNDS
