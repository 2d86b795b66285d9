/** The pure part of a check: two environments that were read, many rules, many waivers. */
import { child } from './child';
import { compare } from '../../../lambda-src/drift/domain/compare';
import { merge } from '../../../lambda-src/drift/domain/findings';
import { Policy } from '../../../lambda-src/drift/domain/policy';
import { Parameter } from '../../../lambda-src/drift/ports';
import { PolicyDocument, RuleDocument, WaiverDocument } from '../../../src/drift/contract';
import { BASELINE, nameOf, Population, TARGET, valueOf } from '../population';

export interface CompareInput {
  readonly size: number;
  readonly rules: number;
  readonly waivers: number;
  readonly differing: number;
  readonly warmUps: number;
  readonly runs: number;
}
export interface CompareOutput {
  /** CPU milliseconds of the first run of the process, and of each one after the warm-ups. */
  readonly first: number;
  readonly runs: number[];
}

const SHAPES = 4;

/** Four shapes in turn: a name, a folder, the beginning of a last segment, a segment in the middle. Some of each match names, as real ones do. */
function pattern(index: number): string {
  const number = Math.floor(index / SHAPES);
  switch (index % SHAPES) {
    case 0: return nameOf(number * 150);
    case 1: return `${nameOf(number * 200).split('/')[0]}/**`;
    case 2: return `**/${nameOf(number * 170).split('/')[2].slice(0, -1)}*`;
    default: return `*/${nameOf(number * 9).split('/')[1]}/*`;
  }
}

function rule(index: number): RuleDocument {
  const kinds = ['same', 'mayDiffer', 'ignored'] as const;
  if (index % SHAPES !== 0) return { kind: kinds[Math.floor(index / SHAPES) % kinds.length], pattern: pattern(index) };
  return { kind: 'expected', pattern: pattern(index), values: { [TARGET]: valueOf(Math.floor(index / SHAPES) * 150) } };
}

const waiver = (index: number): WaiverDocument =>
  ({ pattern: pattern(index), environment: TARGET, reason: 'agreed', owner: 'team@example.com', expiresOn: '9999-12-31' });

function read(population: Population, environment: string): Map<string, Parameter> {
  const found = new Map<string, Parameter>();
  let token: string | undefined;
  do {
    const page = population.page(environment, token);
    for (const parameter of page.parameters) found.set(parameter.name, parameter);
    token = page.nextToken;
  } while (token);
  return found;
}

child<CompareInput, CompareOutput>(({ size, rules, waivers, differing, warmUps, runs }) => {
  const population = new Population({ size, differing });
  const target = { parameters: read(population, TARGET), absenceKnown: true };
  const baseline = { parameters: read(population, BASELINE), absenceKnown: true };
  const document: PolicyDocument = {
    version: '1',
    baseline: BASELINE,
    environments: [TARGET, BASELINE],
    rules: Array.from({ length: rules }, (_, i) => rule(i)),
    waivers: Array.from({ length: waivers }, (_, i) => waiver(i)),
    reportPlainSecrets: 'true',
  };

  /** From the policy's document to the findings, as each check does it; in CPU milliseconds. */
  const once = () => {
    const start = process.cpuUsage();
    const now = new Date();
    const policy = new Policy(document, { environment: TARGET, account: '111111111111', region: 'eu-central-1' }, now);
    const names = new Set([...target.parameters.keys(), ...baseline.parameters.keys(), ...policy.expectedNames]);
    const { comparisons } = compare({ environment: TARGET, policy, target, baseline, names });
    const { standing } = merge({
      environment: TARGET, policy, now, comparisons, promotionWindowMilliseconds: 0,
      known: [], resolvedBefore: [], changedBy: new Map(), decided: () => true, noteSeen: false,
    });
    const { user, system } = process.cpuUsage(start);
    if (standing.length === 0 || standing.length > differing) throw new Error(`${standing.length} findings`);
    return (user + system) / 1000;
  };
  return async () => {
    const first = once();
    for (let i = 1; i < warmUps; i++) once();
    return { first, runs: Array.from({ length: runs }, once) };
  };
});
