// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';

/**
 * YAML that means the same to every reader. Helm and kubectl read YAML 1.1, to which `Off`, `y` and `1:30` are no texts, so that what
 * would be something else there is quoted. No line is folded, and nothing is said by an alias.
 */
export function printYaml(value: unknown): string {
  return stringify(value, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
