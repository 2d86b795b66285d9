/**
 * An organization's compliance events: a hub in the monitoring account, and two members that send to it.
 *
 * `tsx test/local-aws/hub-app.ts '<HubAppOptions as JSON>'` synthesises it into CDK_OUTDIR.
 */
import { App, CfnOutput, Duration, SecretValue, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  AccountMonitoring, AnnouncementTopic, ComplianceApi, ComplianceEventHub, ComplianceFramework, DailyReport, EnvironmentProfile, EventRouting, HubAccess, SlackNotifier,
} from '../../src';

export interface HubAppOptions {
  readonly region: string;
  readonly hubAccount: string;
  readonly memberAccounts: string[];
  /** Incoming webhook of the channel that is told, which holds a secret of its own. */
  readonly webhookUrl: string;
}

export const HUB_STACK = 'Compliance-Hub';
export const memberStack = (account: string) => `Compliance-Member-${account}`;
/** Members name the bus before it is there. */
const HUB_NAME = 'compliance-hub';
const ORGANIZATION = 'finserv-corp';

export function hubStacks(app: App, options: HubAppOptions): void {
  makeHub(new Stack(app, HUB_STACK, { env: { account: options.hubAccount, region: options.region } }), options);
  for (const account of options.memberAccounts) {
    makeMember(new Stack(app, memberStack(account), { env: { account, region: options.region } }), options);
  }
}

function makeHub(stack: Stack, { memberAccounts, region, webhookUrl }: HubAppOptions): void {
  const profile = EnvironmentProfile.PROD;
  const hub = new ComplianceEventHub(stack, 'Hub', {
    access: HubAccess.accounts(memberAccounts),
    expectedMembers: memberAccounts.map((account) => ({ account, regions: [region] })),
    busName: HUB_NAME,
    profile,
    organizationName: ORGANIZATION,
    alertEmails: ['platform@example.com'],
  });
  // Written by hand in production: a webhook in a template can be read by whoever may read the template.
  const webhookSecret = new secretsmanager.Secret(stack, 'Webhook', { secretStringValue: SecretValue.unsafePlainText(webhookUrl) });
  const webhookHosts = [new URL(webhookUrl).host];
  new SlackNotifier(stack, 'Slack', { hub, webhookSecret, webhookHosts, profile, alertTopic: hub.alertTopic });
  new AnnouncementTopic(stack, 'Mails', { hub, emails: ['platform@example.com'], alertTopic: hub.alertTopic });
  new DailyReport(stack, 'Report', {
    hub, webhookSecret, webhookHosts, emails: ['platform@example.com'], profile, alertTopic: hub.alertTopic,
  });
  const api = new ComplianceApi(stack, 'Api', { hub, readerAccounts: memberAccounts, profile, alertTopic: hub.alertTopic });

  // Beside what each part puts out itself: what tests ask for.
  for (const [name, value] of Object.entries({
    ApiId: api.httpApi.apiId,
    ReaderRoleArn: api.readerRole!.roleArn,
    WebhookSecretArn: webhookSecret.secretArn,
  })) new CfnOutput(stack, name, { value });
}

/** One recorder, a framework's rules, and the way to the hub. */
function makeMember(stack: Stack, { region, hubAccount }: HubAppOptions): void {
  const hubBus = events.EventBus.fromEventBusArn(stack, 'HubBus', `arn:aws:events:${region}:${hubAccount}:event-bus/${HUB_NAME}`);
  const account = new AccountMonitoring(stack, 'Account', {
    organizationName: ORGANIZATION,
    profile: EnvironmentProfile.PROD,
    frameworks: [ComplianceFramework.SOC_2],
    routing: EventRouting.forwardTo(hubBus, { heartbeatInterval: Duration.minutes(5) }),
  });
  const { forwarder } = account;
  new CfnOutput(stack, 'HeartbeatName', { value: forwarder!.heartbeatSchedule.scheduleName });
  new CfnOutput(stack, 'ForwarderDeadLetterQueueUrl', { value: forwarder!.deadLetterQueue.queueUrl });
}

if (require.main === module) {
  const app = new App({ analyticsReporting: false });
  hubStacks(app, JSON.parse(process.argv[2]) as HubAppOptions);
  app.synth();
}
