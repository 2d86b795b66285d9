import { formed, Given, Options, text } from './options';
import { Misuse } from './outcome';
import { Aws } from '../ports';

/** Where the parts of a hub are. */
export interface Places {
  readonly eventBusArn?: string;
  readonly queueUrl?: string;
  readonly deadLetterQueueUrl?: string;
  readonly tableName?: string;
  readonly apiUrl?: string;
}
export type Place = keyof Places;

interface Named {
  /** Output of the hub's stack. */
  readonly output: string;
  readonly option: string;
  readonly form: RegExp;
  readonly what: string;
  readonly help: string;
}

const URL_WANTED = 'an http(s) URL';
/** Each is an output of the hub's stack, or an option. */
const PLACES: { readonly [place in Place]: Named } = {
  eventBusArn: {
    output: 'EventBusArn', option: 'event-bus-arn', form: /^arn:[a-z-]+:events:[a-z0-9-]+:\d{12}:event-bus\/.+$/, what: "an event bus's ARN", help: "ARN of the hub's bus",
  },
  queueUrl: { output: 'EventsQueueUrl', option: 'queue-url', form: /^https?:\/\/\S+$/, what: URL_WANTED, help: "URL of the hub's queue" },
  deadLetterQueueUrl: {
    output: 'EventsDeadLetterQueueUrl', option: 'dead-letter-queue-url', form: /^https?:\/\/\S+$/, what: URL_WANTED, help: "URL of the hub's dead-letter queue",
  },
  tableName: { output: 'EventsTableName', option: 'table', form: /^[\w.:/-]{3,1024}$/, what: 'a name or ARN of a table', help: "Name of the hub's table of events" },
  apiUrl: { output: 'ApiUrl', option: 'api-url', form: /^https?:\/\/\S+$/, what: URL_WANTED, help: 'URL of the API' },
};

/** How the hub is found, for commands that need these parts of it. */
export const hubOptions = (...places: Place[]): Options => ({
  stack: { value: 'name', help: "The hub's CloudFormation stack, whose outputs tell the rest" },
  ...Object.fromEntries(places.map((place) => [PLACES[place].option, { value: place === 'tableName' ? 'name' : place.endsWith('Arn') ? 'arn' : 'url', help: `${PLACES[place].help} (output ${PLACES[place].output})` }])),
  region: { value: 'region', help: "The hub's region; as for every AWS tool when left out" },
  profile: { value: 'name', help: 'Profile with credentials for the hub; as for every AWS tool when left out' },
});

export const hubIdentity = (given: Given) => ({ profile: text(given, 'profile'), region: region(given, 'region') });
export const region = (given: Given, name: string) => formed(given, name, /^[a-z]{2,}(-[a-z]+)+-\d+$/, 'a region such as eu-central-1');

/** The parts that options or the stack's outputs name. What is asked for and named by neither is absent. */
export async function findHub(given: Given, aws: Aws, ...places: Place[]): Promise<Places> {
  const said = Object.fromEntries(places.map((place) => [place, formed(given, PLACES[place].option, PLACES[place].form, PLACES[place].what)]));
  const stack = formed(given, 'stack', /^[A-Za-z][\w:/-]*$/, "a stack's name");
  if (stack === undefined || places.every((place) => said[place] !== undefined)) return said;
  const outputs = await aws.stackOutputs(stack);
  if (!outputs) throw new Misuse(`there is no stack ${stack} in ${await aws.region()} of account ${(await aws.caller()).account}`);
  const told = (place: Place) => usable(outputNamed(outputs, PLACES[place].output, PLACES[place].option), PLACES[place]);
  return Object.fromEntries(places.map((place) => [place, said[place] ?? told(place)]));
}

/** An output may name what only AWS can resolve, as an API of a local AWS. */
function usable(value: string | undefined, { output, option, what }: Named): string | undefined {
  if (value !== undefined && what === URL_WANTED && !URL.canParse(value)) {
    throw new Misuse(`the output ${output} of the stack is no URL that can be called (${value}): give --${option}`);
  }
  return value;
}

/** The second hub of a stack has its id before each name. */
function outputNamed(outputs: ReadonlyMap<string, string>, name: string, option: string): string | undefined {
  const exact = outputs.get(name);
  if (exact !== undefined) return exact;
  const found = [...outputs.keys()].filter((key) => key.endsWith(name)).sort();
  if (found.length > 1) throw new Misuse(`the stack has several hubs (${found.join(', ')}): give --${option}`);
  return found.length === 1 ? outputs.get(found[0]) : undefined;
}

/** What a command cannot do without. */
export function required<P extends Place>(places: Places, command: string, ...needed: P[]): { readonly [place in P]: string } {
  const missing = needed.filter((place) => places[place] === undefined);
  if (missing.length > 0) {
    const each = missing.map((place) => `--${PLACES[place].option} (output ${PLACES[place].output})`);
    throw new Misuse(`${command} does not know the hub: give --stack, a stack with these outputs, or ${each.join(' and ')}`);
  }
  return Object.fromEntries(needed.map((place) => [place, places[place]])) as { readonly [place in P]: string };
}
