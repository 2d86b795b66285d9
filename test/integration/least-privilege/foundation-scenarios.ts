import { GetParameterCommand, ListTagsForResourceCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ORGANIZATION, SECRET, SECRET_VALUE } from './everything';
import { askCustomResource, Lane } from './lane';
import { SecureStringDocument } from '../../../src/foundation/contract';

/** What is denied is tried again for half a minute, because a new permission takes its time; so long the answer need not wait here. */
const HASTY = 8;

/** SecureStrings of both tiers that are generated, taken from a secret, changed, brought back, renamed and deleted. */
export async function makeSecureStrings(lane: Lane): Promise<void> {
  const handler = lane.resource(/^ParametersSecureStringsHandlerFunction[0-9A-F]+$/);
  await lane.reconfigure(handler, { timeout: HASTY });
  const KeyArn = `arn:aws:kms:${lane.aws.region}:${lane.account}:key/${lane.resource(/^ParametersKey/)}`;
  const secret = `arn:aws:secretsmanager:${lane.aws.region}:${lane.account}:secret:${SECRET}`;
  const generated = (Revision: string) => ({ Length: '32', Characters: ['digits' as const], Revision });
  const properties = (name: string, changed: Partial<SecureStringDocument> = {}): SecureStringDocument => ({
    Name: `/${ORGANIZATION}/Dev/${name}`, Tier: 'Standard', KeyArn, Adopt: 'false', Tags: {}, Source: generated('1'), ...changed,
  });
  const create = async (document: SecureStringDocument) => askCustomResource(lane, handler, { type: 'Create', properties: document });
  const update = async (from: SecureStringDocument, to: SecureStringDocument) => askCustomResource(lane, handler, {
    type: 'Update', physicalId: from.Name, properties: to, oldProperties: from,
  });
  const remove = async (document: SecureStringDocument) => askCustomResource(lane, handler, { type: 'Delete', physicalId: document.Name, properties: document });

  const first = properties('code', { Tags: { team: 'one', cost: 'one' } });
  await create(first);
  const before = await value(lane, first);
  const changed = properties('code', { Tags: { team: 'two' }, Source: generated('2') });
  await update(first, changed);
  expect(await value(lane, changed)).not.toBe(before);
  expect(await tags(lane, changed)).toMatchObject({ team: 'two' });
  expect(await tags(lane, changed)).not.toHaveProperty('cost');
  await update(changed, first);
  expect(await value(lane, first)).toBe(before);
  const renamed = { ...first, Name: `${first.Name}/new` };
  await update(first, renamed);
  expect(await value(lane, renamed)).toBe(before);
  await remove(first);
  expect(await value(lane, first)).toBeUndefined();

  const large = properties('large', { Tier: 'Advanced', Source: { ...generated('1'), Length: '5000' } });
  await create(large);
  expect(await value(lane, large)).toHaveLength(5000);
  const taken = properties('taken', { Source: { Secret: secret, JsonKey: 'password' } });
  await create(taken);
  expect(await value(lane, taken)).toBe(SECRET_VALUE);
}

async function value(lane: Lane, { Name }: SecureStringDocument): Promise<string | undefined> {
  const answer = await new SSMClient(lane.config).send(new GetParameterCommand({ Name, WithDecryption: true })).catch(() => undefined);
  return answer?.Parameter?.Value;
}

async function tags(lane: Lane, { Name }: SecureStringDocument): Promise<{ [key: string]: string }> {
  const { TagList = [] } = await new SSMClient(lane.config).send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: Name }));
  return Object.fromEntries(TagList.map(({ Key, Value }) => [Key!, Value!]));
}
