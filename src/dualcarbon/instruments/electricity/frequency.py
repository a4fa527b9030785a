"""Frequency regulation: room to move up and down within minutes, paid to those who keep it."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from dualcarbon.instruments.base import Share
from dualcarbon.instruments.electricity.services import COAL, DOWN, UP, AncillaryService


class FrequencyRegulation(AncillaryService):
    """Regulation up and down in every hour, by area.

    ``sum_i r_i p[i,t] + sum_s room[s,t] >= a load[t] + b sum_w p[w,t]`` in both directions. A
    plant on line can move by the share ``r`` of its output that it ramps within minutes; storage
    and reservoirs by all they have. Room that serves as spinning reserve serves here too: Chinese
    rules count regulation as a part of it. The default figures are illustrative.

    Attributes:
        load_share, weather_share: need as shares of load, and of wind and solar output.
        thermal: share of output by which plants on line move within minutes, by carrier.

    Source: GB/T 38969-2020 on reserves; NDRC and NEA 2024 No. 196 on prices of the services.
    """

    key: ClassVar[str] = "frequency"
    policy: ClassVar[bool] = False
    directions: ClassVar[tuple[str, ...]] = (UP, DOWN)
    service: ClassVar[str] = "frequency regulation"
    service_zh: ClassVar[dict[str, str]] = {UP: "上调频容量", DOWN: "下调频容量"}

    load_share: Share = 0.02
    weather_share: Share = 0.03
    thermal: dict[str, Share] = Field({**dict.fromkeys(COAL, 0.10), "gas": 0.25})
