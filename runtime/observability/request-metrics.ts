// SPDX-License-Identifier: Apache-2.0
import type { MakeCounter, MakeHistogram, Metrics } from './metrics.ts';

// component-base's.
const requestBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

/** Requests to the Kubernetes API by client-go's names, and to AWS by ACK's. */
export function requestMetrics(
  counter: MakeCounter,
  histogram: MakeHistogram,
): Pick<Metrics, 'kubernetesRequest' | 'awsRequest'> {
  const rest = counter('rest_client_requests_total', 'Requests to the Kubernetes API', ['code', 'method', 'host']);
  const restTime = histogram(
    'rest_client_request_duration_seconds',
    'Duration of requests to the Kubernetes API, watches left out',
    ['verb', 'host'],
    requestBuckets,
  );
  const aws = counter('ack_outbound_api_requests_total', 'Requests to AWS', ['service', 'op_type', 'op_id']);
  const awsErrors = counter('ack_outbound_api_requests_error_total', 'Requests to AWS that failed, by HTTP status', [
    'service',
    'op_id',
    'status_code',
  ]);
  const awsThrottled = counter(
    'ack_outbound_api_requests_throttled_total',
    'Requests to AWS that it refused because there were too many',
    ['service', 'op_id'],
  );
  const awsTime = histogram(
    'ack_outbound_api_request_duration_seconds',
    'Duration of requests to AWS',
    ['service', 'op_id'],
    requestBuckets,
  );
  return {
    kubernetesRequest({ code, verb, host, durationMs }) {
      rest.inc({ code, method: verb, host });
      restTime.observe({ verb, host }, durationMs / 1000);
    },
    awsRequest({ service, operation, errorStatus, isThrottled, seconds }) {
      aws.inc({ service, op_type: operationType(operation), op_id: operation });
      awsTime.observe({ service, op_id: operation }, seconds);
      if (errorStatus !== undefined) {
        awsErrors.inc({ service, op_id: operation, status_code: String(errorStatus) });
      }
      // Shown from an operation's first call on: a counter that first appears at 1 is no increase.
      awsThrottled.inc({ service, op_id: operation }, isThrottled ? 1 : 0);
    },
  };
}

/** ACK's word for what an operation does, from the verb in its name. */
function operationType(operation: string): string {
  const verb = /^[A-Z][a-z]+/.exec(operation)?.[0];
  switch (verb) {
    case 'Create':
      return 'CREATE';
    case 'Describe':
    case 'Get':
      return 'READ_ONE';
    case 'List':
      return 'READ_MANY';
    case 'Delete':
    case 'Stop':
      return 'DELETE';
    default:
      return 'UPDATE';
  }
}
