import { dayOf, EVENT_KEYS, LogItem } from '../../../src/events/contract';
import { EventTable } from '../ports';

/**
 * Lists the days, accounts and regions that have events, so that readers ask for no others. A place is listed before its first event is
 * there, and by each process once.
 */
export class KnownPlaces {
  private readonly scopes = new Set<string>();
  private readonly expiries = new Map<string, number>();

  public async note(table: EventTable, items: readonly LogItem[]): Promise<void> {
    const writes: Promise<void>[] = [];
    for (const [scope, { account, region }] of new Map(items.map((item) => [`${item.account} ${item.region}`, item]))) {
      if (!this.scopes.has(scope)) writes.push(this.noteScope(table, scope, account, region));
    }
    for (const [date, expiresAt] of new Map(items.map((item) => [dayOf(item.recordedAt), item.expiresAt]))) {
      if ((this.expiries.get(date) ?? 0) < expiresAt) writes.push(this.noteDay(table, date, expiresAt));
    }
    await Promise.all(writes);
  }

  private async noteScope(table: EventTable, scope: string, account: string, region: string): Promise<void> {
    await mustWrite(table, { kind: 'update', key: EVENT_KEYS.knownScope(account, region), setOnce: { account, region } });
    this.scopes.add(scope);
  }

  private async noteDay(table: EventTable, date: string, expiresAt: number): Promise<void> {
    await mustWrite(table, { kind: 'update', key: EVENT_KEYS.knownDay(date), set: { expiresAt } });
    this.expiries.set(date, expiresAt);
  }
}

const ATTEMPTS = 5;

/** Without a condition nothing refuses it but somebody who writes the same item at the same moment. */
async function mustWrite(table: EventTable, write: Parameters<EventTable['write']>[0]): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (await table.write(write) === undefined) return;
  }
  throw new Error('the days and accounts that have events could not be listed: others wrote at the same time');
}
