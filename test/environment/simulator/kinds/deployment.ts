// SPDX-License-Identifier: Apache-2.0
import { failureReasonOf } from '../control.ts';
import { type Data, type Resource, wireTime } from '../resource.ts';
import type { World } from '../world.ts';

/** The variants of an endpoint configuration as an endpoint that serves it shows them. */
export function deployVariants(
  world: World,
  config: Resource,
  at: number,
  current: readonly Data[] = [],
): readonly Data[] {
  const variants = (config.data['ProductionVariants'] ?? []) as readonly Data[];
  return variants.map((variant) => deployVariant(world, config, variant, at, current));
}

/** Why a configuration cannot be deployed, or undefined: it or one of its models was marked faulty, or a model is gone. */
export function deploymentFault(world: World, config: Resource): string | undefined {
  const own = failureReasonOf(config);
  if (own !== undefined) return own;
  for (const variant of (config.data['ProductionVariants'] ?? []) as readonly Data[]) {
    const name = variant['ModelName'];
    if (name === undefined) continue;
    const model = world.find(config.scope, 'Model', String(name).toLowerCase());
    if (!model) return `The model ${name} of the production variant ${variant['VariantName']} does not exist.`;
    const reason = failureReasonOf(model);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** The variants that a running endpoint keeps from `current`: copy counts and weights of those whose names stay. */
export function retainVariants(
  variants: readonly Data[],
  current: readonly Data[],
  excluded: ReadonlySet<unknown>,
): readonly Data[] {
  const kept = new Map(current.map((variant) => [variant['VariantName'], variant]));
  return variants.map((variant) => {
    const old = kept.get(variant['VariantName']);
    if (!old) return variant;
    const result: Record<string, unknown> = { ...variant };
    if (!excluded.has('DesiredInstanceCount') && old['DesiredInstanceCount'] !== undefined) {
      result['DesiredInstanceCount'] = result['CurrentInstanceCount'] = old['DesiredInstanceCount'];
    }
    if (!excluded.has('DesiredWeight')) result['DesiredWeight'] = result['CurrentWeight'] = old['DesiredWeight'];
    return result;
  });
}

function deployVariant(world: World, config: Resource, variant: Data, at: number, current: readonly Data[]): Data {
  const {
    VariantName,
    InitialVariantWeight: weight,
    InitialInstanceCount: count,
    ServerlessConfig: serverless,
  } = variant;
  const running = current.find((one) => one['VariantName'] === VariantName);
  const images = imagesOf(world, config, variant, at);
  return {
    VariantName,
    ...(images.length > 0 ? { DeployedImages: images } : {}),
    CurrentWeight: running?.['CurrentWeight'] ?? weight,
    DesiredWeight: weight,
    ...(serverless
      ? { CurrentServerlessConfig: serverless, DesiredServerlessConfig: serverless }
      : { CurrentInstanceCount: count, DesiredInstanceCount: count }),
    ...(variant['ManagedInstanceScaling'] ? { ManagedInstanceScaling: variant['ManagedInstanceScaling'] } : {}),
    ...(variant['RoutingConfig'] ? { RoutingConfig: variant['RoutingConfig'] } : {}),
  };
}

function imagesOf(world: World, config: Resource, variant: Data, at: number): readonly Data[] {
  const model = world.find(config.scope, 'Model', String(variant['ModelName'] ?? '').toLowerCase());
  const containers = [model?.data['PrimaryContainer'], ...((model?.data['Containers'] ?? []) as unknown[])];
  return containers.flatMap((container) => {
    const image = (container as Data | undefined)?.['Image'];
    if (image === undefined) return [];
    const resolved = `${String(image).split(/[:@](?=[^/]*$)/)[0]}@sha256:${'0'.repeat(64)}`;
    return [{ SpecifiedImage: image, ResolvedImage: resolved, ResolutionTime: wireTime(at) }];
  });
}
