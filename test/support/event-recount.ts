import { EventItem } from '../../lambda-src/events/ports';
import { CellItem, dayOf, EVENT_COUNTS, EVENT_PREFIX, LogItem, OTHER_COUNTS, STATE_COUNTS, STATE_PREFIX, StateItem } from '../../src/events/contract';

/** What counters must be, counted anew from events and states, and not by the code that keeps them. Where they differ; nothing when all is well. */
export function recountOf(items: readonly EventItem[]): string[] {
  const counted = new Map<string, number>();
  const add = (map: Map<string, number>, parts: readonly (string | undefined)[], by: number) => {
    const cell = JSON.stringify(parts);
    map.set(cell, (map.get(cell) ?? 0) + by);
  };
  const kept = new Map<string, number>();
  for (const item of items) {
    if (item.sk.startsWith(STATE_PREFIX)) {
      const { account, region, rule, resourceType, status } = item as unknown as StateItem;
      const name = STATE_COUNTS[status];
      if (name) add(counted, ['now', account, region, rule, resourceType, name], 1);
    }
    if (item.sk.startsWith(EVENT_PREFIX)) {
      const { account, region, rule, resourceType, status, previousStatus, mode, recordedAt, source, detailType } = item as unknown as LogItem;
      if (source !== 'aws.config' || detailType !== 'Config Rules Compliance Change') continue;
      const cell = (name: string) => add(counted, [dayOf(recordedAt), account, region, rule, resourceType, name], 1);
      const known = Object.hasOwn(EVENT_COUNTS, status!) && mode === undefined;
      cell(known ? EVENT_COUNTS[status as keyof typeof EVENT_COUNTS] : OTHER_COUNTS.other);
      if (known && status === 'NON_COMPLIANT' && previousStatus !== 'NON_COMPLIANT') cell(OTHER_COUNTS.opened);
      if (known && (status === 'COMPLIANT' || status === 'NOT_APPLICABLE') && previousStatus === 'NON_COMPLIANT') cell(OTHER_COUNTS.resolved);
    }
    if (/^(CNT|DAYCNT)#/.test(item.pk)) {
      const { pk, rule, resourceType, ...rest } = item as CellItem & EventItem;
      const [kind, account, region, date] = pk.split('#');
      for (const [name, value] of Object.entries(rest)) {
        if (typeof value === 'number' && name !== 'expiresAt') add(kept, [kind === 'CNT' ? 'now' : date, account, region, rule, resourceType, name], value);
      }
    }
  }
  return [...new Set([...counted.keys(), ...kept.keys()])].filter((cell) => (counted.get(cell) ?? 0) !== (kept.get(cell) ?? 0))
    .map((cell) => `${cell} is ${kept.get(cell) ?? 0} and must be ${counted.get(cell) ?? 0}`);
}
