"""Sending a bundle of mime types to the front end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def publish(
    bundle: Mapping[str, Any],
    display_id: str | None = None,
    *,
    update: bool = False,
    metadata: Mapping[str, Any] | None = None,
) -> None:
    """Publish a bundle, under a display id by which it can be published anew.

    Parameters
    ----------
    bundle
        Contents by mime type.
    display_id
        Where; without one it stands for itself.
    update
        Whether it takes the place of what stands there.
    metadata
        Beside the contents.
    """
    from IPython.display import publish_display_data

    transient = {"display_id": display_id} if display_id else {}
    send: Any = publish_display_data
    send(dict(bundle), metadata=dict(metadata or {}), transient=transient, update=update)
