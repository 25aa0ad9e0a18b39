"""Where requests may go: what an administrator, the environment and a setting allow together.

Each of them can take away; none can give back what another took.  One question,
`check`, is asked before anything is sent and before every connection.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from synth_magic.errors import DataError, ModelError, SpecError, problem
from synth_magic.option_values import read_hosts

FILE = "policy.yaml"
VARIABLE = "SYNTHDATA_NETWORK"
_MOST_CHARACTERS = 100_000
_ADMINISTRATOR = "Ask whoever looks after this machine, or write --model offline"


class Target(Protocol):
    """What a request is sent to (`Access`)."""

    @property
    def host(self) -> str:
        """Name or address."""
        ...

    @property
    def port(self) -> int:
        """TCP port."""
        ...

    @property
    def network(self) -> tuple[str, ...] | None:
        """`Options.network`."""
        ...


@dataclass(frozen=True, slots=True)
class Rule:
    """What one place allows.

    Parameters
    ----------
    hosts
        Hosts, perhaps with a port, and ``loopback``; empty is off.
    source
        Who says so, for the error: a file, a variable or a setting.
    mend
        How that is changed.
    broken
        Why the place could not be read; then it allows nothing.
    """

    hosts: tuple[str, ...]
    source: str
    mend: str
    broken: str = ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its very name: 127.0.0.0/8, ::1 or ``localhost``."""
    host = host.strip("[]").lower()
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def folders() -> tuple[Path, ...]:
    """Folders that may hold an administrator's file.

    Those that do not hang on a variable of the environment are always among them: a
    variable can add a folder, and so narrow, but hide none.
    """
    import platformdirs

    found = [Path(platformdirs.site_config_dir("synth-magic"))]
    if sys.platform == "darwin":
        found.append(Path("/Library/Application Support/synth-magic"))
    elif sys.platform == "win32":
        found.append(Path("C:/ProgramData/synth-magic"))
    else:
        found += [Path("/etc/xdg/synth-magic"), Path("/etc/synth-magic")]
        several = platformdirs.site_config_dir("synth-magic", multipath=True)
        found += map(Path, several.split(os.pathsep))
    found += [Path(prefix, "etc", "synth-magic") for prefix in (sys.prefix, sys.base_prefix)]
    return tuple(dict.fromkeys(found))


def rules(
    said: tuple[str, ...] | None = None, environ: Mapping[str, str] | None = None
) -> tuple[Rule, ...]:
    """Give every rule that stands, read anew.

    Parameters
    ----------
    said
        `Options.network`.
    environ
        Of the process where None.
    """
    return tuple(_rules(said, os.environ if environ is None else environ))


def _rules(said: tuple[str, ...] | None, environ: Mapping[str, str]) -> Iterator[Rule]:
    for folder in folders():
        rule = _from_file(folder / FILE)
        if rule is not None:
            yield rule
    try:
        hosts = read_hosts(_listed(environ.get(VARIABLE, "")))
    except DataError:
        yield Rule((), VARIABLE, "Set it to off, loopback or hosts with commas", "it is malformed")
    else:
        if hosts is not None:
            yield Rule(hosts, VARIABLE, f"Change {VARIABLE}, or write --model offline")
    if said is not None:
        mend = "Add it to SynthData.network, or write --model offline"
        yield Rule(said, "SynthData.network", mend)


def _listed(text: str) -> str | list[str]:
    text = text.strip()
    return [word.strip() for word in text.split(",")] if "," in text else text


def _from_file(file: Path) -> Rule | None:
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return Rule((), str(file), _ADMINISTRATOR, "it cannot be read")
    from synth_magic import yaml_text

    try:
        with file.open(encoding="utf-8-sig") as stream:
            text = stream.read(_MOST_CHARACTERS + 1)
        data = yaml_text.load(text, max_chars=_MOST_CHARACTERS, max_depth=4, max_nodes=2_000).data
    except (OSError, UnicodeError):
        return Rule((), str(file), _ADMINISTRATOR, "it cannot be read")
    except SpecError:
        return Rule((), str(file), _ADMINISTRATOR, "it is no YAML that can be read")
    said = data.get("network") if isinstance(data, dict) and set(data) == {"network"} else None
    try:
        hosts = read_hosts(said)
    except DataError:
        hosts = None
    if hosts is None:
        why = "it wants one line, network: off, loopback or a list of hosts"
        return Rule((), str(file), _ADMINISTRATOR, why)
    return Rule(hosts, str(file), _ADMINISTRATOR)


def allows(rule: Rule, host: str, port: int) -> bool:
    """Whether one rule lets a request go to a host and port."""
    loopback = is_loopback(host)
    wanted = _named(host)
    for allowed in rule.hosts:
        name, its_port = _parted(allowed)
        if its_port is not None and its_port != port:
            continue
        if (loopback and (name == "loopback" or is_loopback(name))) or _named(name) == wanted:
            return True
    return False


def _named(host: str) -> str:
    return host.strip("[]").lower().removesuffix(".")


def _parted(entry: str) -> tuple[str, int | None]:
    name, colon, port = entry.rpartition(":")
    if colon and port.isdecimal() and (name.startswith("[") or ":" not in name):
        return name, int(port)
    return entry, None


def check(
    host: str,
    port: int,
    said: tuple[str, ...] | None = None,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Raise unless every rule lets a connection be made.

    Parameters
    ----------
    host, port
        What is about to be connected to.
    said
        `Options.network`.
    environ
        Of the process where None.

    Raises
    ------
    ModelError
        Of kind ``policy``, naming the rule that forbids it.
    """
    for rule in rules(said, environ):
        if rule.broken:
            what = f"Requests are off, since {rule.source} cannot be understood: {rule.broken}"
        elif allows(rule, host, port):
            continue
        elif rule.hosts:
            what = f"Requests to {host} are not allowed: {rule.source} names other hosts"
        else:
            what = f"Requests to {host} are not allowed: {rule.source} says off"
        raise ModelError(problem(("options", "network"), what, rule.mend), kind="policy")


def allow(access: Target, environ: Mapping[str, str] | None = None) -> None:
    """Raise unless a request may go where an access leads (`check`)."""
    check(access.host, access.port, access.network, environ)
