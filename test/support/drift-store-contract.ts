import { DriftStore, Finding, Lease, LeaseLost, RunRecord, Transition, TransitionKind } from '../../lambda-src/drift/ports';

const AT = '2026-11-22T10:00:00.000Z';
const NOW = Date.parse(AT);

export const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
  id,
  environment: 'Dev',
  baseline: 'Prod',
  subject: 'parameter',
  name: `app/${id}`,
  difference: 'VALUE_DIFFERS',
  status: 'open',
  explanation: `app/${id} differs`,
  firstSeen: AT,
  lastSeen: AT,
  openedAt: AT,
  reopened: 0,
  targetVersion: 2,
  baselineVersion: 1,
  ...more,
});

export const transition = (kind: TransitionKind, of: Finding, told = kind !== 'updated', at = AT): Transition => ({ kind, finding: of, at, told });

export const runRecord = (more: Partial<RunRecord> = {}): RunRecord => ({
  runId: 'run-1', kind: 'full', startedAt: AT, endedAt: AT, complete: true, causes: [], policyKey: 'p', compared: 2, ignored: 0,
  open: 1, pending: 0, waived: 0, opened: 1, reopened: 0, resolved: 0, ssmCalls: 4, ...more,
});

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
const ids = (count: number) => Array.from({ length: count }, (_, i) => `f${String(i).padStart(4, '0')}`);

/** What every drift store must do: the fake that the domain is tested with, and the real one. `make` gives one without anything in it. */
export function driftStoreContract(make: (environment: string) => Promise<DriftStore> | DriftStore): void {
  let store: DriftStore;
  let lease: Lease;
  beforeEach(async () => {
    store = await make('Dev');
    lease = (await store.acquire('run-1', NOW, NOW + 60_000))!;
  });
  const lost = () => store.acquire('thief', NOW + 60_000, NOW + 120_000);

  describe('lease', () => {
    it('is held by one at a time', async () => {
      await expect(store.acquire('run-2', NOW, NOW + 60_000)).resolves.toBeUndefined();
      await expect(store.acquire('run-2', NOW + 59_999, NOW + 90_000)).resolves.toBeUndefined();
    });

    it('goes to exactly one of several who want it at once', async () => {
      await store.release(lease);
      const won = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => store.acquire(holder, NOW, NOW + 60_000)));
      expect(won.filter((one) => one !== undefined)).toHaveLength(1);
    });

    it('is free once it has run out or was given up, and its token always rises', async () => {
      const second = await store.acquire('run-2', NOW + 60_000, NOW + 120_000);
      expect(second).toEqual({ holder: 'run-2', token: lease.token + 1 });
      await store.release(second!);
      await expect(store.acquire('run-3', NOW, NOW + 60_000)).resolves.toEqual({ holder: 'run-3', token: lease.token + 2 });
    });

    it('may be taken up by its holder, also after it ran out, and the earlier token then ends', async () => {
      await expect(store.resume('run-1', NOW + 900_000)).resolves.toEqual({ holder: 'run-1', token: lease.token + 1 });
      await expect(store.commit(lease, 'run-1', [transition('opened', finding('a'))], [])).rejects.toThrow(LeaseLost);
    });

    it('is taken again by its holder, whose first answer may have been lost on the way', async () => {
      await expect(store.acquire('run-1', NOW, NOW + 60_000)).resolves.toEqual({ holder: 'run-1', token: lease.token + 1 });
    });

    it('may not be taken up by another one, nor when another one had it since', async () => {
      await expect(store.resume('run-2', NOW + 60_000)).resolves.toBeUndefined();
      const thief = await lost();
      await expect(store.resume('run-1', NOW + 300_000)).resolves.toBeUndefined();
      await store.release(thief!);
      await expect(store.resume('run-1', NOW + 300_000)).resolves.toBeUndefined();
    });

    it('can be kept for longer, but only by who has it', async () => {
      await store.extend(lease, NOW + 300_000);
      await expect(store.acquire('run-2', NOW + 120_000, NOW + 180_000)).resolves.toBeUndefined();
      await store.acquire('run-2', NOW + 300_000, NOW + 360_000);
      await expect(store.extend(lease, NOW + 900_000)).rejects.toThrow(LeaseLost);
    });

    it('is not given up by who lost it', async () => {
      const thief = await lost();
      await store.release(lease);
      await expect(store.extend(thief!, NOW + 180_000)).resolves.toBeUndefined();
    });
  });

  describe('writing without the lease', () => {
    it('changes nothing', async () => {
      await store.commit(lease, 'run-1', [transition('opened', finding('a'))], []);
      await lost();
      await expect(store.commit(lease, 'run-1', [transition('resolved', finding('a')), transition('opened', finding('b'))], [])).rejects.toThrow(LeaseLost);
      await expect(store.commit(lease, 'run-1', [], [finding('a', { expiryWarned: '2026-11-23' })])).rejects.toThrow(LeaseLost);
      await expect(store.finish(lease, runRecord(), { lastWalkAt: AT })).rejects.toThrow(LeaseLost);
      expect(await store.active()).toEqual([finding('a')]);
      expect(await store.pointer()).toEqual({});
      expect((await store.outbox())!.opened.count).toBe(1);
    });

    it('is refused after giving the lease up as well', async () => {
      await store.release(lease);
      await expect(store.commit(lease, 'run-1', [transition('opened', finding('a'))], [])).rejects.toThrow(LeaseLost);
    });
  });

  describe('findings', () => {
    it('come back exactly as they were written', async () => {
      const full = finding('a', {
        name: 'app/ünïcode_.-name', explanation: '{"a":"line\\nbreak"} 😀', status: 'waived', openedAt: undefined, waivedUntil: '2026-12-01',
        pendingUntil: '2026-12-02T00:00:00.000Z', changedBy: 'arn:aws:iam::111111111111:user/u', expiryWarned: '2026-12-01', reopened: 3,
      });
      await store.commit(lease, 'run-1', [transition('waived', full, false)], []);
      const [stored] = await store.active();
      expect(stored).toEqual(full);
      expect(Object.keys(stored)).not.toContain('openedAt');
      expect(Object.keys(stored).filter((key) => ['pk', 'sk', 'expiresAt'].includes(key))).toEqual([]);
    });

    it.each(['opened', 'pending', 'waived', 'updated', 'reopened'] as const)('are active after %s', async (kind) => {
      await store.commit(lease, 'run-1', [transition(kind, finding('a'))], []);
      expect(await store.active()).toEqual([finding('a')]);
      expect(await store.resolved(['a'])).toEqual([]);
    });

    it('move to the resolved ones and back', async () => {
      await store.commit(lease, 'run-1', [transition('opened', finding('a')), transition('opened', finding('b'))], []);
      await store.commit(lease, 'run-2', [transition('resolved', finding('a', { reopened: 1 }), true, '2026-11-22T11:00:00.000Z')], []);
      expect(await store.active()).toEqual([finding('b')]);
      expect(await store.resolved(['a', 'b', 'c'])).toEqual([{ id: 'a', firstSeen: AT, openedAt: AT, resolvedAt: '2026-11-22T11:00:00.000Z', reopened: 1 }]);
      await store.commit(lease, 'run-3', [transition('reopened', finding('a', { reopened: 2 }))], []);
      expect((await store.active()).sort(byId)).toEqual([finding('a', { reopened: 2 }), finding('b')]);
      expect(await store.resolved(['a'])).toEqual([]);
    });

    it.each(['pending', 'waived', 'opened'] as const)('are not both active and resolved when they come back as %s', async (kind) => {
      await store.commit(lease, 'run-1', [transition('resolved', finding('a'))], []);
      await store.commit(lease, 'run-2', [transition(kind, finding('a'))], []);
      expect(await store.resolved(['a'])).toEqual([]);
    });

    it('keep that their waiver\'s end was told', async () => {
      const waived = finding('a', { status: 'waived', waivedUntil: '2026-11-25' });
      await store.commit(lease, 'run-1', [transition('waived', waived, false)], []);
      await store.commit(lease, 'run-2', [], [{ ...waived, expiryWarned: '2026-11-25' }]);
      expect(await store.active()).toEqual([{ ...waived, expiryWarned: '2026-11-25' }]);
      expect((await store.outbox())!.expiring).toMatchObject({ count: 1, entries: [{ name: 'app/a' }] });
    });

    it('may change and be warned of at once', async () => {
      const waived = finding('a', { status: 'waived', waivedUntil: '2026-11-25' });
      const warned = { ...waived, expiryWarned: '2026-11-25' };
      await store.commit(lease, 'run-1', [transition('waived', waived, false), transition('opened', finding('b'))], [warned]);
      expect((await store.active()).sort(byId)).toEqual([warned, finding('b')]);
      expect(await store.outbox()).toMatchObject({ opened: { count: 1 }, expiring: { count: 1 } });
    });

    it('of one environment are not those of another', async () => {
      await store.commit(lease, 'run-1', [transition('opened', finding('a'))], []);
      const other = await make('Staging');
      expect(await other.active()).toEqual([]);
      await expect(other.acquire('run-2', NOW, NOW + 1)).resolves.toMatchObject({ holder: 'run-2' });
    });

    it('may be many at once', async () => {
      const all = ids(250);
      await store.commit(lease, 'run-1', all.map((id) => transition('opened', finding(id))), []);
      expect((await store.active()).map(({ id }) => id).sort()).toEqual(all);
      const outbox = await store.outbox();
      expect(outbox!.opened.count).toBe(250);
      expect(outbox!.opened.entries).toHaveLength(20);
      await store.commit(lease, 'run-2', all.map((id) => transition('resolved', finding(id))), []);
      expect(await store.active()).toEqual([]);
      expect((await store.resolved([...all, ...all, 'unknown'])).map(({ id }) => id).sort()).toEqual(all);
    });

    it('need nothing to be written when nothing changed', async () => {
      await store.commit(lease, 'run-1', [], []);
      expect(await store.active()).toEqual([]);
      expect(await store.resolved([])).toEqual([]);
      expect(await store.outbox()).toBeUndefined();
    });
  });

  describe('outbox', () => {
    it('gathers what is to be told, under one id until it is sent', async () => {
      await store.commit(lease, 'run-1', [transition('opened', finding('a'))], []);
      const first = await store.outbox();
      await store.commit(lease, 'run-2', [transition('resolved', finding('a'), true, '2026-11-22T11:00:00.000Z')], []);
      const second = await store.outbox();
      expect(second).toMatchObject({ id: first!.id, since: AT, opened: { count: 1 }, resolved: { count: 1, entries: [{ name: 'app/a', difference: 'VALUE_DIFFERS' }] } });
      await store.sent(second!.id);
      await expect(store.outbox()).resolves.toBeUndefined();
      await store.commit(lease, 'run-3', [transition('opened', finding('b'))], []);
      expect((await store.outbox())!.id).not.toBe(first!.id);
    });

    it('is left alone by changes that nobody is told of', async () => {
      await store.commit(lease, 'run-1', [transition('pending', finding('a', { status: 'pending' }), false), transition('updated', finding('b'))], []);
      expect(await store.outbox()).toBeUndefined();
    });

    it('is not forgotten when another one was sent, or none', async () => {
      await store.sent('nothing');
      await store.commit(lease, 'run-1', [transition('opened', finding('a'))], []);
      await store.sent('another');
      expect(await store.outbox()).toBeDefined();
    });

    it('is not forgotten when it grew after it was read for sending', async () => {
      await store.commit(lease, 'run-1', [transition('opened', finding('a'))], []);
      const { id } = (await store.outbox())!;
      await store.commit(lease, 'run-1', [transition('opened', finding('b'))], []);
      await store.sent(id);
      expect((await store.outbox())!.opened.count).toBe(2);
    });
  });

  describe('pointer', () => {
    it('is what the last run left', async () => {
      expect(await store.pointer()).toEqual({});
      await store.finish(lease, runRecord(), { lastWalkAt: AT, policyKey: 'p', snapshotHash: 'h' });
      expect(await store.pointer()).toEqual({ lastWalkAt: AT, policyKey: 'p', snapshotHash: 'h' });
      await store.finish(lease, runRecord({ runId: 'run-2' }), { lastWalkAt: AT, policyKey: 'q' });
      expect(await store.pointer()).toEqual({ lastWalkAt: AT, policyKey: 'q' });
    });
  });
}
