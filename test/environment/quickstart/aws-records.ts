// SPDX-License-Identifier: Apache-2.0
import {
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelsCommand,
  ListTrainingJobsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';

/** One thing that AWS has. */
export interface AwsRecord {
  readonly kind: 'TrainingJob' | 'Model' | 'EndpointConfig' | 'Endpoint';
  readonly name: string;
  /** Where the kind has one. */
  readonly status: string | undefined;
}

/** The account that the quickstart's controller uses; the simulator takes any key. */
export const simulatedAccount = {
  region: 'us-west-2',
  credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
} as const;

/** Asks AWS itself, not the controller, what it has of the quickstart's four kinds. */
export async function listAwsRecords(endpoint: string, signal: AbortSignal): Promise<AwsRecord[]> {
  const client = new SageMakerClient({ ...simulatedAccount, endpoint });
  const options = { abortSignal: signal };
  try {
    const jobs = await client.send(new ListTrainingJobsCommand({}), options);
    const models = await client.send(new ListModelsCommand({}), options);
    const configs = await client.send(new ListEndpointConfigsCommand({}), options);
    const endpoints = await client.send(new ListEndpointsCommand({}), options);
    const records: AwsRecord[] = [];
    for (const job of jobs.TrainingJobSummaries ?? [])
      records.push(record('TrainingJob', job.TrainingJobName, job.TrainingJobStatus));
    for (const model of models.Models ?? []) records.push(record('Model', model.ModelName));
    for (const config of configs.EndpointConfigs ?? [])
      records.push(record('EndpointConfig', config.EndpointConfigName));
    for (const one of endpoints.Endpoints ?? []) records.push(record('Endpoint', one.EndpointName, one.EndpointStatus));
    return records;
  } finally {
    client.destroy();
  }
}

function record(kind: AwsRecord['kind'], name: string | undefined, status?: string): AwsRecord {
  return { kind, name: name ?? '?', status };
}
