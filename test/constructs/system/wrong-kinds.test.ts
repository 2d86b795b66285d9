import { Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import {
  AccountMonitoring, AccountMonitoringProps, AnnouncementTopic, ComplianceApi, ComplianceDashboard, ComplianceEventHub, ComplianceFramework,
  CrossAccountEventForwarder, DailyReport, DatabaseCapacity, DatabaseOptions, DatabaseSource, EnvironmentProfile, EventRouting, HubAccess,
  RequiredTag, SlackNotifier,
} from '../../../src';
import { rulesIn } from '../rules/rules-support';
import { stackOf, systemIn } from '../support';

/** As JavaScript lets it happen: nothing looks at types there. */
const system = (props: object) => () => systemIn(stackOf(), props);
const profile = (instanceType: string) => () => EnvironmentProfile.DEV.withOverrides({ databaseInstanceType: new ec2.InstanceType(instanceType) });
const PROFILE_FIX = 'allowed is an EnvironmentProfile; use EnvironmentProfile.PROD or one of the others, or EnvironmentProfile.custom()';
const SOURCE_FIX = 'make one by its static methods';
const FRAMEWORK_FIX = 'allowed is a ComplianceFramework; use one of its members, such as ComplianceFramework.PCI_DSS_4_0_1';

const hubIn = (stack: Stack, props: object = {}) => new ComplianceEventHub(stack, 'Hub', { access: HubAccess.ownAccount(), ...props });
const hub = (props: object) => () => hubIn(stackOf(), props);
const forwarder = (props: object) => () => {
  const stack = stackOf();
  const hubBus = EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:eu-central-1:222222222222:event-bus/compliance');
  return new CrossAccountEventForwarder(stack, 'Forwarder', { hubBus, ...props });
};
/** A construct that is attached to a hub, with the hub beside it unless another one is given. */
const attached = <T>(kind: new (scope: Construct, id: string, props: T) => unknown, props: object) => () => {
  const stack = stackOf();
  return new kind(stack, 'Attached', { hub: hubIn(stack), ...props } as T);
};
const account = (props: object) => () =>
  new AccountMonitoring(stackOf(), 'Account', { organizationName: 'bank', profile: EnvironmentProfile.PROD, ...props } as AccountMonitoringProps);
const ACCESS_FIX = 'allowed is a HubAccess; use HubAccess.organization(), .accounts() or .ownAccount()';
const HUB_FIX = 'allowed is a compliance event hub; give a ComplianceEventHub, or ComplianceEventHub.fromComplianceEventHubAttributes()';
const SECRET_FIX = "allowed is a secret of Secrets Manager; keep the webhook's URL in a secret, and give Secret.fromSecretNameV2()";
const SEVERITY_FIX = 'allowed is an AlertSeverity; use one of its members, such as AlertSeverity.HIGH';

test.each<[string, () => unknown, string]>([
  ['no access', hub({ access: undefined }), `ComplianceEventHub.access: got nothing, but ${ACCESS_FIX}`],
  ["an organization's id as access", hub({ access: 'o-a1b2c3d4e5' }), `ComplianceEventHub.access: got "o-a1b2c3d4e5", but ${ACCESS_FIX}`],
  ['no access of a hub by routing', account({ routing: EventRouting.hub(undefined as unknown as HubAccess) }), `ComplianceEventHub.access: got nothing, but ${ACCESS_FIX}`],
  ['the name of a profile for a hub', hub({ profile: 'Prod' }), `ComplianceEventHub.profile: got "Prod", but ${PROFILE_FIX}`],
  ['a flag as backfill', hub({ backfill: false }),
    'ComplianceEventHub.backfill: got false, but allowed is a HubBackfill; use HubBackfill.readerRoles(), .aggregator() or .none()'],
  ['a number as retention', hub({ retention: 90 }), 'ComplianceEventHub.retention: got 90, but allowed is a Duration; give it as Duration.days(n)'],
  ['a number as account', hub({ expectedMembers: [{ account: 222222222222, regions: ['eu-central-1'] }] }),
    'ComplianceEventHub.expectedMembers[0].account: got 222222222222, but allowed is an account id of 12 digits; write it as a text, with its leading zeros'],
  ['a member without regions', hub({ access: HubAccess.accounts(['222222222222']), expectedMembers: [{ account: '222222222222' }] }),
    'ComplianceEventHub.expectedMembers[0].regions: got nothing, but allowed is at least one region; name the regions that have a forwarder'],
  ['a text as severity', hub({ severities: [{ pattern: 'x', severity: 'HIGH' }] }), `ComplianceEventHub.severities[0].severity: got "HIGH", but ${SEVERITY_FIX}`],
  ['no bus', forwarder({ hubBus: undefined }),
    'CrossAccountEventForwarder.hubBus: got nothing, but allowed is an event bus; give EventBus.fromEventBusArn()'],
  ['the ARN of a bus', forwarder({ hubBus: 'arn' }),
    'CrossAccountEventForwarder.hubBus: got "arn", but allowed is an event bus; give EventBus.fromEventBusArn()'],
  ['the name of a profile for a forwarder', forwarder({ profile: 'Prod' }), `CrossAccountEventForwarder.profile: got "Prod", but ${PROFILE_FIX}`],
  ['a number as age', forwarder({ maxEventAge: 60 }),
    "CrossAccountEventForwarder.maxEventAge: got 60, but allowed is a Duration; leave it out for EventBridge's own 24 hours"],
  ['a number as interval', forwarder({ heartbeatInterval: 15 }),
    'CrossAccountEventForwarder.heartbeatInterval: got 15, but allowed is a Duration; give it in minutes or hours'],
  ['no profile of an account', account({ profile: undefined }), `AccountMonitoring.profile: got nothing, but ${PROFILE_FIX}`],
  ['a text as recorder', account({ recorder: 'ensure' }), `AccountMonitoring.recorder: got "ensure", but allowed is a RecorderSource; ${SOURCE_FIX}`],
  ['a text as routing', account({ routing: 'none' }),
    'AccountMonitoring.routing: got "none", but allowed is an EventRouting; use EventRouting.forwardTo(), .hub() or .none()'],
  ['an API without a hub', attached(ComplianceApi, { hub: undefined }), `ComplianceApi.hub: got nothing, but ${HUB_FIX}`],
  ['the name of a hub', attached(ComplianceApi, { hub: 'compliance' }), `ComplianceApi.hub: got "compliance", but ${HUB_FIX}`],
  ['a bus as hub', attached(AnnouncementTopic, { hub: new Stack() }), `AnnouncementTopic.hub: got "Stack", but ${HUB_FIX}`],
  ['a text as format', attached(AnnouncementTopic, { format: 'TEXT' }),
    'AnnouncementTopic.format: got "TEXT", but allowed is a TopicFormat; use TopicFormat.TEXT or TopicFormat.AMAZON_Q'],
  ['a text as least severity', attached(AnnouncementTopic, { minimumSeverity: 'HIGH' }), `AnnouncementTopic.minimumSeverity: got "HIGH", but ${SEVERITY_FIX}`],
  ['a notifier without a hub', attached(SlackNotifier, { hub: undefined }), `SlackNotifier.hub: got nothing, but ${HUB_FIX}`],
  ['a URL as secret', attached(SlackNotifier, { webhookSecret: 'https://hooks' }), `SlackNotifier.webhookSecret: got "https://hooks", but ${SECRET_FIX}`],
  ['a route without a secret', attached(SlackNotifier, { routes: [{ name: 'Team' }] }), `SlackNotifier.routes[0].webhookSecret: got nothing, but ${SECRET_FIX}`],
  ['a report without a hub', attached(DailyReport, { hub: undefined }), `DailyReport.hub: got nothing, but ${HUB_FIX}`],
  ["a URL as a report's secret", attached(DailyReport, { webhookSecret: 'https://hooks' }), `DailyReport.webhookSecret: got "https://hooks", but ${SECRET_FIX}`],
  ['the name of a time zone', attached(DailyReport, { timeZone: 'Europe/Berlin' }),
    'DailyReport.timeZone: got "Europe/Berlin", but allowed is a TimeZone; use one of its members, such as TimeZone.EUROPE_BERLIN'],
  ['a stack as hub of a dashboard', () => new ComplianceDashboard(stackOf(), 'Dashboard', { eventHub: new Stack() as unknown as ComplianceEventHub }),
    'ComplianceDashboard.eventHub: got "Stack", but allowed is a ComplianceEventHub; give the hub itself: one that is imported has no functions to show'],
  ['no organization', system({ organizationName: undefined }),
    'ComplianceMonitoringSystem.organizationName: got nothing, but allowed is up to 64 letters, digits and the characters _ . - '
    + 'of which the first is a letter or a digit; choose a name without slashes or spaces'],
  ['no profile', system({ profile: undefined }), `ComplianceMonitoringSystem.profile: got nothing, but ${PROFILE_FIX}`],
  ['the name of a profile', system({ profile: 'Prod' }), `ComplianceMonitoringSystem.profile: got "Prod", but ${PROFILE_FIX}`],
  ['no policy', system({ parity: undefined }), 'ComplianceMonitoringSystem.parity: got nothing, but allowed is a ParityPolicy; make one by ParityPolicy.of()'],
  ['props of a policy', system({ parity: {} }), 'ComplianceMonitoringSystem.parity: got "Object", but allowed is a ParityPolicy; make one by ParityPolicy.of()'],
  ['a construct as database', system({ database: new Stack() }), `ComplianceMonitoringSystem.database: got "Stack", but allowed is a DatabaseSource; ${SOURCE_FIX}`],
  ['null as buckets', system({ buckets: null }), `ComplianceMonitoringSystem.buckets: got nothing, but allowed is a BucketsSource; ${SOURCE_FIX}`],
  ['a flag as account', system({ account: false }), `ComplianceMonitoringSystem.account: got false, but allowed is an AccountServices; ${SOURCE_FIX}`],
  ['a check each second', system({ driftCheckInterval: Duration.seconds(1) }),
    'ComplianceMonitoringSystem.driftCheckInterval: got "Duration.seconds(1)", but allowed is a whole number of minutes from 5 to 1440; '
    + 'choose a time between 5 minutes and a day'],
  ['no network', system({ database: DatabaseSource.create({} as DatabaseOptions) }),
    'ComplianceDatabase.vpc: got nothing, but allowed is a VPC; give the network that the database stands in'],
  ['the name of a framework', () => rulesIn(stackOf(), { frameworks: ['PCI_DSS_4_0_1' as unknown as ComplianceFramework] }),
    `ConfigRuleSet.frameworks[0]: got "PCI_DSS_4_0_1", but ${FRAMEWORK_FIX}`],
  ['a mistyped framework', () => rulesIn(stackOf(), { frameworks: [ComplianceFramework.GDPR, undefined as unknown as ComplianceFramework] }),
    `ConfigRuleSet.frameworks[1]: got nothing, but ${FRAMEWORK_FIX}`],
  ['a text as tag', () => rulesIn(stackOf(), { requiredTags: ['CostCenter' as unknown as RequiredTag] }),
    'ConfigRuleSet.requiredTags[0].key: got nothing, but allowed is a text; give each tag as { key, values }'],
  ['a class of RDS as instance type', () => DatabaseCapacity.provisioned({ instanceType: new ec2.InstanceType('db.r8g.large') }),
    'ProvisionedCapacityOptions.instanceType: got "db.r8g.large", but allowed is an instance type without db. before it; write it as r8g.large'],
  ['a class of RDS in a profile', profile('db.r5.large'),
    'EnvironmentProfile.databaseInstanceType: got "db.r5.large", but allowed is an instance type without db. before it; write it as r5.large'],
])('%s is refused before anything is made of it', (_, make, message) => {
  expect(make).toThrow(new Error(message));
});
