"""What stands behind a view: messages in, traits out.

Callbacks come in any thread.  A view has one lock; under it a new immutable
`Session` is worked out and then assigned at once.  The report follows in a second
assignment and is dropped where a newer table came.  No exception leaves a callback.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import RLock
from time import perf_counter
from typing import TYPE_CHECKING, Any

from synth_magic.display.live import state
from synth_magic.display.live.schema_state import PICTURED, preview, schema
from synth_magic.display.live.widget import SynthDataView
from synth_magic.display.words import plural
from synth_magic.errors import DataError, SynthDataError, problem
from synth_magic.existing import cell_text, judge
from synth_magic.notebook import config, live_messages, live_session, namespace
from synth_magic.notebook.live_apply import Draw, free_name, next_seed, reason_to_ask, snapshot
from synth_magic.notebook.live_report import Reporter

if TYPE_CHECKING:
    from synth_magic.display.live.state import Applied
    from synth_magic.fidelity.report import Report
    from synth_magic.notebook.live_desk import Desk
    from synth_magic.notebook.live_messages import Message
    from synth_magic.notebook.live_session import Session
    from synth_magic.record import Result

Publish = Callable[["Result", "Report | None"], None]
Answer = dict[str, Any]


class Controller:
    """A view of one table.

    Parameters
    ----------
    variables
        The user's variables.
    desk
        Knows of the other views, and whether a cell is running.
    result, report
        The table, and the report on it; without one it is made.
    publish
        Shows the static form anew; None where none stands beside the widget.
    mark
        Class of that form.
    tab
        Which tab is opened first.
    beside
        What the report is made with besides: ``real`` names a variable.
    """

    def __init__(
        self,
        variables: dict[str, Any],
        desk: Desk,
        result: Result,
        report: Report | None = None,
        *,
        publish: Publish | None = None,
        mark: str = "",
        tab: str = "data",
        beside: Mapping[str, Any] | None = None,
    ) -> None:
        self._variables, self._desk = variables, desk
        self._publish, self._mark, self._tab = publish, mark, tab
        self._beside = dict(beside or {})
        self._lock = RLock()
        self._asked: Draw | None = None
        self._open = True
        self._ways: dict[str, Callable[[Message], Answer]] = {
            "preview": self._preview,
            "edit": self._edit,
            "undo": lambda _: self._move(live_session.undone),
            "redo": lambda _: self._move(live_session.redone),
            "discard": lambda _: self._move(live_session.discarded),
            "apply": self._apply,
            "seed": self._seed,
            "rows": self._rows,
            "save": self._save,
            "answer": self._answer,
        }
        self._now = live_session.begin(result, report)
        self.widget = SynthDataView(
            self.handle, self._forms, status=state.status(), **self._traits(self._now)
        )
        self._tell()
        self._reporter = Reporter(self._judge, self._judged)
        if report is None:
            self._reporter.ask(self._now.shown)

    @property
    def name(self) -> str:
        """The variable that the view is on."""
        return self._now.name

    def close(self) -> None:
        """Close the widget."""
        with self._lock:
            self._open = False
            self.widget.close()

    # What is shown --------------------------------------------------------------------

    def _traits(self, now: Session) -> dict[str, Any]:
        record = now.shown.result.record
        cell = "" if record.start else cell_text(record, now.name)
        return {
            "view": state.view(
                now.shown,
                cell=cell,
                static=self._mark,
                tab=self._tab,
                talk=now.shown.result.talk,
            ),
            "schema": schema(now.shown, now.draft, now.law),
            "fidelity": state.fidelity(now.shown, pending=now.shown.report is None),
        }

    def _set(self, **traits: Any) -> None:
        """Send traits together."""
        with self.widget.hold_sync():
            for name, value in traits.items():
                setattr(self.widget, name, value)

    def _tell(self) -> None:
        """Tell whoever observes the widget in Python."""
        shown = self._now.shown
        result = shown.result
        self.widget.tell(
            name=result.name,
            rows=len(result.table),
            seed=result.record.seed,
            blueprint=result.record.blueprint_yaml,
            table=result.table,
            revision=shown.revision,
        )

    def _forms(self) -> dict[str, str]:
        """Forms for where the widget cannot be drawn, unless one stands beside it."""
        if self._publish is not None:
            return {}
        from synth_magic.display import forms

        shown = self._now.shown
        return forms.bundle("run", shown.result, shown.report, name=shown.result.name)

    def _say(
        self, kind: state.Kind, text: str = "", mend: str = "", *actions: tuple[str, str]
    ) -> None:
        self.widget.status = state.status(kind, text, mend, actions)

    # Messages -------------------------------------------------------------------------

    def handle(self, content: object) -> None:
        """Answer a message of the browser's; nothing is ever raised."""
        reply: Answer = {"re": content.get("id") if isinstance(content, Mapping) else None}
        try:
            message = live_messages.read(content)
            if message.do == "ping":
                reply |= {"ok": True, "busy": self._desk.running}
            else:
                # It may take a while: whoever waits learns that the kernel is at it.
                self.widget.send({**reply, "began": True})
                with self._lock:
                    reply |= {"ok": True, **self._ways[message.do](message)}
        except BaseException as error:
            reply |= self._failed(error, content)
        self.widget.send(reply)

    def _failed(self, error: BaseException, content: object) -> Answer:
        """Say what went wrong: beside the field, or in the status line."""
        if isinstance(error, SynthDataError):
            what, mend = error.problems[0].what, error.problems[0].mend
        elif isinstance(error, KeyboardInterrupt):
            what, mend = "Stopped; nothing was changed", "Ask again when you like"
        else:
            what = f"This did not work: {type(error).__name__}: {error}"
            mend = "Nothing was changed; run the cell again if it stays so"
        said = state.status("error", what, mend)
        do = content.get("do") if isinstance(content, Mapping) else None
        if do not in live_messages.BESIDE_A_FIELD or not isinstance(error, SynthDataError):
            with self._lock:
                self.widget.status = said
        return {"ok": False, "what": said["text"], "mend": said["mend"]}

    # Editing --------------------------------------------------------------------------

    def _preview(self, message: Message) -> Answer:
        if message.edit is None:
            return {}
        edit, now = message.edit, self._now
        if edit.what in PICTURED or edit.what in ("rule", "rule+"):
            return preview(now.shown, now.draft.blueprint, edit)
        return {"words": live_session.tried(now, edit).words}

    def _edit(self, message: Message) -> Answer:
        if message.edit is None:
            return {}
        new = live_session.edited(self._now, message.edit)
        if new.draft is self._now.draft:
            return {"words": ""}
        self._take(new)
        done = new.draft.states[new.draft.at]
        return {"words": done.words, "notes": [note.what for note in done.notes[:8]]}

    def _move(self, way: Callable[[Session], Session]) -> Answer:
        self._take(way(self._now))
        return {}

    def _take(self, new: Session) -> None:
        made = schema(new.shown, new.draft, new.law)
        self._now = new
        self.widget.schema = made

    # Drawing --------------------------------------------------------------------------

    def _apply(self, message: Message) -> Answer:
        record = self._now.shown.result.record
        seed = record.seed if message.seed is None else message.seed
        return self._draw(
            Draw(self._now.draft.blueprint, seed, message.rows or record.rows, edits=True)
        )

    def _seed(self, message: Message) -> Answer:
        record = self._now.shown.result.record
        seed = next_seed(record.seed) if message.seed is None else message.seed
        return self._draw(Draw(self._now.draft.base, seed, record.rows, edits=False))

    def _rows(self, message: Message) -> Answer:
        record = self._now.shown.result.record
        rows = message.rows or record.rows
        return self._draw(Draw(self._now.draft.base, record.seed, rows, edits=False))

    def _answer(self, message: Message) -> Answer:
        asked, self._asked = self._asked, None
        if asked is None or message.choice not in ("replace", "save"):
            self._say("")
            return {}
        if asked.edits:
            asked = replace(asked, blueprint=self._now.draft.blueprint)
        name = self.name
        if message.choice == "save":
            name = free_name(name, self._variables)
        return self._draw(asked, name=name, sure=True)

    def _draw(self, draw: Draw, *, name: str | None = None, sure: bool = False) -> Answer:
        self._rest()
        now = self._now
        reason = "" if sure else reason_to_ask(self._variables, now.shown.result)
        if reason:
            self._asked = draw
            other = free_name(now.name, self._variables)
            replaced, saved = f"Replace {now.name}", f"Save as {other}"
            actions = (("replace", replaced), ("save", saved), ("cancel", "Cancel"))
            self._say("ask", reason, "", *actions)
            return {"asked": True}
        began = perf_counter()
        options = config.defaults()
        new = live_session.drawn(now, draw, options, name or now.name)
        traits = self._traits(new)
        self._variables[new.name] = new.shown.result.table
        self._now = new
        self._set(status=self._done(now, new, perf_counter() - began), **traits)
        self._tell()
        self._reporter.ask(new.shown)
        return {}

    def _done(self, old: Session, new: Session, seconds: float) -> dict[str, Any]:
        rows = plural(len(new.shown.result.table), "row")
        changes = len(old.draft.changes) if new.draft is not old.draft else 0
        what = f"{plural(changes, 'change')} applied: " if changes else ""
        return state.status("done", f"{what}{new.name} has {rows}, drawn anew in {seconds:.2f} s")

    def _rest(self) -> None:
        """Leave the variables alone while a cell works with them."""
        if self._desk.running:
            what = "The kernel is busy with a cell, so nothing was changed"
            raise DataError(problem(("options",), what, "Ask again when the cell is done"))

    def _save(self, message: Message) -> Answer:
        self._rest()
        name = message.name
        if name in self._variables:
            what = f"There is a variable {name} already"
            mend = f"Choose another name, such as {free_name(name, self._variables)}"
            raise DataError(problem(("options", "name"), what, mend))
        namespace.check(name, self._variables, replace=False)
        shown = self._now.shown.result
        self._variables[name] = shown.table.copy()
        left = self._now.draft.blueprint != self._now.draft.base
        mend = "Edits that were not applied are not in it" if left else ""
        self._say("done", f"{name} is a copy of {shown.name}", mend)
        return {}

    # The report -----------------------------------------------------------------------

    def _judge(self, shown: Applied) -> Report:
        beside = dict(self._beside)
        real = beside.pop("real", None)
        if real is not None:
            beside["real"] = namespace.table_named(real, self._variables, "--real")
        return judge(snapshot(shown.result), **beside)

    def _judged(self, shown: Applied, report: Report | None, wrong: str) -> None:
        """Take a report in, unless its table is no longer the one that is shown."""
        with self._lock:
            if not self._open or self._now.shown.revision != shown.revision:
                return
            if report is None:
                self._set(
                    fidelity=state.fidelity(shown),
                    status=state.status("error", f"There is no report: {wrong}"),
                )
                return
            self._now = live_session.judged(self._now, report)
            traits = self._traits(self._now)
            self._set(fidelity=traits["fidelity"], schema=traits["schema"])
        if self._publish is not None and shown.revision > 1:
            self._publish(shown.result, report)
