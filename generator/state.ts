// SPDX-License-Identifier: Apache-2.0
import type { GeneratorError } from './errors.ts';
import type { ResourceMapping, ServiceMapping } from './mapping/mapping.ts';
import type { SourceDocument } from './mapping/source-document.ts';
import { Mistakes } from './mistakes.ts';
import type { ServiceModel } from './model/model.ts';
import type { Fact, ResourceModel } from './resource-model.ts';
import type { SdkFacts } from './sdk/read-sdk.ts';
import type { TypeReader } from './type-reader.ts';

/** A file's text and its name relative to the working directory. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** All that a generation reads; made by `read-input.ts`, nothing after it touches the disk. */
export interface GeneratorInput {
  /** The folder's name below `api-models`, `sagemaker`. */
  readonly serviceName: string;
  readonly model: TextFile;
  /** Where the model came from, `botocore 1.43.110`, for headers and messages. */
  readonly modelSource: string;
  /** SHA-256 of the model file. */
  readonly modelHash: string;
  readonly service: TextFile;
  readonly mappings: readonly TextFile[];
  /** Kebab-case names of the resources that have hooks. */
  readonly hooks: ReadonlySet<string>;
  /** Handlebars templates by their path below `templates/`. */
  readonly templates: ReadonlyMap<string, string>;
  readonly sdk: SdkFacts;
  readonly generatorVersion: string;
}

/** One resource on its way through the stages, with the mapping that it is made from. */
export interface Draft {
  readonly mapping: SourceDocument<ResourceMapping>;
  readonly resource: ResourceModel;
  /** It has a mistake, and goes on only so that others are found. */
  readonly isWrong?: true;
}

/** What goes from stage to stage. A stage fills in its part and leaves the rest alone. */
export interface GeneratorState {
  readonly input: GeneratorInput;
  readonly model: ServiceModel;
  readonly types: TypeReader;
  readonly service: SourceDocument<ServiceMapping>;
  readonly mappings: readonly SourceDocument<ResourceMapping>[];
  readonly drafts: readonly Draft[];
  /** What was found wrong so far; nothing of a generation with mistakes is written. */
  readonly mistakes: readonly GeneratorError[];
  /** Text by path below `generated/<service>/`. */
  readonly files: ReadonlyMap<string, string>;
  /** Text by path below the repository, of what is generated outside of `generated/`. */
  readonly documents: ReadonlyMap<string, string>;
}

/** One step of the generation. */
export type Stage = (state: GeneratorState) => GeneratorState;

/**
 * The state with every draft's resource replaced by what `change` makes of it. One with a mistake is dropped; or kept as it was, where the
 * stages below do not rely on this one, so that they tell what they find as well.
 */
export function mapResources(
  state: GeneratorState,
  change: (draft: Draft, state: GeneratorState) => ResourceModel,
  whenWrong: 'drop' | 'keep' = 'drop',
): GeneratorState {
  const mistakes = new Mistakes();
  const drafts = state.drafts.flatMap((draft): readonly Draft[] => {
    const resource = mistakes.attempt(() => change(draft, state));
    if (resource) return [{ ...draft, resource }];
    return whenWrong === 'keep' ? [{ ...draft, isWrong: true }] : [];
  });
  return withMistakes({ ...state, drafts }, mistakes);
}

/** The state with more mistakes. */
export function withMistakes(state: GeneratorState, { found }: Mistakes): GeneratorState {
  return found.length === 0 ? state : { ...state, mistakes: [...state.mistakes, ...found] };
}

/** The resource with more facts. */
export function withFacts(resource: ResourceModel, facts: readonly Fact[]): ResourceModel {
  return facts.length === 0 ? resource : { ...resource, facts: [...resource.facts, ...facts] };
}

/** The state with more files; two files of one path are a mistake of the generator. */
export function withFiles(state: GeneratorState, files: Iterable<readonly [string, string]>): GeneratorState {
  const all = new Map(state.files);
  for (const [path, text] of files) {
    if (all.has(path)) throw new Error(`two emitters write ${path}`);
    all.set(path, text);
  }
  return { ...state, files: all };
}
