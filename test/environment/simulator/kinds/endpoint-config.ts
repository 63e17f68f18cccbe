// SPDX-License-Identifier: Apache-2.0
import { validationException } from '../api-error.ts';
import type { Data } from '../resource.ts';
import type { KindRules, Reference } from './kind-rules.ts';

/** EndpointConfig: immutable; every model that a variant names has to be there when it is made. */
export const endpointConfig: KindRules = {
  kind: 'EndpointConfig',
  key: ['EndpointConfigName'],
  caseInsensitive: true,
  arnMember: 'EndpointConfigArn',
  arnPath: (data) => `endpoint-config/${String(data['EndpointConfigName']).toLowerCase()}`,
  lifecycle: { kind: 'config' },
  operations: {
    create: 'CreateEndpointConfig',
    describe: 'DescribeEndpointConfig',
    delete: 'DeleteEndpointConfig',
    list: { operation: 'ListEndpointConfigs' },
  },
  missing: ({ arn }) => validationException(`Could not find endpoint configuration "${arn}".`),
  exists: ({ arn }) => validationException(`Cannot create already existing endpoint configuration "${arn}".`),
  references: (input) => variantsOf(input).flatMap(modelOf),
  checkCreate(input) {
    const names = variantsOf(input).map((variant) => variant['VariantName']);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw validationException(`Production variant names must be unique, ${twice} is not.`);
  },
  defaults(input) {
    const shadow = input['ShadowProductionVariants'] as readonly Data[] | undefined;
    return {
      EnableNetworkIsolation: false,
      ...input,
      ProductionVariants: ((input['ProductionVariants'] ?? []) as readonly Data[]).map(variantDefaults),
      ...(shadow ? { ShadowProductionVariants: shadow.map(variantDefaults) } : {}),
    };
  },
};

function variantDefaults(variant: Data): Data {
  const serverless = variant['ServerlessConfig'] ? { VolumeSizeInGB: 0 } : {};
  return { InitialVariantWeight: 1, ...serverless, ...variant };
}

function variantsOf(input: Data): readonly Data[] {
  return [...((input['ProductionVariants'] ?? []) as Data[]), ...((input['ShadowProductionVariants'] ?? []) as Data[])];
}

function modelOf(variant: Data): readonly Reference[] {
  const name = variant['ModelName'];
  return name === undefined ? [] : [{ kind: 'Model', name: String(name) }];
}
