"""One Grafana that runs already: what we ask of it, and what its answers mean for a person.

grafana-client does the talking. Every error of it becomes one of ours, with what to do.
"""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import requests
from grafana_client import GrafanaApi
from grafana_client.client import GrafanaException, TokenAuth

from padlicht.errors import BadData, PadlichtError, Refused, TryAgain

ANSWER_S: Final = 30
MOST_REASON: Final = 300  # characters of an answer that are shown

T = TypeVar("T")


class Server:
    """A Grafana at `url`; `token` is of a service account there. BadData when the URL is none.

    Methods raise TryAgain when it may work later, and Refused with what a person has to do.
    """

    def __init__(
        self, url: str, token: str, ca_file: Path | None = None, answer_s: float = ANSWER_S
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise BadData(f"--url {url!r} is not like https://grafana.example.org")
        self.url = url.rstrip("/")
        prefix = parts.path.strip("/")
        self._api = GrafanaApi(
            auth=TokenAuth(token),
            host=f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname,
            port=parts.port,
            url_path_prefix=prefix and prefix + "/",
            protocol=parts.scheme,
            verify=str(ca_file) if ca_file else True,
            timeout=answer_s,
        )

    def close(self) -> None:
        """Let go of its connections."""
        self._api.client.s.close()

    def version(self) -> str | None:
        """Its version; None when it keeps that to itself. Refused when it is no Grafana."""
        answer = self._find("its health", self._api.health.check)
        if answer is None or "database" not in answer:
            raise self._no_grafana()
        version = answer.get("version")
        return version if isinstance(version, str) else None

    def source(self, uid: str) -> str | None:
        """The type of the data source with this uid, None when there is none of it."""
        found = self._find(
            f"the data source {uid}", lambda: self._api.datasource.get_datasource_by_uid(uid)
        )
        return None if found is None else str(found.get("type"))

    def folder(self, uid: str) -> dict[str, Any] | None:
        """The folder with this uid, None when there is none."""
        return self._find(f"the folder {uid}", lambda: self._api.folder.get_folder(uid))

    def make_folder(self, uid: str, title: str) -> None:
        """Make a folder."""
        self._ask(f"the folder {title}", lambda: self._api.folder.create_folder(title, uid))

    def board(self, uid: str) -> dict[str, Any] | None:
        """A dashboard with its `meta`, None when there is none with this uid.

        Newer when somebody saved it in a format that this API does not show.
        """
        return self._find(f"the dashboard {uid}", lambda: self._api.dashboard.get_dashboard(uid))

    def save_board(self, board: dict[str, Any], folder_uid: str, why: str) -> None:
        """Save a dashboard; with a `version` in it, only if that is still the newest."""
        payload = {
            "dashboard": board, "folderUid": folder_uid, "message": why, "overwrite": False,
        }  # fmt: skip
        self._ask(
            f"the dashboard {board['uid']}", lambda: self._api.dashboard.update_dashboard(payload)
        )

    def rule(self, uid: str) -> dict[str, Any] | None:
        """An alert rule, None when there is none with this uid."""
        return self._find(
            f"the alert rule {uid}", lambda: self._api.alertingprovisioning.get_alertrule(uid)
        )

    def save_rule(self, rule: dict[str, Any], *, new: bool) -> None:
        """Save an alert rule, so that people may still pause it in Grafana."""
        api, uid = self._api.alertingprovisioning, rule["uid"]
        self._ask(
            f"the alert rule {uid}",
            (lambda: api.create_alertrule(rule, disable_provenance=True))
            if new
            else (lambda: api.update_alertrule(uid, rule, disable_provenance=True)),
        )

    def group(self, folder_uid: str, title: str) -> dict[str, Any] | None:
        """A group of alert rules with its `interval` in seconds, None when there is none."""
        return self._find(
            f"the rule group {title}",
            lambda: self._api.alertingprovisioning.get_rule_group(folder_uid, title),
        )

    def save_group(self, folder_uid: str, group: dict[str, Any]) -> None:
        """Save a group of alert rules whole."""
        self._ask(
            f"the rule group {group['title']}",
            lambda: self._api.alertingprovisioning.update_rule_group(
                folder_uid, group["title"], group, disable_provenance=True
            ),
        )

    def _find(self, what: str, ask: Callable[[], Any]) -> dict[str, Any] | None:
        try:
            return self._ask(what, ask)
        except _Absent:
            return None

    def _ask(self, what: str, ask: Callable[[], Any]) -> dict[str, Any]:
        try:
            answer = ask()
        except GrafanaException as error:
            raise self._explained(what, error) from error
        except requests.exceptions.SSLError as error:
            raise Refused(
                f"the certificate of {self.url} is not trusted ({_short(error)}): name its "
                "authority with --ca-file"
            ) from error
        except requests.JSONDecodeError as error:
            raise self._no_grafana() from error
        except requests.RequestException as error:
            raise TryAgain(
                f"Grafana at {self.url} does not answer about {what} ({_short(error)}): look "
                "whether it runs, then push again; what is there already stays"
            ) from error
        if not isinstance(answer, dict):
            raise self._no_grafana()
        return answer

    def _no_grafana(self) -> Refused:
        return Refused(f"what answers at {self.url} is no Grafana: check --url")

    def _explained(self, what: str, error: GrafanaException) -> PadlichtError:
        status, answer = error.status_code, error.response
        said = _short(answer.get("message", "") if isinstance(answer, dict) else answer)
        if status == HTTPStatus.NOT_FOUND:
            return _Absent(f"Grafana has no such thing as {what}: {said}")
        if status == HTTPStatus.NOT_ACCEPTABLE:
            return Newer(f"{what} is stored in a newer format than this API shows: {said}")
        if status == HTTPStatus.UNAUTHORIZED:
            return Refused(
                f"Grafana at {self.url} does not know the token: make a service account there "
                "(Administration, Users and access), and put its token into the file"
            )
        if status == HTTPStatus.FORBIDDEN:
            return Forbidden(
                f"the token may not touch {what}: give its service account the role Admin, or "
                f"leave alert rules out with --no-rules ({said})"
            )
        if status in (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT):
            return Refused(f"somebody changed {what} meanwhile: push again ({said})")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
            return TryAgain(f"Grafana stumbles over {what}: push again later ({status}: {said})")
        return Refused(f"Grafana refuses {what}: {said}")


class _Absent(Refused):
    """There is no such thing."""


class Newer(Refused):
    """It is stored in a format that came after classic dashboards (Grafana's v2)."""


class Forbidden(Refused):
    """The token may not do this; others things it may."""


def _short(text: object) -> str:
    """An answer as one line of a length that people read."""
    line = " ".join(str(text).split())
    return line if len(line) <= MOST_REASON else line[: MOST_REASON - 1] + "…"
