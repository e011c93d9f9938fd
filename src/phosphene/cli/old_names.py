"""Renamed commands and options, whose old names work for one release (see `core.aliases`)."""

from __future__ import annotations

from phosphene.cli.console import say
from phosphene.core.aliases import aliases


def with_new_names(arguments: list[str]) -> list[str]:
    """The arguments with old names replaced by new ones. Prints a note on stderr for each, except
    with --json.
    """
    if not arguments:
        return arguments
    old, rest = arguments[0], arguments[1:]
    command = aliases("command").get(old, old)
    options, plain = aliases("option", old), aliases("word", old)
    renamed = {old: command} if command != old else {}
    words: list[str] = []
    while rest:
        if rest[0] == "--":
            break
        taken = next((n for n in (2, 1) if _written(rest[:n]) in options), 0)
        if taken:
            word = _written(rest[:taken])
            renamed[word] = options[word]
            words.append(options[word])
        elif (flag := rest[0].partition("="))[1] and flag[0] in options:
            renamed[flag[0]] = options[flag[0]]
            words.append(f"{options[flag[0]]}={flag[2]}")
            taken = 1
        else:
            now = plain.get(rest[0], rest[0])
            renamed |= {rest[0]: now} if now != rest[0] else {}
            words.append(now)
            taken = 1
        rest = rest[taken:]
    if "--json" not in arguments:
        for before, now in renamed.items():
            say(f"note: {before} is now {now}; the old name works for one release")
    return [*command.split(), *words, *rest]


def _written(words: list[str]) -> str:
    """`--twin yes` of `--twin yes` and `--twin=yes`."""
    return " ".join(words).replace("=", " ") if words[0].startswith("--") else ""
