from __future__ import annotations

import requests


def test_it_knows_where_it_is(pipeline_http: requests.Session) -> None:
    assert pipeline_http.get("/").json()["environment"] == "dev"
