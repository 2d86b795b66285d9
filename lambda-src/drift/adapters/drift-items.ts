import { TABLE_KEYS, TableKey } from '../../../src/drift/contract';
import { expiry, Item } from '../../shared/adapters/dynamo-items';
import { Finding, Transition } from '../ports';

/** DynamoDB takes 100 actions and 4 MB a transaction; the lease's check and the outbox are two of the actions. */
const ACTIONS_A_PART = 98;
const BYTES_A_PART = 2 * 1024 * 1024;

export type Write = { readonly put: Item & TableKey } | { readonly delete: TableKey };

/** Writes that belong together, with what they add to the outbox. */
export interface Part {
  readonly writes: Write[];
  readonly transitions: Transition[];
  readonly warned: Finding[];
}

/** Cuts the changes into parts that fit into a transaction. A finding's writes are never apart. */
export function parts(runId: string, transitions: Transition[], warned: Finding[]): Part[] {
  const warnings = new Map(warned.map((finding) => [finding.id, finding]));
  const units: Part[] = transitions.map((transition) => {
    // A finding that changes and is warned of at once is written once: an item may occur only once in a transaction.
    const warning = transition.kind === 'resolved' ? undefined : warnings.get(transition.finding.id);
    warnings.delete(transition.finding.id);
    return { writes: transitionWrites(runId, transition, warning), transitions: [transition], warned: warning ? [warning] : [] };
  });
  units.push(...[...warnings.values()].map((finding): Part => ({ writes: [active(finding)], transitions: [], warned: [finding] })));

  const result: Part[] = [];
  let size = 0;
  for (const unit of units) {
    const unitSize = Buffer.byteLength(JSON.stringify(unit.writes));
    const last = result.at(-1);
    if (last && last.writes.length + unit.writes.length <= ACTIONS_A_PART && size + unitSize <= BYTES_A_PART) {
      last.writes.push(...unit.writes);
      last.transitions.push(...unit.transitions);
      last.warned.push(...unit.warned);
      size += unitSize;
    } else {
      result.push(unit);
      size = unitSize;
    }
  }
  return result;
}

function transitionWrites(runId: string, { kind, finding, at }: Transition, warning: Finding | undefined): Write[] {
  if (kind === 'updated') return [active(warning ?? finding)];
  const history: Write = { put: { ...TABLE_KEYS.history(finding.id, at, runId), ...finding, kind, at, runId, expiresAt: expiry(at) } };
  const former = TABLE_KEYS.resolved(finding.environment, finding.id);
  if (kind === 'resolved') {
    const resolved: Write = { put: { ...former, ...finding, resolvedAt: at, expiresAt: expiry(at) } };
    return [{ delete: TABLE_KEYS.active(finding.environment, finding.id) }, resolved, history];
  }
  // Deleting what is not there costs nothing but a write unit; a finding in both partitions would be counted twice.
  return [active(warning ?? finding), { delete: former }, history];
}

const active = (finding: Finding): Write => ({ put: { ...TABLE_KEYS.active(finding.environment, finding.id), ...finding } });
