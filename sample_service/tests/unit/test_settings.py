import pytest

from orders.environment import SettingsError
from orders.settings import read_database_url, read_settings
from orders.storage.engine import driver_url

GOOD = {"DATABASE_URL": "postgresql://u:p@db:5432/orders", "INVENTORY_URL": "http://inv:8001/"}


def test_the_two_addresses_are_enough() -> None:
    settings = read_settings(GOOD)

    assert settings.database_url == GOOD["DATABASE_URL"]
    assert settings.inventory_url == "http://inv:8001"
    assert (settings.environment, settings.release) == ("local", "dev")
    assert not settings.faults.disturbs_requests


def test_the_pipeline_says_where_the_instance_runs() -> None:
    settings = read_settings(
        {
            **GOOD,
            "PIPELINE_ENVIRONMENT": "staging",
            "PIPELINE_RELEASE": "7",
            "PIPELINE_INSTANCE": "b",
        }
    )

    assert (settings.environment, settings.release, settings.instance) == ("staging", "7", "b")


def test_every_bad_variable_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"INVENTORY_URL": "inventory:8001", "DRAIN_S": "long"})

    assert str(caught.value).splitlines() == [
        "DATABASE_URL: got nothing, wanted a value",
        "INVENTORY_URL: got 'inventory:8001', wanted http://host:port",
        "DRAIN_S: got 'long', wanted a number in 0..60",
    ]


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@db/orders", "u:secret@db", "postgresql+other://u:secret@db/orders"]
)
def test_a_refused_database_address_does_not_show_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL") as caught:
        read_database_url({"DATABASE_URL": url})

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgresql://u:p@db:5432/orders", "postgresql+psycopg"),
        ("sqlite:////tmp/orders.db", "sqlite"),
    ],
)
def test_the_database_is_reached_with_the_driver_the_service_ships(url: str, driver: str) -> None:
    assert driver_url(url).drivername == driver


def test_the_driver_changes_nothing_else_of_the_address() -> None:
    url = driver_url("postgresql://u:p%40ss@db:5432/orders?sslmode=require")

    assert (url.username, url.password, url.host, url.port) == ("u", "p@ss", "db", 5432)
    assert (url.database, url.query["sslmode"]) == ("orders", "require")
