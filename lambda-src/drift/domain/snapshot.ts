import { createHash } from 'node:crypto';
import { Reading } from './compare';
import { DetectDependencies } from './dependencies';
import { NoteFailure } from './tell';
import { Pointer } from '../ports';

export interface CompleteWalk {
  readonly startedAt: string;
  readonly endedAt: Date;
  readonly target: Reading;
}

/** Stores a changed snapshot, and answers where the environment stands after a complete walk. */
export async function pointerAfter(d: DetectDependencies, walk: CompleteWalk, before: Pointer, failed: NoteFailure): Promise<Pointer> {
  const entry = (name: string) => {
    const { type, version } = walk.target.parameters.get(name)!;
    return [name, { type, version }];
  };
  const content = JSON.stringify(Object.fromEntries([...walk.target.parameters.keys()].sort().map(entry)));
  const snapshotHash = createHash('sha256').update(content).digest('hex');
  const { policyKey } = d.settings;
  const next = { lastWalkAt: walk.startedAt, lastSeenAt: walk.endedAt.toISOString(), policyKey };
  // Another policy key may mean another bucket, which has no snapshot yet.
  if (snapshotHash === before.snapshotHash && policyKey === before.policyKey) return { ...next, snapshotHash };
  try {
    await d.objects.saveSnapshot(content);
    return { ...next, snapshotHash };
  } catch (error) {
    // The check found what it found; the next walk tries again.
    failed('the snapshot could not be stored', error);
    return next;
  }
}
