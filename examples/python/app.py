"""Three environments of one application in one account, each in a stack of its own, kept the same by one parity policy."""

import json
import sys

from aws_cdk import App, Stack, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ssm as ssm
from cdk_compliance_monitoring import (
    AccountServices,
    ComplianceFramework,
    ComplianceMonitoringSystem,
    DatabaseSource,
    DataClassification,
    EnvironmentProfile,
    GovernanceTags,
    ParityPolicy,
    ParityRule,
    ParityWaiver,
)

ORGANIZATION = "finserv-corp"
ENVIRONMENTS = ["Dev", "Staging", "Prod"]

parity = ParityPolicy.of(
    baseline="Prod",
    environments=ENVIRONMENTS,
    rules=[
        # Each environment has its own: they must exist everywhere, with the same type.
        ParityRule.may_differ("payments/endpoint"),
        # Different on purpose, and known: each environment must have exactly its value.
        ParityRule.expected("payments/log-level", {"Dev": "debug", "Staging": "info", "Prod": "info"}),
        ParityRule.expected("payments/bucket", {name: "{environment}-{account}-receipts" for name in ENVIRONMENTS}),
        # Nobody compares them, and the reason is on record.
        ParityRule.ignored("build/**", "written by each pipeline run"),
    ],
    waivers=[
        ParityWaiver(
            pattern="payments/limits/daily-transfer",
            environment="Staging",
            reason="the load test needs a higher limit",
            owner="payments@example.com",
            expires_on="2029-12-31",
            ticket="PAY-1207",
        ),
        # It has ended: synth warns, and a difference that it covered counts again.
        ParityWaiver(
            pattern="payments/features/instant-payments",
            environment="Staging",
            reason="the pilot runs in Staging first",
            owner="payments@example.com",
            expires_on="2026-10-31",
        ),
    ],
)


def parameters_of(environment: str, account: str) -> dict[str, str]:
    """What the application itself keeps in Parameter Store, by name relative to its environment."""
    return {
        "payments/endpoint": f"https://payments.{environment.lower()}.finserv-corp.example",
        "payments/log-level": "debug" if environment == "Dev" else "info",
        "payments/bucket": f"{environment}-{account}-receipts",
        "payments/timeout-seconds": "30",
        "payments/currencies": "CHF,EUR,USD",
        "payments/limits/daily-transfer": "50000",
        "payments/features/instant-payments": "off",
        "payments/retry": json.dumps({"attempts": 3, "backoff": "exponential", "jitter": True}, separators=(",", ":")),
        "ledger/batch-size": "500",
        "ledger/cut-off": "17:30",
        "build/last-run": f"{environment}-1",
    }


app = App()

for profile in [EnvironmentProfile.DEV, EnvironmentProfile.STAGING, EnvironmentProfile.PROD]:
    stack = Stack(app, f"Compliance-{profile.name}")
    # The database needs no way out, and the functions need no VPC.
    vpc = ec2.Vpc(
        stack,
        "Vpc",
        max_azs=2,
        nat_gateways=0,
        subnet_configuration=[ec2.SubnetConfiguration(name="Database", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)],
    )

    system = ComplianceMonitoringSystem(
        stack,
        "System",
        organization_name=ORGANIZATION,
        profile=profile,
        parity=parity,
        alert_emails=["platform@example.com"],
        tags=GovernanceTags(cost_center="infrastructure", data_classification=DataClassification.CONFIDENTIAL),
        database=DatabaseSource.create(vpc=vpc, password_parameter=True),
        # The three share an account: one of them looks after its Config recorder and rules.
        account=AccountServices.create(frameworks=[ComplianceFramework.PCI_DSS_4_0_1])
        if profile.name == parity.baseline
        else AccountServices.shared(),
        monthly_budget=2000,
    )

    for name, value in parameters_of(profile.name, stack.account).items():
        parameter = ssm.StringParameter(
            stack, name, parameter_name=f"/{ORGANIZATION}/{profile.name}/{name}", string_value=value
        )
        Tags.of(parameter).add("Application", name.split("/")[0])

    print(f"{profile.name}: about USD {system.estimate_monthly_cost().total:.2f} a month", file=sys.stderr)

app.synth()
