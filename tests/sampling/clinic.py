"""One blueprint with a column of every kind, for tests of reproducibility."""

CLINIC = """
version: 1
columns:
  - {name: pid, type: id, pattern: "P####"}
  - {name: age, type: integer, range: [30, 90], distribution: {normal: {mean: 62, sd: 11}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.44, M: 0.56}}}
  - {name: height, type: number, decimals: 1, distribution: {by: sex, groups: {F: {normal: {mean: 163, sd: 7}}, M: {normal: {mean: 176, sd: 8}}}}}
  - {name: weight, type: number, decimals: 1, range: [35, 200], distribution: {lognormal: {median: 78, sigma: 0.2}}}
  - {name: bmi, type: number, decimals: 1, range: [15, 55], formula: weight / (height / 100) ** 2}
  - {name: sbp, type: integer, range: [80, 230], distribution: {quantiles: {0.05: 108, 0.5: 134, 0.95: 168}}}
  - {name: dbp, type: integer, range: [35, 140], distribution: {normal: {mean: 84, sd: 13}, source: guess}}
  - {name: smoker, type: category, values: [never, former, current], distribution: {probabilities: {never: 0.5, former: 0.3, current: 0.2}}}
  - {name: grade, type: category, ordered: true, values: [mild, moderate, severe], distribution: {probabilities: {mild: 0.5, moderate: 0.3, severe: 0.2}}}
  - {name: ill, type: boolean, distribution: {probability: 0.22}}
  - {name: flag, type: integer, distribution: {probability: 0.4}}
  - {name: visits, type: integer, distribution: {negative_binomial: {mean: 3, dispersion: 0.5}}}
  - {name: cost, type: number, decimals: 2, distribution: {gamma: {shape: 2, scale: 300}, zero_share: 0.2}}
  - {name: births, type: integer, distribution: {poisson: {mean: 1.5}}}
  - {name: admitted, type: date, range: ['2015-01-01', '2020-12-31'], distribution: {uniform: {low: '2015-01-01', high: '2020-12-31'}}}
  - {name: seen, type: datetime, distribution: {normal: {mean: '2018-06-30', sd: 300}}}
  - {name: followup, type: time_to_event, unit: days, event: death, survival: {365: 0.82, 1825: 0.55}, censoring: {administrative: [900, 2600], dropout_per_year: 0.02}}
  - {name: note, type: text, template: "{sex}, {age} years, {bmi} kg/m2"}
effects:
  - {from: sex=M, to: age, difference: -2}
  - {from: age, to: height, beta: -0.2}
  - {from: height, to: weight, correlation: 0.4}
  - {from: age, to: sbp, beta: 0.35}
  - {from: bmi, to: sbp, beta: 0.2}
  - {from: sbp, to: dbp, beta: 0.6}
  - {from: age, to: smoker=current, odds_ratio: 0.7, per: 10}
  - {from: age, to: grade, odds_ratio: 1.5, per: 10}
  - {from: smoker=current, to: ill, odds_ratio: 1.6}
  - {from: age, to: ill, odds_ratio: 1.2, per: 10, where: sex == 'F'}
  - {from: grade, to: flag, beta: 0.4}
  - {from: ill, to: visits, beta: 0.5}
  - {from: visits, to: cost, correlation: 0.5}
  - {from: admitted, to: births, beta: 0.3}
  - {from: age, to: seen, beta: 0.3}
  - {from: age, to: followup, hazard_ratio: 1.6, per: 10}
rules:
  - sbp > dbp
  - if sex == 'M' then births is missing
  - if flag then visits > 0 or cost < 2000
missing:
  height: {rate: 0.05}
  ill: {rate: 0.1, depends_on: age, beta: 0.3}
  cost: {rate: 0.15, depends_on: cost, odds_ratio: 1.001}
  visits: {rate: 0.1, depends_on: sex=M, odds_ratio: 2}
  followup: {rate: 0.03}
  admitted: {rate: 0.02}
"""  # fmt: skip  # noqa: E501
