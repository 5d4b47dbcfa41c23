"""The API's models as this client gives them: what a newer service adds is passed over; tables go to pandas."""

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, Field

from document_analysis.views import models

if TYPE_CHECKING:
    import pandas

Model = TypeVar("Model", bound=BaseModel)


class Table(models.Table):
    """A table; `to_pandas` needs pandas."""

    def to_pandas(self) -> "pandas.DataFrame":
        """Its rows, under its header row where it has one."""
        import pandas

        header = [cell for cell in self.cells if cell.row == 1 and "COLUMN_HEADER" in cell.entity_types]
        if header and len(self.rows) > 1:
            return pandas.DataFrame(self.rows[1:], columns=self.rows[0])
        return pandas.DataFrame(self.rows)


class Analysis(models.Analysis):
    """An analysis. Parts that were not asked for are empty here."""

    tables: list[Table] = Field(default_factory=list)  # type: ignore[assignment]

    def fields(self) -> dict[str, str]:
        """The forms as a dictionary; of keys that stand there twice the first."""
        pairs: dict[str, str] = {}
        for form in self.forms or []:
            pairs.setdefault(form.key, form.value)
        return pairs


class PageEvent(models.PageEvent):
    """One page's line of NDJSON."""

    tables: list[Table] = Field(default_factory=list)  # type: ignore[assignment]


def parsed(model: type[Model], members: Any) -> Model:
    """An answer as its model."""
    return model.model_validate(members, extra="ignore")
