"""The report for code scanning, in SARIF 2.1.0."""
