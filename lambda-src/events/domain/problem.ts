/** Kinds of refusals, each a heading of docs/api.md. */
export type ProblemKind = 'invalid-parameter' | 'invalid-cursor' | 'unknown-parameter' | 'before-retention' | 'too-much-to-add-up' | 'not-found' | 'method-not-allowed' | 'internal-error';

/** Body of a refusal, as RFC 9457 has it. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Name of the parameter, where one is to blame. */
  readonly field?: string;
  /** What would be taken in its place. */
  readonly allowed?: string;
}

const HELP = 'https://github.com/cdk-compliance-monitoring/cdk-compliance-monitoring/blob/main/docs/api.md';
const TITLES: { readonly [kind in ProblemKind]: readonly [status: number, title: string] } = {
  'invalid-parameter': [400, 'Invalid parameter'],
  'invalid-cursor': [400, 'Invalid cursor'],
  'unknown-parameter': [400, 'Unknown parameter'],
  'before-retention': [400, 'Before retention'],
  'too-much-to-add-up': [400, 'Too much to add up'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  'internal-error': [500, 'Internal error'],
};
const LONGEST_QUOTE = 100;

/** A question that has no answer, and why. */
export class Problem extends Error {
  public readonly body: ProblemBody;

  constructor(kind: ProblemKind, detail: string, more: { readonly field?: string; readonly allowed?: string } = {}) {
    super(detail);
    const [status, title] = TITLES[kind];
    this.body = { type: `${HELP}#${kind}`, title, status, detail, ...more };
  }
}

/** What the caller wrote, as JSON and not at length. */
export const quoted = (value: string) => JSON.stringify(value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…` : value);

export function refuseParameter(field: string, value: string | undefined, allowed: string): never {
  const got = value === undefined ? 'is missing' : `is ${quoted(value)}`;
  throw new Problem('invalid-parameter', `${field} ${got}; allowed is ${allowed}`, { field, allowed });
}
