"""Examples of the files that verbs of ``dualcarbon mrv`` start from, beside sheets of plants."""

from __future__ import annotations

PLAN = """\
# Data-quality plan of a plant, in force before its data. A month that it asks for and the sheet
# lacks is filled against the plant.
plant: Plant A
version: 1
in_force: 2024-12-01
changes: ""                  # of a later version: what changed, and why
parameters:
  - {installation: unit 1, item: coal, parameter: amount, how: belt scale, frequency: monthly,
     who: fuel department}
"""
FINDINGS = """\
finding,plant,what,effect_t,state,reply
F1,Plant A,belt scale reads high,-15,accepted,scale calibrated in March
F2,Plant A,a delivery was left out,9,accepted,
"""
LOAD = """\
start,load_mwh,certificates_mwh,certificates_area,contract_mwh,contract_t_per_mwh
2023-01-01T00:00,100,150,,,
2023-01-01T01:00,100,50,,,
2023-01-01T02:00,80,,,40,0
"""
PURCHASES = """\
# Purchases of a company; there is no default for rate, index and margins.
year: 2024
region: CHN                  # of the embedded world table
currency_rate: 7.12          # currency of the purchases per US$ in their year
price_index: 1.25            # prices of that year over those of the table
margins: 0.12                # trade, transport and taxes in what was paid
embodied_out_t: 0            # t CO2e embodied in what is sold, for both sides on one sheet
purchases:
  - {name: steel sheet, sector: metals, paid: 300}          # millions
  - {name: cement, quantity: 4000, factor: 0.6}             # t, and t CO2e per t
  - {name: power, sector: electricity_gas_water, paid: 50, own: electricity}  # scope 2 has it
"""
PROJECT = """\
# A crediting project to screen; what is left out is unknown, and unknown never passes.
name: offshore wind
programme: CCER
country: CN
criteria:
  additionality: {answer: yes, evidence: {test: investment analysis, date: 2025-03-01}}
  registry: {answer: yes, evidence: {registry: national voluntary registry}}
  corresponding_adjustment: {answer: not applicable, evidence: {reason: used at home}}
"""
EXAMPLES = {
    "plan": ("plan.yaml", PLAN),
    "findings": ("findings.csv", FINDINGS),
    "load": ("load.csv", LOAD),
    "purchases": ("purchases.yaml", PURCHASES),
    "project": ("project.yaml", PROJECT),
}
"""Name of the file and its text, by kind."""
