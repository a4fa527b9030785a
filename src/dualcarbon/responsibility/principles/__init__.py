"""The principles of responsibility, and the two functions that apply them."""

from dualcarbon.responsibility.principles.base import Principle
from dualcarbon.responsibility.principles.mixed import mixture
from dualcarbon.responsibility.principles.registry import (
    PRINCIPLES,
    USUAL,
    account,
    accounts,
    principle,
)

__all__ = ["PRINCIPLES", "USUAL", "Principle", "account", "accounts", "mixture", "principle"]
