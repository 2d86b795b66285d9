import { Reading } from './compare';
import { Policy } from './policy';
import { Failure, NOT_STARTED, readNamed, ReadResult, settle, walkOn, withoutSecrets } from './reading';
import { MAX_CONTINUATIONS } from '../../../src/drift/contract';
import { Clock, Finding, ParameterReader, RunRecord, Walk } from '../ports';

/** Reading stops when less than this is left, so that what was read can be written and told. */
export const RESERVE = 40_000;

/** What a run looked at. */
export interface Scope {
  readonly kind: RunRecord['kind'];
  /** Undefined when nothing was read, because only time passed. */
  readonly readings?: Readings;
  readonly names: Iterable<string>;
  readonly failures: Failure[];
}

export interface Readings {
  readonly target: Reading;
  /** Undefined for the baseline itself. */
  readonly baseline?: Reading;
  /** Whether the run looked at this name at all. */
  readonly covers: (name: string) => boolean;
}

/** The environments to read: the target first, then the baseline where that is another one. */
export type Readers = readonly [ParameterReader] | readonly [ParameterReader, ParameterReader];

/** Nothing is read: windows may have passed and waivers ended. */
export const TIMED: Scope = { kind: 'timed', names: [], failures: [] };

/** Reads the names that changed. */
export async function readNames(readers: Readers, names: string[]): Promise<Scope> {
  const asked = new Set(names);
  const results = await Promise.all(readers.map((reader) => readNamed(reader, [...asked])));
  return { kind: 'incremental', names: asked, ...together(results, (name) => asked.has(name)) };
}

/** Walks every name of each environment, or as far as the clock allows: then the walk as it stands, to be continued. */
export async function walkAll(readers: Readers, policy: Policy, known: Finding[], from: Walk, clock: Clock): Promise<Scope | { readonly cut: Walk }> {
  const mayGoOn = () => clock.remaining() > RESERVE;
  const steps = await Promise.all(readers.map((reader, i) => walkOn(reader, i === 0 ? from.target : from.baseline, mayGoOn)));
  const unfinished = steps.some((step) => !step.state.done && !step.failure) && steps.every((step) => !step.failure);
  if (unfinished && from.segment < MAX_CONTINUATIONS) {
    return { cut: withoutSecrets({ ...from, segment: from.segment + 1, target: steps[0].state, baseline: steps[1]?.state ?? NOT_STARTED }) };
  }
  const suspects = known.map((finding) => finding.name);
  const settled = await Promise.all(readers.map((reader, i) => settle(reader, steps[i], from.startedAt, suspects, clock)));
  const { readings, failures } = together(settled, () => true);
  if (unfinished) {
    const note = `the walk did not end after ${MAX_CONTINUATIONS} continuations: raise readRate, or keep fewer parameters below one environment`;
    failures.push({ reason: 'TIMED_OUT', note });
  }
  const names = new Set([...readings.target.parameters.keys(), ...(readings.baseline?.parameters.keys() ?? []), ...policy.expectedNames]);
  return { kind: 'full', names, readings, failures };
}

/** Whether the baseline has no parameters at all. A check of few names found none of them there and looks at one page. */
export async function isAbsent(scope: Scope, readers: Readers): Promise<boolean> {
  const { target, baseline } = scope.readings!;
  if ((baseline ?? target).parameters.size > 0) return false;
  if (scope.kind === 'full') return true;
  const { parameters, nextToken } = await readers[readers.length - 1].page();
  return parameters.length === 0 && nextToken === undefined;
}

function together(results: ReadResult[], covers: Readings['covers']) {
  return {
    readings: { target: results[0].reading, baseline: results[1]?.reading, covers },
    failures: results.flatMap((result) => result.failure ?? []),
  };
}
