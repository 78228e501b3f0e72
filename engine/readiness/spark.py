"""Portfolios on Spark: assess every row of a DataFrame on the workers, as `assess_table` does.

Needs the extra `spark`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from readiness.loading.rulesets import load_texts, texts_of
from readiness.version import __version__

try:
    import pyarrow as pa
    from pyspark.sql import types
    from pyspark.sql.pandas.types import from_arrow_type

    from readiness.evaluation.bulk import Bulk
    from readiness.portfolio.assessed_block import BlockAssessor
    from readiness.portfolio.layout import OUTCOMES, Layout, known_outcomes, layout_of
    from readiness.portfolio.segments import plain_type_of
except ModuleNotFoundError as _missing:
    _library = str(_missing.name).partition(".")[0]
    _message = f"portfolios on Spark need the library '{_library}'"
    raise ImportError(f"{_message}: pip install 'readiness[spark]'") from None

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from readiness.assessing.assessor import Assessor
    from readiness.dependencies.ruleset import Ruleset

__all__ = ["assess"]

# The number of rulesets, or of days of one ruleset, that a worker keeps compiled.
_KEPT = 4


def assess(
    dataframe: DataFrame,
    assessor: Assessor,
    *,
    as_of: datetime.date | None = None,
    keep: Iterable[str] = (),
    outcomes: Iterable[str] = OUTCOMES,
) -> DataFrame:
    """Return the result of each row as a DataFrame, which Spark calculates when it is needed.

    Columns are read as by `Assessor.assess_table`. The result has the columns to `keep`;
    `verdict.GATE` for each gate; `blockers`, the number of blockers; `first_root_blocker`, null if
    there is none; `status.CHECK` and `standing.CHECK` for each check; `refused`, why an answer in
    the row is not valid: if that is not null, all result columns are null. `outcomes` limits the
    result to some of the `OUTCOMES` and `FURTHER_OUTCOMES`. `as_of` is today by default, the date
    on the driver.

    Raises `DocumentError`, before anything runs, for columns that are neither questions nor kept or
    cannot hold the answers; `ImportError` without the extra `spark`; `ValueError` for an assessor
    with another engine, and for an unknown outcome.
    """
    if assessor.engine is not None:
        msg = "another engine assesses one case at a time: call assess for each row"
        raise ValueError(msg)
    if find_spec("pandas") is None:  # not used here, but required by `mapInArrow`
        msg = "portfolios on Spark need the library 'pandas': pip install 'readiness[spark]'"
        raise ImportError(msg)
    wanted = known_outcomes(outcomes)
    schema = dataframe.schema
    layout = _layout(assessor.ruleset, _arrow_schema(schema), keep, wanted)
    work = WorkerInput(
        __version__,
        texts_of(layout.ruleset),
        as_of or datetime.date.today(),
        tuple(schema.names),
        tuple(one.name for one in layout.kept),
        layout.outcomes,
    )
    # `mapInArrow` looks columns up by name, and reads a dot as a field of a struct.
    numbered = dataframe.toDF(*(f"column{number}" for number in range(len(schema.names))))
    return numbered.mapInArrow(work.assessed, _spark_schema(layout, schema))


@dataclass(frozen=True)
class WorkerInput:
    """The input of a worker, as values that any two versions of this package can read.

    `documents` are the texts of the ruleset, `names` the columns in their order. Spark sends it
    with the function, and broadcasts it if it is larger than about a MiB.
    """

    version: str
    documents: tuple[str, ...] = field(repr=False)
    as_of: datetime.date
    names: tuple[str, ...]
    keep: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = OUTCOMES

    def assessed(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield the results of rows in Arrow record batches, as record batches of plain strings.

        Raises `RuntimeError` if this worker has another version of the package.
        """
        if self.version != __version__:
            msg = f"the driver has readiness {self.version}, and this worker {__version__}"
            raise RuntimeError(msg)
        assessor, layout = _rebuilt(self.documents, self.as_of), None
        for batch in batches:
            named = batch.rename_columns(list(self.names))
            # the schema of the batch, as its timestamps are in the time zone of the session
            layout = layout or _layout(assessor.ruleset, named.schema, self.keep, self.outcomes)
            for start in range(0, named.num_rows, assessor.block_rows):
                block = named.slice(start, assessor.block_rows)
                columns = dict(zip(block.schema.names, block.columns, strict=True))
                numbers = range(1, block.num_rows + 1)
                yield _plain(assessor.assess(columns, numbers, layout).batch())


@lru_cache(maxsize=_KEPT)
def _rebuilt(documents: tuple[str, ...], as_of: datetime.date) -> BlockAssessor:
    """Return the assessor for a ruleset; a worker builds it once and uses it for many tasks."""
    return BlockAssessor(Bulk(load_texts(documents)), as_of)


def _layout(ruleset: Ruleset, schema: Any, keep: Iterable[str], outcomes: Iterable[str]) -> Layout:
    wanted = tuple(outcomes)
    return layout_of(ruleset, schema, keep, in_place=True, numbered=False, outcomes=wanted)


def _plain(batch: Any) -> Any:
    """Return the batch without dictionaries, which Spark does not support."""
    kinds = [plain_type_of(one.type, is_within=True) for one in batch.schema]
    columns = [column.cast(kind) for column, kind in zip(batch.columns, kinds, strict=True)]
    return pa.record_batch(columns, names=batch.schema.names)


# Schemas

_ARROW = {
    types.NullType: pa.null(), types.BooleanType: pa.bool_(), types.BinaryType: pa.binary(),
    types.ByteType: pa.int8(), types.ShortType: pa.int16(), types.IntegerType: pa.int32(),
    types.LongType: pa.int64(), types.FloatType: pa.float32(), types.DoubleType: pa.float64(),
    types.DateType: pa.date32(), types.TimestampType: pa.timestamp("us", "UTC"),
    types.TimestampNTZType: pa.timestamp("us"),
}  # fmt: skip


def _arrow_schema(schema: Any) -> Any:
    """Return a Spark schema as workers will receive it, except for the time zone of timestamps."""
    return pa.schema([pa.field(one.name, _arrow_type(one.dataType)) for one in schema])


def _arrow_type(kind: Any) -> Any:
    match kind:
        case types.StringType():  # a string type of any length or collation
            return pa.string()
        case types.DecimalType(precision=precision, scale=scale):
            return pa.decimal128(precision, scale)
        case types.ArrayType(elementType=element):
            return pa.list_(pa.field("element", _arrow_type(element)))
        case types.MapType(keyType=key, valueType=value):
            return pa.map_(_arrow_type(key), _arrow_type(value))
        case types.StructType():
            return pa.struct(list(_arrow_schema(kind)))
        case types.UserDefinedType():
            return _arrow_type(kind.sqlType())
    # No other type can hold an answer; here it only needs a name for the problem.
    return _ARROW.get(type(kind)) or pa.opaque(pa.null(), kind.simpleString(), "spark")


def _spark_schema(layout: Layout, schema: Any) -> Any:
    """Return the Spark schema of the result; kept columns have the type they have in `schema`."""
    kept = {one.name for one in layout.kept}
    return types.StructType(
        [schema[one.name] if one.name in kept else _found(one) for one in layout.schema]
    )


def _found(one: Any) -> Any:
    return types.StructField(one.name, from_arrow_type(plain_type_of(one.type, is_within=True)))
