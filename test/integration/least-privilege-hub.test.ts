/**
 * A hub with policies enforced: its functions, and the roles that members and schedules work under, are allowed all that they do.
 *
 * That nothing is allowed which nobody needs is proved for the other functions: see `least-privilege.test.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { App, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { HUB_FUNCTIONS } from './least-privilege/hub-functions';
import { Authorization } from './least-privilege/lane';
import { AnnouncementTopic, ComplianceEventHub } from '../../src';
import { deployAssembly } from '../local-aws/deploy';
import { HUB_STACK, MEMBERS } from '../local-aws/hub-system';
import { HubWorld, startHubWorld } from '../local-aws/hub-world';

jest.setTimeout(120_000);

const [MEMBER, FELLOW] = MEMBERS;
const DAY_MS = 86_400_000;
const scratch = mkdtempSync(join(tmpdir(), 'hub-privilege-'));
let world: HubWorld;

beforeAll(async () => {
  world = await startHubWorld(scratch, { auth: true });
  await attachTopic();
});
afterAll(async () => {
  await world?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const MAIL_STACK = 'Compliance-Mails';

/** A topic is attached from a stack of its own, to the hub as it is known there. */
async function attachTopic(): Promise<void> {
  const { account, outputs } = world.hub;
  const assemblyDir = join(scratch, 'mails.out');
  const app = new App({ outdir: assemblyDir, analyticsReporting: false });
  const stack = new Stack(app, MAIL_STACK, { env: { account, region: world.region } });
  const keyArn = `arn:aws:kms:${world.region}:${account}:key/${(await resources(HUB_STACK, 'AWS::KMS::Key')).get('HubKey')}`;
  const encryptionKey = Key.fromKeyArn(stack, 'Key', keyArn);
  const hub = ComplianceEventHub.fromComplianceEventHubAttributes(stack, 'Hub', {
    eventBus: EventBus.fromEventBusArn(stack, 'Bus', outputs.EventBusArn),
    announcementBus: EventBus.fromEventBusArn(stack, 'Announcements', outputs.AnnouncementBusArn),
    eventTable: Table.fromTableAttributes(stack, 'Table', { tableName: outputs.EventsTableName, encryptionKey }),
    encryptionKey,
    reportsBucket: Bucket.fromBucketAttributes(stack, 'Reports', { bucketName: outputs.ReportsBucketName, encryptionKey }),
  });
  new AnnouncementTopic(stack, 'Mails', { hub, emails: ['platform@example.com'] });
  app.synth();
  await deployAssembly({ endpoint: world.aws.endpoint, region: world.region, assemblyDir });
}

/** Physical ids of a stack's resources of a type, by logical ids without their hash. */
async function resources(StackName: string, type: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const client = new CloudFormationClient(world.settings(world.hub.account));
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const { LogicalResourceId, PhysicalResourceId, ResourceType } of StackResourceSummaries) {
      if (ResourceType === type) found.set(LogicalResourceId!.replace(/[0-9A-F]{8}$/, ''), PhysicalResourceId!);
    }
  }
  return found;
}

const authorizations = async () => await (await fetch(`${world.aws.endpoint}/_local/authorizations`)).json() as Authorization[];
const mails = async () => await (await fetch(`${world.aws.endpoint}/_local/mail`)).json() as object[];

/** What a hub does in its days: the good ones, and those on which something was lost, late, silent or refused. */
async function live(): Promise<void> {
  const rule = world.ruleOf(MEMBER);
  await world.slackFault({ status: 500, seconds: 2 });
  await world.evaluate(MEMBER, rule, 'ledger', 'NON_COMPLIANT', 'It is open.');
  await world.slackMessages(1);
  await world.evaluate(MEMBER, rule, 'ledger', 'COMPLIANT');
  await world.slackMessages(2);
  await world.until('the topic has told it by mail', async () => JSON.stringify(await mails()).includes('ledger'));
  await world.local('config-item', {
    account: FELLOW, region: world.region, resourceType: 'AWS::S3::Bucket', resourceId: 'large', changeType: 'UPDATE',
    configuration: { text: Array.from({ length: 3_000 }, (_, index) => index * 7_919 % 10_007).join() },
  });
  const yesterday = new Date(Date.now() - DAY_MS);
  await world.toQueue([world.complianceEvent(FELLOW, { rule: 'old', resourceId: 'old', status: 'NON_COMPLIANT', recordedAt: yesterday }), 'no JSON']);
  await world.until('all is stored', async () => (await world.api(`/events?account=${FELLOW}`)).items.length === 2);
  for (const path of [
    '/health', '/events', `/events?rule=${rule}`, '/compliance/summary', `/compliance/summary?account=${MEMBER}`,
    `/compliance/resources/${MEMBER}/${world.region}/AWS::S3::Bucket/ledger`, `/compliance/as-of?time=${new Date().toISOString()}&account=${MEMBER}`,
  ]) await world.api(path);

  await world.invoke('Backfill');
  for (const account of [world.hub.account, ...MEMBERS]) await world.invoke('Backfill', { account, region: world.region });
  await world.invoke('Watch');
  await world.invoke('Audit');
  await world.invoke('Export', { daysAgo: 1 });
  await world.invoke('Report');
}

test('nothing that a hub or a member does is denied, and every function has done something', async () => {
  await live();
  const asked = await authorizations();
  const accounts = [world.hub.account, ...MEMBERS];
  expect(asked.filter(({ account, allowed }) => accounts.includes(account) && !allowed)).toEqual([]);
  const roles = new Map([...await resources(HUB_STACK, 'AWS::IAM::Role'), ...await resources(MAIL_STACK, 'AWS::IAM::Role')]);
  const idle = Object.entries(HUB_FUNCTIONS).filter(([, logicalId]) => !asked.some(({ role }) => role === roles.get(logicalId)));
  expect(idle.map(([name]) => name)).toEqual([]);
});
