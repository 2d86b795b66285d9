import { Reading } from './compare';
import { isSecret } from './secrets';
import { IncompleteCause } from '../../../src/drift/contract';
import { Clock, Parameter, ParameterReader, ReadFailure, Walk, WalkState } from '../ports';

/** Names that one `GetParameters` call takes. */
const NAMES_A_CALL = 10;

/** Pages older than this are read again before anything is resolved by them. */
const PAGES_STALE_AFTER = 15 * 60_000;

/** Why something was not read. */
export interface Failure {
  readonly reason: IncompleteCause;
  readonly note: string;
}

export interface ReadResult {
  readonly reading: Reading;
  readonly failure?: Failure;
}

export const NOT_STARTED: WalkState = { parameters: [], withheld: [], done: false };

export interface WalkStep {
  readonly state: WalkState;
  readonly failure?: Failure;
}

/** Walks on from where the walk stands until its end, a failure, or until the clock says stop. */
export async function walkOn(reader: ParameterReader, state: WalkState, mayGoOn: () => boolean): Promise<WalkStep> {
  const parameters = [...state.parameters];
  let token = state.nextToken;
  let done = state.done;
  while (!done && mayGoOn()) {
    try {
      const page = await reader.page(token);
      parameters.push(...page.parameters);
      if (page.nextToken !== undefined && page.nextToken === token) {
        throw new ReadFailure('READ_FAILED', `reading ${reader.environment} got the same page token twice, so the walk would never end`);
      }
      token = page.nextToken;
      done = token === undefined;
    } catch (error) {
      return { state: { ...state, parameters, nextToken: token, done: false }, failure: asFailure(error) };
    }
  }
  return { state: { ...state, parameters, nextToken: token, done } };
}

/** Reads the names, ten a call. What one call could not read stays unknown; the others count. */
export async function readNamed(reader: ParameterReader, names: string[]): Promise<ReadResult> {
  const parameters = new Map<string, Parameter>();
  let failure: Failure | undefined;
  for (let i = 0; i < names.length && !failure; i += NAMES_A_CALL) {
    try {
      for (const parameter of await reader.named(names.slice(i, i + NAMES_A_CALL))) parameters.set(parameter.name, parameter);
    } catch (error) {
      failure = asFailure(error);
    }
  }
  return { reading: { parameters, absenceKnown: failure === undefined }, failure };
}

/**
 * Turns a finished (or failed) walk into a reading. Values that a cut walk kept out of its notes, and names with a standing
 * finding whose page has grown old, are read again now.
 */
export async function settle(reader: ParameterReader, step: WalkStep, startedAt: string, suspects: string[], clock: Clock): Promise<ReadResult> {
  const parameters = new Map(step.state.parameters.map((parameter) => [parameter.name, parameter]));
  const stale = clock.now().getTime() - Date.parse(startedAt) > PAGES_STALE_AFTER;
  const again = [...new Set([...step.state.withheld, ...(stale ? suspects : [])])];
  const fresh = await readNamed(reader, again);
  for (const name of again) {
    const parameter = fresh.reading.parameters.get(name);
    if (parameter) parameters.set(name, parameter); else parameters.delete(name);
  }
  const failure = step.failure ?? fresh.failure;
  return { reading: { parameters, absenceKnown: step.state.done && failure === undefined }, failure };
}

/** What a cut walk may leave in the bucket: no value that looks like a secret. */
export function withoutSecrets(walk: Walk): Walk {
  return { ...walk, target: withheld(walk.target), baseline: withheld(walk.baseline) };
}

function withheld(state: WalkState): WalkState {
  const names = new Set(state.withheld);
  const parameters = state.parameters.map((parameter) => {
    if (parameter.value === undefined || !isSecret(parameter.name, parameter.value)) return parameter;
    names.add(parameter.name);
    const { value: _, ...rest } = parameter;
    return rest;
  });
  return { ...state, parameters, withheld: [...names] };
}

function asFailure(error: unknown): Failure {
  if (error instanceof ReadFailure) return { reason: error.reason, note: error.message };
  throw error;
}
