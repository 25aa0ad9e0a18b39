"""``%synthdata command``: each one a few lines to the room that knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synth_magic.errors import DataError, problem
from synth_magic.notebook import config, namespace, show
from synth_magic.option_help import cell_help


def run(shell: Any, command: str, word: str | None, beside: Mapping[str, str]) -> None:
    """Carry a command out.

    Parameters
    ----------
    shell
        The running ``InteractiveShell``.
    command, word, beside
        As `option_parser.parse_command` gives them.

    Raises
    ------
    SynthDataError
        If the table is no table of ours, or an endpoint may not be used.
    """
    if not command:
        print(cell_help())
    elif command == "doctor":
        from synth_magic.notebook import setup

        print(setup.doctor(config.defaults()))
    elif command == "login":
        _login(word)
    elif command == "sent":
        from synth_magic.llm import sent

        show.plain(sent.text())
    elif command == "cache":
        print(cache(word))
    else:
        _table(shell, command, str(word), beside)


def _login(url: str | None) -> None:
    """Ask for the key of an endpoint: the named one, else the one that a cell would ask."""
    from synth_magic.llm import access, login

    settings = config.defaults()
    asked = access.endpoint(url) if url else access.configured(settings)
    print(login.login(asked.origin))


def cache(word: str | None) -> str:
    """Describe the answers that are kept on disk, or delete them.

    Raises
    ------
    DataError
        For another word than ``clear``.
    """
    from synth_magic.llm.cache import Cache

    if word not in (None, "clear"):
        raise DataError(
            problem(("options",), f"cache {word}: this was not understood", "Write cache clear")
        )
    kept = Cache()
    if word:
        gone = kept.clear()
        return f"{gone:,} answer{'s' * (gone != 1)} deleted from {kept.folder}"
    return str(kept.stock())


def _table(shell: Any, command: str, name: str, beside: Mapping[str, str]) -> None:
    from synth_magic import existing

    table = namespace.table_named(name, shell.user_ns, command)
    if command == "report":
        how: dict[str, Any] = {**beside, "min_cell": config.defaults().min_cell}
        if "real" in beside:
            how["real"] = namespace.table_named(beside["real"], shell.user_ns, "report --real")
        show.report(shell, existing.report_on(table, name, **how))
    elif command == "schema":
        settings = config.defaults()
        kept = {"min_cell": settings.min_cell}
        show.schema(shell, existing.recorded(table, name), ui=settings.ui, beside=kept)
    else:
        text, said = existing.cell_of(table, name)
        shell.set_next_input(text)
        if said:
            print(said)
