"""Reads policies from standard input, one JSON object a line, and prints what parliament finds: `{"policy": number, "issue": …, "detail": …}`.

Not by parliament's own command, which appends to a log in /tmp that another user may own.
"""
import json
import sys
import warnings

warnings.filterwarnings("ignore")
import parliament  # noqa: E402

for number, line in enumerate(sys.stdin):
    policy = parliament.analyze_policy_string(line, config=parliament.config)
    for finding in policy.findings:
        print(json.dumps({"policy": number, "issue": finding.issue, "detail": str(finding.detail)}))
