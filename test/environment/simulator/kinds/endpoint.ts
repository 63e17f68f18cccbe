// SPDX-License-Identifier: Apache-2.0
import { validationException } from '../api-error.ts';
import { findResource, missingError } from '../operations/find-resource.ts';
import type { CallContext } from '../operations/handler.ts';
import { placeResource } from '../operations/write-operations.ts';
import type { Data, Resource } from '../resource.ts';
import { endpointConfig } from './endpoint-config.ts';
import { creationOfEndpoint, rescalingOfEndpoint, updateOfEndpoint } from './endpoint-lifecycle.ts';
import type { KindRules } from './kind-rules.ts';

const BUSY = ['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting'];

/** Endpoint: serves an endpoint configuration; an update that fails rolls back to the one before. */
export const endpoint: KindRules = {
  kind: 'Endpoint',
  key: ['EndpointName'],
  caseInsensitive: true,
  arnMember: 'EndpointArn',
  arnPath: (data) => `endpoint/${String(data['EndpointName']).toLowerCase()}`,
  lifecycle: {
    kind: 'service',
    status: 'EndpointStatus',
    creating: 'Creating',
    settled: 'InService',
    failed: 'Failed',
    updating: 'Updating',
    deleting: 'Deleting',
  },
  operations: {
    create: 'CreateEndpoint',
    describe: 'DescribeEndpoint',
    update: 'UpdateEndpoint',
    delete: 'DeleteEndpoint',
    list: {
      operation: 'ListEndpoints',
      equals: { StatusEquals: 'EndpointStatus' },
      sort: { Status: 'EndpointStatus' },
    },
  },
  missing: ({ arn }) => validationException(`Could not find endpoint "${arn}".`),
  exists: ({ arn }) => validationException(`Cannot create already existing endpoint "${arn}".`),
  refuse(write, resource) {
    const status = String(resource.data['EndpointStatus']);
    if (BUSY.includes(status)) return validationException(`Cannot ${write} in-progress endpoint "${resource.arn}".`);
    if (write === 'update' && status === 'Failed') {
      return validationException(`Cannot update failed endpoint "${resource.arn}".`);
    }
    return undefined;
  },
  handlers: (rules) => ({
    CreateEndpoint(input, context) {
      const config = configOf(input, context);
      const { DeploymentConfig: LastDeploymentConfig, ...members } = input;
      const made = placeResource(rules, new Map(), { ...members, LastDeploymentConfig }, context);
      context.world.walk(made, creationOfEndpoint(context.world, config));
      return made.data;
    },
    UpdateEndpoint(input, context) {
      const resource = changeable(rules, input, context);
      const config = configOf(input, context);
      const excluded = (input['ExcludeRetainedVariantProperties'] ?? []) as readonly Data[];
      const retained = input['RetainDeploymentConfig'] === true ? resource.data['LastDeploymentConfig'] : undefined;
      const steps = updateOfEndpoint(context.world, {
        config,
        retainVariants: input['RetainAllVariantProperties'] === true,
        excluded: new Set(excluded.map((property) => property['VariantPropertyType'])),
        deploymentConfig: input['DeploymentConfig'] ?? retained,
      });
      context.world.walk(resource, steps);
      return resource.data;
    },
    UpdateEndpointWeightsAndCapacities(input, context) {
      const resource = changeable(rules, input, context);
      const variants = rescaled(resource, input['DesiredWeightsAndCapacities'] as readonly Data[]);
      context.world.walk(resource, rescalingOfEndpoint(context.world, variants));
      return resource.data;
    },
  }),
};

function changeable(rules: KindRules, input: Data, context: CallContext): Resource {
  const resource = findResource(rules, input, context);
  const refusal = rules.refuse?.('update', resource);
  if (refusal) throw refusal;
  return resource;
}

function configOf(input: Data, context: CallContext): Resource {
  const name = String(input['EndpointConfigName']);
  const config = context.world.find(context.scope, 'EndpointConfig', name.toLowerCase());
  if (config) return config;
  throw missingError(endpointConfig, { EndpointConfigName: name }, context);
}

function rescaled(resource: Resource, wanted: readonly Data[]): readonly Data[] {
  const variants = (resource.data['ProductionVariants'] ?? []) as readonly Data[];
  const byName = new Map(wanted.map((one) => [one['VariantName'], one]));
  for (const name of byName.keys()) {
    if (!variants.some((variant) => variant['VariantName'] === name)) {
      throw validationException(`The variant "${name}" does not exist in endpoint "${resource.arn}".`);
    }
  }
  return variants.map((variant) => {
    const { VariantName: _name, ...desired } = byName.get(variant['VariantName']) ?? {};
    return { ...variant, ...desired };
  });
}
