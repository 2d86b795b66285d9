import { EventTable } from '../ports';
import { AS_OF_PARAMETERS, brokenAsOf } from './as-of';
import { EVENT_PARAMETERS, readFilter } from './event-filter';
import { checkHealth } from './health';
import { listEvents } from './list-events';
import { Parameters } from './parameters';
import { Problem, quoted, refuseParameter } from './problem';
import { describeResource, RESOURCE_PARAMETERS } from './resource';
import { summarize, SUMMARY_PARAMETERS } from './summary';
import { API_ROUTES } from '../../../src/events/contract';

/** A question as the gateway hands it over. */
export interface ApiRequest {
  readonly method: string;
  /** As an HTTP API writes it: everything is decoded but `%25`, which stands for a percent sign. */
  readonly path: string;
  /** Encoded, without question mark. */
  readonly query: string;
}

export interface ApiWorld {
  readonly table: EventTable;
  readonly hub: string;
  readonly now: Date;
}

/** What an answer is to, in the words of the route; ids of resources are not to be logged as they are. */
export interface Asked {
  readonly route: string;
  readonly account?: string;
  readonly region?: string;
  readonly rule?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
}
export interface ApiAnswer {
  readonly asked: Asked;
  readonly answer: Promise<object>;
}

type Answerer = (request: ApiRequest, world: ApiWorld) => ApiAnswer;
const RESOURCES = API_ROUTES.resources;

const ANSWERERS: { readonly [path: string]: Answerer } = {
  [API_ROUTES.events]: ({ query }, { table, now }) => {
    const parameters = new Parameters(query, EVENT_PARAMETERS);
    const filter = readFilter(parameters);
    const { from, to } = parameters.period('start', 'end');
    const page = { limit: parameters.limit(), cursor: parameters.cursor };
    return { asked: { route: API_ROUTES.events, ...named(filter) }, answer: listEvents(table, { filter, from, to, ...page }, now) };
  },
  [API_ROUTES.summary]: ({ query }, { table, now }) => {
    const parameters = new Parameters(query, SUMMARY_PARAMETERS);
    const scope = { account: parameters.account(), region: parameters.region() };
    const period = parameters.period('start_date', 'end_date');
    return { asked: { route: API_ROUTES.summary, ...scope }, answer: summarize(table, { ...scope, ...period }, now) };
  },
  [API_ROUTES.asOf]: ({ query }, { table, now }) => {
    const parameters = new Parameters(query, AS_OF_PARAMETERS);
    const filter = readFilter(parameters);
    const { first, last } = parameters.time('time') ?? refuseParameter('time', undefined, 'seconds since 1970, a date, whose end is meant, or an instant');
    // Today has not ended.
    const time = last > now.toISOString() && first <= now.toISOString() ? now.toISOString() : last;
    const page = { limit: parameters.limit(), cursor: parameters.cursor };
    return { asked: { route: API_ROUTES.asOf, ...named(filter) }, answer: brokenAsOf(table, { filter, time, ...page }, now) };
  },
  [API_ROUTES.health]: ({ query }, { table, hub, now }) => {
    new Parameters(query, []);
    return { asked: { route: API_ROUTES.health }, answer: checkHealth(table, hub, now) };
  },
};

/** Answers a question, or throws the `Problem` that says why there is no answer. */
export function answer(request: ApiRequest, world: ApiWorld): ApiAnswer {
  const { method, path } = request;
  const answerer = path === RESOURCES || path.startsWith(`${RESOURCES}/`) ? describe
    : Object.hasOwn(ANSWERERS, path) ? ANSWERERS[path] : undefined;
  if (!answerer) {
    throw new Problem('not-found', `there is nothing at ${quoted(path)}`, { allowed: Object.values(API_ROUTES).join(', ') });
  }
  if (method !== 'GET') throw new Problem('method-not-allowed', `${quoted(method)} is not possible here: this API only answers questions`, { allowed: 'GET' });
  return answerer(request, world);
}

/** The id is the rest of the path, or all four names are parameters: HTTP APIs cut a path at a question mark, even at an encoded one. */
function describe({ path, query }: ApiRequest, { table, now }: ApiWorld): ApiAnswer {
  const parts = path.slice(RESOURCES.length + 1).split('/');
  const isByPath = path.length > RESOURCES.length;
  const parameters = new Parameters(query, isByPath ? RESOURCE_PARAMETERS : [...RESOURCE_PARAMETERS, 'account', 'region', 'resourceType', 'resourceId']);
  const [account, region, resourceType, ...rest] = isByPath ? parts.map((part) => part.replace(/%25/g, '%')) : [];
  const name = readFilter(isByPath ? Parameters.of({ account, region, resourceType, resourceId: rest.join('/') }) : parameters);
  const required = (field: 'account' | 'region' | 'resourceType' | 'resourceId') =>
    name[field] ?? refuseParameter(field, undefined, `${RESOURCES}/{account}/{region}/{type}/{id} or the parameters account, region, resourceType and resourceId`);
  const resource = {
    account: required('account'), region: required('region'), resourceType: required('resourceType'), resourceId: required('resourceId'),
  };
  const page = { limit: parameters.limit(), cursor: parameters.cursor };
  return { asked: { route: API_ROUTES.resource, ...resource }, answer: describeResource(table, resource, page, now) };
}

const named = ({ account, region, rule, resourceType, resourceId }: Omit<Asked, 'route'>): Omit<Asked, 'route'> =>
  ({ account, region, rule, resourceType, resourceId });
