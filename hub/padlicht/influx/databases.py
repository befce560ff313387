"""Makes the databases that the writer writes to, and takes out of them what it wrote."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from influxdb_client import BucketRetentionRules
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from padlicht.errors import BadData, Refused
from padlicht.influx.schema import MEASUREMENTS, RAW, RAW_DAYS, USAGE, Measurement
from padlicht.influx.target import Target

DAY_S: Final = 86_400
# How much time one shard of versions 1 and 2 holds. A question is asked of each shard by itself,
# and we have many series of few points: with weekly shards, which InfluxDB would choose, a year of
# hours takes twenty times as long.
SHARD_DAYS: Final = {RAW: 7, USAGE: 364}
# All that a time in nanoseconds can say, as InfluxDB 2 wants to hear it.
_LAST_UTC_S: Final = 9_223_286_400  # 11 April 2262, the last whole day of such times
EVER: Final = ("1677-09-21T00:12:44Z", "2262-04-11T23:47:16Z")


def make_databases(target: Target) -> list[str]:
    """Make what is not there; a sentence about each database.

    What is there stays as it is, also how long it keeps its points. Raises Away, Refused or BadData
    with what the database said.
    """
    target.refuse_other_version()
    make = {1: _in_version_1, 2: _in_version_2, 3: _in_version_3}[target.options.version]
    return [
        _make(target, make, target.options.databases[kind], days, SHARD_DAYS[kind])
        for kind, days in ((RAW, RAW_DAYS), (USAGE, None))
    ]


def empty_databases(target: Target) -> None:
    """Take out everything that the writer ever wrote; measurements of others stay.

    Raises like `make_databases`.
    """
    drops: dict[int, Callable[..., None]]
    drops = {1: _drop_version_1, 2: _drop_version_2, 3: _drop_version_3}
    drop = drops[target.options.version]
    for item in MEASUREMENTS:
        _take_out(target, item, drop)


def take_out(
    target: Target, kind: str, tag: str, value: str, from_utc_s: int, to_utc_s: int
) -> bool:
    """Take out the points of one node or site of [from, to) from the database of that kind.

    False: it cannot take out a part (version 3), and all of that database's measurements went.
    Raises like `make_databases`.
    """
    begin, end = max(from_utc_s, 0), min(to_utc_s, _LAST_UTC_S)
    for item in MEASUREMENTS:
        if item.database != kind:
            continue
        if target.options.version == 1:
            where = f"\"{tag}\" = '{value}' AND time >= {begin}s AND time < {end}s"
            _take_out(target, item, partial(_drop_version_1, where=where))
        elif target.options.version == 2:
            # The end is included there.
            ends = (_rfc3339(begin), _rfc3339(end - 1).replace("Z", ".999999999Z"))
            where = f' AND {tag}="{value}"'
            _take_out(target, item, partial(_drop_version_2, ends=ends, where=where))
        else:
            _take_out(target, item, _drop_version_3)
    return target.options.version != 3


def _take_out(target: Target, item: Measurement, drop: Callable[..., None]) -> None:
    name = target.options.databases[item.database]
    try:
        drop(target.client, name, item.name)
    except (ApiException, HTTPError, OSError, ValueError) as error:
        raise target.explained(name, error) from error


def _rfc3339(utc_s: int) -> str:
    return datetime.fromtimestamp(utc_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _make(
    target: Target,
    make: Callable[[Any, str, int | None, int], bool],
    name: str,
    days: int | None,
    shard_days: int,
) -> str:
    kept = "keeps its points for ever" if days is None else f"keeps its points for {days} days"
    try:
        made = make(target.client, name, days, shard_days)
    except (ApiException, HTTPError, OSError, ValueError) as error:
        raise target.explained(name, error) from error
    return f"{name}: made, {kept}" if made else f"{name}: was there already, and stays as it is"


def _in_version_1(client: Any, name: str, days: int | None, shard_days: int) -> bool:
    if '"' in name or "\\" in name or "\n" in name:
        raise BadData(f"{name!r} is no name for a database")
    there = _ask_version_1(client, "SHOW DATABASES")
    if [name] in there["results"][0]["series"][0].get("values", []):
        return False
    duration = "INF" if days is None else f"{days}d"
    _ask_version_1(
        client, f'CREATE DATABASE "{name}" WITH DURATION {duration} SHARD DURATION {shard_days}d'
    )
    return True


def _drop_version_1(client: Any, name: str, measurement: str, where: str = "") -> None:
    if where:
        _ask_version_1(client, f'DELETE FROM "{measurement}" WHERE {where}', name)  # noqa: S608
    else:
        _ask_version_1(client, f'DROP MEASUREMENT "{measurement}"', name)


def _ask_version_1(client: Any, influxql: str, database: str = "") -> Any:
    answer = client.api_client.call_api(
        "/query", "POST", query_params=[("db", database), ("q", influxql)], response_type="object",
        _return_http_data_only=True,
    )  # fmt: skip
    if not isinstance(answer, dict) or "results" not in answer:
        raise Refused("what answers is no InfluxDB 1: check --influx-url and --influx-version")
    error = answer["results"][0].get("error")
    if error and "measurement not found" not in error:
        raise Refused(f"InfluxDB says: {error}")
    return answer


def _in_version_2(client: Any, name: str, days: int | None, shard_days: int) -> bool:
    buckets = client.buckets_api()
    if buckets.find_bucket_by_name(name) is not None:
        return False
    rules = BucketRetentionRules(
        type="expire",
        every_seconds=(days or 0) * DAY_S,  # 0 is for ever
        shard_group_duration_seconds=shard_days * DAY_S,
    )
    buckets.create_bucket(bucket_name=name, retention_rules=rules)
    return True


def _drop_version_2(
    client: Any, name: str, measurement: str, ends: tuple[str, str] = EVER, where: str = ""
) -> None:
    client.delete_api().delete(*ends, f'_measurement="{measurement}"{where}', bucket=name)


def _drop_version_3(client: Any, name: str, measurement: str) -> None:
    try:
        client.api_client.call_api(
            "/api/v3/configure/table", "DELETE",
            query_params=[("db", name), ("table", measurement)],
        )  # fmt: skip
    except ApiException as error:
        if error.status != HTTPStatus.NOT_FOUND:  # nothing was ever written to it
            raise


def _in_version_3(client: Any, name: str, days: int | None, _: int) -> bool:
    try:
        client.api_client.call_api(
            "/api/v3/configure/database", "POST",
            header_params={"Content-Type": "application/json"},
            body={"db": name} | ({} if days is None else {"retention_period": f"{days}d"}),
        )  # fmt: skip
    except ApiException as error:
        if error.status == HTTPStatus.CONFLICT:
            return False
        raise
    return True
