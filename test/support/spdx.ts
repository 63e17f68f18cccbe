// SPDX-License-Identifier: Apache-2.0
import { Ajv } from 'ajv';

// What SPDX 2.3 says of the parts that our bills use, chapters 6 to 11, in our words.
const reference = { type: 'string', pattern: '^SPDXRef-[A-Za-z0-9.-]+$' };
const license = { type: 'string', pattern: '^(NOASSERTION|NONE|[A-Za-z0-9.+() -]+)$' };
const lengths = { SHA1: 40, SHA256: 64, SHA512: 128 };
const part = {
  type: 'object',
  additionalProperties: false,
  required: ['SPDXID', 'name', 'downloadLocation', 'filesAnalyzed'],
  properties: {
    SPDXID: reference,
    name: { type: 'string', minLength: 1 },
    versionInfo: { type: 'string', minLength: 1 },
    primaryPackagePurpose: {
      enum: ['APPLICATION', 'FRAMEWORK', 'LIBRARY', 'CONTAINER', 'OPERATING-SYSTEM', 'FILE', 'OTHER'],
    },
    downloadLocation: { type: 'string', pattern: '^(NOASSERTION|NONE|[a-z+]+:.+)$' },
    // Otherwise files and a verification code would have to be there.
    filesAnalyzed: { const: false },
    licenseConcluded: license,
    licenseDeclared: license,
    copyrightText: { type: 'string', minLength: 1 },
    comment: { type: 'string', minLength: 1 },
    checksums: {
      type: 'array',
      items: {
        oneOf: Object.entries(lengths).map(([algorithm, length]) => ({
          type: 'object',
          additionalProperties: false,
          required: ['algorithm', 'checksumValue'],
          properties: {
            algorithm: { const: algorithm },
            checksumValue: { type: 'string', pattern: `^[0-9a-f]{${length}}$` },
          },
        })),
      },
    },
    externalRefs: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['referenceCategory', 'referenceType', 'referenceLocator'],
        properties: {
          referenceCategory: { const: 'PACKAGE-MANAGER' },
          referenceType: { const: 'purl' },
          referenceLocator: {
            type: 'string',
            pattern: '^pkg:(npm|deb|generic)/([\\w.%-]+/)?[\\w.%-]+@[\\w.%~-]+(\\?[a-z]+=[\\w-]+(&[a-z]+=[\\w-]+)*)?$',
          },
        },
      },
    },
  },
};
const relationship = {
  type: 'object',
  additionalProperties: false,
  required: ['spdxElementId', 'relationshipType', 'relatedSpdxElement'],
  properties: {
    spdxElementId: reference,
    relationshipType: { enum: ['DESCRIBES', 'CONTAINS', 'DESCENDANT_OF'] },
    relatedSpdxElement: reference,
  },
};
const document = {
  type: 'object',
  additionalProperties: false,
  required: ['spdxVersion', 'dataLicense', 'SPDXID', 'name', 'documentNamespace', 'creationInfo', 'packages'],
  properties: {
    spdxVersion: { const: 'SPDX-2.3' },
    dataLicense: { const: 'CC0-1.0' },
    SPDXID: { const: 'SPDXRef-DOCUMENT' },
    name: { type: 'string', minLength: 1 },
    // A URI without a fragment.
    documentNamespace: { type: 'string', pattern: '^https://[^#\\s]+$' },
    creationInfo: {
      type: 'object',
      additionalProperties: false,
      required: ['created', 'creators'],
      properties: {
        created: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' },
        creators: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', pattern: '^(Person|Organization|Tool): .+$' },
        },
      },
    },
    packages: { type: 'array', minItems: 1, items: part },
    relationships: { type: 'array', items: relationship },
  },
};

interface Bill {
  readonly SPDXID: string;
  readonly packages: readonly { readonly SPDXID: string }[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relatedSpdxElement: string;
    readonly relationshipType: string;
  }[];
}

/** What in a bill is not as SPDX 2.3 has it; empty when all is well. */
export function spdxProblems(bill: object): string[] {
  const ajv = new Ajv({ allErrors: true });
  if (!ajv.validate(document, bill))
    return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const { SPDXID, packages, relationships } = bill as Bill;
  const ids = [SPDXID, ...packages.map((one) => one.SPDXID)];
  const known = new Set(ids);
  const related = new Set(relationships.map((one) => one.relatedSpdxElement));
  const named = relationships.flatMap((one) => [one.spdxElementId, one.relatedSpdxElement]);
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is there twice`),
    ...named.filter((id) => !known.has(id)).map((id) => `${id} is related and not there`),
    ...ids
      .slice(1)
      .filter((id) => !related.has(id))
      .map((id) => `${id} is related to nothing`),
    ...(relationships.some((one) => one.relationshipType === 'DESCRIBES' && one.spdxElementId === SPDXID)
      ? []
      : ['describes nothing']),
  ];
}
