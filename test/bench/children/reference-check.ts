/** The reference method against a reader in memory behind a limiter. */
import { child } from './child';
import { Pace } from '../../../lambda-src/shared/pace';
import { BASELINE, Population, TARGET } from '../population';
import { referenceCheck, ReferenceItem } from '../reference-method';

export interface ReferenceCheckInput {
  readonly size: number;
  /** Calls a second that the account lets through. */
  readonly limit: number;
}
export interface ReferenceOutput {
  readonly calls: Record<string, number>;
  readonly itemBytes: number;
}

child<ReferenceCheckInput, ReferenceOutput>(({ size, limit }) => {
  const population = new Population({ size });
  const limiter = Pace.perSecond(limit);
  const calls = { 'ssm.GetParametersByPath': 0 };
  const table = new Map<string, string>();
  const readPage = async (environment: string, token?: string) => {
    await limiter.take();
    calls['ssm.GetParametersByPath'] += 1;
    const { parameters, nextToken } = population.page(environment, token);
    return { parameters: parameters.map(({ name, value }) => ({ name: `/acme/${environment}/${name}`, value: value! })), nextToken };
  };
  const store = async (item: ReferenceItem) => {
    table.set(item.environment, JSON.stringify(item));
  };
  return async () => {
    const { itemBytes } = await referenceCheck([TARGET, BASELINE], readPage, store);
    return { calls, itemBytes };
  };
});
