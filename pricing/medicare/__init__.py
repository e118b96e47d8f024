"""What Medicare pays: the benchmark that published and negotiated prices are compared with.

Three schedules: inpatient stays by MS-DRG (IPPS), outpatient services by APC (OPPS), and services
of physicians by HCPCS code (PFS). docs/medicare.md has formulas, sources and what is left out.
"""
