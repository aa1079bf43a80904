"""What all pages share: one visual language, the reader's language and formats, headers, errors.

``bank`` and ``dashboard`` stand on this and do not know each other. Templates extend `base.html`; the classes they
use are those of Bootstrap (layout, forms, tables) and of `static/bridge.css` (tokens, cards, figures).
"""

from bridge.pages.setup import register

__all__ = ["register"]
