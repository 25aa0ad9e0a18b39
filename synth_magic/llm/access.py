"""Which endpoint is asked, with which key, and whether that is allowed.

A key belongs to an origin (scheme, host and port), and goes nowhere else:

1. ``generate(api_key=...)``: the endpoint of that call.
2. ``SynthData.api_key_env``: the configured endpoint; for OPENAI_API_KEY rule 5 holds.
3. ``%synthdata login``: the origin that it was typed in for.
4. ``SYNTHDATA_API_KEY``: the origin of SYNTHDATA_BASE_URL; where that is not set, the
   configured endpoint, unless that is this machine.
5. ``OPENAI_API_KEY``: the origin of OPENAI_BASE_URL; where that is not set, api.openai.com.

The first that fits is sent.  An endpoint on this machine without a key gets ``none``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from synth_magic.errors import DataError, ModelError, Problem, problem
from synth_magic.llm import login, policy
from synth_magic.llm.secret import NO_KEY, Secret, mask
from synth_magic.option_values import read_model, read_url
from synth_magic.options import Options

__all__ = ["Access", "Endpoint", "Secret", "configured", "endpoint", "mask", "resolve"]

Family = Literal["openai", "azure", "openrouter", "gemini", "anthropic", "ollama", "local", "other"]
DEFAULT_URL = "https://api.openai.com/v1"
_PORTS = {"https": 443, "http": 80}
_OLLAMA_PORT = 11434
#: Variable under which each service's own page keeps its key, for the error's second line.
_VARIABLES: dict[Family, str] = {
    "openai": "OPENAI_API_KEY",
    "azure": "AZURE_OPENAI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
    "gemini": "GEMINI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
}


@dataclass(frozen=True, slots=True)
class Access:
    """A model, where it is asked, and the key that goes there.

    Parameters
    ----------
    model
        As the endpoint names it; for a file its name without the suffix.
    base_url
        ``https://api.openai.com/v1``; empty for a file that is not served yet
        (`local.serve` gives the access that can be asked).
    origin
        Scheme, host and port, the port left out where it is the scheme's own.
    host, port
        What is connected to; the host is for messages, too.
    key
        Sent to `origin` and nowhere else.
    loopback
        Whether the endpoint is this machine.
    family
        By the origin; decides names of fields and words of messages, nothing else.
    identity
        What answers, for the cache and for what was learned: origin and path, or
        for a file its content's digest, since its port is another one each time.
    local_file
        A .gguf file that we serve ourselves.
    network
        `Options.network`, asked again before each connection (`policy.allow`).
    context
        Tokens that question and answer may have together, where that is known.
    """

    model: str
    base_url: str
    origin: str
    host: str
    port: int
    key: Secret
    loopback: bool
    family: Family
    identity: str
    local_file: str | None = None
    network: tuple[str, ...] | None = None
    context: int | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address, taken apart."""

    base_url: str
    origin: str
    host: str
    port: int
    loopback: bool
    family: Family


@dataclass(frozen=True, slots=True, repr=False)
class _Variables:
    """The environment, not shown by a traceback that shows variables."""

    variables: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.variables.get(name, "").strip()

    def origin(self, name: str) -> str | None:
        """Origin of an address in a variable; ``""``, which is none, if it is malformed."""
        if not self.get(name):
            return None
        try:
            return endpoint(self.get(name), name).origin
        except (DataError, ModelError):
            return ""


def resolve(options: Options, environ: Mapping[str, str] | None = None) -> Access | None:
    """Find out whom to ask.

    Parameters
    ----------
    options
        Of the run; `model`, `base_url`, `api_key`, `api_key_env` and `network` count.
    environ
        Variables SYNTHDATA_MODEL, SYNTHDATA_BASE_URL, OPENAI_BASE_URL, SYNTHDATA_NETWORK
        and the keys; of the process where None.

    Returns
    -------
    Access or None
        None where no model is named, or ``offline``: a key alone sends nothing.

    Raises
    ------
    ModelError
        Of kind ``policy`` where that endpoint is not allowed, ``key`` where it wants a
        key and none belongs to it.
    DataError
        For an address or a name that is none, and for a file that is no model.
    """
    said = _Variables(os.environ if environ is None else environ)
    del environ
    model = options.model
    if model is None and said.get("SYNTHDATA_MODEL"):
        model = read_model(said.get("SYNTHDATA_MODEL"))
    if model is None or model == "offline":
        return None
    if model.lower().endswith(".gguf"):
        return _file(model, options, said)
    found = configured(options, said.variables)
    policy.check(found.host, found.port, options.network, said.variables)
    return Access(
        model=model,
        base_url=found.base_url,
        origin=found.origin,
        host=found.host,
        port=found.port,
        key=_key(found, model, options, said),
        loopback=found.loopback,
        family=found.family,
        identity=found.base_url,
        network=options.network,
    )


def _file(model: str, options: Options, said: _Variables) -> Access:
    from synth_magic.llm import local

    policy.check(local.HOST, 0, options.network, said.variables)
    return Access(
        model=local.name_of(model),
        base_url="",
        origin="",
        host=local.HOST,
        port=0,
        key=Secret(""),
        loopback=True,
        family="local",
        identity=local.identity(model),
        local_file=model,
        network=options.network,
    )


def configured(options: Options, environ: Mapping[str, str] | None = None) -> Endpoint:
    """Give the endpoint that a run would ask, whether or not a model is named.

    Raises
    ------
    DataError, ModelError
        As `endpoint` does.
    """
    if options.base_url is not None:
        return endpoint(options.base_url)
    said = _Variables(os.environ if environ is None else environ)
    for name in ("SYNTHDATA_BASE_URL", "OPENAI_BASE_URL"):
        if said.get(name):
            return endpoint(said.get(name), name)
    return endpoint(DEFAULT_URL)


def endpoint(url: str, source: str = "The base URL") -> Endpoint:
    """Take the address of an endpoint apart.

    Parameters
    ----------
    url
        ``https://host/path``, perhaps with ``/chat/completions``; http only for this machine.
    source
        Where the address was, for the error.

    Raises
    ------
    DataError
        If it is no plain address of ASCII characters.
    ModelError
        Of kind ``policy``, for plain http to another machine.
    """
    try:
        plain = read_url(url)
        parts = urlsplit(plain)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    except (DataError, ValueError):
        plain, parts, host, port = "", urlsplit(""), "", 0
    if not re.fullmatch(r"[a-z0-9_.:-]+", host) or not plain.isascii() or "\\" in plain:
        raise DataError(
            problem(
                ("options", "base_url"),
                f"{source} is no plain http(s) address: no user, password, ? or # belongs in it",
                "Write it as the endpoint's page does, such as https://api.openai.com/v1",
            )
        )
    loopback = policy.is_loopback(host)
    if parts.scheme == "http" and not loopback:
        raise ModelError(
            problem(
                ("options", "base_url"),
                f"Plain http to {host} is not used: everybody on the way could read key and text",
                "Write https://, or for a server on this machine http://127.0.0.1 and its port",
            ),
            kind="policy",
        )
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}" + ("" if port == _PORTS[parts.scheme] else f":{port}")
    return Endpoint(
        f"{origin}{parts.path}", origin, host, port, loopback, _family(host, port, loopback)
    )


def _family(host: str, port: int, loopback: bool) -> Family:
    if loopback:
        return "ollama" if port == _OLLAMA_PORT else "other"
    hosts: dict[Family, tuple[str, ...]] = {
        "openai": ("api.openai.com",),
        "azure": ("openai.azure.com", "services.ai.azure.com", "cognitiveservices.azure.com"),
        "openrouter": ("openrouter.ai",),
        "gemini": ("generativelanguage.googleapis.com",),
        "anthropic": ("api.anthropic.com",),
    }
    for family, names in hosts.items():
        if any(host == name or host.endswith(f".{name}") for name in names):
            return family
    return "other"


def _key(found: Endpoint, model: str, options: Options, said: _Variables) -> Secret:
    """Give the first key that belongs to an origin; the module's page has the order."""
    if options.api_key is not None:
        return login.checked(options.api_key, "api_key")
    named = options.api_key_env
    if named is not None and named != "OPENAI_API_KEY" and said.get(named):
        return login.checked(said.get(named), named)
    typed = login.key_for(found.origin)
    if typed is not None:
        return typed
    ours, theirs = said.origin("SYNTHDATA_BASE_URL"), said.origin("OPENAI_BASE_URL")
    if said.get("SYNTHDATA_API_KEY") and (
        ours == found.origin or (ours is None and not found.loopback)
    ):
        return login.checked(said.get("SYNTHDATA_API_KEY"), "SYNTHDATA_API_KEY")
    own = endpoint(DEFAULT_URL).origin if theirs is None else theirs
    if said.get("OPENAI_API_KEY") and own == found.origin:
        return login.checked(said.get("OPENAI_API_KEY"), "OPENAI_API_KEY")
    if found.loopback:
        return Secret(NO_KEY)
    raise ModelError(_no_key(found, model, options, said), kind="key")


def _no_key(found: Endpoint, model: str, options: Options, said: _Variables) -> Problem:
    needs = f"--model {model} at {found.host} needs a key"
    others = "run %synthdata login, or write --model offline"
    own = _VARIABLES.get(found.family, "")
    if options.api_key_env and options.api_key_env != "OPENAI_API_KEY":
        what = f"{needs}, and {options.api_key_env} is not set"
        mend = f"Set {options.api_key_env} before the kernel starts, {others}"
    elif own != "OPENAI_API_KEY" and said.get(own):
        what = f"{needs}; {own} is set, and is sent only where you say so"
        mend = f"Write %config SynthData.api_key_env = '{own}', {others}"
    elif said.get("OPENAI_API_KEY"):
        its = "OPENAI_BASE_URL" if said.get("OPENAI_BASE_URL") else "api.openai.com"
        what = f"{needs}; OPENAI_API_KEY belongs to {its} and is not sent there"
        mend = f"Set SYNTHDATA_API_KEY before the kernel starts, {others}"
    else:
        name = "OPENAI_API_KEY" if own == "OPENAI_API_KEY" else "SYNTHDATA_API_KEY"
        what = f"{needs}, and none is set"
        mend = f"Set {name} before the kernel starts, {others}"
    return problem(("options", "api_key"), what, mend)
