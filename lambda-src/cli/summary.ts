import { Command } from './command';
import { findHub, hubIdentity, hubOptions } from './domain/hub';
import { text } from './domain/options';
import { asksForToken, Misuse } from './domain/outcome';
import { checkQuery, SUMMARY_OPTIONS, summaryLines, summaryOf, SummaryQuery } from './domain/summary';
import { Summary } from '../events/domain/summary';

/** What is compliant now, and what happened in a time. */
export const summary: Command = {
  name: 'summary',
  does: 'Tells how many resources are compliant now, and what happened in a period, by rule and type of resource.',
  notes: ['The API is asked where there is one that takes signatures, or else the table is read. A period is whole days in UTC. With --json the answer is that of the API.'],
  options: {
    ...hubOptions('apiUrl', 'tableName'),
    'account': { value: 'id', help: 'Only this account' },
    'member-region': { value: 'region', help: 'Only this region of the members' },
    'start': { value: 'time', help: 'First day: 2026-03-01, 2026-03-01T08:00:00Z or seconds since 1970; the first that is kept when left out' },
    'end': { value: 'time', help: 'Last day; the last that has events when left out' },
  },

  async run({ given, world, tell, answer }) {
    const query: SummaryQuery = Object.fromEntries(Object.entries(SUMMARY_OPTIONS).flatMap(([name, option]) => {
      const said = text(given, option);
      return said === undefined ? [] : [[name, said]];
    }));
    checkQuery(query);
    const aws = world.aws(hubIdentity(given));
    const { apiUrl, tableName } = await findHub(given, aws, 'apiUrl', 'tableName');
    if (!apiUrl && !tableName) {
      throw new Misuse('summary does not know whom to ask: give --stack, a stack with the output ApiUrl or EventsTableName, or --api-url or --table');
    }
    const fromTable = () => summaryOf(aws.table(tableName!), query, world.now());
    const fromApi = async (url: string) => {
      try {
        return await aws.ask(url, '/compliance/summary', query as { [name: string]: string }) as Summary;
      } catch (error) {
        if (tableName && asksForToken(error)) return fromTable();
        throw error;
      }
    };
    const found = apiUrl ? await fromApi(apiUrl) : await fromTable();
    for (const line of summaryLines(found)) tell(line);
    answer(found);
    return true;
  },
};
