import { Token } from 'aws-cdk-lib';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as authorizers from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { refuse } from '../private/validation';

/**
 * Whose tokens an API takes.
 */
export interface JwtAuthorizationOptions {
  /**
   * Who issues the tokens: the address that stands in their `iss`, from `https://` on. API Gateway reads the keys of
   * `<issuer>/.well-known/openid-configuration`.
   */
  readonly issuer: string;

  /**
   * For whom tokens have to be issued: at least one of these has to be their `aud`, or their `client_id` where they have no `aud`. Up to 50.
   */
  readonly audience: string[];

  /**
   * What tokens have to permit: at least one of these has to be in their `scope` or `scp`.
   *
   * @default - nothing in particular: every token of issuer and audience is taken
   */
  readonly scopes?: string[];
}

/**
 * Which users of Amazon Cognito an API takes.
 */
export interface CognitoAuthorizationOptions {
  /**
   * The user pool, in any region.
   */
  readonly userPool: cognito.IUserPool;

  /**
   * The app clients whose tokens are taken: at least one.
   */
  readonly userPoolClients: cognito.IUserPoolClient[];

  /**
   * What tokens have to permit: at least one of these has to be in their `scope`, which only access tokens have. Without it, id tokens are
   * taken as well.
   *
   * @default - nothing in particular: every token of the pool and its clients is taken
   */
  readonly scopes?: string[];
}

/**
 * Who may ask an API. There is no way to make one open to everybody.
 */
export abstract class ApiAuthorization {
  /**
   * Principals of AWS that may `execute-api:Invoke` it, by requests that are signed with Signature Version 4.
   */
  public static iam(): ApiAuthorization {
    return new IamAuthorization();
  }

  /**
   * Whoever has a token (JWT) of an identity provider, in the header `Authorization`.
   *
   * @param options Issuer, audience and scopes.
   */
  public static jwt(options: JwtAuthorizationOptions): ApiAuthorization {
    return new JwtAuthorization(options);
  }

  /**
   * Users of an Amazon Cognito user pool, with a token of it in the header `Authorization`.
   *
   * @param options User pool, clients and scopes.
   */
  public static cognito(options: CognitoAuthorizationOptions): ApiAuthorization {
    return new CognitoAuthorization(options);
  }

  /** Whether callers are principals of AWS. @internal */
  public abstract readonly _isIam: boolean;
  /** @internal */
  public readonly _scopes?: string[];

  /** @internal */
  protected constructor(scopes?: string[]) {
    if (scopes?.length === 0) {
      refuse('ApiAuthorization.scopes', scopes, 'at least one scope', 'leave it out to take every token of the issuer');
    }
    this._scopes = scopes;
  }

  /** A new one for each API: CDK's authorizers belong to the first that they are bound to. @internal */
  public abstract _authorizer(): apigatewayv2.IHttpRouteAuthorizer;
}

class IamAuthorization extends ApiAuthorization {
  public readonly _isIam = true;

  constructor() {
    super();
  }

  public _authorizer(): apigatewayv2.IHttpRouteAuthorizer {
    return new authorizers.HttpIamAuthorizer();
  }
}

class JwtAuthorization extends ApiAuthorization {
  public readonly _isIam = false;

  constructor(private readonly options: JwtAuthorizationOptions) {
    super(options.scopes);
    const { issuer, audience } = options;
    if (!Token.isUnresolved(issuer) && !/^https:\/\/[^\s?#]+$/.test(issuer)) {
      refuse('ApiAuthorization.issuer', issuer, 'an address that begins with https://, without query', 'give what stands in the tokens\' iss');
    }
    if (!Token.isUnresolved(audience) && (audience.length === 0 || audience.length > 50)) {
      refuse('ApiAuthorization.audience', audience, '1 to 50 audiences', 'name the clients whose tokens are to be taken');
    }
  }

  public _authorizer(): apigatewayv2.IHttpRouteAuthorizer {
    return new authorizers.HttpJwtAuthorizer('Authorizer', this.options.issuer, { jwtAudience: this.options.audience });
  }
}

class CognitoAuthorization extends ApiAuthorization {
  public readonly _isIam = false;

  constructor(private readonly options: CognitoAuthorizationOptions) {
    super(options.scopes);
    if (options.userPoolClients.length === 0) {
      refuse('ApiAuthorization.userPoolClients', options.userPoolClients, 'at least one client', 'name the app clients whose tokens are to be taken');
    }
  }

  public _authorizer(): apigatewayv2.IHttpRouteAuthorizer {
    const { userPool, userPoolClients } = this.options;
    return new authorizers.HttpUserPoolAuthorizer('Authorizer', userPool, { userPoolClients, userPoolRegion: userPool.env.region });
  }
}
