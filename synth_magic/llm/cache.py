"""Answers kept on this disk, so that what was paid for once is not paid for again.

An answer is found by what was asked of whom: the endpoint, the model, the prompt's
version, its messages, its schema and the attempt.  Neither key nor seed nor rows nor limits
have a part in it.  Kept is the text of the answer and what it took, never the question.

What cannot be written or read is no error: then the model is asked.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

from synth_magic.events import Usage
from synth_magic.llm.access import Access
from synth_magic.llm.key_lock import KeyLock
from synth_magic.llm.messages import Prompt

DAYS = 30
MOST_BYTES = 200_000_000
MOST_ENTRIES = 20_000
VARIABLE = "SYNTHDATA_CACHE_DIR"
_FORM = 1
_MOST_ENTRY = 20_000_000
#: So many entries are written between two looks at age and size.
_BETWEEN_LOOKS = 500
_NAME = re.compile(r"[0-9a-f]{40}\.json")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer from the cache.

    Parameters
    ----------
    text
        As the endpoint gave it.
    usage
        What it took when it was paid for.
    made
        When that was, in seconds since 1970.
    """

    text: str
    usage: Usage
    made: float


@dataclass(frozen=True, slots=True)
class Stock:
    """What the cache holds.

    Parameters
    ----------
    folder
        Where.
    entries, bytes
        How many answers, and their size on disk.
    by
        Of each model and day: model, day, answers, bytes; the newest day first.
    """

    folder: Path
    entries: int
    bytes: int
    by: tuple[tuple[str, date, int, int], ...]

    def __str__(self) -> str:
        if not self.entries:
            return f"The cache is empty: {self.folder}"
        answers = f"{self.entries:,} answer{'s' * (self.entries != 1)}"
        lines = [f"{answers}, {_size(self.bytes)}, kept for {DAYS} days in {self.folder}"]
        lines += [
            f"{day}  {model}  {count:,}  {_size(size)}" for model, day, count, size in self.by
        ]
        return "\n".join(lines)


def default_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Give the user's cache folder; SYNTHDATA_CACHE_DIR names another."""
    said = (os.environ if environ is None else environ).get(VARIABLE, "").strip()
    if said:
        return Path(said).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("synth-magic"))


class Cache:
    """The answers of one folder, shared by all kernels of a user.

    Parameters
    ----------
    folder
        `default_folder` where None.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = default_folder() if folder is None else folder
        self._written = 0

    @staticmethod
    def key(access: Access, prompt: Prompt) -> str:
        """Name what is asked of whom, in 40 hexadecimal digits."""
        schema = "" if prompt.schema is None else json.dumps(prompt.schema, sort_keys=True)
        said = (access.identity, access.model, prompt.version, str(prompt.attempt), schema)
        digest = hashlib.blake2b(digest_size=20, person=b"synth-magic-1")
        for text in (*said, *(part for message in prompt.messages for part in message)):
            data = text.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "little") + data)
        return digest.hexdigest()

    def get(self, access: Access, prompt: Prompt) -> Kept | None:
        """Give the answer of an earlier call, or None; a damaged or old one is none."""
        file = self._file(access, prompt)
        with contextlib.suppress(OSError):
            with file.open("rb") as stream:
                kept = _read(stream.read(_MOST_ENTRY))
            now = time.time()
            if kept is None or not -60 < now - kept.made < DAYS * 86_400:
                file.unlink()
                return None
            with contextlib.suppress(OSError):  # a hit stands even in a folder we cannot change
                os.utime(file, (now, kept.made))
            return kept
        return None

    def put(self, access: Access, prompt: Prompt, text: str, usage: Usage) -> bool:
        """Keep an answer that passed; give whether that went well.

        Parameters
        ----------
        access, prompt
            Who was asked what.
        text
            The answer as it came.
        usage
            What it took.
        """
        made = time.time()
        entry = {
            "form": _FORM,
            "made": made,
            "usage": asdict(usage),
            "text": text,
            "digest": _digest(text),
        }
        file = self._file(access, prompt)
        try:
            _private(file.parent)
            handle, part = tempfile.mkstemp(dir=file.parent, suffix=".part")  # is 0600
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    json.dump(entry, stream)
                os.utime(part, (made, made))
                Path(part).replace(file)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(part).unlink()
                raise
        except OSError:
            return False
        if self._written % _BETWEEN_LOOKS == 0:
            self.prune()
        self._written += 1
        return True

    def drop(self, access: Access, prompt: Prompt) -> None:
        """Forget an answer that turned out to be of no use."""
        with contextlib.suppress(OSError):
            self._file(access, prompt).unlink()

    def lock(self, access: Access, prompt: Prompt) -> KeyLock:
        """Give the lock under which a question is asked, so that two kernels ask it once.

        Whoever gets it looks into the cache again before asking.
        """
        return KeyLock(self.folder / "locks" / f"{self.key(access, prompt)}.lock")

    def stock(self) -> Stock:
        """Count what is kept, by model and day, without what is too old."""
        self.prune()
        sizes: dict[tuple[str, date], list[int]] = {}
        for file, stat in self._files():
            made = date.fromtimestamp(stat.st_mtime)
            sizes.setdefault((file.parent.name, made), []).append(stat.st_size)
        rows = [(model, day, len(each), sum(each)) for (model, day), each in sizes.items()]
        return Stock(
            folder=self.folder,
            entries=sum(len(each) for each in sizes.values()),
            bytes=sum(map(sum, sizes.values())),
            by=tuple(sorted(rows, key=lambda row: (-row[1].toordinal(), row[0]))),
        )

    def clear(self) -> int:
        """Remove every answer, and what was learned of endpoints; give how many answers."""
        gone = 0
        for file, _ in self._files():
            with contextlib.suppress(OSError):
                file.unlink()
                gone += 1
        for file in (*self.folder.glob("quirks.*"), *self.folder.glob("answers/*/*.part")):
            with contextlib.suppress(OSError):
                file.unlink()
        for file in self.folder.glob("locks/*.lock"):
            lock = KeyLock(file)
            if lock.try_acquire():
                lock.release()
        return gone

    def prune(self) -> None:
        """Remove what is too old, then what was used longest ago, down to the bounds."""
        oldest = time.time() - DAYS * 86_400
        kept = []
        for file, stat in self._files():
            if stat.st_mtime < oldest:
                with contextlib.suppress(OSError):
                    file.unlink()
            else:
                kept.append((stat.st_atime, stat.st_size, file))
        kept.sort(key=lambda entry: entry[0], reverse=True)
        total = 0
        for place, (_, size, file) in enumerate(kept):
            total += size
            if total > MOST_BYTES or place >= MOST_ENTRIES:
                with contextlib.suppress(OSError):
                    file.unlink()

    def _file(self, access: Access, prompt: Prompt) -> Path:
        model = re.sub(r"[^A-Za-z0-9._-]+", "-", access.model)[:80].strip(".") or "model"
        return self.folder / "answers" / model / f"{self.key(access, prompt)}.json"

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        """Every entry, and nothing else that may lie in that folder."""
        for file in self.folder.glob("answers/*/*.json"):
            with contextlib.suppress(OSError):
                if _NAME.fullmatch(file.name):
                    yield file, file.lstat()


def _digest(text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def _read(data: bytes) -> Kept | None:
    """Read an entry; None where it is not whole."""
    try:
        entry = json.loads(data)
        text, made, usage = entry["text"], entry["made"], entry["usage"]
        whole = entry["form"] == _FORM and entry["digest"] == _digest(text)
        names = {f.name for f in fields(Usage)}
        known = Usage(**{name: value for name, value in usage.items() if name in names})
        return Kept(text, known, float(made)) if whole else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _private(folder: Path) -> None:
    """Make a folder that only its user can look into."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _size(count: int) -> str:
    if count < 1_000:
        return f"{count} bytes"
    return f"{count / 1_000:,.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:,.1f} MB"
