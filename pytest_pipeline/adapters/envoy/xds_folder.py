"""The watched folder: documents are put by rename, each with a version of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from pytest_pipeline.adapters.envoy.listeners import LISTENERS
from pytest_pipeline.adapters.envoy.resources import Resource, endpoints_file
from pytest_pipeline.errors import RouterError

_ALWAYS_READ = ("cds.json", *(each.document for each in LISTENERS))


class XdsFolder:
    """Documents that Envoy reads, with what is in them remembered.

    Args:
        folder: Existing folder that holds the watched one, ``xds``. Documents there are read.

    Raises:
        RouterError: If a document there cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.watched = folder / "xds"
        self._outside = folder
        self._documents: dict[str, list[Resource]] = {}
        self._versions: dict[str, int] = {}
        try:
            self.watched.mkdir(exist_ok=True)
            for path in sorted(self.watched.glob("*.json")):
                written = json.loads(path.read_text(encoding="utf-8"))
                self._documents[path.name] = written["resources"]
                self._versions[path.name] = int(written["version_info"])
        except (OSError, ValueError, KeyError) as error:
            raise RouterError(
                f"the router's documents in {self.watched} cannot be read: {error}; "
                "`pytest-pipeline down` ends what is left of the environment"
            ) from error
        self._latest = max(self._versions.values(), default=0)

    @property
    def documents(self) -> Mapping[str, Sequence[Resource]]:
        """What is in the files, by name."""
        return MappingProxyType(self._documents)

    def read_versions(self) -> Mapping[str, int]:
        """Return the versions of the files that Envoy reads, by name.

        A file of endpoints is read while its cluster is announced; one that was written ahead of
        that, or is left over, is not.
        """
        announced = {
            endpoints_file(str(each["name"])) for each in self._documents.get("cds.json", ())
        }
        return {
            name: version
            for name, version in self._versions.items()
            if name in announced or name in _ALWAYS_READ
        }

    def put(self, name: str, resources: Sequence[Resource]) -> bool:
        """Put a document where Envoy reads it.

        Returns:
            Whether there was anything to change.

        Raises:
            RouterError: If it cannot be written.
        """
        if self._documents.get(name) == resources:
            return False
        self._latest = version = self._latest + 1
        text = json.dumps({"version_info": str(version), "resources": resources})
        sibling = self._outside / f".{name}.{version}"
        try:
            # Envoy looks only when a file is renamed into the folder.
            sibling.write_text(text, encoding="utf-8")
            sibling.replace(self.watched / name)
        except OSError as error:
            raise RouterError(
                f"the router cannot be told anything: {error}; make {self._outside} writable"
            ) from error
        self._documents[name] = list(resources)
        self._versions[name] = version
        return True

    def remove_unread(self) -> None:
        """Delete the files that Envoy does not read any more."""
        for name in set(self._documents) - set(self.read_versions()):
            (self.watched / name).unlink(missing_ok=True)
            del self._documents[name], self._versions[name]
