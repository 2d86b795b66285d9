import { DeleteCommandInput, PutCommandInput, TransactWriteCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { EVENT_TABLE, EventTableKey, INDEX_SORT_KEY } from '../../../src/events/contract';
import { Condition, Delete, Put, Update, Write } from '../ports';

type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Names = { [placeholder: string]: string };
type Values = { [placeholder: string]: unknown };
interface Expressions {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Names;
  ExpressionAttributeValues?: Values;
}

/** A write as DynamoDB takes it in a transaction. */
export function actionOf(TableName: string, write: Write): Action {
  switch (write.kind) {
    case 'put': return { Put: { TableName, ...putOf(write) } };
    case 'update': return { Update: { TableName, ...updateOf(write) } };
    case 'delete': return { Delete: { TableName, ...deleteOf(write) } };
  }
}

export function putOf({ item, condition }: Put): Omit<PutCommandInput, 'TableName'> {
  return { Item: { ...item }, ...expressions(condition, {}, {}) };
}

export function deleteOf({ key, condition }: Delete): Omit<DeleteCommandInput, 'TableName'> {
  return { Key: keyOf(key), ...expressions(condition, {}, {}) };
}

/** In a transaction an update must say what it changes; ours all do. */
type UpdateInput = Omit<UpdateCommandInput, 'TableName'> & { UpdateExpression: string | undefined };

export function updateOf({ key, add = {}, set = {}, setOnce = {}, condition }: Update): UpdateInput {
  const names: Names = {};
  const values: Values = {};
  const clause = (prefix: string, changes: { readonly [attribute: string]: unknown }, form: (name: string, value: string) => string) =>
    Object.entries(changes).filter(([, value]) => value !== undefined).map(([attribute, value], at) => {
      names[`#${prefix}${at}`] = attribute;
      values[`:${prefix}${at}`] = value;
      return form(`#${prefix}${at}`, `:${prefix}${at}`);
    });
  const added = clause('a', add, (name, value) => `${name} ${value}`);
  const sets = [
    ...clause('s', set, (name, value) => `${name} = ${value}`),
    ...clause('o', setOnce, (name, value) => `${name} = if_not_exists(${name}, ${value})`),
  ];
  const text = [...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []), ...(added.length > 0 ? [`ADD ${added.join(', ')}`] : [])].join(' ');
  return { Key: keyOf(key), UpdateExpression: text === '' ? undefined : text, ...expressions(condition, names, values) };
}

const keyOf = ({ pk, sk }: EventTableKey) => ({ [EVENT_TABLE.partitionKey]: pk, [EVENT_TABLE.sortKey]: sk });

/** DynamoDB refuses names and values that are empty or that nothing uses. */
function expressions(condition: Condition | undefined, names: Names, values: Values): Expressions {
  const conditional = conditionOf(condition);
  const allNames = { ...names, ...conditional.names };
  const allValues = { ...values, ...conditional.values };
  return {
    ...(conditional.text === undefined ? {} : { ConditionExpression: conditional.text }),
    ...(Object.keys(allNames).length === 0 ? {} : { ExpressionAttributeNames: allNames }),
    ...(Object.keys(allValues).length === 0 ? {} : { ExpressionAttributeValues: allValues }),
  };
}

/** Keys need no placeholder: DynamoDB reserves neither of their names. */
const ABSENT = `attribute_not_exists(${EVENT_TABLE.partitionKey})`;

function conditionOf(condition: Condition | undefined): { readonly text?: string; readonly names: Names; readonly values: Values } {
  const version = { '#version': INDEX_SORT_KEY };
  switch (condition?.kind) {
    case undefined: return { names: {}, values: {} };
    case 'absent': return { text: ABSENT, names: {}, values: {} };
    case 'version': return { text: '#version = :version', names: version, values: { ':version': condition.is } };
    case 'older': return { text: `${ABSENT} OR #version < :version`, names: version, values: { ':version': condition.than } };
  }
}
