"""Headers of every answer: nothing from elsewhere runs here, nothing of here runs elsewhere."""

from __future__ import annotations

from flask import Flask, Response

from bridge.pages import assets

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
YEAR_SECONDS = 31_536_000  # seconds


def register(app: Flask, *, secure: bool) -> None:
    """Add them where a route has not said otherwise. `secure`: readers come over https."""
    always = list(SECURITY_HEADERS.items())
    if secure:
        always.append(("Strict-Transport-Security", f"max-age={YEAR_SECONDS}"))

    @app.after_request
    def harden(response: Response) -> Response:
        # Asked once: setdefault looks through all headers for each, and this runs for every delivery.
        present = {name.lower() for name, _ in response.headers}
        response.headers.extend([(name, value) for name, value in always if name.lower() not in present])
        if assets.is_current():
            response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
        else:
            # Keys, counts and states are of this moment and for this caller.
            fresh = "no-cache" if response.mimetype == "text/html" or assets.is_asset() else "no-store"
            response.headers.setdefault("Cache-Control", fresh)
        return response
