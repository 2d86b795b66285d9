import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Statement, Unit } from './lane';

/** What the local AWS cannot enforce. */
export interface NotEnforced {
  readonly actions: string[];
  /** Only where the key is used through this service. */
  readonly through?: string;
  readonly why: string;
  /** Page of AWS that asks for it. */
  readonly page: string;
}

export const NOT_ENFORCED = JSON.parse(readFileSync(join(__dirname, '..', 'not-enforced.json'), 'utf8')) as NotEnforced[];

/** Each action of a statement on each of its resources. */
export function unitsOf({ Action, Resource, Condition = {} }: Statement): Unit[] {
  return [Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ action, resource, conditions: Condition })));
}

/** Why a unit cannot be enforced here, if it cannot. */
export function reasonNotEnforced({ action, conditions }: Unit): NotEnforced | undefined {
  const service = [conditions.StringLike?.['kms:ViaService'] ?? []].flat().map((via) => via.split('.')[0])[0];
  return NOT_ENFORCED.find(({ actions, through }) => actions.includes(action) && through === (action.startsWith('kms:') ? service : undefined));
}

export const described = ({ action, resource, conditions }: Unit) =>
  [action, resource, ...Object.values(conditions).flatMap((test) => Object.entries(test).map(([key, value]) => `${key}=${[value].flat().join('|')}`))].join(' ');
