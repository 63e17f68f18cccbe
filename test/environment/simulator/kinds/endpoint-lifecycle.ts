// SPDX-License-Identifier: Apache-2.0
import { failureReasonOf } from '../control.ts';
import { type Data, type Resource, type Step, wireTime } from '../resource.ts';
import type { World } from '../world.ts';
import { deploymentFault, deployVariants, retainVariants } from './deployment.ts';

const CREATING_MS = 8_000;
const UPDATING_MS = 8_000;
const ROLLING_BACK_MS = 4_000;

/** What an update of an endpoint asks for. */
export interface EndpointUpdate {
  readonly config: Resource;
  readonly retainVariants: boolean;
  /** Variant property types that are not retained. */
  readonly excluded: ReadonlySet<unknown>;
  /** Undefined lets the endpoint forget the one it had. */
  readonly deploymentConfig: unknown;
}

/** Creating, then InService, or Failed where the configuration cannot be deployed. */
export function creationOfEndpoint(world: World, config: Resource): readonly Step[] {
  return [
    {
      afterMs: world.duration('Endpoint.Creating', CREATING_MS),
      set(endpoint, at) {
        const fault = failureReasonOf(endpoint) ?? deploymentFault(world, config);
        if (fault !== undefined) return { EndpointStatus: 'Failed', FailureReason: fault };
        return {
          EndpointStatus: 'InService',
          ...serving(world, config, at),
          ProductionVariants: deployVariants(world, config, at),
        };
      },
    },
  ];
}

/** Updating, then InService with the new configuration; or RollingBack, and InService with the old one and a reason. */
export function updateOfEndpoint(world: World, update: EndpointUpdate): readonly Step[] {
  const { config } = update;
  return [
    {
      afterMs: 0,
      set: (endpoint, at) => ({
        EndpointStatus: 'Updating',
        FailureReason: undefined,
        PendingDeploymentSummary: pending(world, config, endpoint, at),
      }),
    },
    {
      afterMs: world.duration('Endpoint.Updating', UPDATING_MS),
      set(endpoint, at) {
        if (faultOf(world, endpoint, config) !== undefined) return { EndpointStatus: 'RollingBack' };
        return updated(world, update, endpoint, at);
      },
      next(endpoint) {
        const reason = faultOf(world, endpoint, config);
        if (reason === undefined) return undefined;
        const afterMs = world.duration('Endpoint.RollingBack', ROLLING_BACK_MS);
        return [
          {
            afterMs,
            set: () => ({ EndpointStatus: 'InService', FailureReason: reason, PendingDeploymentSummary: undefined }),
          },
        ];
      },
    },
  ];
}

/** Weights and counts of variants move to what is desired. */
export function rescalingOfEndpoint(world: World, variants: readonly Data[]): readonly Step[] {
  return [
    { afterMs: 0, set: () => ({ EndpointStatus: 'Updating', ProductionVariants: variants }) },
    {
      afterMs: world.duration('Endpoint.Updating', UPDATING_MS),
      set: () => ({ EndpointStatus: 'InService', ProductionVariants: variants.map(arrived) }),
    },
  ];
}

function faultOf(world: World, endpoint: Resource, config: Resource): string | undefined {
  return failureReasonOf(endpoint) ?? deploymentFault(world, config);
}

function updated(world: World, update: EndpointUpdate, endpoint: Resource, at: number): Data {
  const current = (endpoint.data['ProductionVariants'] ?? []) as readonly Data[];
  const deployed = deployVariants(world, update.config, at);
  return {
    EndpointStatus: 'InService',
    EndpointConfigName: update.config.data['EndpointConfigName'],
    ...serving(world, update.config, at),
    ProductionVariants: (update.retainVariants ? retainVariants(deployed, current, update.excluded) : deployed).map(
      arrived,
    ),
    PendingDeploymentSummary: undefined,
    LastDeploymentConfig: update.deploymentConfig,
  };
}

function serving(world: World, config: Resource, at: number): Data {
  const capture = config.data['DataCaptureConfig'] as Data | undefined;
  const shadow = config.data['ShadowProductionVariants'] as readonly Data[] | undefined;
  const started = { CaptureStatus: 'Started' };
  return {
    DataCaptureConfig: capture && {
      EnableCapture: capture['EnableCapture'] ?? false,
      ...started,
      CurrentSamplingPercentage: capture['InitialSamplingPercentage'],
      DestinationS3Uri: capture['DestinationS3Uri'],
      KmsKeyId: capture['KmsKeyId'] ?? '',
    },
    AsyncInferenceConfig: config.data['AsyncInferenceConfig'],
    ExplainerConfig: config.data['ExplainerConfig'],
    ShadowProductionVariants: shadow && deployVariants(world, { ...config, data: { ProductionVariants: shadow } }, at),
  };
}

function pending(world: World, config: Resource, endpoint: Resource, at: number): Data {
  const current = (endpoint.data['ProductionVariants'] ?? []) as readonly Data[];
  return {
    EndpointConfigName: config.data['EndpointConfigName'],
    ProductionVariants: deployVariants(world, config, at, current).map((variant) => ({
      ...variant,
      VariantStatus: [{ Status: 'Creating', StartTime: wireTime(at) }],
    })),
    StartTime: wireTime(at),
  };
}

function arrived(variant: Data): Data {
  const { DesiredInstanceCount: count, DesiredWeight: weight } = variant;
  return { ...variant, CurrentWeight: weight, ...(count === undefined ? {} : { CurrentInstanceCount: count }) };
}
