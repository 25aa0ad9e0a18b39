"""What an endpoint means by a status that is no success, and by an error in a 200."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from synth_magic import safe_text
from synth_magic.llm import quirks
from synth_magic.llm.access import Access
from synth_magic.llm.fault import CallError, StatusError

_QUOTED = 200
#: A refusal that would be the same a moment later, whatever its status.
_NO_MONEY = re.compile(
    r"insufficient.?(?:quota|credit|balance|funds)|credit balance|out of credits|billing"
    r"|payment.required|quota.{0,20}exceeded for the (?:day|month)",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context.?(?:length|size|window)|maximum context|exceed_context|prompt is too long"
    r"|too many (?:input )?tokens|input is too long|reduce the length|token limit exceeded",
    re.IGNORECASE,
)
_FILTERED = re.compile(r"(?i)content.?(?:filter|policy|management)|moderation|flagged|safety")
_BAD_KEY = re.compile(r"(?i)api.?key.{0,12}not valid|(?:invalid|incorrect).{0,8}api.?key")
_MODEL = re.compile(r"\bmodels?\b|deployment", re.IGNORECASE)
_RETRIED = frozenset({408, 409, 425, 429})
_SLOWER = frozenset({429, 503, 529})
#: Words by which an error inside a 200 says which status it would have been.
_STATUS_WORDS = (
    (r"rate.?limit|too many requests|resource_exhausted", 429),
    (r"overloaded|unavailable", 503),
    (r"authentication|unauthori[sz]ed|invalid.api.key", 401),
    (r"permission|forbidden", 403),
    (r"not.?found", 404),
    (r"timeout|timed out", 408),
    (r"server.?error|internal|upstream|provider", 502),
)
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|[smh])[a-z]*")
_UNITS = {"ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_ASKED_TO_WAIT = re.compile(r"(?i)(?:try again|retry|wait)[^.]{0,30}?\b(?:in|after|for)\s+")
_MOST_WAIT = 86_400.0


def of_refusal(refusal: StatusError, access: Access) -> CallError:
    """Say what a status that is no success means."""
    status, host, model = refusal.status, access.host, access.model
    said = quoted(refusal.text)
    told = f": {said}" if said else ""
    body = refusal.text[:4_000]
    after = retry_after(refusal)
    offline = "--model offline needs none"
    if after is None and (status == 402 or (status < 500 and _NO_MONEY.search(body))):
        return CallError(
            "quota",
            f"{host} says that the account's credit for {model} is used up ({status}){told}",
            "Look at the account's billing page, or write --model offline",
            all=True,
        )
    if status == 401 or (status in (400, 403) and _BAD_KEY.search(body)):
        return CallError(
            "key",
            f"{host} did not take the key for {model} ({status})",
            f"{_its_key(access)} anew or run %synthdata login; {offline}",
            all=True,
        )
    if status == 413 or (status in (400, 422, 500) and _TOO_LONG.search(body)):
        return CallError(
            "cut",
            f"The request is too long for {model} at {host} ({status}){told}",
            "Ask for fewer columns at a time, or raise the model's context",
        )
    if _FILTERED.search(body) and status in (400, 403, 422):
        return CallError(
            "refused",
            f"{host} did not let this request pass its content filter ({status}){told}",
            "Say it in other words, or write --model offline",
        )
    if status == 403:
        return CallError(
            "key",
            f"{host} does not let this key use {model} (403){told}",
            f"Name a model that the account may use, or another key; {offline}",
            all=True,
        )
    if status == 404:
        return _not_found(refusal, access, told)
    if status in _RETRIED or status >= 500 or after is not None:
        return _busy(status, host, model, told, after)
    return CallError(
        "refused",
        f"{host} does not take this request for {model} ({status}){told}",
        "Look at base_url and the model's name, or write --model offline",
        all=status == 405,
    )


def _its_key(access: Access) -> str:
    names = {"openai": "OPENAI_API_KEY"}
    return f"Set {names.get(access.family, 'SYNTHDATA_API_KEY')}"


def _not_found(refusal: StatusError, access: Access, told: str) -> CallError:
    if _MODEL.search(refusal.text[:4_000]) and not _is_html(refusal.text):
        mend = "Write the name as the endpoint lists it, or --model offline"
        if access.family == "ollama":
            mend = f"Run `ollama pull {access.model}` in a terminal, or write --model offline"
        return CallError(
            "refused",
            f"There is no model {access.model} at {access.host} (404){told}",
            mend,
            all=True,
        )
    return CallError(
        "refused",
        f"{access.base_url} has no /chat/completions (404)",
        "Look at base_url; most end in /v1",
        all=True,
    )


def _busy(status: int, host: str, model: str, told: str, after: float | None) -> CallError:
    words = {
        429: f"{host} is asked for {model} too often (429)",
        503: f"{host} is overloaded (503)",
        529: f"{host} is overloaded (529)",
        408: f"{host} gave up waiting (408)",
        409: f"{host} is busy with another request (409)",
        425: f"{host} is not ready yet (425)",
    }
    what = words.get(status, f"{host} had an error of its own ({status})")
    mend = "Run the cell again later; what was answered before is kept"
    if after is not None:
        mend = f"Run the cell again in {spell(after)}; what was answered before is kept"
    slower = status in _SLOWER
    said = f"{what}{told}"
    return CallError("busy", said, mend, retry=True, after=after, slower=slower, label=str(status))


def of_form(refusal: StatusError, fault: CallError) -> bool:
    """Whether a refusal may be about the form of the request, not about what it says."""
    text = refusal.text
    if fault.kind == "cut":
        return bool(quirks.ROOM.search(text))
    if refusal.status in (404, 500):  # no provider behind a gateway takes it; a server failed at it
        return bool(re.search(r"response_format|schema|grammar|requested parameters", text))
    of_request = refusal.status in (400, 422) and fault.kind == "refused"
    return of_request and not _FILTERED.search(text)


def in_answer(error: Any, headers: Mapping[str, str]) -> StatusError:
    """Read an error that came with a 200, by the status that it names."""
    text = json.dumps(error if isinstance(error, dict) else {"message": str(error)})[:4_000]
    code = error.get("code", error.get("status")) if isinstance(error, dict) else None
    if isinstance(code, str) and code.isdecimal() and len(code) == 3:
        code = int(code)
    if isinstance(code, int) and 400 <= code < 600:
        return StatusError(code, headers, text)
    for words, status in _STATUS_WORDS:
        if re.search(words, text, re.IGNORECASE):
            return StatusError(status, headers, text)
    return StatusError(400, headers, text)


def quoted(text: str) -> str:
    """Give what an endpoint said about an error, briefly, without markup."""
    if _is_html(text):
        return "it sent a web page"
    said = _message(text).strip()
    if not said:
        return ""
    said = " ".join(safe_text.line(said[: 4 * _QUOTED]).split())
    return f"“{said[:_QUOTED]}…”" if len(said) > _QUOTED else f"“{said}”"


def _is_html(text: str) -> bool:
    return text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<head", "<?xml"))


def _message(text: str) -> str:
    """Find the sentence within an error's body, in the forms that services use."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    for _ in range(6):
        if isinstance(found, str):
            # Gateways put the body of the service behind them into their own sentence.
            inner = _inner(found)
            if inner is None:
                return found
            found = inner
        if isinstance(found, list):
            found = found[0] if found else ""
        elif isinstance(found, dict):
            names = ("error", "message", "detail", "msg", "metadata", "title")
            found = next((found[name] for name in names if found.get(name)), "")
        else:
            break
    return ""


def _inner(text: str) -> Any:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def retry_after(refusal: StatusError) -> float | None:
    """Give the seconds that an endpoint asks to be left alone, up to a day.

    It says so in ``Retry-After`` (seconds or a date), ``retry-after-ms``, in
    ``retryDelay`` of the body (Gemini), or in the error's own sentence.
    """
    headers, body = refusal.headers, refusal.text[:4_000]
    seconds = _float(headers.get("retry-after-ms", "")) / 1000
    if math.isnan(seconds):
        seconds = _float(headers.get("retry-after", ""))
    if math.isnan(seconds) and headers.get("retry-after"):
        try:
            seconds = parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError):
            seconds = math.nan
    if math.isnan(seconds):
        delay = re.search(r'"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"', body)
        seconds = float(delay.group(1)) if delay else math.nan
    if math.isnan(seconds) and refusal.status == 429:
        asked = _ASKED_TO_WAIT.search(body)
        seconds = _spelled(body[asked.end() : asked.end() + 40]) if asked else math.nan
    return None if math.isnan(seconds) else min(max(seconds, 0.0), _MOST_WAIT)


def _spelled(text: str) -> float:
    """Read ``6m0s``, ``20s`` or ``1.5 seconds`` at the beginning of a text."""
    total, at = math.nan, 0
    while match := _DURATION.match(text, at):
        value = float(match.group(1)) * _UNITS[match.group(2)]
        total = value if math.isnan(total) else total + value
        at = match.end()
    return total


def _float(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        return math.nan
    return seconds if math.isfinite(seconds) else math.nan


def spell(seconds: float) -> str:
    """Say a wait as people do: 12 s, 3 min, 2 h."""
    if seconds < 1.5:
        return f"{seconds:.1f} s"
    if seconds < 99.5:
        return f"{round(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 5_400 else f"{round(seconds / 3600)} h"
