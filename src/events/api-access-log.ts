/**
 * A line of an API's log of accesses: who asked what kind of question, and how it was answered. Neither path nor query string, which name
 * resources. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export const ACCESS_LOG_FIELDS: { readonly [field: string]: string } = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  method: '$context.httpMethod',
  status: '$context.status',
  protocol: '$context.protocol',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  functionLatencyMs: '$context.integrationLatency',
  functionStatus: '$context.integrationStatus',
  functionError: '$context.integrationErrorMessage',
  error: '$context.error.message',
  authorizerError: '$context.authorizer.error',
  callerArn: '$context.identity.userArn',
  callerSubject: '$context.authorizer.claims.sub',
  callerClient: '$context.authorizer.claims.client_id',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
};
