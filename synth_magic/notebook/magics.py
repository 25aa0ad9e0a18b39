"""``%%synthdata`` and ``%synthdata``: a door, and nothing but a door.

Read the options, call the pipeline, assign the table, show it.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from synth_magic.errors import DataError, Interrupted, ModelError, SynthDataError, problem
from synth_magic.keys import KeyFoundError
from synth_magic.notebook import completion, config, namespace
from synth_magic.option_help import cell_help
from synth_magic.option_parser import parse_command, parse_line

if TYPE_CHECKING:
    from synth_magic.options import Options

NAME = "synthdata"


@magics_class
class SynthDataMagics(Magics):
    """The magics of synth-magic."""

    @no_var_expand
    @line_cell_magic
    def synthdata(self, line: str, cell: str | None = None) -> None:  # noqa: D102 (below)
        settings = config.defaults()
        try:
            if cell is None:
                self._command(line)
            elif not cell.strip():
                raise DataError(
                    problem(("options",), "The cell describes nothing", "%%synthdata? has examples")
                )
            else:
                self._draw(parse_line(line, settings), cell)
        except SynthDataError as error:
            raise _in_lines(error, cell or "", debug=settings.debug) from None

    synthdata.__doc__ = cell_help()

    def _draw(self, options: Options, text: str) -> None:
        from synth_magic import pipeline
        from synth_magic.existing import judge
        from synth_magic.notebook import show

        shell: Any = self.shell
        variables: dict[str, Any] = shell.user_ns
        if options.name is not None:
            namespace.check(options.name, variables, replace=options.replace)
        real = options.real
        beside: dict[str, Any] = {"min_cell": options.min_cell}
        if real is not None:
            beside["real"] = namespace.table_named(real, variables, "--real")
        if options.dry_run:
            show.plain(pipeline.rehearse(text, options, variables))
            return
        try:
            with show.Progress(shell) as progress:
                result = pipeline.run(text, options, variables, progress.tell)
                namespace.check(result.name, variables, replace=options.replace)
                result = namespace.noted(result, variables, named=options.name is not None)
                report = None if options.quiet else judge(result, progress.tell, **beside)
        except ModelError as error:
            raise _kept(error, variables) from None
        except Interrupted as error:
            raise _stopped(_kept_rows(error.result, variables)) from None
        except KeyboardInterrupt:
            raise _stopped() from None
        variables[result.name] = result.table
        beside["real"] = options.real
        show.result(shell, result, report, progress, ui=options.ui, beside=beside)

    def _command(self, line: str) -> None:
        from synth_magic.notebook import commands

        commands.run(self.shell, *parse_command(line))


def _kept_rows(result: Any, variables: dict[str, Any]) -> str:
    """Assign the rows of a table that was not finished, and say so; empty where there are none."""
    if result is None:
        return ""
    name = namespace.partial_name(result.name, variables)
    variables[name] = result.table
    return f"{len(result.table):,} of {result.wanted:,} rows, in {name}"


def _kept(error: ModelError, variables: dict[str, Any]) -> ModelError:
    said = _kept_rows(error.result, variables)
    if not said:
        return error
    first, *others = error.problems
    first = replace(
        first,
        what=f"{first.what} ({said})",
        mend=f"{first.mend.rstrip('.')}; run the cell again to go on",
    )
    told = ModelError([first, *others], kind=error.kind, retry=error.retry, after=error.after)
    told.places = error.places
    return told


def _in_lines(error: SynthDataError, text: str, *, debug: bool) -> SynthDataError:
    """Let IPython show the error as lines without a traceback; the cell fails all the same."""
    from synth_magic.where import explain

    lines = list(explain(error, text, above=1))
    if debug and not isinstance(error, KeyFoundError):  # a traceback would quote the cell
        error.add_note("\n".join(lines))
    else:
        error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
    return error


def _stopped(said: str = "") -> Interrupted:
    if said:
        lines = [f"Stopped: {said}", "Run the cell again to go on"]
    else:
        lines = ["Stopped before the table was finished; no variable was changed"]
        lines.append("Run the cell again to draw it")
    error = Interrupted(lines[0])
    error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
    return error


def register(shell: Any) -> None:
    """Register the magics, their settings and their completions."""
    unregister(shell)
    shell.register_magics(SynthDataMagics)
    config.register(shell)
    completion.register(shell)


def unregister(shell: Any) -> None:
    """Take everything away that `register` brought."""
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop(NAME, None)
    shell.magics_manager.registry.pop(SynthDataMagics.__name__, None)
    shell.configurables[:] = [
        one for one in shell.configurables if type(one).__name__ != SynthDataMagics.__name__
    ]
    config.unregister(shell)
    completion.unregister(shell)
    desk = sys.modules.get("synth_magic.notebook.live_desk")
    if desk is not None:
        desk.clear(shell)
