import { Command } from './command';
import { findHub, hubIdentity, hubOptions, region } from './domain/hub';
import { formed, moment } from './domain/options';
import { Misuse } from './domain/outcome';
import { SummaryAnswer, summaryLines } from './domain/summary';

/** What is compliant now, and what happened in a time. */
export const summary: Command = {
  name: 'summary',
  does: 'Tells how many resources are compliant now, and what happened in a period, by rule and type of resource.',
  notes: ["It asks the API. A period is whole days in UTC."],
  options: {
    ...hubOptions('apiUrl'),
    'account': { value: 'id', help: 'Only this account' },
    'member-region': { value: 'region', help: 'Only this region of the members' },
    'start': { value: 'time', help: 'First day: 2026-03-01 (UTC), 2026-03-01T08:00:00Z or seconds since 1970; all that is kept when left out' },
    'end': { value: 'time', help: 'Last day; today when left out' },
  },

  async run({ given, world, tell, answer }) {
    const [start, end] = [moment(given, 'start'), moment(given, 'end')];
    if (start && end && start > end) throw new Misuse(`--start must not be after --end, and is ${start.toISOString()}, with --end ${end.toISOString()}`);
    const filter = {
      account: formed(given, 'account', /^\d{12}$/, 'an account id of 12 digits'), region: region(given, 'member-region'),
      start_date: start?.toISOString(), end_date: end?.toISOString(),
    };
    const aws = world.aws(hubIdentity(given));
    const { apiUrl } = await findHub(given, aws, 'apiUrl');
    if (!apiUrl) throw new Misuse('summary does not know whom to ask: give --stack, a stack with the output ApiUrl, or --api-url');
    const query = Object.fromEntries(Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
    const found = await aws.ask(apiUrl, '/compliance/summary', query) as SummaryAnswer;
    for (const line of summaryLines(found)) tell(line);
    answer(found);
    return true;
  },
};
