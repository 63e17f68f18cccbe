// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import { compileResource } from '../../../runtime/reconcile/compile-resource.ts';

// Manifests that ACK publishes, and the requests that its controller was seen to make of them without default tags.
const published = readCases('ack-manifests');
// Manifests of our own for the kinds of which it publishes none, in the names that its CRDs have, and the requests that they mean.
const own = readCases('ack-form-manifests');
const cases = [...published, ...own];

function readCases(name: string) {
  const folder = join(import.meta.dirname, '../../support', name);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => {
      const manifest: CustomResource = parse(readFileSync(join(folder, file), 'utf8'));
      const request = JSON.parse(readFileSync(join(folder, file.replace('.yaml', '.json')), 'utf8'));
      return [manifest.kind, manifest, request as { operation: string; input: object }] as const;
    });
}

// What Describe has under another name than the request.
const answered: Readonly<Record<string, object>> = {
  InferenceComponent: {
    Specification: {
      ComputeResourceRequirements: {
        NumberOfAcceleratorDevicesRequired: 1,
        NumberOfCpuCoresRequired: 2,
        MinMemoryRequiredInMb: 1024,
        MaxMemoryRequiredInMb: 4096,
      },
      StartupParameters: {
        ContainerStartupHealthCheckTimeoutInSeconds: 300,
        ModelDataDownloadTimeoutInSeconds: 600,
      },
      Container: {
        ArtifactUrl: 's3://my-bucket/summariser.tar.gz',
        DeployedImage: { SpecifiedImage: '111122223333.dkr.ecr.us-west-2.amazonaws.com/summariser:3' },
        Environment: { MODEL_NAME: 'summariser' },
      },
    },
    RuntimeConfig: { DesiredCopyCount: 2, CurrentCopyCount: 0 },
  },
  PipelineExecution: { PipelineArn: 'arn:aws:sagemaker:us-west-2:111122223333:pipeline/my-kubernetes-pipeline' },
};

// A kind that ACK does not have has no form of ACK's.
const ack = parse(readFileSync(join(import.meta.dirname, '../../support/ack-crds.yaml'), 'utf8')) as { kinds: object };
const kinds = sagemaker.resources.map(({ kind }) => kind).filter((kind) => kind in ack.kinds);

test('there is a manifest of every kind that ACK has, and ACK publishes those of 19', () => {
  expect(new Set(published.map(([kind]) => kind)).size).toBe(19);
  expect(cases.map(([kind]) => kind).toSorted()).toEqual(kinds.toSorted());
});

describe.each(cases)("ACK's form of %s", (kind, manifest, request) => {
  const definition = sagemaker.resources.find((resource) => resource.kind === kind);
  if (!definition) throw new Error(`no definition of ${kind}`);
  const resource = compileResource(definition);
  const { create } = definition.operations;

  test('is the same create request, member for member', () => {
    expect(create.name).toBe(request.operation);
    expect(resource.toInput(create, manifest, {})).toStrictEqual(request.input);
  });

  test('reads back to a spec without a difference', () => {
    const members = definition.operations.read.output.filter((member) => member.path[0] === 'spec');
    const readable = { ...definition.operations.read, output: members };
    const observed = resource.fromOutput(readable, { ...request.input, ...answered[kind] });
    const shown = new Set(members.map((member) => member.path[1]));
    const hidden = resource
      .compare(manifest.spec, observed.spec, undefined)
      .filter(({ path }) => shown.has(path[0] ?? ''));
    expect(hidden).toEqual([]);
  });

  const { nameField } = definition;
  if (nameField === undefined) return;
  test('is the same without its name, which is the name of the object', () => {
    const { [nameField]: name, ...spec } = manifest.spec ?? {};
    expect(name).toBe(manifest.metadata.name);
    expect(resource.toInput(create, { ...manifest, spec }, {})).toStrictEqual(request.input);
  });
});
