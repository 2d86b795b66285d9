import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, ListTagsForResourceCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { askCustomResource, Lane } from './lane';
import { ORGANIZATION, SECRET, SECRET_VALUE } from './parts';
import { TABLE_KEYS } from '../../../src/drift/contract';
import { FollowSecretInput, SecureStringDocument, STACK_STATUS_EVENT } from '../../../src/foundation/contract';

/** What is denied is tried again for half a minute, because a new permission takes its time; so long nobody need wait here. */
const HASTY = 4;
/** Of these seconds a custom resource keeps five for its answer. */
const HASTY_WITH_ANSWER = 8;

/** SecureStrings of both tiers that are generated, taken from a secret, changed, brought back, renamed and deleted. */
export async function makeSecureStrings(lane: Lane): Promise<void> {
  const handler = lane.resource(/^ParametersSecureStringsHandlerFunction[0-9A-F]+$/);
  await lane.setTimeout(handler, HASTY_WITH_ANSWER);
  const KeyArn = `arn:aws:kms:${lane.aws.region}:${lane.account}:key/${lane.resource(/^ParametersKey/)}`;
  const secret = `arn:aws:secretsmanager:${lane.aws.region}:${lane.account}:secret:${SECRET}`;
  const generated = (Revision: string) => ({ Length: '32', Characters: ['digits' as const], Revision });
  const properties = (name: string, changed: Partial<SecureStringDocument> = {}): SecureStringDocument => ({
    Name: `/${ORGANIZATION}/Staging/${name}`, Tier: 'Standard', KeyArn, Adopt: 'false', Tags: {}, Source: generated('1'), ...changed,
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

/** A secret that is rotated, a parameter that somebody else wrote and that is Advanced by then, and an event that nobody can handle. */
export async function followRotation(lane: Lane): Promise<void> {
  const handler = lane.resource(/^ParametersFollowerHandlerFunction[0-9A-F]+$/);
  await lane.setTimeout(handler, HASTY);
  const Rule = lane.resource(/^Parameters.*Follow[0-9A-F]{8}$/);
  const { Targets } = await new EventBridgeClient(lane.config).send(new ListTargetsByRuleCommand({ Rule }));
  const input = JSON.parse(Targets![0].Input!) as FollowSecretInput;
  const parameter = input.ResourceProperties;

  await new SecretsManagerClient(lane.config).send(new PutSecretValueCommand({ SecretId: SECRET, SecretString: JSON.stringify({ password: 'rotated' }) }));
  await lane.invoke(handler, input);
  expect(await value(lane, parameter)).toBe('rotated');
  await new SSMClient(lane.config).send(new PutParameterCommand({ Name: parameter.Name, Value: 'theirs', Type: 'SecureString', Overwrite: true }));
  await lane.invoke(handler, { ...input, ResourceProperties: { ...parameter, Tier: 'Advanced' } });
  expect(await value(lane, parameter)).toBe('rotated');
  await failEvent(lane, handler, lane.resource(/^ParametersFollowerFailed[0-9A-F]{8}$/));
}

/** A deployment that ended, and an event that nobody can handle. */
export async function recordDeployment(lane: Lane): Promise<void> {
  const handler = lane.resource(/^DeploymentsRecordFunction[0-9A-F]{8}$/);
  const stackName = 'Elsewhere';
  const event = {
    'id': 'event', 'detail-type': STACK_STATUS_EVENT.detailType, 'source': STACK_STATUS_EVENT.source, 'time': '2026-01-01T00:00:00Z',
    'detail': {
      'stack-id': `arn:aws:cloudformation:${lane.aws.region}:${lane.account}:stack/${stackName}/1`, 'status-details': { status: 'UPDATE_COMPLETE' },
    },
  };
  await lane.invoke(handler, event);
  const { Item } = await DynamoDBDocumentClient.from(new DynamoDBClient(lane.config)).send(new GetCommand({
    TableName: lane.resource(/^Table[0-9A-F]{8}$/), Key: TABLE_KEYS.lastDeployment('Staging', stackName),
  }));
  expect(Item).toMatchObject({ outcome: 'SUCCEEDED' });
  await failEvent(lane, handler, lane.resource(/^DeploymentsDeadLetters[0-9A-F]{8}$/));
}

async function failEvent(lane: Lane, handler: string, deadLetters: string): Promise<void> {
  await lane.send(handler, { unreadable: 'event' });
  await lane.eventually('the unreadable event ends among the dead letters', async () => await lane.messagesIn(deadLetters) > 0);
}

async function value(lane: Lane, { Name }: Pick<SecureStringDocument, 'Name'>): Promise<string | undefined> {
  const answer = await new SSMClient(lane.config).send(new GetParameterCommand({ Name, WithDecryption: true })).catch(() => undefined);
  return answer?.Parameter?.Value;
}

async function tags(lane: Lane, { Name }: Pick<SecureStringDocument, 'Name'>): Promise<{ [key: string]: string }> {
  const { TagList = [] } = await new SSMClient(lane.config).send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: Name }));
  return Object.fromEntries(TagList.map(({ Key, Value }) => [Key!, Value!]));
}
