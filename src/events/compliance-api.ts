import { Duration, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ACCESS_LOG_FIELDS } from './api-access-log';
import { ApiAuthorization } from './api-authorization';
import { checkApi } from './api-checks';
import { ComplianceApiAlarms } from './compliance-api-alarms';
import { ComplianceApiProps } from './compliance-api-props';
import { API_ROUTES, EVENT_KEYS, QUERY_SETTINGS, QUERY_TIMEOUT_SECONDS } from './contract';
import { admitPublishers, ALARMS } from '../alerts/topic-access';
import { EnvironmentProfile } from '../foundation/environment-profile';
import { KeyUse } from '../foundation/key-use';
import { acknowledgeActions, acknowledgeResources, acknowledgeRule } from '../private/acknowledge';
import { makeAlarm } from '../private/alarm';
import { admit, grantKeyThrough, TABLE_KEY_ACTIONS } from '../private/key-use';
import { addOutputs } from '../private/outputs';
import { PackagedFunction } from '../private/packaged-function';
import { refuse } from '../private/validation';

/** A summary over all accounts makes up to 30,000 small reads within the time of an answer: with this much memory a function has a whole core. */
const MEMORY_MIB = 1_769;
const DEFAULT_STAGE = '$default';
/** Paths of API Gateway end in a rest where the id of a resource may have slashes. The second one takes the names as parameters. */
const PATHS = [
  API_ROUTES.events, API_ROUTES.summary, API_ROUTES.asOf, API_ROUTES.resource.replace('{id}', '{id+}'), API_ROUTES.resources, API_ROUTES.health,
];

/** One integration and one permission for all routes: what CDK's own permits for all of them leaves out `$default`. */
class QueryIntegration extends apigatewayv2.HttpRouteIntegration {
  constructor(private readonly queryFunction: lambda.IFunction) {
    super('Query');
  }

  public bind(): apigatewayv2.HttpRouteIntegrationConfig {
    return {
      type: apigatewayv2.HttpIntegrationType.AWS_PROXY,
      uri: this.queryFunction.functionArn,
      payloadFormatVersion: apigatewayv2.PayloadFormatVersion.VERSION_2_0,
      timeout: Duration.seconds(QUERY_TIMEOUT_SECONDS),
    };
  }
}

/**
 * An API that answers questions about the compliance of all accounts of a hub: events, summaries, the timeline of a resource, and what broke
 * a rule at a moment. It changes nothing. docs/api.md describes every route.
 *
 * It is an HTTP API of API Gateway and never open: each route, and whatever has no route, is answered only to whom `authorization` admits.
 */
export class ComplianceApi extends Construct {
  /** Where it is, without a slash at the end: `https://<id>.execute-api.<region>.amazonaws.com`. */
  public readonly apiUrl: string;
  /** The API itself. */
  public readonly httpApi: apigatewayv2.HttpApi;
  /** The function that answers. */
  public readonly queryFunction: lambda.Function;
  /** Logs of the function: a line for each question, without the ids of resources. */
  public readonly queryLogGroup: logs.LogGroup;
  /** Log of accesses: a line for each request, refused ones too, with the caller and without the question's parameters. */
  public readonly accessLogGroup: logs.LogGroup;
  /** The role that other accounts may assume to ask; undefined without `readerAccounts`. */
  public readonly readerRole?: iam.Role;
  /** Alarms; undefined when they were not wanted. */
  public readonly alarms?: ComplianceApiAlarms;

  private readonly props: ComplianceApiProps;
  private readonly authorization: ApiAuthorization;

  /**
   * @param scope Where the API belongs, in account and region of its hub.
   * @param id Its name there. Another id on a live stack gives the API another address.
   * @param props The hub, and who may ask.
   */
  constructor(scope: Construct, id: string, props: ComplianceApiProps) {
    super(scope, id);
    checkApi(props);
    this.props = props;
    this.authorization = props.authorization ?? ApiAuthorization.iam();
    const profile = props.profile ?? EnvironmentProfile.PROD;
    const removalPolicy = props.removalPolicy ?? profile.removalPolicy;
    const { hub } = props;

    const query = new PackagedFunction(this, 'Query', {
      handler: 'events/query',
      description: `Answers questions about the compliance that ${hub.hubName} knows`,
      settings: {
        [QUERY_SETTINGS.hubName]: hub.hubName,
        [QUERY_SETTINGS.tableName]: hub.eventTable.tableName,
        [QUERY_SETTINGS.logResourceIds]: `${props.logResourceIds ?? false}`,
      },
      timeout: Duration.seconds(QUERY_TIMEOUT_SECONDS),
      memorySize: MEMORY_MIB,
      logRetention: profile.logRetention,
      logRemovalPolicy: removalPolicy,
      encryptionKey: hub.encryptionKey,
      failuresAreSeen: 'API Gateway waits for each answer, and tells the caller when there is none',
      runtime: props.runtime,
      role: props.role,
    });
    this.queryFunction = query.function;
    this.queryLogGroup = query.logGroup;
    this.allowReading(query.role);

    admit(this, hub.encryptionKey, KeyUse.LOGS);
    this.accessLogGroup = new logs.LogGroup(this, 'AccessLogs', {
      retention: props.accessLogRetention ?? profile.logRetention, removalPolicy, encryptionKey: hub.encryptionKey,
    });
    this.httpApi = this.makeApi();
    this.apiUrl = this.httpApi.apiEndpoint;
    if (props.readerAccounts) { this.readerRole = this.makeReaderRole(props.readerAccounts); }
    if (props.alarms ?? true) { this.alarms = this.makeAlarms(query); }
    if (props.outputs ?? true) { addOutputs(this, [{ name: 'ApiUrl', description: 'Answers questions about compliance', value: this.apiUrl }], false); }
  }

  /**
   * Lets somebody of this account ask everything. Only with `ApiAuthorization.iam()`.
   *
   * @param grantee Who may. Principals of another account need a role here as well: see `readerAccounts`.
   */
  public grantReadCompliance(grantee: iam.IGrantable): iam.Grant {
    if (!this.authorization._isIam) {
      refuse('ComplianceApi.grantReadCompliance', grantee.grantPrincipal.toString(), 'no principal with tokens instead of IAM',
        'give the caller a token, or use ApiAuthorization.iam()');
    }
    const resourceArn = this.httpApi.arnForExecuteApi('GET', '/*', DEFAULT_STAGE);
    acknowledgeResources(this, [resourceArn], 'Every route that answers a question, of this API only; ids of resources are part of a path');
    return iam.Grant.addToPrincipal({ grantee, actions: ['execute-api:Invoke'], resourceArns: [resourceArn] });
  }

  /**
   * Requests that reached the API.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricRequests(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.httpApi.metricCount({ statistic: cloudwatch.Stats.SUM, period: Duration.minutes(5), ...options });
  }

  /**
   * Answers with a status of 500 or more.
   *
   * @param options What differs: by default the sum over 5 minutes.
   */
  public metricServerErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.httpApi.metricServerError({ statistic: cloudwatch.Stats.SUM, period: Duration.minutes(5), ...options });
  }

  /**
   * Milliseconds from a request to its answer.
   *
   * @param options What differs: by default the 99th percentile of 5 minutes.
   */
  public metricLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.httpApi.metricLatency({ statistic: cloudwatch.Stats.percentile(99), period: Duration.minutes(5), ...options });
  }

  private allowReading(role: iam.IRole): void {
    const { hub } = this.props;
    hub.grantReadEvents(role);
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: ['dynamodb:PutItem'],
      resourceArns: [hub.eventTable.tableArn],
      // Sums that are kept for a minute, and nothing that tells what happened.
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [EVENT_KEYS.rollUp('').pk] } },
    });
    grantKeyThrough(this, hub.eventTable.encryptionKey, role, 'dynamodb', TABLE_KEY_ACTIONS);
    acknowledgeActions(this, TABLE_KEY_ACTIONS, 'DynamoDB asks for all of these forms, on one key and through DynamoDB only');
  }

  private makeApi(): apigatewayv2.HttpApi {
    const { hub, allowedOrigins = [], rateLimit = 50, burstLimit = 100 } = this.props;
    const api = new apigatewayv2.HttpApi(this, 'Api', {
      description: `Compliance that ${hub.hubName} knows`,
      createDefaultStage: false,
      defaultAuthorizer: this.authorization._authorizer(),
      defaultAuthorizationScopes: this.authorization._scopes,
      corsPreflight: allowedOrigins.length === 0 ? undefined : {
        allowOrigins: allowedOrigins,
        allowMethods: [apigatewayv2.CorsHttpMethod.GET],
        allowHeaders: ['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'],
        maxAge: Duration.hours(1),
      },
    });
    const integration = new QueryIntegration(this.queryFunction);
    this.queryFunction.addPermission('Api', {
      principal: new iam.ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({ service: 'execute-api', resource: api.apiId, resourceName: '*/*' }),
    });
    for (const path of PATHS) { api.addRoutes({ path, methods: [apigatewayv2.HttpMethod.GET], integration }); }
    // Whatever else is asked for is refused by the function, and says what there is: to those only who may ask. Browsers ask first, without
    // credentials, whether they may ask: API Gateway answers that by itself, unless a route takes every method.
    new apigatewayv2.HttpRoute(this, 'Default', {
      httpApi: api,
      routeKey: allowedOrigins.length === 0 ? apigatewayv2.HttpRouteKey.DEFAULT
        : apigatewayv2.HttpRouteKey.with('/{proxy+}', apigatewayv2.HttpMethod.GET),
      integration,
      authorizer: api.defaultAuthorizer,
      authorizationScopes: api.defaultAuthorizationScopes,
    });
    new apigatewayv2.HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: DEFAULT_STAGE,
      autoDeploy: true,
      throttle: { rateLimit, burstLimit },
      accessLogSettings: {
        destination: new apigatewayv2.LogGroupLogDestination(this.accessLogGroup),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });
    return api;
  }

  private makeReaderRole(accounts: string[]): iam.Role {
    const role = new iam.Role(this, 'ReaderRole', {
      description: `Asks about the compliance that ${this.props.hub.hubName} knows`,
      roleName: this.props.readerRoleName,
      assumedBy: new iam.CompositePrincipal(...accounts.map((account) => new iam.AccountPrincipal(account))),
    });
    acknowledgeRule(role, 'IAMNoInlinePolicy',
      'It says what this one role may do and goes with it; a managed policy could be attached to others, and outlive it');
    this.grantReadCompliance(role);
    return role;
  }

  private makeAlarms(query: PackagedFunction): ComplianceApiAlarms {
    const { alertTopic, latencyThreshold = Duration.seconds(10) } = this.props;
    if (alertTopic) { admitPublishers(this, alertTopic, ALARMS); }
    const topics = [alertTopic];
    return {
      serverErrors: makeAlarm(this, 'ServerErrorsAlarm', {
        metric: this.metricServerErrors(),
        threshold: 1,
        description: 'The compliance API had no answer to a good question.',
        runbook: 'api-errors',
        topics,
      }),
      functionErrors: query.errorAlarm('The function of the compliance API crashed or ran out of time.', 'api-function-errors', alertTopic),
      latency: makeAlarm(this, 'LatencyAlarm', {
        metric: this.metricLatency(),
        threshold: latencyThreshold.toMilliseconds(),
        evaluationPeriods: 3,
        description: 'The compliance API answers slowly.',
        runbook: 'api-latency',
        topics,
      }),
    };
  }
}
