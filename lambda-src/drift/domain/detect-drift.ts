import { answerOf, Compared, metricsOf, recordOf, RunIdentity } from './answer';
import { compare, Comparison, isDecided, newerSide } from './compare';
import { DetectDependencies, DetectResult, Trigger } from './dependencies';
import { principal } from './explain';
import { merge, MergeResult, newcomers } from './findings';
import { Policy } from './policy';
import { Failure, NOT_STARTED } from './reading';
import { RunLease } from './run-lease';
import { isAbsent, Readers, readNames, RESERVE, Scope, TIMED, walkAll } from './scope';
import { pointerAfter } from './snapshot';
import { NoteFailure, tell } from './tell';
import { IncompleteCause } from '../../../src/drift/contract';
import { Finding, Lease, LeaseLost, Pointer, Walk } from '../ports';

/** So many new findings a run are asked who caused them: the call for it allows few a second. */
const ATTRIBUTED = 20;
/** A schedule is seldom punctual: a walk that is due within this is due. */
const DUE_SLACK = 60_000;

/** Checks one environment: reads, compares, writes what changed, tells what is new. Only one run at a time writes. */
export async function detectDrift(d: DetectDependencies, trigger: Trigger): Promise<DetectResult> {
  const cut = trigger.kind === 'continue' ? await d.objects.loadWalk(trigger.key) : undefined;
  const run = new Run(d, cut?.runId ?? d.newRunId(), cut?.startedAt);
  const lease = cut ? await run.lease.resume() : await run.lease.acquire();
  if (!lease) {
    const note = cut
      ? 'this part of a walk came too late, or after a part that failed: the lease is no longer its own, and the next check starts anew'
      : `another check of ${d.settings.environment} is running; the names of changed parameters stay queued until it ends`;
    return run.unchanged((await run.standing()).known, { reason: cut ? 'SUPERSEDED' : 'BUSY', note });
  }
  try {
    return await run.check(lease, trigger, cut).catch((error: unknown) => run.overtaken(error));
  } finally {
    if (!run.paused) await run.lease.release(lease);
  }
}

class Run {
  /** Whether the walk goes on in another invocation, which then needs the lease. */
  public paused = false;
  public readonly lease: RunLease;
  private readonly identity: RunIdentity;
  private readonly started: number;
  private readonly callsBefore: number;
  private errors = 0;

  /** `startedAt`: when a walk began that goes on here. */
  constructor(private readonly d: DetectDependencies, runId: string, startedAt?: string) {
    const now = d.clock.now();
    this.started = now.getTime();
    this.identity = { runId, startedAt: startedAt ?? now.toISOString(), environment: d.settings.environment };
    this.callsBefore = d.ssmCalls();
    this.lease = new RunLease(d, runId);
  }

  /** The findings that stand, last seen by the last complete walk at the earliest. */
  public async standing(): Promise<{ readonly known: Finding[]; readonly pointer: Pointer }> {
    const [known, pointer] = await Promise.all([this.d.store.active(), this.d.store.pointer()]);
    const { lastSeenAt = '' } = pointer;
    return { known: known.map((finding) => finding.lastSeen < lastSeenAt ? { ...finding, lastSeen: lastSeenAt } : finding), pointer };
  }

  public async check(lease: Lease, trigger: Trigger, cut: Walk | undefined): Promise<DetectResult> {
    const { store, clock, settings } = this.d;
    const { known, pointer } = await this.standing();
    const policy = await this.readPolicy();
    if (!(policy instanceof Policy)) return this.unchanged(known, policy);
    await tell(this.d, policy.baseline, known, this.failed);

    const readers = this.readers(policy);
    const scope = await this.read(trigger, cut, readers, policy, pointer, known);
    if ('cut' in scope) return this.pause(lease, scope.cut, policy, known);

    const failures = [...scope.failures, ...await this.baselineAbsent(scope, readers)];
    const measured = failures.some(({ reason }) => reason === 'BASELINE_ABSENT') ? undefined : scope.readings;
    const compared = measured
      ? compare({ ...measured, policy, environment: settings.environment, names: scope.names })
      : { comparisons: [], compared: 0, ignored: 0 };
    const fresh = newcomers(compared.comparisons, known, policy, settings.environment);
    const now = clock.now();
    const merged = merge({
      environment: settings.environment,
      policy,
      now,
      promotionWindowMilliseconds: settings.promotionWindowMinutes * 60_000,
      known,
      noteSeen: scope.kind === 'incremental',
      comparisons: compared.comparisons,
      decided: (name) => measured !== undefined && measured.covers(name) && isDecided({ ...measured, policy }, name),
      resolvedBefore: await store.resolved(fresh.map(({ id }) => id)),
      changedBy: await this.attribute(readers, fresh.map(({ comparison }) => comparison)),
    });
    await store.commit(lease, this.identity.runId, merged.transitions, merged.warned);

    const result = this.result(policy, merged, failures, compared);
    const walked = scope.kind === 'full' && failures.length === 0;
    const ssmCalls = this.calls() + (cut?.ssmCalls ?? 0);
    const record = recordOf(this.identity, scope.kind, clock.now().toISOString(), settings.policyKey, ssmCalls, result.answer);
    const walk = walked && { startedAt: this.identity.startedAt, endedAt: now, target: scope.readings!.target };
    await store.finish(lease, record, walk ? await pointerAfter(this.d, walk, pointer, this.failed) : pointer);
    await tell(this.d, policy.baseline, merged.standing, this.failed);
    return this.result(policy, merged, failures, compared);
  }

  /** What stands, when another run took the lease. Every other error stops the run. */
  public async overtaken(error: unknown): Promise<DetectResult> {
    if (!(error instanceof LeaseLost)) throw error;
    return this.unchanged((await this.standing()).known, { reason: 'SUPERSEDED', note: error.message });
  }

  /** What stands, when this run learned nothing that may be written. */
  public unchanged(known: Finding[], failure: Failure, policy?: Policy): DetectResult {
    return this.result(policy, { transitions: [], standing: known, warned: [] }, [failure], { compared: 0, ignored: 0 });
  }

  private async readPolicy(): Promise<Policy | Failure> {
    const { settings, objects, clock } = this.d;
    try {
      return new Policy(await objects.policy(), settings, clock.now());
    } catch (error) {
      const reason: IncompleteCause = 'POLICY_UNREADABLE';
      return { reason, note: `the parity policy (${settings.policyKey}) cannot be read, so nothing was compared: ${(error as Error).message}` };
    }
  }

  private readers(policy: Policy): Readers {
    const { settings, readers } = this.d;
    const target = readers(settings.environment);
    return settings.environment === policy.baseline ? [target] : [target, readers(policy.baseline)];
  }

  private async read(
    trigger: Trigger, cut: Walk | undefined, readers: Readers, policy: Policy, pointer: Pointer, known: Finding[],
  ): Promise<Scope | { readonly cut: Walk }> {
    // Before the first walk nothing is known of the baseline: were it absent, every changed name would seem to be EXTRA.
    // And under another policy every name may have another finding.
    const walked = pointer.lastWalkAt !== undefined && pointer.policyKey === this.d.settings.policyKey;
    if (walked && trigger.kind === 'names') return readNames(readers, trigger.names);
    if (walked && trigger.kind === 'scheduled' && !this.walkIsDue(pointer)) return TIMED;
    const start: Walk = { ...this.identity, segment: 0, ssmCalls: 0, target: NOT_STARTED, baseline: NOT_STARTED };
    return walkAll(readers, policy, known, cut ?? start, this.d.clock);
  }

  private walkIsDue(pointer: Pointer): boolean {
    const age = this.started - Date.parse(pointer.lastWalkAt!);
    return age + DUE_SLACK >= this.d.settings.fullWalkMinutes * 60_000;
  }

  /** Leaves the rest of a cut walk, and the lease, to another invocation. */
  private async pause(lease: Lease, walk: Walk, policy: Policy, known: Finding[]): Promise<DetectResult> {
    const { objects, queue } = this.d;
    const key = await objects.saveWalk({ ...walk, ssmCalls: walk.ssmCalls + this.calls() });
    await this.lease.keepForContinuation(lease);
    await queue.send({ continueWalk: key });
    this.paused = true;
    const note = `the clock cut the walk; it goes on in another invocation as part ${walk.segment + 1} of this run`;
    return this.unchanged(known, { reason: 'CONTINUES', note }, policy);
  }

  /** Were an absent baseline an empty one, everything would be EXTRA. */
  private async baselineAbsent(scope: Scope, readers: Readers): Promise<Failure[]> {
    if (!scope.readings || scope.failures.length > 0 || !await isAbsent(scope, readers)) return [];
    const baseline = readers[readers.length - 1].environment;
    return [{ reason: 'BASELINE_ABSENT', note: `the baseline ${baseline} has no parameters, so there is nothing to compare with` }];
  }

  /** Who wrote the newer side of the first findings. It explains; no check fails for the lack of it. */
  private async attribute(readers: Readers, comparisons: Comparison[]): Promise<Map<string, string>> {
    const changedBy = new Map<string, string>();
    for (const comparison of comparisons.slice(0, ATTRIBUTED)) {
      const side = newerSide(comparison);
      if (side === undefined || this.d.clock.remaining() < RESERVE / 2) continue;
      const reader = side === 'target' ? readers[0] : readers[1]!;
      const change = await reader.lastChange(comparison.name);
      if (change?.by !== undefined && change.version === comparison[side]!.version) changedBy.set(comparison.name, principal(change.by));
    }
    return changedBy;
  }

  /** Something that does not stop the run, and shows in its metrics. */
  private readonly failed: NoteFailure = (what, error) => {
    this.errors += 1;
    this.d.log.error(what, { error: String(error) });
  };

  private result(policy: Policy | undefined, merged: MergeResult, failures: Failure[], compared: Compared): DetectResult {
    const now = this.d.clock.now();
    const answer = answerOf(this.identity, policy?.baseline ?? this.d.settings.baseline, merged, failures, compared);
    const effort = { milliseconds: now.getTime() - this.started, ssmCalls: this.calls(), errors: this.errors };
    return { answer, metrics: metricsOf(answer, merged, policy, now, effort) };
  }

  private calls(): number {
    return this.d.ssmCalls() - this.callsBefore;
  }
}
