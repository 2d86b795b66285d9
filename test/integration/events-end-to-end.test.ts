/**
 * A hub and two members on the local AWS: what a member's rule finds, the whole way to the table, the API and Slack.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubWorld, startHubWorld } from '../local-aws/hub-world';

jest.setTimeout(120_000);

const scratch = mkdtempSync(join(tmpdir(), 'events-e2e-'));
let world: HubWorld;

beforeAll(async () => { world = await startHubWorld(scratch); });
afterAll(async () => {
  await world?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const [MEMBER, FELLOW] = ['222222222222', '333333333333'];

test('an evaluation in a member is in the table, the API and Slack within ten seconds', async () => {
  const started = Date.now();
  const rule = world.ruleOf(MEMBER);
  await world.evaluate(MEMBER, rule, 'ledger', 'NON_COMPLIANT', 'The bucket is open.');
  const [message] = await world.slackMessages(1);
  expect(Date.now() - started).toBeLessThan(10_000);
  for (const part of [MEMBER, rule, 'ledger', 'The bucket is open.', 'NON_COMPLIANT']) expect(JSON.stringify(message.body)).toContain(part);

  const { items } = await world.api(`/events?source=aws.config&account=${MEMBER}&status=NON_COMPLIANT`);
  expect(items).toMatchObject([{ account: MEMBER, region: world.region, rule, resourceType: 'AWS::S3::Bucket', resourceId: 'ledger', status: 'NON_COMPLIANT' }]);
  const summary = await world.api(`/compliance/summary?account=${MEMBER}&region=${world.region}`);
  expect(summary).toMatchObject({ total_events: 1, non_compliant: 1, current: { non_compliant: 1 }, by_rule: { [rule]: { non_compliant: 1 } } });
  const resource = await world.api(`/compliance/resources/${MEMBER}/${world.region}/AWS::S3::Bucket/ledger`);
  expect(JSON.stringify(resource)).toContain('The bucket is open.');

  await world.evaluate(MEMBER, rule, 'ledger', 'COMPLIANT');
  await world.slackMessages(2);
  expect(await world.api(`/compliance/summary?account=${MEMBER}`)).toMatchObject({ total_events: 2, compliant: 1, current: { compliant: 1, non_compliant: 0 } });
});

test('the same event a thousand times counts once', async () => {
  const event = world.complianceEvent(FELLOW, { rule: 'repeated', resourceId: 'once', status: 'NON_COMPLIANT' });
  await world.toQueue(Array.from({ length: 1_000 }, () => event));
  await world.until('the event is stored', async () => (await world.api(`/events?account=${FELLOW}&rule=repeated`)).items.length === 1);
  await world.queueIsEmpty();
  const summary = await world.api(`/compliance/summary?account=${FELLOW}`);
  expect(summary.by_rule.repeated).toMatchObject({ non_compliant: 1 });
  expect((await world.api(`/events?account=${FELLOW}&rule=repeated`)).items).toHaveLength(1);
});

test('what cannot be read fails alone, ends in the dead-letter queue, and comes back from there', async () => {
  const good = world.complianceEvent(FELLOW, { rule: 'mixed', resourceId: 'good', status: 'COMPLIANT' });
  await world.toQueue(['no JSON', JSON.stringify(good), JSON.stringify({ ...JSON.parse(JSON.stringify(good)), account: MEMBER })]);
  await world.until('the good one is stored', async () => (await world.api(`/events?account=${FELLOW}&rule=mixed`)).items.length === 1);
  expect((await world.api(`/events?account=${MEMBER}&rule=mixed`)).items).toHaveLength(0);
});
