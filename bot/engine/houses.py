"""How each repository is set up: the packaged agents, narrowed and chosen by what its default branch says."""

from __future__ import annotations

import base64
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from bot.engine.furnishing import furnished
from bot.facts.facts import House
from bot.github.auth import App
from bot.github.errors import Gone
from bot.plan.agent import Agent
from bot.plan.agents_here import OWN_AGENTS, agents_here
from bot.plan.configuration import FILE, Commands, Configuration, read_configuration
from bot.plan.problem import is_error
from bot.settings import Settings
from bot.workspace.mirror import Mirror

KEPT = 200
FALLBACK_LIFE = 600.0
READING_ONE_FILE: Mapping[str, str] = {"contents": "read", "metadata": "read"}


class Houses:
    """Reads the set-up of a repository at a commit, and remembers it: a commit never changes."""

    def __init__(
        self,
        settings: Settings,
        packaged: tuple[Agent, ...],
        app: App,
        login: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._packaged = packaged
        self._app = app
        self._login = login
        self._clock = clock
        self._known: OrderedDict[tuple[int, str], Mapping[str, str]] = OrderedDict()
        self._made: dict[tuple[str, tuple[tuple[str, str], ...]], House] = {}
        self._fallbacks: dict[str, tuple[float, str | None]] = {}
        self._lock = threading.Lock()

    @property
    def label(self) -> str:
        """The trigger label, the same in every repository."""
        return self._settings.label

    def of(self, repository_id: int, owner: str, mirror: Mirror, sha: str | None) -> House:
        """The set-up at this commit of the default branch; the defaults where there is no commit yet."""
        if sha is None:
            return self._house("", {})
        texts = self._texts(repository_id, mirror, sha)
        text = texts.get(FILE)
        if text is None:
            text = self._fallback(owner)
        own = {path: content for path, content in texts.items() if path != FILE}
        return self._house(text or "", own)

    def _texts(self, repository_id: int, mirror: Mirror, sha: str) -> Mapping[str, str]:
        """The files that set Baton up, at this commit."""
        with self._lock:
            known = self._known.get((repository_id, sha))
        if known is not None:
            return known
        paths = mirror.paths(sha)
        own = [path for path in paths if path.startswith(f"{OWN_AGENTS}/") and path.endswith(".md")]
        texts = mirror.read_many(sha, [FILE, *own])
        with self._lock:
            self._known[(repository_id, sha)] = texts
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return texts

    def _house(self, text: str, own: Mapping[str, str]) -> House:
        """The same texts make the same set-up, which is not made twice."""
        key = (text, tuple(sorted(own.items())))
        known = self._made.get(key)
        if known is None:
            if len(self._made) > KEPT:
                self._made.clear()
            known = self._made[key] = self._make(text, own)
        return known

    def _make(self, text: str, own: Mapping[str, str]) -> House:
        configuration = read_configuration(text)
        if isinstance(configuration, Configuration):
            return self._furnished(configuration, own, None)
        first = next(problem for problem in configuration if is_error(problem))
        sentence = f"`{first.file}` cannot be read, line {first.line}: {first.message} Mend it on the default branch."
        # It may be the strict permission that cannot be read: nobody gets more rights by a slip in the file.
        strictest = Configuration(commands=Commands(permission="admin"))
        return self._furnished(strictest, own, sentence)

    def _furnished(self, configuration: Configuration, own: Mapping[str, str], problem: str | None) -> House:
        read = agents_here(self._packaged, own, configuration)
        wrong = next((each for each in read.problems if is_error(each)), None)
        if problem is None and wrong is not None:
            problem = f"{wrong.file}, line {wrong.line}: {wrong.message} Mend it on the default branch."
        return furnished(configuration, read.agents, self._login, self._settings, problem)

    def _fallback(self, owner: str) -> str | None:
        """`.github/baton.yml` of the owner's `.github` repository, where the App is installed there too."""
        known = self._fallbacks.get(owner)
        if known is None or self._clock() - known[0] > FALLBACK_LIFE:
            known = (self._clock(), self._ask_for_fallback(owner))
            self._fallbacks[owner] = known
        return known[1]

    def _ask_for_fallback(self, owner: str) -> str | None:
        name = f"{owner}/.github"
        try:
            installation = self._app.installation_of(name)
            if installation is None:
                return None
            repository = int(self._app.everywhere(installation).get(f"/repos/{name}")["id"])
            connection = self._app.on(installation, repository, READING_ONE_FILE)
            answer = connection.get(f"/repos/{name}/contents/{FILE}")
        except Gone:
            return None  # anything else says nothing about the file, and is asked again
        return base64.b64decode(str(answer["content"])).decode(errors="replace")
