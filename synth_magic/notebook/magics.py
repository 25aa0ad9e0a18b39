"""``%%synthdata`` and ``%synthdata``: a door, and nothing but a door.

Read the options, call the pipeline, assign the table, show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from synth_magic.errors import DataError, Interrupted, SynthDataError, problem
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
        from synth_magic.notebook import show

        shell: Any = self.shell
        variables: dict[str, Any] = shell.user_ns
        if options.name is not None:
            namespace.check(options.name, variables, replace=options.replace)
        try:
            with show.Progress(shell) as progress:
                result = pipeline.run(text, options, variables, progress.tell)
                namespace.check(result.name, variables, replace=options.replace)
                result = namespace.noted(result, variables, named=options.name is not None)
                report = None if options.quiet else pipeline.judge(result, progress.tell)
        except KeyboardInterrupt:
            raise _stopped() from None
        variables[result.name] = result.table
        show.result(shell, result, report, progress)

    def _command(self, line: str) -> None:
        shell: Any = self.shell
        command, name = parse_command(line)
        if not command:
            print(cell_help())
        elif command == "doctor":
            from synth_magic.notebook import setup

            print(setup.doctor(config.defaults()))
        else:
            table = namespace.table_named(str(name), shell.user_ns, command)
            _about(shell, command, str(name), table)


def _about(shell: Any, command: str, name: str, table: Any) -> None:
    from synth_magic import pipeline
    from synth_magic.notebook import show

    if command == "report":
        show.report(shell, pipeline.judge(pipeline.recorded(table, name)))
    elif command == "schema":
        show.schema(shell, pipeline.recorded(table, name))
    else:
        text, same = pipeline.cell_of(table, name)
        shell.set_next_input(text)
        if not same:
            print(f"{name} was changed after it was drawn; the new cell draws it as it was")


def _in_lines(error: SynthDataError, text: str, *, debug: bool) -> SynthDataError:
    """Let IPython show the error as lines without a traceback; the cell fails all the same."""
    from synth_magic.where import explain

    lines = list(explain(error, text, above=1))
    if debug and not isinstance(error, KeyFoundError):  # a traceback would quote the cell
        error.add_note("\n".join(lines))
    else:
        error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
    return error


def _stopped() -> Interrupted:
    lines = ["Stopped before the table was finished; no variable was changed"]
    error = Interrupted(lines[0])
    lines.append("Run the cell again to draw it")
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
