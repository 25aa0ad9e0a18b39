"""Cells that several rooms are tried on."""

#: The text of the cell on the first page of the design and of README.
CLINIC = """\
Adults with type 2 diabetes at a hospital outpatient clinic in Paris, 2015-2020.

columns:
  age: years, 30-85
  sex: F / M
  hba1c: %, 5.5-14
  sbp: systolic blood pressure, mmHg
  dbp: diastolic blood pressure, mmHg
  smoker: never / former / current
  retinopathy: yes/no, 22%
rules:
  - sbp > dbp
"""
