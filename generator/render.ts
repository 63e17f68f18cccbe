// SPDX-License-Identifier: Apache-2.0
import Handlebars from 'handlebars';
import { GeneratorError } from './errors.ts';

/** A compiled template: data to text. */
export type Template = (data: object) => string;

/** Compiles one of the templates by its path. A name that the data lacks is an error, and nothing is escaped: it is no HTML. */
export function compileTemplate(templates: ReadonlyMap<string, string>, path: string): Template {
  const source = templates.get(path);
  if (source === undefined) throw new GeneratorError('is missing', { file: `templates/${path}` });
  const template = Handlebars.compile(source, { strict: true, noEscape: true });
  return (data) => template(data);
}
