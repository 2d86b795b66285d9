/**
 * An organization: a hub in the monitoring account, which stores every compliance event once, answers questions, tells Slack and reports daily,
 * and in each member account a recorder, rules, and the way to the hub.
 */
import { App, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  AccountMonitoring, AlertSeverity, ComplianceApi, ComplianceEventHub, ComplianceFramework, DailyReport, EnvironmentProfile, EventRouting, HubAccess,
  SlackNotifier,
} from 'cdk-compliance-monitoring';

const ORGANIZATION = 'finserv-corp';
const REGION = 'eu-central-1';
const MONITORING = '111111111111';
const MEMBERS = ['222222222222', '333333333333'];
/** Members name the bus before it is there. */
const HUB_NAME = 'compliance-hub';
const profile = EnvironmentProfile.PROD;

const app = new App();

const monitoring = new Stack(app, 'Compliance-Hub', { env: { account: MONITORING, region: REGION } });
const hub = new ComplianceEventHub(monitoring, 'Hub', {
  // Or HubAccess.organization('o-a1b2c3d4e5'): every account of it, also those that join later.
  access: HubAccess.accounts(MEMBERS),
  // One that was never onboarded is silent too.
  expectedMembers: MEMBERS.map((account) => ({ account, regions: [REGION] })),
  busName: HUB_NAME,
  profile,
  organizationName: ORGANIZATION,
  alertEmails: ['platform@example.com'],
});
const api = new ComplianceApi(monitoring, 'Api', { hub, readerAccounts: MEMBERS, profile, alertTopic: hub.alertTopic });

// Written once by hand: aws secretsmanager create-secret --name compliance/slack-webhook --secret-string https://hooks.slack.com/services/…
const webhookSecret = secretsmanager.Secret.fromSecretNameV2(monitoring, 'Webhook', 'compliance/slack-webhook');
// Slack's own hosts, unless messages go through a proxy, or to a receiver in tests.
const webhookHosts = app.node.tryGetContext('webhookHosts') as string[] | undefined;
const slack = { hub, webhookSecret, webhookHosts, profile, alertTopic: hub.alertTopic };
new SlackNotifier(monitoring, 'Slack', { ...slack, minimumSeverity: AlertSeverity.LOW });
new DailyReport(monitoring, 'Report', { ...slack, emails: ['auditors@example.com'], hour: 7, timeZone: TimeZone.EUROPE_ZURICH });

for (const account of MEMBERS) {
  const member = new Stack(app, `Compliance-Member-${account}`, { env: { account, region: REGION } });
  const hubBus = events.EventBus.fromEventBusArn(member, 'HubBus', `arn:aws:events:${REGION}:${MONITORING}:event-bus/${HUB_NAME}`);
  new AccountMonitoring(member, 'Account', {
    organizationName: ORGANIZATION,
    profile,
    frameworks: [ComplianceFramework.SOC_2],
    // One name in every account, so that a rule is counted, and read in Slack, as one.
    ruleSet: { ruleNamePrefix: 'finserv' },
    routing: EventRouting.forwardTo(hubBus, { heartbeatInterval: Duration.minutes(5) }),
  });
}

console.error(`${api.node.path} answers whoever may invoke it; ${MEMBERS.length} accounts send to ${hub.hubName}.`);
app.synth();
