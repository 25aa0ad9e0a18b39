"""The live view's widget: traits and messages, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
from traitlets import Dict, Instance, Int, Unicode, Union

from synth_magic.display.live import module

Message = Mapping[str, Any]
Handler = Callable[[Message], None]
Form = Callable[[], Mapping[str, str]]


class SynthDataView(anywidget.AnyWidget):
    """A table's view: data, an editable schema, its report, its source.

    It composes like any widget of ipywidgets.  What may be observed: ``name`` (the
    variable), ``rows``, ``seed``, ``blueprint`` (the YAML that the table was drawn from)
    and ``revision``, which rises with every new table; ``table`` is the DataFrame itself.

    Parameters
    ----------
    handler
        Hears what the browser says.
    form
        Gives the forms that stand for the widget where it cannot be drawn, by mime type.
    **traits
        First values.
    """

    _esm = Unicode().tag(sync=True)
    _css = Unicode().tag(sync=True)
    view = Dict().tag(sync=True)
    schema = Dict().tag(sync=True)
    fidelity = Dict().tag(sync=True)
    status = Dict().tag(sync=True)

    name = Unicode(read_only=True)
    rows = Int(read_only=True)
    seed = Union([Int(), Unicode()], read_only=True)
    blueprint = Unicode(read_only=True)
    revision = Int(read_only=True)
    table = Instance("pandas.DataFrame", allow_none=True, read_only=True)

    def __init__(self, handler: Handler, form: Form = dict, **traits: Any) -> None:
        self._form = form
        super().__init__(_esm=module.text(), _css=module.style(), **traits)
        self.on_msg(lambda _, content, __: handler(content))

    def tell(self, **values: Any) -> None:
        """Set what may be observed; nobody else does."""
        with self.hold_trait_notifications():
            for name, value in values.items():
                self.set_trait(name, value)

    def close(self) -> None:
        """Close the widget and what ipywidgets made with it."""
        layout = self.layout
        super().close()
        layout.close()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle, metadata = self.mention()
        return {**bundle, **self._form()}, metadata

    def mention(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give the widget with an empty text, and its metadata: a static form stands beside it."""
        bundle, metadata = super()._repr_mimebundle_() or ({}, {})
        return {**bundle, "text/plain": ""}, metadata
