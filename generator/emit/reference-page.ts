// SPDX-License-Identifier: Apache-2.0

/** The address of what the API's own reference says of an operation or a structure, by the `apiReference` of service.yaml. */
export function referencePage(apiReference: string, name: string): string {
  return apiReference.replace('{name}', name);
}
