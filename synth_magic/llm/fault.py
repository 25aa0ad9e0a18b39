"""What went wrong in one call, before it is put into words for the user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from synth_magic.errors import Kind


class CallError(Exception):
    """One call failed.

    Parameters
    ----------
    kind
        As in `ModelError`.
    what, mend
        The two lines; not yet masked.
    retry
        Whether the same request may succeed in a moment.
    after
        Seconds that the endpoint asked for.
    slower
        Whether the endpoint says that it is asked too much at a time.
    again
        Whether whoever asked may ask anew, where we do not (it would be paid for again).
    label
        A word or two for the line that says why we wait: ``429``, ``no connection``.
    all
        Whether every other request would end in the same way.
    """

    def __init__(
        self,
        kind: Kind,
        what: str,
        mend: str = "",
        *,
        retry: bool = False,
        after: float | None = None,
        slower: bool = False,
        again: bool = False,
        label: str = "",
        all: bool = False,  # noqa: A002  (the word of the sentence above)
    ) -> None:
        super().__init__(what)
        self.kind: Kind = kind
        self.what = what
        self.mend = mend
        self.retry = retry
        self.after = after
        self.slower = slower
        self.again = retry or again
        self.label = label or kind
        self.all = all


class StatusError(Exception):
    """The endpoint answered with a status that is no success.

    Parameters
    ----------
    status
        The HTTP status, or the one that an error in a 200 names.
    headers
        Names in small letters.
    text
        The first part of the body.
    """

    def __init__(self, status: int, headers: Mapping[str, str], text: str) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.headers = headers
        self.text = text


def chain(error: BaseException) -> Iterator[BaseException]:
    """Give an exception and all that it came from."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def ours(error: BaseException) -> CallError | StatusError | None:
    """Give what we raised ourselves, and a library may have put its own error around."""
    return next((link for link in chain(error) if isinstance(link, CallError | StatusError)), None)
