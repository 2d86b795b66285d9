import { asked } from './asked';
import { EventTableKey } from '../../../src/events/contract';
import { EventItem, Page, Query } from '../../events/ports';
import { EventReader } from '../ports';

/** The table of events, whose failures say which call it was. */
export class AskedTable implements EventReader {
  constructor(private readonly table: EventReader) {}

  public read(keys: readonly EventTableKey[]): Promise<EventItem[]> {
    return asked('dynamodb:BatchGetItem', () => this.table.read(keys));
  }

  public query(query: Query): Promise<Page> {
    return asked('dynamodb:Query', () => this.table.query(query));
  }
}
