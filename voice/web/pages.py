"""Serves the caller page. Everything is read once, when mounted: the page is small and never changes while serving."""

import hashlib
from collections.abc import Awaitable, Callable
from importlib import resources
from importlib.resources.abc import Traversable

from fastapi import FastAPI, Request, Response
from msgspec import Struct

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Permissions-Policy": "microphone=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


class Page(Struct, frozen=True, kw_only=True):
    """One file as served. `etag` is the quoted strong validator of RFC 9110, 8.8.3."""

    path: str
    body: bytes
    content_type: str
    etag: str


def read_pages() -> tuple[Page, ...]:
    """The page and its assets, out of the installed package."""
    root = resources.files(__package__)
    assets = (file for file in root.joinpath("assets").iterdir() if suffix(file.name) in CONTENT_TYPES)
    return (_read(root.joinpath("index.html"), "/"), *(_read(file, f"/assets/{file.name}") for file in assets))


def mount(app: FastAPI) -> None:
    """Adds `/` and `/assets/...` to `app`. Other paths stay the app's own."""
    for page in read_pages():
        app.add_api_route(page.path, _answer(page), methods=["GET", "HEAD"], include_in_schema=False)


def suffix(name: str) -> str:
    """The last extension with its dot, "" when there is none."""
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""


def is_current(if_none_match: str, etag: str) -> bool:
    """RFC 9110, 13.1.2: a list of validators, weakly compared; `*` matches any."""
    offered = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in offered or etag in offered


def _read(file: Traversable, path: str) -> Page:
    body = file.read_bytes()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Page(path=path, body=body, content_type=CONTENT_TYPES[suffix(file.name)], etag=etag)


def _answer(page: Page) -> Callable[[Request], Awaitable[Response]]:
    headers = {**HEADERS, "ETag": page.etag}

    async def answer(request: Request) -> Response:
        if is_current(request.headers.get("if-none-match", ""), page.etag):
            return Response(status_code=304, headers=headers)
        return Response(page.body, headers={**headers, "Content-Type": page.content_type})

    return answer
