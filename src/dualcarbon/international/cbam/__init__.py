"""CBAM to the letter of the regulation: goods, emissions, free allocation, deductions, prices.

Each figure of an assessment carries its article and its status. The official tables are read from
the distribution ``opencbam``, and what amended them since is laid over them; which law holds is a
switch, see :mod:`~dualcarbon.international.cbam.law`.
"""

from dualcarbon.international.cbam.assess import assess
from dualcarbon.international.cbam.batch import Batch, assess_batch, read_shipments
from dualcarbon.international.cbam.dues import (
    Penalty,
    calendar,
    cancellation_day,
    declaration_day,
    declarations,
    holdings,
    penalty,
    quarter_end_holding,
    repurchase_day,
    repurchase_limit,
)
from dualcarbon.international.cbam.exposure import exposure, exposure_index, trade_of
from dualcarbon.international.cbam.goods import Good, Origin, good, goods, listed_origins, origin
from dualcarbon.international.cbam.law import AS_OF, LAWS, TODAY, acts, law_of
from dualcarbon.international.cbam.price import price_of, price_path, volume_weighted
from dualcarbon.international.cbam.products import product_costs
from dualcarbon.international.cbam.revenue import (
    BorderBill,
    ExportRebate,
    bill_with_domestic_price,
    export_rebate,
    price_sweep,
)
from dualcarbon.international.cbam.rules import Assessment
from dualcarbon.international.cbam.shipment import CarbonPrice, Precursor, Shipment
from dualcarbon.international.cbam.uk import UkBill, assess_uk

__all__ = [
    "AS_OF",
    "LAWS",
    "TODAY",
    "Assessment",
    "Batch",
    "BorderBill",
    "CarbonPrice",
    "ExportRebate",
    "Good",
    "Origin",
    "Penalty",
    "Precursor",
    "Shipment",
    "UkBill",
    "acts",
    "assess",
    "assess_batch",
    "assess_uk",
    "bill_with_domestic_price",
    "calendar",
    "cancellation_day",
    "declaration_day",
    "declarations",
    "export_rebate",
    "exposure",
    "exposure_index",
    "good",
    "goods",
    "holdings",
    "law_of",
    "listed_origins",
    "origin",
    "penalty",
    "price_of",
    "price_path",
    "price_sweep",
    "product_costs",
    "quarter_end_holding",
    "read_shipments",
    "repurchase_day",
    "repurchase_limit",
    "trade_of",
    "volume_weighted",
]
