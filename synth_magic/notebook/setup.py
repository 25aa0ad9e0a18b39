"""``doctor``: what is installed, what is set, and what is amiss."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from synth_magic._version import __version__
from synth_magic.errors import SynthDataError
from synth_magic.llm.secret import NO_KEY
from synth_magic.notebook import autoload
from synth_magic.options import Options, trait_fields

#: Oldest and newest releases that the tests run with.
TESTED = {"numpy": ("1.26", "2.4"), "pandas": ("2.2", "3.1")}
#: What each extra brings, and what it is for.
EXTRAS = {
    "parquet": ("pyarrow", "files that end in .parquet"),
    "dask": ("dask", "Blueprint.to_dask"),
    "notebook": ("ipykernel", "Jupyter"),
    "local": ("xllamacpp", "--model FILE.gguf"),
}
CORE = ("IPython", "numpy", "pandas", "scipy", "pydantic", "rich", "openai")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _short(release: str) -> tuple[int, ...]:
    """Turn ``2.2.3`` into (2, 2); what is no number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in release.split(".")[:2])


def _amiss() -> list[str]:
    """Say which packages are older or newer than those that were tried."""
    found = []
    for package, (oldest, newest) in TESTED.items():
        have = _version(package)
        if have is None:
            found.append(f"{package} is not installed: pip install {package}")
        elif _short(have) < _short(oldest):
            found.append(f"{package} {have} is older than {oldest}: pip install -U {package}")
        elif _short(have) > _short(newest):
            found.append(f"{package} {have} is newer than {newest}, the newest that was tried")
    return found


def _extra(name: str) -> str:
    package, purpose = EXTRAS[name]
    have = _version(package)
    return (
        f"{package} {have}"
        if have
        else f'no {package} ({purpose}: pip install "synth-magic[{name}]")'
    )


def _settings(options: Options) -> str:
    plain = Options()
    changed = [
        f"SynthData.{f.metadata['trait']} = {getattr(options, f.name)!r}"
        for f in trait_fields()
        if getattr(options, f.name) != getattr(plain, f.name)
    ]
    return ", ".join(changed) or "as they come (%config SynthData lists them)"


def _autoload() -> str:
    where = ", ".join(map(str, autoload.named_in()))
    return f"on, in {where}" if where else "off (python -m synth_magic autoload on)"


def _model(options: Options) -> str:
    """Say whom a cell would ask, and what is in the way."""
    from synth_magic.llm.access import resolve

    try:
        access = resolve(options)
    except SynthDataError as error:
        return " ".join(part for part in (error.problems[0].what, error.problems[0].mend) if part)
    if access is None:
        return "none: the built-in clinical reference answers, and nothing is sent anywhere"
    where = "on this machine" if access.local_file else f"at {access.base_url}"
    key = "no key" if access.key.reveal() in ("", NO_KEY) else "with a key"
    return f"{access.model} {where}, {key}"


def _servers(options: Options) -> str:
    """Name the servers that listen on this machine, and how to ask them."""
    from synth_magic.llm import servers

    found = [str(server) for server in servers.found(options.network)]
    return "; ".join(found) or "none found on this machine (Ollama, LM Studio, vLLM, llama.cpp)"


def _network(options: Options) -> str:
    """Say where requests may go, by whose word."""
    from synth_magic.llm import policy

    rules = policy.rules(options.network)
    said = [f"{', '.join(rule.hosts) or 'off'} ({rule.source})" for rule in rules]
    return "; and ".join(said) or "anywhere that --model and --base-url name"


def doctor(options: Options) -> str:
    """Describe the installation in a few lines of plain text.

    Parameters
    ----------
    options
        With the session's settings.
    """
    core = " · ".join(f"{package} {_version(package) or 'missing'}" for package in CORE)
    rows = {
        "synth-magic": f"{__version__} on Python {platform.python_version()}",
        "packages": core,
        "extras": " · ".join(_extra(name) for name in EXTRAS),
        "model": _model(options),
        "servers": _servers(options),
        "network": _network(options),
        "settings": _settings(options),
        "autoload": _autoload(),
        "amiss": "; ".join(_amiss()) or "nothing",
    }
    return "\n".join(f"{name:<12} {text}" for name, text in rows.items())
