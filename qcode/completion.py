"""Completion scripts, made from the same parsers that read the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qcode.arguments import VERBS, build_parser


@dataclass(frozen=True, slots=True)
class Option:
    """An option: its spellings, its line of help, and its value: None for a switch, else the choices (none: a file)."""

    spellings: tuple[str, ...]
    help: str
    values: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Place:
    """What may follow a run of words such as `qcode config`."""

    words: str
    commands: tuple[tuple[str, str], ...]
    choices: tuple[str, ...]
    options: tuple[Option, ...]


def script(shell: str) -> str:
    """The completion script for one of SHELLS."""
    return _SCRIPTS[shell](tuple(places(build_parser(VERBS))))


def places(parser: argparse.ArgumentParser) -> Iterator[Place]:
    """Every place of a command line at which something can be completed, the first one first."""
    commands: list[tuple[str, str]] = []
    choices: list[str] = []
    options: list[Option] = []
    below: list[argparse.ArgumentParser] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            lines = {a.dest: a.help or "" for a in action._get_subactions()}
            commands += [(name, lines.get(name, "")) for name in action.choices]
            below += action.choices.values()
        elif action.option_strings:
            options.append(Option(tuple(action.option_strings), _help(parser, action), _values(action)))
        else:
            choices += [str(choice) for choice in action.choices or ()]
    yield Place(parser.prog, tuple(commands), tuple(choices), tuple(options))
    for child in below:
        yield from places(child)


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    if not action.help or action.help == argparse.SUPPRESS:
        return ""
    return " ".join(parser._get_formatter()._expand_help(action).split())


def _values(action: argparse.Action) -> tuple[str, ...] | None:
    if action.nargs == 0:
        return None
    return tuple(str(choice) for choice in action.choices or ())


# ---------------------------------------------------------------- bash

_BASH = """\
# bash completion of qcode:  eval "$(qcode completion bash)"
_qcode() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD - 1]}}" place="qcode" i
    if [[ $word == "=" ]]; then
        word=""
    elif [[ $before == "=" ]]; then
        before="${{COMP_WORDS[COMP_CWORD - 2]}}"
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$place ${{COMP_WORDS[i]}}" in
            {steps}) place="$place ${{COMP_WORDS[i]}}" ;;
        esac
    done
    COMPREPLY=()
    case "$place $before" in
{values}
    esac
    case "$place" in
{places}
    esac
}}
complete -o default -F _qcode qcode
"""


def _bash(all_places: tuple[Place, ...]) -> str:
    values, lines = [], []
    for place in all_places:
        for option in place.options:
            if option.values is not None:
                pattern = "|".join(f'"{place.words} {spelling}"' for spelling in option.spellings)
                values.append(f"        {pattern}) {_bash_reply(option.values)} return ;;")
        lines.append(f'        "{place.words}") {_bash_reply(_all_words(place))} ;;')
    return _BASH.format(steps=_steps(all_places), values="\n".join(values), places="\n".join(lines))


def _bash_reply(words: tuple[str, ...]) -> str:
    return f'COMPREPLY=($(compgen -W "{" ".join(words)}" -- "$word"));' if words else ""


def _all_words(place: Place) -> tuple[str, ...]:
    names = tuple(name for name, _ in place.commands)
    return names + place.choices + tuple(s for option in place.options for s in option.spellings)


def _steps(all_places: tuple[Place, ...]) -> str:
    return "|".join(f'"{place.words}"' for place in all_places[1:])


# ---------------------------------------------------------------- zsh

_ZSH = """\
#compdef qcode
# zsh completion of qcode:  source <(qcode completion zsh)
_qcode() {{
    local place="qcode" i
    local -a items
    for ((i = 2; i < CURRENT; i++)); do
        case "$place $words[i]" in
            {steps}) place="$place $words[i]" ;;
        esac
    done
    case "$place $words[CURRENT-1]" in
{values}
    esac
    case "$place" in
{places}
    esac
    _describe 'qcode' items
    [[ $words[CURRENT] == -* ]] || _files
}}
if [[ $funcstack[1] == _qcode ]]; then
    _qcode "$@"
else
    compdef _qcode qcode
fi
"""


def _zsh(all_places: tuple[Place, ...]) -> str:
    values, lines = [], []
    for place in all_places:
        for option in place.options:
            if option.values is not None:
                pattern = "|".join(f'"{place.words} {spelling}"' for spelling in option.spellings)
                reply = f"compadd -- {' '.join(option.values)}" if option.values else "_files"
                values.append(f"        {pattern}) {reply}; return ;;")
        items = [f"{name}:{line}" for name, line in place.commands] + list(place.choices)
        items += [f"{spelling}:{option.help}" for option in place.options for spelling in option.spellings]
        lines.append(f'        "{place.words}") items=({" ".join(map(_quoted, items))}) ;;')
    return _ZSH.format(steps=_steps(all_places), values="\n".join(values), places="\n".join(lines))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


# ---------------------------------------------------------------- fish

_FISH = """\
# fish completion of qcode:  qcode completion fish | source
function __qcode_place
    set -l place qcode
    for word in (commandline -opc)[2..-1]
        if contains -- "$place $word" {steps}
            set place "$place $word"
        end
    end
    echo $place
end
{lines}
"""


def _fish(all_places: tuple[Place, ...]) -> str:
    lines = []
    for place in all_places:
        start = f"complete -c qcode -n 'test (__qcode_place) = \"{place.words}\"'"
        lines += [f"{start} -f -a {name} -d {_fish_quoted(line)}" for name, line in place.commands]
        if place.choices:
            lines.append(f"{start} -f -a {_fish_quoted(' '.join(place.choices))}")
        for option in place.options:
            lines.append(f"{start} {_fish_option(option)} -d {_fish_quoted(option.help)}")
    steps = " ".join(f'"{place.words}"' for place in all_places[1:])
    return _FISH.format(steps=steps, lines="\n".join(lines))


def _fish_option(option: Option) -> str:
    words = [f"-l {s[2:]}" if s.startswith("--") else f"-s {s[1:]}" for s in option.spellings]
    if option.values is not None:
        words.append(f"-x -a {_fish_quoted(' '.join(option.values))}" if option.values else "-r")
    return " ".join(words)


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_SCRIPTS: Mapping[str, Callable[[tuple[Place, ...]], str]] = MappingProxyType(
    {"bash": _bash, "zsh": _zsh, "fish": _fish}
)
SHELLS = tuple(_SCRIPTS)
