"""What the page is served with."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from voice.web import pages

PAGES = pages.read_pages()


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    pages.mount(app)
    return TestClient(app)


def test_the_page_comes_with_a_strict_policy(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["permissions-policy"] == "microphone=(self)"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_each_file_has_its_type_and_is_sent_once(client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    assert first.headers["content-type"] == pages.CONTENT_TYPES[pages.suffix(path) or ".html"]
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head(path)
    assert head.status_code == 200
    assert head.content == b""


def test_what_the_page_refers_to_is_served() -> None:
    served = {page.path.removeprefix("/") for page in PAGES}
    html = next(page.body.decode() for page in PAGES if page.path == "/")
    referred = set(re.findall(r'(?:href|src)="([^"#]+)"', html))
    for page in PAGES:
        if page.path.endswith(".js"):
            referred |= {f"assets/{name}" for name in re.findall(r'"\./([\w-]+\.js)"', page.body.decode())}
    assert referred <= served
    assert "assets/capture-worklet.js" in referred


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    for page in PAGES:
        text = page.body.decode()
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), page.path
        if page.path == "/":
            assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text)


def test_other_paths_stay_the_apps_own(client: TestClient) -> None:
    for path in ("/assets/", "/assets/pages.py", "/assets/package.json", "/assets/..%2fpages.py", "/index.html"):
        assert client.get(path).status_code == 404


def test_validators_are_compared_weakly() -> None:
    assert pages.is_current('"a", W/"b"', '"b"')
    assert pages.is_current("*", '"b"')
    assert not pages.is_current("", '"b"')
    assert not pages.is_current('"bb"', '"b"')


@given(st.text())
def test_any_header_is_answered(header: str) -> None:
    assert pages.is_current(header, '"0123"') in (True, False)
