"""Verdicts on hospital price files that equal those of CMS's own validator.

The rules are read from the data dictionaries v2.0 to v3.0 of the Hospital Price Transparency
programme and from how the official validator (npm ``@cmsgov/hpt-validator``) behaves;
docs/price-validation.md tells where the two differ on purpose.
"""
