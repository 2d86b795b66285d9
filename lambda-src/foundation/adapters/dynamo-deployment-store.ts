import { DynamoDBDocumentClient, UpdateCommand, UpdateCommandOutput } from '@aws-sdk/lib-dynamodb';
import { DeploymentItem, TABLE, TABLE_KEYS, TableKey } from '../../../src/drift/contract';
import { expiry, isConditionFailed, Item } from '../../shared/adapters/dynamo-items';
import { DeploymentStore } from '../ports';

interface Change {
  readonly key: TableKey;
  readonly set: Item;
  readonly remove?: string[];
  /** With the values that only it uses. */
  readonly condition?: string;
}

/** The deployments in the drift table. */
export class DynamoDeploymentStore implements DeploymentStore {
  constructor(private readonly client: DynamoDBDocumentClient, private readonly tableName: string) {}

  public async moveLast(deployment: DeploymentItem): Promise<void> {
    const { at, eventId, version } = deployment;
    // Times have whole seconds: the id decides between two in one, so that the result does not depend on which comes first.
    const order = `${at}#${eventId}`;
    try {
      await this.update({
        key: TABLE_KEYS.lastDeployment(deployment.environment, deployment.stackName),
        set: { ...deployment, order },
        remove: [...(version === undefined ? ['version'] : []), ...(deployment.requestToken === undefined ? ['requestToken'] : [])],
        // One event may be recorded twice, by the record that knows the version and by one that does not.
        condition: `attribute_not_exists(#order) OR #order ${version === undefined ? '<' : '<='} :order`,
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }

  public async add(deployment: DeploymentItem): Promise<boolean> {
    const { at, environment, eventId } = deployment;
    const { Attributes } = await this.update({
      key: TABLE_KEYS.deployment(environment, at, eventId),
      set: { ...deployment, [TABLE.timeToLive]: expiry(at) },
    });
    return Attributes === undefined;
  }

  /** Sets what is there and leaves what it does not name. Throttling is the SDK's to retry. */
  private async update({ key, set, remove = [], condition }: Change): Promise<UpdateCommandOutput> {
    const given = Object.entries(set).filter(([, value]) => value !== undefined);
    const assignments = given.map(([name]) => `#${name} = :${name}`).join(', ');
    return this.client.send(new UpdateCommand({
      TableName: this.tableName,
      Key: key,
      UpdateExpression: `SET ${assignments}${remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : ''}`,
      ConditionExpression: condition,
      ExpressionAttributeNames: Object.fromEntries([...given.map(([name]) => name), ...remove].map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
      ReturnValues: 'ALL_OLD',
    }));
  }
}
