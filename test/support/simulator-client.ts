// SPDX-License-Identifier: Apache-2.0
import { type CreateTrainingJobRequest, SageMaker } from '@aws-sdk/client-sagemaker';
import { createManualClock } from '../environment/simulator/simulator-clock.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../environment/simulator/start-simulator.ts';

/** When a test's simulator begins. */
export const START = Date.UTC(2026, 0, 1);

/** A simulator whose time stands still until the test moves it, and the real SDK's client for it. */
export async function startTestSimulator(
  options: SimulatorOptions = {},
): Promise<{ simulator: Simulator; client: SageMaker }> {
  const simulator = await startSimulator({ clock: createManualClock(START), ...options });
  return { simulator, client: sagemakerClient(simulator) };
}

/** A client that tries once, so that tests see every answer. */
export function sagemakerClient(simulator: Simulator, region = 'us-west-2', accessKeyId = 'AKIATEST'): SageMaker {
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  return new SageMaker({ region, endpoint: simulator.url, credentials, maxAttempts: 1 });
}

/** A training job with nothing but what is required. */
export function trainingJobInput(name: string, more: Partial<CreateTrainingJobRequest> = {}): CreateTrainingJobRequest {
  return {
    TrainingJobName: name,
    RoleArn: 'arn:aws:iam::111122223333:role/training',
    AlgorithmSpecification: {
      TrainingImage: '111122223333.dkr.ecr.us-west-2.amazonaws.com/own:1',
      TrainingInputMode: 'File',
    },
    OutputDataConfig: { S3OutputPath: 's3://bucket/output' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    ...more,
  };
}

/** What a call fails with: `Code: message`, or `succeeded`. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'succeeded';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}
