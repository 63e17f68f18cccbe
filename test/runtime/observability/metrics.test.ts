// SPDX-License-Identifier: Apache-2.0
import { createExponentialRateLimiter } from '../../../runtime/controller/rate-limiter.ts';
import { WorkQueue } from '../../../runtime/controller/work-queue.ts';
import { createMetrics } from '../../../runtime/observability/metrics.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

async function lines(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  return (await metrics.text()).split('\n');
}

describe('metrics', () => {
  test("a controller's series are there at 0 before anything happens", async () => {
    const metrics = createMetrics();
    metrics.controller('endpoint').maxConcurrentReconciles(50);
    expect(await lines(metrics)).toEqual(
      expect.arrayContaining([
        'controller_runtime_reconcile_total{controller="endpoint",result="success"} 0',
        'controller_runtime_reconcile_total{controller="endpoint",result="error"} 0',
        'controller_runtime_reconcile_total{controller="endpoint",result="requeue"} 0',
        'controller_runtime_reconcile_total{controller="endpoint",result="requeue_after"} 0',
        'controller_runtime_reconcile_errors_total{controller="endpoint"} 0',
        'controller_runtime_terminal_reconcile_errors_total{controller="endpoint"} 0',
        'controller_runtime_reconcile_panics_total{controller="endpoint"} 0',
        'controller_runtime_reconcile_timeouts_total{controller="endpoint"} 0',
        'controller_runtime_active_workers{controller="endpoint"} 0',
        'controller_runtime_max_concurrent_reconciles{controller="endpoint"} 50',
        'controller_runtime_reconcile_time_seconds_count{controller="endpoint"} 0',
      ]),
    );
  });

  test("counts passes into controller-runtime's buckets", async () => {
    const metrics = createMetrics();
    metrics.controller('endpoint').reconciled('requeue_after', 0.3);
    const text = await lines(metrics);
    expect(text).toContain('controller_runtime_reconcile_total{controller="endpoint",result="requeue_after"} 1');
    expect(text).toContain('controller_runtime_reconcile_time_seconds_bucket{le="0.25",controller="endpoint"} 0');
    expect(text).toContain('controller_runtime_reconcile_time_seconds_bucket{le="0.3",controller="endpoint"} 1');
    expect(text.filter((line) => line.startsWith('controller_runtime_reconcile_time_seconds_bucket'))).toHaveLength(41);
  });

  test('the Events that were not written are counted from the start, as they are at each scrape', async () => {
    const metrics = createMetrics();
    expect(await lines(metrics)).toContain('ack_events_dropped_total 0');
    const recorder = { dropped: 3 };
    metrics.watchEvents(() => recorder.dropped);
    expect(await lines(metrics)).toContain('ack_events_dropped_total 3');
    recorder.dropped = 5;
    expect(await lines(metrics)).toContain('ack_events_dropped_total 5');
  });

  test("a queue shows client-go's metrics", async () => {
    const metrics = createMetrics();
    const clock = createFakeClock();
    const rateLimiter = createExponentialRateLimiter({ random: () => 0 });
    const queue = new WorkQueue({ clock, rateLimiter, metrics: metrics.workQueue('endpoint') });
    metrics.watchQueue('endpoint', queue);
    queue.add('n/a');
    queue.add('n/b', -100);
    await clock.advance(2_000);
    await queue.get();
    await clock.advance(3_000);
    queue.addRateLimited('n/c');
    const label = 'name="endpoint",controller="endpoint"';
    expect(await lines(metrics)).toEqual(
      expect.arrayContaining([
        `workqueue_depth{${label},priority="0"} 0`,
        `workqueue_depth{${label},priority="-100"} 1`,
        `workqueue_adds_total{${label}} 2`,
        `workqueue_retries_total{${label}} 1`,
        `workqueue_queue_duration_seconds_sum{${label}} 2`,
        `workqueue_queue_duration_seconds_bucket{le="1e-8",${label}} 0`,
        `workqueue_work_duration_seconds_count{${label}} 0`,
        `workqueue_unfinished_work_seconds{${label}} 3`,
        `workqueue_longest_running_processor_seconds{${label}} 3`,
      ]),
    );
  });

  test("counts AWS calls by ACK's names, failures by their HTTP status", async () => {
    const metrics = createMetrics();
    const call = { service: 'sagemaker', seconds: 0.05 };
    metrics.awsRequest({ ...call, operation: 'DescribeTrainingJob' });
    metrics.awsRequest({ ...call, operation: 'DescribeTrainingJob', errorStatus: 400 });
    metrics.awsRequest({ ...call, operation: 'ListModels', errorStatus: 400, isThrottled: true });
    for (const operation of [
      'CreateModel',
      'ListEndpoints',
      'UpdateEndpoint',
      'DeleteModel',
      'StopTrainingJob',
      'AddTags',
    ]) {
      metrics.awsRequest({ ...call, operation });
    }
    const count = (type: string, id: string, value: number) =>
      `ack_outbound_api_requests_total{service="sagemaker",op_type="${type}",op_id="${id}"} ${value}`;
    expect(await lines(metrics)).toEqual(
      expect.arrayContaining([
        count('READ_ONE', 'DescribeTrainingJob', 2),
        count('CREATE', 'CreateModel', 1),
        count('READ_MANY', 'ListEndpoints', 1),
        count('UPDATE', 'UpdateEndpoint', 1),
        count('DELETE', 'DeleteModel', 1),
        count('DELETE', 'StopTrainingJob', 1),
        count('UPDATE', 'AddTags', 1),
        'ack_outbound_api_requests_error_total{service="sagemaker",op_id="DescribeTrainingJob",status_code="400"} 1',
        'ack_outbound_api_requests_error_total{service="sagemaker",op_id="ListModels",status_code="400"} 1',
        'ack_outbound_api_requests_throttled_total{service="sagemaker",op_id="ListModels"} 1',
      ]),
    );
  });

  test('shows what is watched for a change in AWS, and how', async () => {
    const metrics = createMetrics();
    metrics.watchPoller('TrainingJob', () => ({ byList: 7, byRead: 2 }));
    expect(await lines(metrics)).toEqual(
      expect.arrayContaining([
        'ack_watched_resources{kind="TrainingJob",way="list"} 7',
        'ack_watched_resources{kind="TrainingJob",way="read"} 2',
      ]),
    );
  });

  test('shows requests to the API server, the Lease, the process and gauges of others', async () => {
    const metrics = createMetrics();
    metrics.kubernetesRequest({ verb: 'GET', code: '200', host: '127.0.0.1:6443', durationMs: 30 });
    metrics.leaderElection('ack').leading(true);
    metrics.gauge('ack_polled_resources', 'x', ['kind'], () => [[{ kind: 'Endpoint' }, 3]]);
    const text = await lines(metrics);
    expect(text).toEqual(
      expect.arrayContaining([
        'rest_client_requests_total{code="200",method="GET",host="127.0.0.1:6443"} 1',
        'rest_client_request_duration_seconds_sum{verb="GET",host="127.0.0.1:6443"} 0.03',
        'leader_election_master_status{name="ack"} 1',
        'leader_election_slowpath_total{name="ack"} 0',
        'ack_polled_resources{kind="Endpoint"} 3',
      ]),
    );
    expect(text.find((line) => line.startsWith('process_resident_memory_bytes '))).toMatch(/ \d{7,}$/);
  });
});
