"""The words on the wire: what blog and bridge say to each other, checked on both sides.

`events` reads what blogs send, `pushes` writes what the bridge sends and reads the answers; the JSON Schemas
of all of it are kept in `schemas/` and written by ``python -m bridge.contract``.
"""

from bridge.contract.events import Parsed, Problem, parse
from bridge.contract.pushes import pull_request, push_answer, push_body

__all__ = ["Parsed", "Problem", "parse", "pull_request", "push_answer", "push_body"]
