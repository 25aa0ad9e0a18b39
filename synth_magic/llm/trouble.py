"""What happened on the way to a model, in the words of whoever asked.

Every exception of a call becomes a `CallError` here, and every `CallError` a `ModelError`,
masked: host and model are named, what the endpoint said is quoted briefly, no key is.
"""

from __future__ import annotations

import math
import socket
import ssl

from synth_magic import safe_text
from synth_magic.errors import ModelError, Problem
from synth_magic.llm import refusal
from synth_magic.llm.access import Access, mask
from synth_magic.llm.fault import CallError, StatusError, chain
from synth_magic.llm.limits import Limits
from synth_magic.llm.refusal import spell


def model_error(fault: CallError, access: Access) -> ModelError:
    """Put a fault into two lines, without any key."""
    found = Problem(
        ("options", "model"),
        mask(safe_text.line(fault.what), access.key),
        mask(safe_text.line(fault.mend), access.key),
    )
    return ModelError(found, kind=fault.kind, retry=fault.again, after=fault.after)


def fault_of(error: BaseException, access: Access) -> CallError:
    """Say what kind of fault an exception of a call is; none of its words are used.

    Parameters
    ----------
    error
        Whatever came out of a call: ours, the library's, the system's.
    access
        Whom it was about.
    """
    links = list(chain(error))
    for link in links:
        if isinstance(link, CallError):
            return link
        if isinstance(link, ModelError):
            first = link.problems[0]
            return CallError(link.kind, first.what, first.mend, all=True)
        if isinstance(link, StatusError):
            hidden = mask(link.text, access.key)
            return refusal.of_refusal(StatusError(link.status, link.headers, hidden), access)
    if isinstance(error, TimeoutError):
        return CallError(
            "cut",
            f"{access.host} did not finish its answer in time",
            "Ask for fewer columns at a time, or raise SynthData.deadline",
            again=True,
        )
    return _of_connection(links, access)


def silent(access: Access, limits: Limits, *, begun: bool) -> CallError:
    """Say that nothing came for too long; asking again at once would wait as long again."""
    seconds = spell(limits.idle if begun else limits.first_token)
    what = f"{access.host} was silent for {seconds}"
    return CallError(
        "cut",
        f"{what} in the middle of its answer" if begun else f"{what} and gave no answer",
        "Run the cell again, or raise SynthData.idle",
        again=True,
    )


def _of_connection(links: list[BaseException], access: Access) -> CallError:
    kinds = {name for link in links for name in _names(link)}
    host = access.host
    if any(isinstance(link, ssl.SSLCertVerificationError) for link in links):
        return CallError(
            "no_network",
            f"{host} did not prove who it is: its certificate does not hold",
            "Look at base_url; behind a company's gateway set SSL_CERT_FILE to its certificate",
            all=True,
        )
    if any(isinstance(link, ssl.SSLError) for link in links) and "ConnectError" in kinds:
        return CallError(
            "no_network",
            f"{host} does not speak TLS on this port",
            "Look at base_url: a server on this machine is mostly at http://, others at https://",
            all=True,
        )
    if any(isinstance(link, socket.gaierror) for link in links):
        return CallError(
            "no_network",
            f"There is no way to {host}: its name is not found",
            "Look at base_url and at the network; --model offline needs none",
            retry=True,
            label="no connection",
        )
    if kinds & {"ConnectError", "ConnectTimeout", "ConnectionRefusedError", "ProxyError"}:
        where = "Start the server" if access.loopback else "Look at base_url and the network"
        return CallError(
            "no_network",
            f"No connection to {access.origin}",
            f"{where}, or write --model offline",
            retry=True,
            label="no connection",
        )
    if kinds & {"NetworkError", "ProtocolError", "TimeoutException", "OSError", "EndOfStream"}:
        return CallError(
            "cut",
            f"{host} broke the connection off before its answer was whole",
            "Run the cell again; what was answered before is kept",
            retry=True,
            label="broken off",
        )
    name = type(links[0]).__name__
    what = f"{host} answered with something that is no answer ({name})"
    return CallError("unreadable", what, "Run the cell again, or ask another model", again=True)


def _names(error: BaseException) -> set[str]:
    return {base.__name__ for base in type(error).__mro__}


def budget_fault(most: int, spent: int, needed: int) -> CallError:
    """Say that a token budget would be passed."""
    return CallError(
        "quota",
        f"The token budget of {most:,} would be passed: {spent:,} are spent, the next request"
        f" takes about {needed:,}",
        f"Raise it with --token-budget {_rounded(spent + 2 * needed + most // 2)}; what was"
        " answered is kept",
        all=True,
    )


def _rounded(tokens: int) -> int:
    step = int(10 ** max(2, len(str(tokens)) - 2))
    return math.ceil(tokens / step) * step
