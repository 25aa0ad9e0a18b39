"""A line to one endpoint: what may leave, where to, and how much may come back.

``openai`` is imported here and nowhere else, on the loop's thread.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import sys
from collections.abc import AsyncIterator, Mapping
from types import ModuleType
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from synth_magic.llm import loop, policy
from synth_magic.llm.access import Access
from synth_magic.llm.fault import CallError, StatusError, ours

#: Headers that are sent; the library would add the machine, the system and its version.
_SENT = frozenset(
    {"host", "authorization", "content-type", "content-length", "accept", "user-agent"}
    | {"accept-encoding", "connection"}
)
#: Which account pays is known to the library by the environment, and concerns OpenAI alone.
_ACCOUNT = frozenset({"openai-organization", "openai-project"})
_LOGGERS = ("openai", "httpx2", "httpcore2", "httpx", "httpcore")
#: An error's body is read so far.
_MOST_ERROR = 16_000


class Line:
    """An HTTP client that knows one endpoint only.

    Parameters
    ----------
    access
        Whom it may ask.  Its key is not kept: each request brings one.
    """

    def __init__(self, access: Access) -> None:
        openai = library()
        quiet()
        self._http = _http(openai)
        self._base_url, self._host, self._family = access.base_url, access.host, access.family
        client = self._http.AsyncClient(
            follow_redirects=False,
            # A proxy of the environment would be told the key of a server on this machine.
            trust_env=not access.loopback,
            timeout=None,
            limits=self._http.Limits(max_connections=None, max_keepalive_connections=16),
            event_hooks={"request": [self._outgoing], "response": [self._incoming]},
        )
        self._sdk = openai.AsyncOpenAI(
            api_key="none", base_url=access.base_url, max_retries=0, http_client=client
        )

    async def _outgoing(self, request: Any) -> None:
        asked, ours = urlsplit(str(request.url)), urlsplit(self._base_url)
        if (asked.scheme, asked.netloc) != (ours.scheme, ours.netloc):
            what = f"A request for {self._host} was about to go to {asked.hostname}"
            raise CallError("policy", what, "It was not sent; look at base_url", all=True)
        sent = _SENT | _ACCOUNT if self._family == "openai" else _SENT
        for name in {name.lower() for name in request.headers} - sent:
            del request.headers[name]
        request.headers["accept-encoding"] = "identity"

    async def _incoming(self, response: Any) -> None:
        """Turn what is no success into our own error, before the library reads all of it."""
        if 200 <= response.status_code < 300:
            return
        headers = {name.lower(): value for name, value in response.headers.items()}
        if 300 <= response.status_code < 400:
            raise self._redirected(response.status_code, headers.get("location", ""))
        body = bytearray()
        with contextlib.suppress(Exception):  # the status is known, and is what counts
            async for part in response.aiter_bytes():
                body += part
                if len(body) > _MOST_ERROR:
                    break
        text = bytes(body[:_MOST_ERROR]).decode("utf-8", "replace")
        raise StatusError(response.status_code, headers, text)

    def _redirected(self, status: int, location: str) -> CallError:
        parts = urlsplit(urljoin(f"{self._base_url}/", location))
        plain = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="")
        target = urlunsplit(plain).removesuffix("/chat/completions") or "nowhere"
        return CallError(
            "refused",
            f"{self._host} sends requests on to {target[:200]} ({status}); the key was"
            " not sent there",
            "If you trust that address, write it as base_url",
            all=True,
        )

    @contextlib.asynccontextmanager
    async def post(
        self, access: Access, body: Mapping[str, Any], connect: float
    ) -> AsyncIterator[Any]:
        """Send one request and give its response, not yet read; closed at the end.

        Parameters
        ----------
        access
            With the key of this request.
        body
            Of ``/chat/completions``.
        connect
            Most seconds until there is a connection.

        Raises
        ------
        StatusError
            For a status that is no success.
        CallError
            Where the request may not be sent, or is sent on.
        """
        policy.allow(access)
        quiet()
        try:
            response = await self._sdk.post(
                "/chat/completions",
                cast_to=self._http.Response,
                body=dict(body),
                options={
                    "headers": {"Authorization": f"Bearer {access.key.reveal()}"},
                    "timeout": self._http.Timeout(None, connect=connect),
                },
                stream=True,
                stream_cls=None,
            )
        except Exception as error:
            found = ours(error)  # older releases put an error of their own around it
            if found is None:
                raise
            raise found from None
        try:
            yield response
        finally:
            await response.aclose()


def line(access: Access) -> Line:
    """Give the loop's line to an endpoint; called on its thread."""
    key = ("line", access.base_url, access.host, access.family, access.loopback)
    return loop.kept(key, lambda: Line(access))


def warm() -> None:
    """Import what a first request will need."""
    library()


def library() -> Any:
    """Import ``openai``, whose classes are many: twice as fast while no garbage is looked for."""
    looked = gc.isenabled()
    gc.disable()
    try:
        import openai
    finally:
        if looked:
            gc.enable()
    return openai


def quiet() -> None:
    """Let no library write addresses or headers into a log."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if logger.getEffectiveLevel() < logging.WARNING:
            logger.setLevel(logging.WARNING)


def _http(openai: ModuleType) -> ModuleType:
    """Give the HTTP library that this release of openai takes a client of."""
    for base in openai.DefaultAsyncHttpxClient.__mro__:
        name = base.__module__.partition(".")[0]
        if name.startswith("httpx"):
            return sys.modules[name]
    raise ImportError("this release of openai has no HTTP client of ours")
