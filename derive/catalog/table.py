"""Looking a record up by its name."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, TypeVar


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Record = TypeVar("Record", bound=_Named)


class Table(Mapping[str, Record]):
    """Records by name, in the order in which they were listed."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = {record.name: record for record in records}

    def __getitem__(self, name: str) -> Record:
        return self._records[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)
