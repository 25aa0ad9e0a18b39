"""Reading the value of each option, with a two-line answer to a wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from synth_magic import keys
from synth_magic.errors import DataError, problem

MOST_NAME, MOST_TOKENS, MOST_PRICE = 200, 10**9, 1e9
ENGINES = ("blueprint", "rows")
GROUNDINGS = ("auto", "on", "off")
UIS = ("auto", "live", "static")
#: More rows than any stream of the sampler is addressed for in practice.
MOST_ROWS = 10**12


def _whole(text: str) -> int:
    """Read a whole number above 0 as people write it; what is none gives 0."""
    try:
        number = float(text.replace(",", "").replace("_", ""))
        return int(number) if number == int(number) else 0
    except (ValueError, OverflowError):
        return 0


def read_rows(text: str) -> int:
    """Read a number of rows; ``10_000``, ``10,000`` and ``1e4`` are numbers too.

    Raises
    ------
    DataError
        If it is no whole number from 1 to 10**12.
    """
    rows = _whole(text)
    if not 1 <= rows <= MOST_ROWS:
        raise DataError(
            problem(
                ("options", "rows"),
                f"--rows {text}: a whole number from 1 to 10^12 is wanted",
                "Write --rows 800, in Python rows=800",
            )
        )
    return rows


def read_seed(text: str) -> int | str:
    """Read a seed: a whole number where it is written as one, any other text as it stands.

    ``07`` stays text, since it is another seed than 7.
    """
    try:
        number = int(text)
    except ValueError:
        return text
    return number if str(number) == text else text


def read_model(text: str) -> str:
    """Read who completes a description: ``offline``, a model's name, or a .gguf file.

    Raises
    ------
    DataError
        For what is no name: empty, with blanks or control characters, or over 200 long.
    """
    keys.refuse(text)
    text = text.strip()
    if text.lower() == "offline":
        return "offline"
    if text.lower().endswith(".gguf"):
        return _path(text, "model")
    if not text or len(text) > MOST_NAME or not text.isprintable() or " " in text:
        raise DataError(
            problem(
                ("options", "model"),
                f"--model {text[:40]!r}: this is no model's name",
                "Write it as the endpoint lists it, such as --model llama3.2:3b, a file"
                " such as --model FILE.gguf, or --model offline",
            )
        )
    return text


def _one_of(option: str, words: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            every = ", ".join(f"--{option} {word}" for word in words)
            raise DataError(
                problem(
                    ("options", option),
                    f"--{option} {text}: there is no such {option}",
                    f"Write one of: {every}",
                )
            )
        return text

    return read


#: ``blueprint``: one answer, sampled here; ``rows``: the model writes the rows.
read_engine = _one_of("engine", ENGINES)
#: ``auto`` gives the reference's entries to models that are known to need them.
read_grounding = _one_of("grounding", GROUNDINGS)
#: ``auto`` is live in a kernel, and static in a terminal and where widgets do harm.
read_ui = _one_of("ui", UIS)


def read_tokens(text: str) -> int:
    """Read a token budget.

    Raises
    ------
    DataError
        If it is no whole number from 100 to 10**9.
    """
    tokens = _whole(text)
    if not 100 <= tokens <= MOST_TOKENS:
        raise DataError(
            problem(
                ("options", "token_budget"),
                f"--token-budget {text}: a whole number of tokens from 100 to 10^9 is wanted",
                "Ten columns take some 4,000: --token-budget 10000",
            )
        )
    return tokens


def read_url(text: str) -> str:
    """Read the address of an OpenAI-compatible endpoint, without ``/chat/completions``.

    Raises
    ------
    DataError
        If it is no http(s) address, or carries a user, a query or a fragment.
    """
    keys.refuse(text)
    url = text.strip().rstrip("/").removesuffix("/chat/completions").rstrip("/")
    match = re.fullmatch(
        r"(https?)://(\[[0-9a-fA-F:.]+\]|[^\s/?#@:\[\]]+)(:\d{1,5})?(/[^\s?#]*)?", url
    )
    if match is None or "@" in url or not url.isprintable():
        raise DataError(
            problem(
                ("options", "base_url"),
                "The base URL is no plain http(s) address: no user, password, ? or # belongs in it",
                "Write it as the endpoint's page does, such as https://api.openai.com/v1",
            )
        )
    return url


def _path(text: str, option: str) -> str:
    """Read a file's name; ``~`` is the user's own folder, as in a shell."""
    if not text.strip():
        raise DataError(
            problem(("options", option), f"--{option}: the name of the file is empty", "Name one")
        )
    return str(Path(text).expanduser()) if text.startswith("~") else text


def read_lock(text: str) -> str:
    """Accept the name of a lock file.

    Raises
    ------
    DataError
        If it is empty.
    """
    return _path(text, "lock")


def read_file(text: str) -> str:
    """Accept a file name that a table can be written to.

    Raises
    ------
    DataError
        If it ends neither in .csv nor in .parquet.
    """
    text = _path(text, "out")
    if not text.lower().endswith((".csv", ".parquet")):
        raise DataError(
            problem(
                ("options", "out"),
                f"--out {text}: the suffix says the format, and this one says none that is known",
                "Write a name that ends in .parquet or .csv",
            )
        )
    return text


def read_variable(text: str) -> str:
    """Read the name of an environment variable that holds a key.

    Raises
    ------
    DataError
        If it is none, perhaps the key itself.
    """
    keys.refuse(text)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", text):
        raise DataError(
            problem(
                ("options", "api_key_env"),
                "api_key_env wants the name of an environment variable, not a key",
                "Write SynthData.api_key_env = 'MY_KEY', and set MY_KEY outside the notebook",
            )
        )
    return text


def read_hosts(said: object) -> tuple[str, ...] | None:
    """Read where requests may go: ``off`` is (), ``loopback`` its word, else a list of hosts.

    Returns
    -------
    tuple or None
        Hosts in small letters, perhaps with a port; ``loopback`` may be among them.
        None where nothing is said, which narrows nothing.

    Raises
    ------
    DataError
        If it is neither a word nor a list of hosts.
    """
    if said is None or said == "":
        return None
    words = [said] if isinstance(said, str) else said
    if isinstance(words, (list, tuple)) and all(isinstance(word, str) for word in words):
        hosts = tuple(word.strip().lower() for word in words)
        if hosts == ("off",):
            return ()
        shape = r"\[[0-9a-f:.]+\](:\d{1,5})?|[\w.-]+(:\d{1,5})?"
        if "off" not in hosts and all(re.fullmatch(shape, host) for host in hosts):
            return hosts
    raise DataError(
        problem(
            ("options", "network"),
            "network says where requests may go: 'off', 'loopback' or a list of hosts",
            "Write SynthData.network = ['api.openai.com', 'loopback']",
        )
    )


def read_prices(said: object) -> tuple[tuple[str, float, float], ...]:
    """Read prices: a mapping of a model's name to its two prices of a million tokens.

    Returns
    -------
    tuple
        Triples (model, price in, price out).

    Raises
    ------
    DataError
        If it is anything else.
    """
    try:
        found = tuple((str(k), float(v[0]), float(v[1])) for k, v in dict(said).items())  # type: ignore[call-overload]
        if all(0 <= price < MOST_PRICE for _, *prices in found for price in prices):
            return found
    except (TypeError, ValueError, IndexError, KeyError):
        pass
    raise DataError(
        problem(
            ("options", "prices"),
            "prices give, for each model, the cost of a million tokens in and of a million out",
            "Write SynthData.prices = {'my-model': [0.5, 2.0]}",
        )
    )
