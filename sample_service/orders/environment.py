"""Reads environment variables and reports every bad one at once, by name."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit


class SettingsError(ValueError):
    """The environment variables do not make a runnable service."""


class EnvironmentReader:
    """Typed access to variables; problems are collected, not raised one by one."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.problems: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        """Return a variable, or ``default``; without a default it is required."""
        value = self._values.get(name, "").strip()
        if not value and default is None:
            self._refuse(name, "a value")
        return value or default or ""

    def names(self, name: str) -> frozenset[str]:
        """Return the names of a comma-separated list."""
        parts = (part.strip() for part in self._values.get(name, "").split(","))
        return frozenset(part for part in parts if part)

    def flag(self, name: str) -> bool:
        """Return whether a variable is ``1``; unset, empty and ``0`` are false."""
        value = self._values.get(name, "").strip()
        if value not in {"", "0", "1"}:
            self._refuse(name, "0 or 1")
        return value == "1"

    def number(self, name: str, *, low: str, high: str, default: str = "0") -> Decimal:
        """Return a decimal number in ``low..high``, both included."""
        value = self._values.get(name, "").strip() or default
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("nan")
        if not (number.is_finite() and Decimal(low) <= number <= Decimal(high)):
            self._refuse(name, f"a number in {low}..{high}")
            return Decimal(default)
        return number

    def count(self, name: str, *, high: int) -> int:
        """Return a whole number in ``0..high``."""
        value = self._values.get(name, "").strip() or "0"
        # isdecimal() alone also accepts digits of other scripts.
        if not (value.isascii() and value.isdecimal() and int(value) <= high):
            self._refuse(name, f"a whole number in 0..{high}")
            return 0
        return int(value)

    def http_url(self, name: str) -> str:
        """Return a required ``http(s)://host…`` address without a trailing slash."""
        value = self.text(name)
        parts = urlsplit(value)
        if value and not (parts.scheme in {"http", "https"} and parts.hostname):
            self._refuse(name, "http://host:port")
        return value.rstrip("/")

    def refuse(self, name: str, wanted: str, *, shown: str) -> None:
        """Note a problem found by the caller; ``shown`` must hold no password."""
        self.problems.append(f"{name}: got {shown}, wanted {wanted}")

    def raise_problems(self) -> None:
        """Raise one error that names every bad variable.

        Raises:
            SettingsError: If any variable was bad.
        """
        if self.problems:
            raise SettingsError("\n".join(self.problems))

    def _refuse(self, name: str, wanted: str) -> None:
        value = self._values.get(name)
        self.refuse(name, wanted, shown="nothing" if value is None else repr(value))
