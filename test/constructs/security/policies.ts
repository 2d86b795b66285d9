/** The policies of a template as IAM reads them: with ARNs in place of references. */
import { Template } from './templates';
import { Resource, Resources } from '../support';

export interface Policy {
  /** `<type>.<logical id>`, as checkov names resources too. */
  readonly resource: string;
  /** Whether it says what a role may do, and not who may use a resource. */
  readonly identity: boolean;
  readonly document: { readonly Statement: readonly PolicyStatement[] };
}

export interface PolicyStatement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: unknown;
}

const ACCOUNT = '111111111111';
const REGION = 'eu-central-1';
const PSEUDO: { readonly [name: string]: string } = {
  'AWS::AccountId': ACCOUNT, 'AWS::Partition': 'aws', 'AWS::Region': REGION, 'AWS::URLSuffix': 'amazonaws.com', 'AWS::StackName': 'Subject',
};

/** What identifies a resource of a type in a policy. */
const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const ARNS: { readonly [type: string]: (id: string) => string } = {
  'AWS::Config::ConfigRule': (id) => arn('config', `config-rule/config-rule-${id}`),
  'AWS::DynamoDB::Table': (id) => arn('dynamodb', `table/${id}`),
  'AWS::Events::EventBus': (id) => arn('events', `event-bus/${id}`),
  'AWS::Events::Rule': (id) => arn('events', `rule/${id}`),
  'AWS::IAM::Role': (id) => `arn:aws:iam::${ACCOUNT}:role/${id}`,
  'AWS::KMS::Key': () => arn('kms', 'key/11111111-2222-3333-4444-555555555555'),
  'AWS::Lambda::Function': (id) => arn('lambda', `function:${id}`),
  'AWS::Logs::LogGroup': (id) => arn('logs', `log-group:${id}:*`),
  'AWS::RDS::DBCluster': (id) => arn('rds', `cluster:${id.toLowerCase()}`),
  'AWS::S3::Bucket': (id) => `arn:aws:s3:::${id.toLowerCase()}`,
  'AWS::SNS::Topic': (id) => arn('sns', id),
  'AWS::SQS::Queue': (id) => arn('sqs', id),
  'AWS::SecretsManager::Secret': (id) => arn('secretsmanager', `secret:${id}-AbCdEf`),
};
/** Types whose `Ref` is their ARN. */
const REFERRED_BY_ARN = ['AWS::SNS::Topic', 'AWS::SecretsManager::Secret'];

/** Policies of roles, buckets, buses, keys, queues, topics and secrets. A role's trust is none: it has no resource. */
export function policiesOf(template: Template): Policy[] {
  return Object.entries(template.resources).flatMap(([id, resource]) => documentsOf(resource).map((document) => {
    const identity = resource.Type.startsWith('AWS::IAM::');
    const resolved = resolve(document, template.resources, template.imports) as Policy['document'];
    return { resource: `${resource.Type}.${id}`, identity, document: resource.Type === 'AWS::KMS::Key' ? ofKey(resolved, ARNS[resource.Type](id)) : resolved };
  }));
}

function documentsOf({ Type, Properties = {} }: Resource): unknown[] {
  const inline = Type === 'AWS::IAM::Role' ? (Properties.Policies ?? []) as { PolicyDocument: unknown }[] : [];
  const own = ['PolicyDocument', 'KeyPolicy', 'ResourcePolicy'].map((property) => Properties[property]).filter((document) => document !== undefined);
  // A bus has a resource for each statement.
  const ofBus = Type === 'AWS::Events::EventBusPolicy' ? [{ Version: '2012-10-17', Statement: [{ ...Properties.Statement as object, Sid: undefined }] }] : [];
  return [...inline.map(({ PolicyDocument }) => PolicyDocument), ...own, ...ofBus];
}

/** In a key's policy `*` is the key itself, and the policy of no other resource can name it otherwise. */
function ofKey(document: Policy['document'], keyArn: string): Policy['document'] {
  return { ...document, Statement: document.Statement.map((statement) => ({ ...statement, Resource: statement.Resource === '*' ? keyArn : statement.Resource })) };
}

export function resolve(value: unknown, resources: Resources, imports: Template['imports']): unknown {
  if (typeof value !== 'object' || value === null) { return value; }
  if (Array.isArray(value)) { return value.map((item) => resolve(item, resources, imports)); }
  const entries = Object.entries(value);
  const [name, argument] = entries[0] as [string, unknown] | [undefined, undefined];
  const text = (part: unknown) => String(resolve(part, resources, imports));
  switch (entries.length === 1 ? name : undefined) {
    case 'Ref': return PSEUDO[argument as string] ?? referred(argument as string, resources);
    case 'Fn::GetAtt': return attribute(argument as [string, string], resources);
    case 'Fn::ImportValue': {
      const { value: exported, resources: others } = imports[text(argument)];
      return resolve(exported, others, {});
    }
    case 'Fn::Join': return (argument as [string, unknown[]])[1].map(text).join((argument as [string])[0]);
    case 'Fn::Select': return (resolve((argument as [string, unknown])[1], resources, imports) as unknown[])[Number((argument as [string])[0])];
    case 'Fn::Split': return text((argument as [string, unknown])[1]).split((argument as [string])[0]);
    case 'Fn::Sub': return (argument as string).replace(/\$\{([\w:]+)\}/g, (_, variable: string) => PSEUDO[variable] ?? referred(variable, resources));
    default: return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, resources, imports)]));
  }
}

function referred(id: string, resources: Resources): string {
  const type = resources[id]?.Type;
  return REFERRED_BY_ARN.includes(type) ? ARNS[type](id) : id.toLowerCase();
}

function attribute([id, name]: [string, string], resources: Resources): string {
  const { Type: type } = resources[id];
  if (!/Arn$/i.test(name)) { return id; }
  if (name === 'StreamArn') { return `${ARNS[type](id)}/stream/2026-11-24`; }
  if (name === 'MasterUserSecret.SecretArn') { return ARNS['AWS::SecretsManager::Secret'](id); }
  const known = ARNS[type];
  if (!known) { throw new Error(`${type}: the check of policies does not know the form of its ARN; add it to ARNS in policies.ts`); }
  return known(id);
}
