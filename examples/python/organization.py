"""An organization: a hub in the monitoring account, which stores every compliance event once, answers questions, tells Slack and reports
daily, and in each member account a recorder, rules, and the way to the hub."""

import sys

from aws_cdk import App, Duration, Environment, Stack, TimeZone
from aws_cdk import aws_events as events
from aws_cdk import aws_secretsmanager as secretsmanager
from cdk_compliance_monitoring import (
    AccountMonitoring,
    AlertSeverity,
    ComplianceApi,
    ComplianceEventHub,
    ComplianceFramework,
    ConfigRuleSetOptions,
    DailyReport,
    EnvironmentProfile,
    EventRouting,
    ExpectedMember,
    HubAccess,
    SlackNotifier,
)

ORGANIZATION = "finserv-corp"
REGION = "eu-central-1"
MONITORING = "111111111111"
MEMBERS = ["222222222222", "333333333333"]
# Members name the bus before it is there.
HUB_NAME = "compliance-hub"
profile = EnvironmentProfile.PROD

app = App()

monitoring = Stack(app, "Compliance-Hub", env=Environment(account=MONITORING, region=REGION))
hub = ComplianceEventHub(
    monitoring,
    "Hub",
    # Or HubAccess.organization("o-a1b2c3d4e5"): every account of it, also those that join later.
    access=HubAccess.accounts(MEMBERS),
    # One that was never onboarded is silent too.
    expected_members=[ExpectedMember(account=account, regions=[REGION]) for account in MEMBERS],
    bus_name=HUB_NAME,
    profile=profile,
    organization_name=ORGANIZATION,
    alert_emails=["platform@example.com"],
)
api = ComplianceApi(monitoring, "Api", hub=hub, reader_accounts=MEMBERS, profile=profile, alert_topic=hub.alert_topic)

# Written once by hand: aws secretsmanager create-secret --name compliance/slack-webhook --secret-string https://hooks.slack.com/services/…
webhook_secret = secretsmanager.Secret.from_secret_name_v2(monitoring, "Webhook", "compliance/slack-webhook")
# Slack's own hosts, unless messages go through a proxy, or to a receiver in tests.
webhook_hosts = app.node.try_get_context("webhookHosts")
slack = {"hub": hub, "webhook_secret": webhook_secret, "webhook_hosts": webhook_hosts, "profile": profile, "alert_topic": hub.alert_topic}
SlackNotifier(monitoring, "Slack", minimum_severity=AlertSeverity.LOW, **slack)
DailyReport(monitoring, "Report", emails=["auditors@example.com"], hour=7, time_zone=TimeZone.EUROPE_ZURICH, **slack)

for account in MEMBERS:
    member = Stack(app, f"Compliance-Member-{account}", env=Environment(account=account, region=REGION))
    hub_bus = events.EventBus.from_event_bus_arn(member, "HubBus", f"arn:aws:events:{REGION}:{MONITORING}:event-bus/{HUB_NAME}")
    AccountMonitoring(
        member,
        "Account",
        organization_name=ORGANIZATION,
        profile=profile,
        frameworks=[ComplianceFramework.SOC_2],
        # One name in every account, so that a rule is counted, and read in Slack, as one.
        rule_set=ConfigRuleSetOptions(rule_name_prefix="finserv"),
        routing=EventRouting.forward_to(hub_bus, heartbeat_interval=Duration.minutes(5)),
    )

print(f"{api.node.path} answers whoever may invoke it; {len(MEMBERS)} accounts send to {hub.hub_name}.", file=sys.stderr)
app.synth()
