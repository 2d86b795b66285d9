import { Logger } from '@aws-lambda-powertools/logger';

export type LogFields = { [name: string]: unknown };

/** Structured log lines. Whoever writes one never passes a parameter's value. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** One JSON object a line, with the service's name and the request's id. */
export function lambdaLog(service: string, requestId?: string): Log {
  const logger = new Logger({ serviceName: service, persistentKeys: requestId === undefined ? {} : { requestId } });
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}
