import * as fc from 'fast-check';
import { announceFacts, StreamFact } from '../../../../lambda-src/events/domain/announce';
import { Announcement, AnnouncementBus, NotTaken } from '../../../../lambda-src/events/ports';
import { ComplianceStatus, EVENT_KEYS, MOST_RULES_NAMED, StateChange, StateItem } from '../../../../src/events/contract';
import { RecordingLog } from '../../../support/in-memory-drift';
import { InMemoryEventTable } from '../../../support/in-memory-event-table';
import { BUCKET, RULE, stateItem } from '../../../support/state-item';

const HUB_RULE = `securityhub-${RULE}-1a2b3c4d`;
const OTHER = 's3-bucket-versioning-enabled';

class RecordingBus implements AnnouncementBus {
  public readonly put_: Announcement[] = [];
  public refuse: (announcement: Announcement) => boolean = () => false;

  public async put(announcements: readonly Announcement[]): Promise<NotTaken[]> {
    const refused = announcements.flatMap((announcement, index) => (this.refuse(announcement) ? [{ index, why: 'Throttled: slow down' }] : []));
    this.put_.push(...announcements.filter((announcement) => !this.refuse(announcement)));
    return refused;
  }
}

/** A table, its stream, and who listens to it. */
class World {
  public readonly table = new InMemoryEventTable();
  public readonly bus = new RecordingBus();
  public readonly log = new RecordingLog();
  public readonly stream: StreamFact[] = [];
  private readonly states = new Map<string, StateItem>();
  private minute = 0;

  /** Writes a state as ingest does. What the stream makes of it comes later. */
  public async becomes(rule: string, status: ComplianceStatus, more: Partial<StateItem> = {}): Promise<StreamFact> {
    const before = this.states.get(rule);
    const state = stateItem(status, this.minute += 1, { rule, ...more });
    this.states.set(rule, state);
    await this.table.write({ kind: 'put', item: { ...state } });
    const fact: StreamFact = { kind: 'state', id: String(this.stream.length), state, ...(before && { before }) };
    this.stream.push(fact);
    return fact;
  }

  public async announce(...facts: StreamFact[]) {
    return announceFacts({ table: this.table, bus: this.bus, severities: [], now: () => new Date('2026-11-22T11:00:00Z'), log: this.log }, facts);
  }

  /** Writes, and lets the stream catch up. */
  public async tell(rule: string, status: ComplianceStatus, more: Partial<StateItem> = {}): Promise<StateChange | undefined> {
    const count = this.bus.put_.length;
    await this.announce(await this.becomes(rule, status, more));
    return this.bus.put_[count]?.detail as StateChange | undefined;
  }

  public get told(): string[] {
    return this.bus.put_.map(({ detail }) => detail as StateChange).filter(({ alert }) => alert).map(({ eventId, status }) => `${eventId} ${status}`);
  }
}

let w: World;
beforeEach(() => {
  w = new World();
});

describe('a change', () => {
  it('is announced with all that is known of it', async () => {
    await w.tell(RULE, 'COMPLIANT');
    await expect(w.tell(RULE, 'NON_COMPLIANT', { annotation: 'open to all', late: true })).resolves.toEqual({
      ...BUCKET,
      eventId: `${RULE}@2`,
      rule: RULE,
      status: 'NON_COMPLIANT',
      previousStatus: 'COMPLIANT',
      annotation: 'open to all',
      recordedAt: '2026-11-22T10:02:00.000Z',
      cause: RULE,
      rules: [RULE],
      alert: true,
      replayed: false,
      late: true,
      severity: 'CRITICAL',
    });
    expect(w.bus.put_[1]).toMatchObject({ id: `${RULE}@2`, detailType: 'Compliance State Changed' });
  });

  it('is none when only something else than the status did', async () => {
    await w.tell(RULE, 'NON_COMPLIANT');
    await expect(w.tell(RULE, 'NON_COMPLIANT', { annotation: 'still' })).resolves.toBeUndefined();
    expect(w.bus.put_).toHaveLength(1);
  });

  it('tells nobody of a first evaluation that found nothing, and somebody of one that did', async () => {
    await expect(w.tell(RULE, 'COMPLIANT')).resolves.toMatchObject({ alert: false });
    await expect(w.tell(OTHER, 'NOT_APPLICABLE')).resolves.toMatchObject({ alert: false });
    await expect(w.tell('third', 'NON_COMPLIANT')).resolves.toMatchObject({ alert: true });
    await expect(w.tell('third', 'COMPLIANT')).resolves.not.toHaveProperty('annotation');
  });

  it.each(['COMPLIANT', 'NOT_APPLICABLE'] as const)('to %s is told, with since when it was broken', async (status) => {
    await w.tell(RULE, 'NON_COMPLIANT');
    await expect(w.tell(RULE, status)).resolves.toMatchObject({ alert: true, brokenSince: '2026-11-22T10:01:00.000Z' });
    await expect(w.tell(RULE, 'NON_COMPLIANT')).resolves.toMatchObject({ alert: true });
  });

  it('to insufficient data is announced, tells nobody and ends nothing', async () => {
    await w.tell(RULE, 'NON_COMPLIANT');
    await expect(w.tell(RULE, 'INSUFFICIENT_DATA')).resolves.toMatchObject({ alert: false });
    await expect(w.tell(RULE, 'NON_COMPLIANT')).resolves.toMatchObject({ alert: false });
    await w.tell(RULE, 'INSUFFICIENT_DATA');
    await expect(w.tell(RULE, 'COMPLIANT')).resolves.toMatchObject({ alert: true, brokenSince: '2026-11-22T10:01:00.000Z' });
  });

  it('from what was never known to be broken ends nothing', async () => {
    await w.tell(RULE, 'INSUFFICIENT_DATA');
    await expect(w.tell(RULE, 'COMPLIANT')).resolves.toMatchObject({ alert: false });
  });
});

describe('rules of one cause', () => {
  it('raise one alert, which ends with the last of them', async () => {
    await expect(w.tell(RULE, 'NON_COMPLIANT')).resolves.toMatchObject({ alert: true, rules: [RULE] });
    await expect(w.tell(HUB_RULE, 'NON_COMPLIANT')).resolves.toMatchObject({ alert: false, cause: RULE, rules: [RULE, HUB_RULE] });
    await expect(w.tell(RULE, 'COMPLIANT')).resolves.toMatchObject({ alert: false, rules: [RULE] });
    await expect(w.tell(HUB_RULE, 'COMPLIANT')).resolves.toMatchObject({ alert: true, rules: [RULE, HUB_RULE], brokenSince: '2026-11-22T10:01:00.000Z' });
    await expect(w.tell(HUB_RULE, 'NON_COMPLIANT')).resolves.toMatchObject({ alert: true });
  });

  it('do not end it while one of them knows nothing', async () => {
    await w.tell(RULE, 'NON_COMPLIANT');
    await w.tell(HUB_RULE, 'NON_COMPLIANT');
    await w.tell(HUB_RULE, 'INSUFFICIENT_DATA');
    await expect(w.tell(RULE, 'COMPLIANT')).resolves.toMatchObject({ alert: false });
    await expect(w.tell(HUB_RULE, 'COMPLIANT')).resolves.toMatchObject({ alert: true });
  });

  it('are no others', async () => {
    await w.tell(RULE, 'NON_COMPLIANT');
    await expect(w.tell(OTHER, 'NON_COMPLIANT')).resolves.toMatchObject({ alert: true, rules: [OTHER] });
  });

  it('are found on every page, and named up to a number', async () => {
    const copies = Array.from({ length: 150 }, (_, i) => `${RULE}-conformance-pack-x${String(i).padStart(3, '0')}`);
    for (const rule of copies) await w.becomes(rule, 'NON_COMPLIANT');
    const query = jest.spyOn(w.table, 'query');
    const change = await w.tell(RULE, 'NON_COMPLIANT');
    expect(query).toHaveBeenCalledTimes(2);
    expect(change!.rules).toEqual([RULE, ...copies].slice(0, MOST_RULES_NAMED));
  });
});

describe('a replay', () => {
  it('pages nobody, neither for what it breaks nor for what it ends', async () => {
    await expect(w.tell(RULE, 'NON_COMPLIANT', { replayed: true })).resolves.toMatchObject({ alert: false, replayed: true });
    await expect(w.tell(RULE, 'COMPLIANT')).resolves.toMatchObject({ alert: false });
    await w.tell(RULE, 'NON_COMPLIANT');
    await expect(w.tell(RULE, 'COMPLIANT', { replayed: true })).resolves.toMatchObject({ alert: false, replayed: true });
  });

  it('of what backfill finds at its first reading tells the end of what was told', async () => {
    await expect(w.tell(RULE, 'NON_COMPLIANT', { replayed: true, late: true })).resolves.toMatchObject({ alert: false });
    await expect(w.tell(RULE, 'NOT_APPLICABLE', { replayed: true, late: true })).resolves.toMatchObject({ alert: false });
    await w.tell(RULE, 'NON_COMPLIANT');
    await expect(w.tell(RULE, 'NOT_APPLICABLE', { replayed: true, late: true })).resolves.toMatchObject({ alert: true });
  });

  it('that ends an alert lets the next violation be told', async () => {
    await w.tell(RULE, 'NON_COMPLIANT');
    await w.tell(RULE, 'COMPLIANT', { replayed: true });
    await expect(w.tell(RULE, 'NON_COMPLIANT')).resolves.toMatchObject({ alert: true });
  });
});

describe('a stream that brings records again', () => {
  it('makes the same announcements of them', async () => {
    await w.tell(RULE, 'NON_COMPLIANT');
    await w.tell(HUB_RULE, 'NON_COMPLIANT');
    const all = () => w.bus.put_.map(({ detail }) => detail as StateChange).map(({ eventId, alert }) => ({ eventId, alert }));
    await w.announce(...w.stream);
    expect(all().slice(2)).toEqual(all().slice(0, 2));
    await w.tell(RULE, 'COMPLIANT');
    await w.tell(HUB_RULE, 'COMPLIANT');
    await w.announce(...w.stream.slice(2));
    expect(all().slice(6)).toEqual(all().slice(4, 6));
  });

  it('tells what the bus did not take the first time', async () => {
    w.bus.refuse = () => true;
    const fact = await w.becomes(RULE, 'NON_COMPLIANT');
    await expect(w.announce(fact)).resolves.toEqual({ failed: ['0'], announced: 0 });
    expect(w.log.lines.map(({ message }) => message)).toEqual(['an announcement was not taken, and comes again']);
    w.bus.refuse = () => false;
    await expect(w.announce(fact)).resolves.toEqual({ failed: [], announced: 1 });
    expect(w.told).toEqual([`${RULE}@1 NON_COMPLIANT`]);
  });

  it('that is behind the table tells each flap in its turn', async () => {
    for (const status of ['NON_COMPLIANT', 'COMPLIANT', 'NON_COMPLIANT'] as const) await w.becomes(RULE, status);
    await w.announce(...w.stream);
    expect(w.told).toEqual([`${RULE}@1 NON_COMPLIANT`, `${RULE}@2 COMPLIANT`, `${RULE}@3 NON_COMPLIANT`]);
  });

  it('gets back what follows a failure of its resource, and nothing of others', async () => {
    const [first, second] = [await w.becomes(RULE, 'NON_COMPLIANT'), await w.becomes(OTHER, 'NON_COMPLIANT')];
    const elsewhere = { ...BUCKET, resourceId: 'other' };
    const state = { ...stateItem('NON_COMPLIANT', 50), ...elsewhere, ...EVENT_KEYS.state(elsewhere, RULE) };
    const query = jest.spyOn(w.table, 'query').mockRejectedValueOnce(new Error('throttled'));
    await expect(w.announce(first, second, { kind: 'state', id: '9', state })).resolves.toEqual({ failed: ['0', '1'], announced: 1 });
    query.mockRestore();
    await expect(w.announce(first, second)).resolves.toEqual({ failed: [], announced: 2 });
  });

  it('looks again when somebody decides at the same moment, and gives up when that does not end', async () => {
    const write = w.table.write.bind(w.table);
    jest.spyOn(w.table, 'write').mockImplementationOnce(async (each) => {
      await write({ kind: 'put', item: { ...EVENT_KEYS.alert(BUCKET, RULE), version: 'OPEN#x', openedBy: 'x', openedAt: '' } });
      return write(each);
    });
    const fact: StreamFact = { kind: 'state', id: '0', state: stateItem('NON_COMPLIANT', 1) };
    await w.announce(fact);
    expect(w.told).toEqual([]);
    w = new World();
    jest.spyOn(w.table, 'write').mockResolvedValue('CONFLICT');
    await expect(w.announce(fact)).resolves.toEqual({ failed: ['0'], announced: 0 });
  });
});

it('a verification that arrived is announced', async () => {
  const verification = { id: 'v-1', sentAt: '2026-11-22T10:00:00.000Z', account: BUCKET.account, region: BUCKET.region, receivedAt: '2026-11-22T10:00:02.000Z' };
  await w.announce({ kind: 'verification', id: '7', partition: 'RES#x', verification });
  expect(w.bus.put_).toEqual([{ id: 'v-1', detailType: 'Compliance Verification Arrived', detail: verification }]);
});

it('whatever happens in whatever order, alerts of a cause begin and end in turns, and each ends when all its rules are well', async () => {
  const rules = [RULE, HUB_RULE, `${RULE}-conformance-pack-abc`];
  const step = fc.record({
    rule: fc.constantFrom(...rules), status: fc.constantFrom<ComplianceStatus>('COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE'), catchUp: fc.boolean(),
  });
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
    w = new World();
    const now = new Map<string, ComplianceStatus>();
    let read = 0;
    for (const { rule, status, catchUp } of [...steps, ...rules.map((each) => ({ rule: each, status: 'COMPLIANT' as const, catchUp: true }))]) {
      now.set(rule, status);
      await w.becomes(rule, status);
      if (!catchUp) continue;
      await w.announce(...w.stream.slice(read));
      read = w.stream.length;
      const broken = [...now.values()].includes('NON_COMPLIANT');
      expect(w.told.at(-1)?.endsWith('NON_COMPLIANT') ?? false).toBe(broken);
    }
    w.told.forEach((each, index) => expect(each.endsWith('NON_COMPLIANT')).toBe(index % 2 === 0));
  }), { numRuns: 200 });
});

it('wherever the stream begins again, each fact gets the answer that it got before', async () => {
  const rules = [RULE, HUB_RULE];
  const step = fc.record({ rule: fc.constantFrom(...rules), status: fc.constantFrom<ComplianceStatus>('COMPLIANT', 'NON_COMPLIANT') });
  const changes = () => w.bus.put_.map(({ detail }) => detail as StateChange);
  const answers = () => new Map(changes().map(({ eventId, alert, brokenSince }) => [eventId, { alert, brokenSince }]));
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.array(fc.nat(11), { maxLength: 6 }), async (steps, again) => {
    w = new World();
    for (const { rule, status } of steps) await w.becomes(rule, status);
    await w.announce(...w.stream);
    const first = answers();
    for (const from of again) {
      await w.announce(...w.stream.slice(from));
      expect(answers()).toEqual(first);
    }
  }), { numRuns: 300 });
});

it('a violation that the bus did not take is told again, though the resource has broken the rule anew since', async () => {
  for (const status of ['NON_COMPLIANT', 'COMPLIANT', 'NON_COMPLIANT'] as const) await w.becomes(RULE, status);
  w.bus.refuse = ({ id }) => id === `${RULE}@1`;
  await expect(w.announce(...w.stream)).resolves.toMatchObject({ failed: ['0'] });
  w.bus.refuse = () => false;
  await w.announce(...w.stream);
  expect(w.told.slice(2)).toEqual([`${RULE}@1 NON_COMPLIANT`, `${RULE}@2 COMPLIANT`, `${RULE}@3 NON_COMPLIANT`]);
});
