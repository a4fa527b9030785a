"""Peak shaving: room to go down when wind and sun are strong, paid to those who keep it."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from dualcarbon.instruments.base import Share
from dualcarbon.instruments.electricity.services import COAL, DOWN, AncillaryService


class PeakShaving(AncillaryService):
    """Downward flexibility in every hour, by area.

    ``sum_i (1 - floor_i) p[i,t] + sum_s room[s,t] >= a load[t] + b sum_w p[w,t]``: a plant at
    full output of what it has on line can go down to its floor; storage can stop giving and take
    in. The dual is what deep regulation of coal is worth in the hour. The default floors are 35 %
    for coal and 40 % for gas; the shares of the need are illustrative.

    Attributes:
        load_share, weather_share: need as shares of load, and of wind and solar output.
        thermal: share of output by which plants on line can go down, ``1 - floor``, by carrier.

    Source: regional rules on peak-shaving services; NDRC and NEA 2024 No. 196.
    """

    key: ClassVar[str] = "peak_shaving"
    policy: ClassVar[bool] = False
    directions: ClassVar[tuple[str, ...]] = (DOWN,)
    service: ClassVar[str] = "peak shaving"
    service_zh: ClassVar[dict[str, str]] = {DOWN: "向下调峰能力"}

    load_share: Share = 0.05
    weather_share: Share = 0.15
    thermal: dict[str, Share] = Field({**dict.fromkeys(COAL, 0.65), "gas": 0.60})
