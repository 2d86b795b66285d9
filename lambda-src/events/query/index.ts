import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { HttpResponse, respond } from './response';
import { QUERY_SETTINGS } from '../../../src/events/contract';
import { documentOptions } from '../../shared/adapters/dynamo-items';
import { PATIENT_CLIENT } from '../../shared/clients';
import { lambdaLog } from '../../shared/log';
import { maskResourceId } from '../../shared/mask';
import { Settings } from '../../shared/settings';
import { DynamoEventTable } from '../adapters/dynamo-event-table';
import { answer, Asked } from '../domain/api';
import { Problem } from '../domain/problem';
import { EventTable } from '../ports';

export interface QueryWorld {
  readonly hub: string;
  readonly table: EventTable;
  readonly logResourceIds: boolean;
}
/** What of a request is read. */
export interface QueryEvent extends Pick<APIGatewayProxyEventV2, 'rawPath' | 'rawQueryString'> {
  readonly headers?: { readonly [name: string]: string | undefined };
  readonly requestContext: { readonly http: { readonly method: string } };
}

let theWorld: QueryWorld | undefined;

/** Answers a question about compliance. Whether the caller may ask is decided before, by the gateway. */
export async function handler(event: QueryEvent, context: Pick<Context, 'awsRequestId'>): Promise<HttpResponse> {
  theWorld ??= world(new Settings());
  return handle(event, context, theWorld);
}

export async function handle(
  event: QueryEvent, { awsRequestId }: Pick<Context, 'awsRequestId'>, { hub, table, logResourceIds }: QueryWorld,
): Promise<HttpResponse> {
  const log = lambdaLog('events/query', awsRequestId);
  const begun = Date.now();
  const accepted = headerOf(event, 'accept-encoding');
  const fields = (asked?: Asked) => ({
    hub,
    ...asked,
    ...(asked?.resourceId === undefined || logResourceIds ? {} : { resourceId: maskResourceId(asked.resourceId) }),
    durationMs: Date.now() - begun,
  });
  let asked: Asked | undefined;
  try {
    const request = { method: event.requestContext.http.method, path: event.rawPath, query: event.rawQueryString };
    const question = answer(request, { table, hub, now: new Date(begun) });
    asked = question.asked;
    const response = respond(200, await question.answer, 'application/json', accepted);
    log.info('answered', { ...fields(asked), status: 200, bytes: response.body.length });
    return response;
  } catch (error) {
    if (error instanceof Problem) {
      const { body } = error;
      log.info('refused', { ...fields(asked), status: body.status, reason: body.title, field: body.field });
      return respond(body.status, body, 'application/problem+json', accepted, body.status === 405 ? { allow: 'GET' } : {});
    }
    log.error('the question could not be answered', { ...fields(asked), error });
    const { body } = new Problem('internal-error', `the answer could not be read; ask again, and tell whoever runs the hub the request ${awsRequestId}`);
    return respond(body.status, body, 'application/problem+json', accepted);
  }
}

/** HTTP APIs write names of headers in small letters; whoever invokes the function directly may not. */
const headerOf = ({ headers = {} }: QueryEvent, name: string) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];

export function world(settings: Settings): QueryWorld {
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(PATIENT_CLIENT), documentOptions);
  return {
    hub: settings.required(QUERY_SETTINGS.hubName),
    table: new DynamoEventTable(table, { tableName: settings.required(QUERY_SETTINGS.tableName) }),
    logResourceIds: settings.oneOf(QUERY_SETTINGS.logResourceIds, ['true', 'false']) === 'true',
  };
}
