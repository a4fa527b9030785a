"""Words of the quality report: of each check what was found and what to do, English and Chinese."""

from __future__ import annotations

SEVERITY_WORDS = {
    "en": {"error": "error", "warning": "warning", "note": "note"},
    "zh": {"error": "错误", "warning": "警告", "note": "提示"},
}
HEADS = {
    "en": ("severity", "finding", "count", "worst at", "value", "unit", "Mt touched", "what to do"),
    "zh": ("级别", "发现", "数量", "最突出处", "数值", "单位", "涉及排放（Mt）", "处理建议"),
}
WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "negative_output": {
        "en": ("output below 0", "correct or aggregate these industries before any account"),
        "zh": ("总产出为负", "核算前先更正或合并这些行业"),
    },
    "zero_output": {
        "en": ("industries without output", "fine if they neither buy nor sell; else aggregate"),
        "zh": ("行业无产出", "若既不购入也不售出可忽略，否则应与相邻行业合并"),
    },
    "emissions_on_zero_output": {
        "en": (
            "emissions on industries without output",
            "no chain carries them, they stay with the emitter: zero_output=drop or spread",
        ),
        "zh": (
            "无产出行业却有排放",
            "供应链无法传递，各原则下均留在排放地；读取时可设 zero_output=drop 或 spread",
        ),
    },
    "inputs_over_output": {
        "en": (
            "inputs above output (column sum of A over 1)",
            "harmless in tiny industries; else aggregate with a neighbour",
        ),
        "zh": ("中间投入大于产出（A 的列和超过 1）", "行业很小时无碍，否则与相邻行业合并"),
    },
    "negative_primary_inputs": {
        "en": (
            "value added below 0",
            "income-based and value-added shares are clipped there; check subsidies and margins",
        ),
        "zh": ("增加值为负", "收入责任与增加值份额在此处被截断；核对补贴与流通费用"),
    },
    "row_imbalance": {
        "en": (
            "output is not what is sold",
            "take sales as output (InputOutputTable.balanced) or balance the table",
        ),
        "zh": (
            "总产出与销售合计不符",
            "以销售合计作为总产出（InputOutputTable.balanced），或先平衡表",
        ),
    },
    "column_imbalance": {
        "en": (
            "output is not inputs plus value added",
            "leave v out, so that it becomes the difference",
        ),
        "zh": ("总产出与投入加增加值不符", "不提供 v，由差额得出"),
    },
    "negative_final_demand": {
        "en": (
            "final demand below 0",
            "usual for inventories; consumption accounts can then fall below the others",
        ),
        "zh": ("最终需求为负", "存货减少时常见；消费责任可能因此偏低"),
    },
    "negative_flows": {
        "en": ("flows below 0", "check the source; multipliers may become negative"),
        "zh": ("中间流量为负", "核对来源；乘数可能为负"),
    },
    "spectral_radius": {
        "en": (
            "A is close to or beyond the limit of 1",
            "an industry sells (nearly) all it makes to itself: aggregate or correct it",
        ),
        "zh": ("A 的谱半径接近或超过 1", "某行业几乎全部自产自用：合并或更正"),
    },
    "whole_numbers": {
        "en": ("flows are whole numbers", "small flows are lost; expect differences below 1 %"),
        "zh": ("流量取整", "小额流量丢失，差异一般在 1% 以内"),
    },
    "no_emissions": {
        "en": ("no emissions of production", "give the emissions; accounts would be 0"),
        "zh": ("缺少生产排放", "补充排放数据，否则核算结果为零"),
    },
    "no_households": {
        "en": (
            "no direct emissions of households",
            "territorial and consumption accounts lack heating and driving, about a tenth",
        ),
        "zh": ("缺少居民直接排放", "生产与消费责任少计取暖和自驾车排放，约占一成"),
    },
    "negative_emissions": {
        "en": ("emissions below 0", "right for removals only; check signs"),
        "zh": ("排放为负", "仅碳移除时合理，请核对正负号"),
    },
    "odd_intensity": {
        "en": (
            "intensity far above the sector's",
            "output or emissions stand in the wrong industry: check labels and order",
        ),
        "zh": ("排放强度远高于同行业", "产出或排放可能错位：核对标签与次序"),
    },
    "units_without_mass": {
        "en": ("no stressor in a unit of mass", "accounts stay in the unit given, not in Mt"),
        "zh": ("没有以质量计的指标", "核算结果沿用原单位，而非 Mt"),
    },
    "world_emissions": {
        "en": (
            "world CO2 is not near the Global Carbon Budget",
            "check the unit and whether a total is counted twice",
        ),
        "zh": ("全球 CO2 与全球碳预算相差较大", "核对单位，以及合计是否重复计入"),
    },
    "world_value_added": {
        "en": ("world value added is not near GDP", "check the unit of money"),
        "zh": ("全球增加值与 GDP 相差较大", "核对货币单位"),
    },
    "unknown_regions": {
        "en": (
            "regions that are no country code",
            "give their population yourself; check spelling",
        ),
        "zh": ("地区代码不是国家代码", "自行提供人口数据，并核对拼写"),
    },
    "empty_regions": {
        "en": ("regions without output or final demand", "leave them out or join them to another"),
        "zh": ("地区无产出或无最终需求", "剔除或并入其他地区"),
    },
}
