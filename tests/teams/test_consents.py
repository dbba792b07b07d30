"""Where a file may be put that somebody consented to: what a client says is no more than its word."""

import pytest

from bot.teams.consents import may_put

ONEDRIVE = "https://example-my.sharepoint.com/personal/eksempel/_api/v2.0/drive/items/1/uploadSession?tempauth=x"


def test_onedrive_for_work_is_where_files_are_put() -> None:
    assert may_put(ONEDRIVE, local=False)
    assert may_put(ONEDRIVE.replace("example-my.sharepoint.com", "EXAMPLE-MY.SharePoint.com"), local=False)
    assert not may_put(ONEDRIVE, local=True)
    assert may_put("http://127.0.0.1:3978/session", local=True)


@pytest.mark.parametrize(
    "url",
    [
        ONEDRIVE.replace("https:", "http:"),
        ONEDRIVE.replace("sharepoint.com/", "sharepoint.com:8443/"),
        ONEDRIVE.replace("https://", "https://somebody@"),
        "https://intern.example.org/v1/kv/key",
        "https://sharepoint.com.example.org/session",
        "https://notsharepoint.com/session",
        "https://10.0.0.1/session",
        "https://[::1]/session",
        "https://169.254.169.254/",
        "https://localhost/session",
        "https://",
        "file:///etc/passwd",
        "x",
    ],
)
def test_nobody_has_this_server_write_to_another(url: str) -> None:
    assert not may_put(url, local=False)
