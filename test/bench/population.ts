import { Parameter } from '../../lambda-src/drift/ports';

export const TARGET = 'Dev';
export const BASELINE = 'Prod';

/** What one `GetParametersByPath` call gives. */
const PAGE = 10;
const BEFORE = '2026-01-01T00:00:00.000Z';
const CHANGED = '2026-06-01T00:00:00.000Z';

const padded = (number: number, width: number) => String(number).padStart(width, '0');

/** The relative name of the so many-th parameter; all are of the same length. */
export const nameOf = (index: number) => `service-${padded(Math.floor(index / 100), 3)}/area-${padded(index % 500, 3)}/setting-${padded(index, 5)}`;
export const names = (from: number, count: number) => Array.from({ length: count }, (_, i) => nameOf(from + i));

const indexOf = (name: string) => Number(name.slice(-5));

/** The value of the so many-th parameter, 64 bytes long unless told otherwise. */
export const valueOf = (index: number, version = 1, bytes = 64) => `${nameOf(index)}, version ${version} `.padEnd(bytes, 'abcdefgh').slice(0, bytes);

export interface PopulationOptions {
  readonly size: number;
  /** So many of the first ones were changed later in the baseline, and so differ. */
  readonly differing?: number;
  readonly valueBytes?: number;
}

/**
 * As many parameters as wanted in each environment. They are made when they are read, as fresh objects, so that a process
 * which reads them holds only what its code under measurement keeps.
 */
export class Population {
  constructor(private readonly options: PopulationOptions) {}

  public page(environment: string, token?: string): { parameters: Parameter[]; nextToken?: string } {
    const from = Number(token ?? 0);
    const to = Math.min(from + PAGE, this.options.size);
    const parameters = Array.from({ length: to - from }, (_, i) => this.parameter(environment, from + i));
    return { parameters, ...(to < this.options.size ? { nextToken: String(to) } : {}) };
  }

  public named(environment: string, wanted: readonly string[]): Parameter[] {
    return wanted.map(indexOf).filter((index) => index < this.options.size).map((index) => this.parameter(environment, index));
  }

  private parameter(environment: string, index: number): Parameter {
    const changed = environment === BASELINE && index < (this.options.differing ?? 0);
    const version = changed ? 2 : 1;
    return { name: nameOf(index), type: 'String', value: valueOf(index, version, this.options.valueBytes), version, modifiedAt: changed ? CHANGED : BEFORE };
  }
}
