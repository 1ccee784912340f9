"""The caller page: static files under `assets/`, served by `pages.mount`."""
