from __future__ import annotations

import requests


def test_a_customer_is_greeted(pipeline_http: requests.Session) -> None:
    answer = pipeline_http.get("/")

    assert answer.status_code == 200
    assert answer.json()["greeting"] == "hello"
    assert answer.json()["environment"] == "staging"
