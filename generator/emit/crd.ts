// SPDX-License-Identifier: Apache-2.0
import type { ResourceModel } from '../resource-model.ts';
import { createFieldDescription } from './field-description.ts';
import { immutabilityRule } from './immutability-rule.ts';
import { plainSchema, type Schema } from './plain-schema.ts';
import { printYaml } from './print-yaml.ts';
import { referencePage } from './reference-page.ts';
import { structureSchema, withRules } from './spec-schema.ts';

/** `crds/<group>_<plural>.yaml`: the CRD of a resource, with all that the model knows of its fields. */
export function emitCrd(resource: ResourceModel, apiReference: string, header: string): string {
  const { group, kind, plural, singular, shortNames, version } = resource;
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        ...(shortNames.length > 0 && { shortNames }),
        categories: ['aws', group.slice(0, group.indexOf('.'))],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: resource.columns.map(({ name, type, jsonPath, priority }) => ({
            name,
            type,
            jsonPath,
            ...(priority > 0 && { priority }),
          })),
          schema: { openAPIV3Schema: rootSchema(resource, apiReference) },
        },
      ],
    },
  };
  return `${header}${printYaml(crd)}`;
}

function rootSchema(resource: ResourceModel, apiReference: string): Schema {
  const immutability = immutabilityRule(resource);
  const { create, read } = resource.operations;
  return {
    type: 'object',
    description: `${resource.kind} of ${resource.group}: see ${referencePage(apiReference, create.name)}`,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: {
        ...structureSchema(resource.spec, createFieldDescription(resource, apiReference)),
        description: `What is wanted. See ${referencePage(apiReference, create.name)}`,
      },
      status: {
        ...statusSchema(resource),
        description: `What AWS tells of it, and what the controller does about it. See ${referencePage(apiReference, read.name)}`,
      },
    },
    ...withRules(immutability ? [immutability] : []),
  };
}

function statusSchema(resource: ResourceModel): Schema {
  const own = resource.ownStatus.map(
    ({ json, type }) => [json, type === 'integer' ? { type, format: 'int64' } : { type }] as const,
  );
  const properties = Object.entries({
    ...commonStatus,
    ...Object.fromEntries(own),
    ...Object.fromEntries(resource.status.members.map(({ json, type }) => [json, plainSchema(type)])),
  });
  return { type: 'object', properties: Object.fromEntries(properties.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** The part of every status that the runtime owns. */
const commonStatus: Schema = {
  ackResourceMetadata: {
    type: 'object',
    description: 'Where the resource lives in AWS. With an ARN it exists there.',
    required: ['ownerAccountID', 'region'],
    properties: {
      arn: { type: 'string' },
      ownerAccountID: { type: 'string' },
      partition: { type: 'string' },
      region: { type: 'string' },
    },
  },
  conditions: {
    type: 'array',
    description: 'How it goes. Ready says in a word and a sentence what it waits for, or what is wrong.',
    'x-kubernetes-list-type': 'atomic',
    items: {
      type: 'object',
      required: ['status', 'type'],
      properties: {
        lastTransitionTime: { type: 'string', format: 'date-time' },
        message: { type: 'string' },
        reason: { type: 'string' },
        status: { type: 'string' },
        type: { type: 'string' },
      },
    },
  },
  lastApplied: {
    type: 'object',
    description:
      "The controller's memory: which fields were set when it last looked, by name, and hashes of what AWS never shows again.",
    'x-kubernetes-preserve-unknown-fields': true,
  },
  observedGeneration: {
    type: 'integer',
    format: 'int64',
    description: 'The generation of the spec that the conditions are about.',
  },
};
