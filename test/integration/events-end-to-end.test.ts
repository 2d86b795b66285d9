/** A hub and two members on the local AWS: what a member's rule finds, the whole way to the table, the API and Slack. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MEMBERS } from '../local-aws/hub-system';
import { HubWorld, startHubWorld } from '../local-aws/hub-world';

jest.setTimeout(60_000);

const [MEMBER, FELLOW] = MEMBERS;
const scratch = mkdtempSync(join(tmpdir(), 'events-end-'));
let world: HubWorld;

beforeAll(async () => { world = await startHubWorld(scratch); });
afterAll(async () => {
  await world?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

test('an evaluation in a member is in the table, the API and Slack within ten seconds, and what is well again is told too', async () => {
  const started = Date.now();
  const rule = world.ruleOf(MEMBER);
  await world.evaluate(MEMBER, rule, 'ledger', 'NON_COMPLIANT', 'The bucket is <open> & public.');
  const [message] = await world.slackMessages(1);
  expect(Date.now() - started).toBeLessThan(10_000);
  const said = JSON.stringify(message.body);
  for (const part of [MEMBER, rule, 'ledger', 'NON_COMPLIANT', 'The bucket is &lt;open&gt; &amp; public.']) expect(said).toContain(part);

  const { items } = await world.api(`/events?source=aws.config&account=${MEMBER}&status=NON_COMPLIANT`);
  expect(items).toMatchObject([{
    account: MEMBER, region: world.region, rule, resourceType: 'AWS::S3::Bucket', resourceId: 'ledger', status: 'NON_COMPLIANT',
    annotation: 'The bucket is <open> & public.',
  }]);
  expect(await world.api(`/compliance/summary?account=${MEMBER}&region=${world.region}`)).toMatchObject({
    total_events: 1, compliant: 0, non_compliant: 1, by_rule: { [rule]: { compliant: 0, non_compliant: 1 } },
    by_resource_type: { 'AWS::S3::Bucket': { compliant: 0, non_compliant: 1 } }, current: { compliant: 0, non_compliant: 1, score: 0 },
  });

  await world.evaluate(MEMBER, rule, 'ledger', 'COMPLIANT');
  await world.slackMessages(2);
  expect(await world.api(`/compliance/summary?account=${MEMBER}`)).toMatchObject({ total_events: 2, compliant: 1, current: { compliant: 1, non_compliant: 0 } });
  const resource = JSON.stringify(await world.api(`/compliance/resources/${MEMBER}/${world.region}/AWS::S3::Bucket/ledger`));
  expect(resource).toContain('"status":"COMPLIANT"');
  expect(resource).toContain('"status":"NON_COMPLIANT"');
});

test('the same event a thousand times counts once', async () => {
  const event = world.complianceEvent(FELLOW, { rule: 'repeated', resourceId: 'once', status: 'NON_COMPLIANT' });
  const before = (await world.slack()).length;
  await world.toQueue(Array.from({ length: 1_000 }, () => event));
  await world.slackMessages(before + 1);
  await world.queueIsEmpty();
  expect((await world.api(`/compliance/summary?account=${FELLOW}`)).by_rule.repeated).toEqual({ compliant: 0, non_compliant: 1 });
  expect((await world.api(`/events?account=${FELLOW}&rule=repeated`)).items).toHaveLength(1);
  expect(await world.slack()).toHaveLength(before + 1);
});

test('changes of resources are found by their detail type, large ones with the place of their item', async () => {
  const change = { account: FELLOW, region: world.region, resourceType: 'AWS::S3::Bucket', resourceId: 'archive' };
  await world.local('config-item', { ...change, changeType: 'CREATE', configuration: { versioning: 'Enabled' } });
  await world.local('config-item', { ...change, changeType: 'DELETE', oversized: true });
  const path = `/events?detailType=${encodeURIComponent('Config Configuration Item Change')}&account=${FELLOW}`;
  await world.until('both changes are stored', async () => (await world.api(path)).items.length === 2);
  const text = JSON.stringify((await world.api(path)).items);
  for (const part of ['CREATE', 'DELETE', 'versioning', 'OversizedChangeNotification']) expect(text).toContain(part);
});

test('a thousand events in a minute are stored and counted', async () => {
  const account = FELLOW;
  const rule = world.hub.members[account].rules[1].name;
  const started = Date.now();
  for (let hundred = 0; hundred < 10; hundred++) {
    await world.put(account, rule, Array.from({ length: 100 }, (_, index) => ({
      resourceId: `bucket-${hundred * 100 + index}`, status: index % 4 ? 'COMPLIANT' as const : 'NON_COMPLIANT' as const,
    })));
  }
  await world.until('all of them are counted', async () => {
    const { by_rule: rules } = await world.api(`/compliance/summary?account=${account}`);
    return rules[rule]?.compliant === 750 && rules[rule].non_compliant === 250;
  });
  expect(Date.now() - started).toBeLessThan(60_000);
});
