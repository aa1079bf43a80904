"""What stands beside a link to a card where somebody shares it: whose bank it is, and nobody's name or face."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from bridge.app import create_app
from bridge.bank_settings import Logo
from bridge.webhooks.service import Service
from tests.bank.conftest import BROWSER, House

LOGOS = [(None, "share.png"), ("image/svg+xml", "share.png"), ("image/png", "bank-logo")]
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(("logo", "shown"), LOGOS)
def test_a_shared_card_shows_whose_bank_it_is(house: House, service: Service, logo: str | None, shown: str) -> None:
    settings = replace(service.config.bank, logo=Logo(PNG, logo) if logo else None)
    object.__setattr__(service.config, "bank", settings)
    client = create_app(service).test_client()
    page = client.get("/mentors/alice", headers=BROWSER).text
    (picture,) = re.findall(r'property="og:image" content="([^"]+)"', page)
    assert picture.startswith(service.config.public_url + "/")
    assert shown in picture
    with client.get(urlsplit(picture)._replace(scheme="", netloc="").geturl()) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert answer.data.startswith(PNG)
