// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';

/**
 * Fills `[[name]]` in a text. Helm's templates, Prometheus' and Grafana's all use the braces of Handlebars, so what is generated around
 * them has marks of its own. Throws `GeneratorError` for a name that there is no value for.
 */
export function fillText(file: string, text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\[\[([A-Za-z]+)\]\]/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new GeneratorError(`fills in [[${name}]], which there is no value for`, { file });
    return value;
  });
}
