"""Words of the terminal tables in English and Chinese."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "results": ("Results", "主要结果"),
    "scenario": ("scenario", "情景"),
    "year": ("year", "年份"),
    "renewable_share": ("RE share, %", "可再生占比，%"),
    "co2_mt": ("CO2, Mt", "CO2，Mt"),
    "system_cost_bn_cny": ("cost, bn CNY/a", "系统成本，十亿元"),
    "cea_cny_per_t": ("CEA, CNY/t", "碳价，元/吨"),
    "gec_cny_per_mwh": ("GEC, CNY/MWh", "绿证，元/MWh"),
    "ccer_cny_per_t": ("CCER, CNY/t", "CCER，元/吨"),
    "power_price_cny_per_mwh": ("power, CNY/MWh", "电价，元/MWh"),
    "experiments": ("Experiments: ours beside the published range", "实验：本模型与已发表区间对照"),
    "experiment": ("experiment", "实验"),
    "indicator": ("indicator", "指标"),
    "base": ("of", "基数"),
    "ours": ("ours", "本模型"),
    "published": ("published", "已发表"),
    "verdict": ("verdict", "判定"),
    "folder": ("report", "报告"),
    "holds": ("holds", "成立"),
    "holds only if": ("holds only if", "有条件成立"),
    "does not hold": ("does not hold", "不成立"),
    "compare": ("Change from the first run to the second", "第二次运行相对第一次的变化"),
    "first": ("first", "第一次"),
    "second": ("second", "第二次"),
    "change": ("change", "变化"),
    "change_pct": ("change, %", "变化，%"),
    "unit": ("unit", "单位"),
    "attribution": ("What each reform contributes", "各项改革的贡献"),
    "reform": ("reform", "改革"),
    "alone": ("alone", "单独实施"),
    "last": ("added last", "最后实施"),
    "shapley": ("Shapley value", "Shapley值"),
    "total": ("all reforms", "全部改革"),
    "macc": ("Marginal abatement cost of the whole system", "全系统边际减排成本"),
    "share": ("abated", "减排比例"),
    "marginal_cost": ("marginal cost, CNY/t", "边际成本，元/吨"),
    "all": ("all", "合计"),
    "power": ("power", "电力"),
    "steel": ("steel", "钢铁"),
    "cement": ("cement", "水泥"),
    "aluminium": ("aluminium", "铝冶炼"),
    "chemicals": ("chemicals", "化工"),
    "other_industry": ("other industry", "其他工业"),
    "services": ("services", "服务业"),
    "households": ("households", "居民"),
    "solve_cost": ("{solves} solves in {seconds} s", "共求解{solves}次，用时{seconds}秒"),
    "checks": ("Invariants", "恒等关系检验"),
    "invariant": ("invariant", "关系"),
    "violation": ("violation", "偏差"),
}


def word(key: str, lang: str) -> str:
    """The word in a language, or the key itself where there is none."""
    if key not in WORDS:
        return key
    return WORDS[key][lang == "zh"]
