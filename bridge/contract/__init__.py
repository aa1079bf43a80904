"""The words on the wire: what blog and bridge say to each other, checked on both sides.

`events` says what blogs send and `reading` takes it in, `pushes` writes what the bridge sends and reads the answers,
`connect` is the handshake. `catalogue` lists every message; its JSON Schemas are kept in `schemas/` and written by
``python -m bridge.contract``.
"""

from bridge.contract.parsing import Parsed, Problem, parse
from bridge.contract.pushes import pull_request, push_answer, push_body

__all__ = ["Parsed", "Problem", "parse", "pull_request", "push_answer", "push_body"]
