"""All tables of all wings, in the one metadata that knows them: for what goes over the whole database."""

from bridge.storage.asks import tables as asks_tables  # noqa: F401 -- each wing puts its tables into the one metadata
from bridge.storage.bank import tables as bank_tables  # noqa: F401
from bridge.storage.blogs import tables as blogs_tables  # noqa: F401
from bridge.storage.content import tables as content_tables  # noqa: F401
from bridge.storage.core.tables import metadata as metadata
from bridge.storage.engagement import tables as engagement_tables  # noqa: F401
from bridge.storage.matching import tables as matching_tables  # noqa: F401
from bridge.storage.people import tables as people_tables  # noqa: F401
