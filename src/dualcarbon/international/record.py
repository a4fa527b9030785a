"""What users pass in: frozen records whose errors are one clear line each."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError
from pydantic import model_validator as validator

from dualcarbon.validation import explained


class Record(BaseModel):
    """Base of all inputs: unknown fields, wrong types and non-finite numbers are refused.

    Raises:
        InputError: on construction, naming the field, what is allowed and the nearest name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @validator(mode="wrap")
    @classmethod
    def _one_line(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(values)
        except ValidationError as error:
            raise explained(error, cls) from None
