// SPDX-License-Identifier: Apache-2.0

/** Words of CEL itself are escaped in the names of properties. */
export function celName(name: string): string {
  const reserved = [
    'true',
    'false',
    'null',
    'in',
    'as',
    'break',
    'const',
    'continue',
    'else',
    'for',
    'function',
    'if',
    'import',
    'let',
    'loop',
    'package',
    'namespace',
    'return',
    'var',
    'void',
    'while',
  ];
  return reserved.includes(name) ? `__${name}__` : name.replaceAll('__', '__underscores__');
}
