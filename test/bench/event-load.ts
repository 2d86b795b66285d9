import { complianceMessage } from '../support/event-messages';

/** Compliance changes of many resources, each of which goes to and fro. */
export interface EventLoad {
  readonly accounts: number;
  readonly rules: number;
  readonly resources: number;
  /** When the first of them was recorded, ISO 8601. */
  readonly at: string;
}
export interface LoadEvent {
  readonly state: string;
  readonly status: string;
  readonly recordedAt: string;
  readonly body: string;
}

const STATUSES = ['COMPLIANT', 'NON_COMPLIANT'];
export const REGION = 'eu-central-1';
const TYPES = ['AWS::EC2::Volume', 'AWS::EC2::Instance', 'AWS::S3::Bucket', 'AWS::IAM::Role', 'AWS::Lambda::Function'];

/** The event of that number: the first of each resource, then the second of each, and so on. */
export function eventOf({ accounts, rules, resources, at }: EventLoad, number: number): LoadEvent {
  const resource = number % resources;
  const round = Math.floor(number / resources);
  const account = String(111_111_111_111 + resource % accounts);
  const rule = `rule-with-an-ordinary-name-${Math.floor(resource / accounts) % rules}`;
  const resourceType = TYPES[Math.floor(resource / accounts) % rules % TYPES.length];
  const resourceId = `resource-0f0b1ec8${String(resource).padStart(6, '0')}`;
  const recordedAt = new Date(Date.parse(at) + number).toISOString();
  const status = STATUSES[round % 2];
  const message = complianceMessage({
    account, region: REGION, rule, resourceType, resourceId, status, previousStatus: round > 0 ? STATUSES[(round + 1) % 2] : undefined, recordedAt,
    annotation: status === 'NON_COMPLIANT' ? 'The resource is not as the rule wants it: look at its tags.' : undefined,
  });
  return { state: [account, rule, resourceType, resourceId].join(' '), status, recordedAt, body: JSON.stringify(message) };
}

/** Numbers from zero to below one that are the same in each run. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items.map((item) => ({ item, place: random() })).sort((a, b) => a.place - b.place).map(({ item }) => item);
}
